"""The security log: who signed in, what was changed about accounts and rights, and what was taken away as a file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk


class SecurityKind(StrEnum):
    """What is written down. The log keeps the words of its day, so the column takes any."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    GUESSED_AT = "guessed_at"
    PLACE_SLOWED = "place_slowed"
    SIGNED_OUT = "signed_out"
    SIGN_INS_ENDED = "sign_ins_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    CONTACT_PROVED = "contact_proved"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    PASSWORD_RESET = "password_reset"  # noqa: S105
    ACCOUNT_CLAIMED = "account_claimed"
    INVITED = "invited"
    INVITED_AGAIN = "invited_again"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_ACCEPTED = "invitation_accepted"
    GROUP_OFFERED = "group_offered"
    RESET_BEGUN = "reset_begun"
    RESET_DONE = "reset_done"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    GROUP_GRANTED = "group_granted"
    GROUP_ENDED = "group_ended"
    SECOND_STEP_FAILED = "second_step_failed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_COPIED = "passkey_copied"
    FACTORS_REMOVAL_PROPOSED = "factors_removal_proposed"
    FACTORS_REMOVAL_REFUSED = "factors_removal_refused"
    FACTORS_REMOVED = "factors_removed"
    MANDATE_MADE = "mandate_made"
    MANDATE_ENDED = "mandate_ended"
    HELPING_BEGUN = "helping_begun"
    BUSINESS_ADDED = "business_added"
    BUSINESS_VERIFIED = "business_verified"
    CODE_SENT = "code_sent"
    CODE_GIVEN_BACK = "code_given_back"
    CODE_GUESSED = "code_guessed"
    EXPORTED = "exported"
    EXPORT_ASKED = "export_asked"
    OIDC_LINKED = "oidc_linked"
    OIDC_UNLINKED = "oidc_unlinked"
    SETTINGS_CHANGED = "settings_changed"
    COUNTER_REGISTERED = "counter_registered"
    COUNTER_HANDED_BACK = "counter_handed_back"
    COUNTER_CONTACT = "counter_contact"
    COUNTER_SLIP = "counter_slip"
    CONTACT_REPLACEMENT_ASKED = "contact_replacement_asked"
    CONTACT_REPLACED = "contact_replaced"
    CONTACT_REPLACEMENT_DECLINED = "contact_replacement_declined"
    IDENTITY_SHARED = "identity_shared"
    IDENTITY_DISPUTED = "identity_disputed"
    IDENTITY_OVERTURNED = "identity_overturned"
    IDENTITY_KEPT = "identity_kept"
    ABSENCE_RECORDED = "absence_recorded"
    ABSENCE_ENDED = "absence_ended"
    TASK_RULES_CHANGED = "task_rules_changed"
    BOOK_CLOSED = "book_closed"
    BOOK_CONFIRMED = "book_confirmed"
    BOOK_OPENED_AGAIN = "book_opened_again"
    SHARES_SET = "shares_set"
    SHARES_WITHDRAWN = "shares_withdrawn"
    OFFICE_OPENED = "office_opened"
    OFFICE_CHANGED = "office_changed"
    OFFICE_CLOSED = "office_closed"
    SERVICE_OFFERED = "service_offered"
    OFFER_ENDED = "offer_ended"
    GROUP_DAYS_CHANGED = "group_days_changed"
    VERSION_PUBLISHED = "version_published"
    BOOK_SECOND_NAMED = "book_second_named"
    BOOK_SECOND_ENDED = "book_second_ended"
    APPLICATION_FORWARDED = "application_forwarded"
    REPORT_SUBSCRIBED = "report_subscribed"
    REPORT_UNSUBSCRIBED = "report_unsubscribed"
    CHAIN_SET = "chain_set"
    CHAIN_WITHDRAWN = "chain_withdrawn"
    MESSAGE_CHANGED = "message_changed"
    MESSAGE_WITHDRAWN = "message_withdrawn"


class SecurityEvent(Base):
    """Something that happened to ``person``, by ``actor``: themselves, somebody else, or an ``actor_role`` without an
    account. ``seq`` and the hashes are empty until it is sealed; ``hash`` covers every column but ``id``."""

    __tablename__ = "security_event"
    id: Mapped[Pk]
    seq: Mapped[int | None] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[Key]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor_role: Mapped[Key] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[Key] = mapped_column(default="")
    browser: Mapped[Key] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(default="")
    hash: Mapped[str] = mapped_column(default="")
    __table_args__ = (Index("ix_security_event_kind", "kind", "id"),)


class SecuritySeal(Base):
    """The end of the chain: one row, locked by whoever seals."""

    __tablename__ = "security_seal"
    id: Mapped[Pk]
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(default="")
