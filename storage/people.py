"""People: applicants and officers alike, and what an officer may do where."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words
from storage.messages import MessageChannel

ONE_IDENTITY: Final = "uq_person_verified_identity"
"""The name of the constraint that lets one account be verified with a number."""
VERIFIED_WITH_A_NUMBER: Final = "identity_status = 'verified' AND id_number <> ''"


class IdentityStatus(StrEnum):
    """Whether an office has seen who somebody is; ``pending`` while their verification runs."""

    UNVERIFIED = "unverified"
    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"


class PersonKind(StrEnum):
    """A human being, or a business, as which nobody signs in: its representatives act for it."""

    INDIVIDUAL = "individual"
    BUSINESS = "business"


class Person(Base):
    """Somebody with an account, somebody a counter officer helps, or a business (``person_kind``), which has neither
    password nor contact. ``session_epoch`` grows when all sessions of the person must end. Telephone and e-mail count
    once they were proved: until then nobody signs in with them and no message goes there; several people may share one.
    ``preferred_channel``: how messages should come, where the person has said so. Nobody signs in to an account while
    it is disabled.

    ``id_kind`` and ``id_number`` are what the person says until an office has seen it: any number of people may say the
    same, and one of them is verified with it. ``verified_at`` and ``verified_office_id``: when and where, as far as it
    is known."""

    __tablename__ = "person"
    id: Mapped[Pk]
    person_kind: Mapped[PersonKind] = mapped_column(
        words("person_kind", PersonKind), default=PersonKind.INDIVIDUAL, server_default=PersonKind.INDIVIDUAL
    )
    phone: Mapped[str | None] = mapped_column(index=True)
    phone_proved_at: Mapped[datetime | None] = mapped_column(Moment)
    email: Mapped[str | None] = mapped_column(index=True)
    email_proved_at: Mapped[datetime | None] = mapped_column(Moment)
    password_hash: Mapped[str | None]
    name_km: Mapped[str] = mapped_column(default="")
    name_latin: Mapped[str] = mapped_column(default="")
    sex: Mapped[str] = mapped_column(default="")
    born_on: Mapped[date | None]
    id_kind: Mapped[str] = mapped_column(default="")
    id_number: Mapped[str] = mapped_column(default="", index=True)
    address: Mapped[dict[str, Any]] = mapped_column(default=dict)
    identity_status: Mapped[IdentityStatus] = mapped_column(
        words("identity_status", IdentityStatus), default=IdentityStatus.UNVERIFIED
    )
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    verified_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    language: Mapped[Key] = mapped_column(default="km")
    preferred_channel: Mapped[MessageChannel | None] = mapped_column(words("preferred_channel", MessageChannel))
    session_epoch: Mapped[int] = mapped_column(default=1)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        # Two officers who verify two accounts with one number at the same moment: the second is refused here.
        Index(
            ONE_IDENTITY,
            "id_kind",
            "id_number",
            unique=True,
            sqlite_where=text(VERIFIED_WITH_A_NUMBER),
            postgresql_where=text(VERIFIED_WITH_A_NUMBER),
        ),
    )


class Membership(Base):
    """A person belongs to a group at an office (``office_id`` empty: everywhere) between two days."""

    __tablename__ = "membership"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    group: Mapped[Key]
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("person_id", "office_id", "group", "from_day"),
        Index("ix_membership_office_group", "office_id", "group"),
    )


class AccessLog(Base):
    """Who looked at whose case, or at the data of which ``subject`` without any case: the citizen can read it.
    ``paper``: the kind of identity paper that was seen when somebody was registered or verified; ``detail``: the name
    of the file that was opened. ``office_id`` and ``groups``: for which office, and as what, they looked;
    ``is_outside``: whether it was beyond the offices they work in. Looks of before these were kept have no groups.
    ``for_id``: the absent colleague in whose place they looked."""

    __tablename__ = "access_log"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    page: Mapped[Key]
    paper: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="", server_default="")
    groups: Mapped[str] = mapped_column(default="", server_default="")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    is_outside: Mapped[bool | None]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("look_reason.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
