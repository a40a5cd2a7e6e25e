"""How accounts that an office made, or that somebody lost the telephone of, come to whoever they belong to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words
from storage.messages import MessageChannel


class ClaimCode(Base):
    """The code of a slip with which somebody claims at home the account that the counter made for them; only its hash
    is kept. ``tries`` counts wrong signs of the paper beside the right code. ``used_at``: the account was claimed with
    it; ``ended_at``: a new slip was printed, or the account came to its person in another way."""

    __tablename__ = "claim_code"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[Key] = mapped_column(unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class ReplacementStatus(StrEnum):
    """Somebody asked, a second person agreed, or it is off."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class ContactReplacement(Base):
    """Somebody whose telephone or mailbox is lost has shown the paper of their account and proved another contact,
    which a second person lets take the place of the old one. ``paper``: the kind of paper that was seen."""

    __tablename__ = "contact_replacement"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    status: Mapped[ReplacementStatus] = mapped_column(words("status", ReplacementStatus))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    channel: Mapped[MessageChannel] = mapped_column(words("channel", MessageChannel))
    address: Mapped[str]
    paper: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        # One question at a time about an account: of two that are agreed to at once nobody knows which holds.
        Index(
            "uq_contact_replacement_asked",
            "person_id",
            unique=True,
            sqlite_where=text("status = 'asked'"),
            postgresql_where=text("status = 'asked'"),
        ),
    )
