"""Identities that two people claim, one of whom is verified: what two officers decide with the paper in hand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class DisputeStatus(StrEnum):
    """The front office asked, a second officer agreed that the identity is the claimant's, or it stays as it was."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class IdentityDispute(Base):
    """The ``claimant`` stood at the counter of the ``office`` with the paper of a number with which the account of the
    ``holder`` is verified: who asked for the identity to be theirs with which reason, and who answered with which."""

    __tablename__ = "identity_dispute"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    status: Mapped[DisputeStatus] = mapped_column(words("status", DisputeStatus))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    id_kind: Mapped[str]
    id_number: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        # One question at a time about a verified identity.
        Index(
            "uq_identity_dispute_asked",
            "holder_id",
            unique=True,
            sqlite_where=text("status = 'asked'"),
            postgresql_where=text("status = 'asked'"),
        ),
    )
