"""The book of a cashier's day, and each time it was counted and closed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class BookStatus(StrEnum):
    """A book takes receipts, was counted and waits for a second person, or was confirmed by one."""

    OPEN = "open"
    CLOSED = "closed"
    CONFIRMED = "confirmed"


class ClosingStatus(StrEnum):
    """A closing waits for a second person, was confirmed, was sent back by them, or the head opened its book again."""

    WAITS = "waits"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"


IS_UNSETTLED = "status <> 'confirmed'"
IS_OF_THE_BANK = "cashier_id IS NULL"


class CashBook(Base):
    """What one cashier takes on one day at an office; without ``cashier_id`` what the bank's connector confirmed there.
    It is made with the first receipt. A book that is not open takes nothing more: the next day's does."""

    __tablename__ = "cash_book"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    cashier_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    status: Mapped[BookStatus] = mapped_column(words("status", BookStatus))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("office_id", "cashier_id", "day"),
        # Both databases take several rows without a cashier for one day unless they are told otherwise.
        Index(
            "uq_cash_book_bank",
            "office_id",
            "day",
            unique=True,
            sqlite_where=text(IS_OF_THE_BANK),
            postgresql_where=text(IS_OF_THE_BANK),
        ),
        Index(
            "ix_cash_book_unsettled",
            "office_id",
            "day",
            sqlite_where=text(IS_UNSETTLED),
            postgresql_where=text(IS_UNSETTLED),
        ),
    )

    @classmethod
    def is_unsettled(cls) -> ColumnElement[bool]:
        """Nobody closed it yet, or no second person confirmed it. Said as the index says it."""
        return cls.status != literal_column(f"'{BookStatus.CONFIRMED.value}'")


IS_NAMED = "ended_at IS NULL"


class BookSecond(Base):
    """Who of the office above answers for the second person of an office that has none: named by an administrator, one
    at a time."""

    __tablename__ = "book_second"
    id: Mapped[Pk]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    named_at: Mapped[datetime] = mapped_column(Moment)
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        Index(
            "uq_book_second_office",
            "office_id",
            unique=True,
            sqlite_where=text(IS_NAMED),
            postgresql_where=text(IS_NAMED),
        ),
        Index("ix_book_second_person", "person_id", sqlite_where=text(IS_NAMED), postgresql_where=text(IS_NAMED)),
    )


class BookClosing(Base):
    """A book as it was counted; never changed but by the answer of the second person, and by whoever opens it again.

    Whole riel. ``in_cash``, ``by_khqr`` and ``banked``: what came in by each way, without receipts that were void by
    then, and less what was taken back of receipts of earlier books. ``paid_back``: refunds, in cash. ``counted``: the
    cash in the drawer, ``notes`` how many of each value. ``first`` and ``last`` are receipt numbers.
    """

    __tablename__ = "book_closing"
    id: Mapped[Pk]
    book_id: Mapped[int] = mapped_column(ForeignKey("cash_book.id"))
    number: Mapped[int]
    status: Mapped[ClosingStatus] = mapped_column(words("status", ClosingStatus))
    receipts: Mapped[int]
    voids: Mapped[int]
    first: Mapped[str]
    last: Mapped[str]
    in_cash: Mapped[int] = mapped_column(BigInteger)
    by_khqr: Mapped[int] = mapped_column(BigInteger)
    banked: Mapped[int] = mapped_column(BigInteger)
    paid_back: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(BigInteger)
    notes: Mapped[dict[str, Any]]
    explanation: Mapped[str]
    closed_at: Mapped[datetime] = mapped_column(Moment)
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("book_id", "number"),)
