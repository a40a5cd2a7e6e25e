"""The security log: who signed in, what was changed about accounts and rights, and what was taken away as a file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk


class SecurityKind(StrEnum):
    """What is written down. The log keeps the words of its day, so the column takes any."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGN_INS_ENDED = "sign_ins_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    GROUP_GRANTED = "group_granted"
    GROUP_ENDED = "group_ended"
    EXPORTED = "exported"
    SETTINGS_CHANGED = "settings_changed"
    COUNTER_REGISTERED = "counter_registered"
    COUNTER_HANDED_BACK = "counter_handed_back"
    COUNTER_CONTACT = "counter_contact"
    COUNTER_SLIP = "counter_slip"
    CONTACT_REPLACEMENT_ASKED = "contact_replacement_asked"
    CONTACT_REPLACED = "contact_replaced"
    CONTACT_REPLACEMENT_DECLINED = "contact_replacement_declined"
    ACCOUNT_CLAIMED = "account_claimed"


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


class SecuritySeal(Base):
    """The end of the chain: one row, locked by whoever seals."""

    __tablename__ = "security_seal"
    id: Mapped[Pk]
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(default="")
