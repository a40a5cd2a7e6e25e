"""What two people decide about money: that it is paid back, or that a fee is not asked for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class RemissionKind(StrEnum):
    """Money is paid back to the applicant, or a fee that is due is written off."""

    REFUND = "refund"
    WRITE_OFF = "write_off"


class RemissionStatus(StrEnum):
    """Somebody asked, a second person agreed, or it is off."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class Remission(Base):
    """A refund of a payment or a write-off of a fee, in whole riel: who asked with which reason, who answered.
    ``number`` is that of the slip of a refund that was agreed to; ``in_error``: the money was paid in error.
    ``book_id``: the book of the cashier out of whose drawer a refund is paid."""

    __tablename__ = "remission"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    kind: Mapped[RemissionKind] = mapped_column(words("kind", RemissionKind))
    status: Mapped[RemissionStatus] = mapped_column(words("status", RemissionStatus))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    fee_id: Mapped[int] = mapped_column(ForeignKey("due_fee.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    amount: Mapped[int]
    in_error: Mapped[bool]
    reason: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    number: Mapped[str | None] = mapped_column(unique=True)
    book_id: Mapped[int | None] = mapped_column(ForeignKey("cash_book.id"))
    __table_args__ = (
        # One question at a time about a fee: two that are asked at once would both be paid.
        Index(
            "uq_remission_asked",
            "fee_id",
            unique=True,
            sqlite_where=text("status = 'asked'"),
            postgresql_where=text("status = 'asked'"),
        ),
        Index(
            "ix_remission_booked",
            "book_id",
            sqlite_where=text("book_id IS NOT NULL"),
            postgresql_where=text("book_id IS NOT NULL"),
        ),
    )
