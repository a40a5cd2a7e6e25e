"""Money: what an application costs, how it was paid, and the receipt."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words

WAS_ASKED = "status <> 'expected'"
"""The fees of which the payment was reached, by when that was."""


class FeeStatus(StrEnum):
    """A fee was told before its payment was reached, is due, was paid, came to nothing (free, or paid before), was
    written off by two people, or is owed no more because the process went another way."""

    EXPECTED = "expected"
    DUE = "due"
    PAID = "paid"
    NOTHING = "nothing"
    WRITTEN_OFF = "written_off"
    DROPPED = "dropped"


class DueFee(Base):
    """A fee of an application: ``fee_key`` is its name in the service, ``task_ref`` the payment task that was reached,
    empty before that. A task that is reached again has a row of its own. ``amount`` is what is to be paid there, in
    whole riel; ``cap`` what the law allows at most; ``refunded`` what was paid back of it. The title is as it was
    told."""

    __tablename__ = "due_fee"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    fee_key: Mapped[Key]
    title_km: Mapped[str]
    title_en: Mapped[str]
    task_ref: Mapped[str] = mapped_column(default="")
    element_id: Mapped[str] = mapped_column(default="")
    amount: Mapped[int]
    cap: Mapped[int | None]
    refundable: Mapped[bool]
    refunded: Mapped[int] = mapped_column(default=0)
    status: Mapped[FeeStatus] = mapped_column(words("status", FeeStatus))
    reckoned_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index(
            "ix_due_fee_asked",
            "reckoned_at",
            "id",
            sqlite_where=text(WAS_ASKED),
            postgresql_where=text(WAS_ASKED),
        ),
    )

    @classmethod
    def was_asked(cls) -> ColumnElement[bool]:
        """Its payment was reached. Said as the index says it."""
        return cls.status != literal_column(f"'{FeeStatus.EXPECTED.value}'")


class FeeLine(Base):
    """One line of a fee as it was shown; whole riel. Lines without ``fee_id`` are of applications that were sent when a
    service had one fee only; ``engine.case.fees`` gives them one when the case is next in hand."""

    __tablename__ = "fee_line"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    fee_id: Mapped[int | None] = mapped_column(ForeignKey("due_fee.id"), index=True)
    position: Mapped[int]
    line_key: Mapped[Key]
    label_km: Mapped[str]
    label_en: Mapped[str]
    quantity: Mapped[int]
    unit_amount: Mapped[int]
    amount: Mapped[int]
    citation_km: Mapped[str] = mapped_column(default="")
    citation_en: Mapped[str] = mapped_column(default="")


class PaymentMethod(StrEnum):
    """How a fee is paid: in cash, with a KHQR code of ours, or by a bank payment without one."""

    CASH = "cash"
    KHQR = "khqr"
    BANK = "bank"


class PaymentStatus(StrEnum):
    """A payment waits for its money, was confirmed, or is void: another one was confirmed, or its receipt was wrong."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    VOID = "void"


class BankProblem(StrEnum):
    """Why an answer of the bank confirms nothing: another amount, paid before, nothing due, the bank's reference was
    used, or the case is suspended."""

    NONE = ""
    AMOUNT = "amount"
    PAID_BEFORE = "paid_before"
    NOT_DUE = "not_due"
    REFERENCE_USED = "reference_used"
    SUSPENDED = "suspended"


# What the partial indexes of payments hold; statements say it in the same words.
IS_CONFIRMED = "status = 'confirmed'"
IS_REPORTED = "bank_problem <> ''"
IS_QUESTIONED = "void_asked_at IS NOT NULL"
IS_BOOKED = "book_id IS NOT NULL"
IS_TAKEN_BACK = "void_book_id IS NOT NULL"


def _of(name: str, which: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(which), postgresql_where=text(which))


class Payment(Base):
    """A payment of a fee; of each fee one at most is confirmed. For KHQR the exact string shown and its MD5 (the key
    for asking the bank) are kept. ``ask_bank_at``: when a connector asks next, empty when it never does again;
    ``bank_paid`` and ``bank_problem`` hold an answer of the bank that confirms nothing. A receipt that is wrong keeps
    its number: ``void_asked_at`` says that somebody wants it void, ``voided_at`` that somebody else agreed.

    ``handed`` is what was put on the counter for a payment in cash. ``book_id``: the cashier's book that the receipt is
    in, ``void_book_id`` the one in which it was taken back; empty for receipts from before there were books.
    ``share_table_id``: by which table it was divided; not at all without one.
    ``printed_at``: when its first paper was made, so that further ones say that they are copies."""

    __tablename__ = "payment"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    fee_id: Mapped[int | None] = mapped_column(ForeignKey("due_fee.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    method: Mapped[PaymentMethod] = mapped_column(words("method", PaymentMethod))
    amount: Mapped[int]
    status: Mapped[PaymentStatus] = mapped_column(words("status", PaymentStatus))
    khqr: Mapped[str] = mapped_column(default="")
    khqr_md5: Mapped[str] = mapped_column(default="", index=True)
    bank_reference: Mapped[str] = mapped_column(default="", index=True)
    ask_bank_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    bank_paid: Mapped[str] = mapped_column(default="")
    bank_problem: Mapped[BankProblem] = mapped_column(
        words("bank_problem", BankProblem), default=BankProblem.NONE, index=True
    )
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    receipt_number: Mapped[str | None] = mapped_column(unique=True)
    void_reason: Mapped[str] = mapped_column(default="")
    void_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    void_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed: Mapped[int | None] = mapped_column(BigInteger)
    book_id: Mapped[int | None] = mapped_column(ForeignKey("cash_book.id"))
    void_book_id: Mapped[int | None] = mapped_column(ForeignKey("cash_book.id"))
    share_table_id: Mapped[int | None] = mapped_column(ForeignKey("share_table.id"))
    printed_at: Mapped[datetime | None] = mapped_column(Moment)
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        # The database itself refuses a second payment of one fee, and of an application that has one fee only.
        Index(
            "uq_payment_fee",
            "fee_id",
            unique=True,
            sqlite_where=text("status = 'confirmed'"),
            postgresql_where=text("status = 'confirmed'"),
        ),
        Index(
            "uq_payment_only_fee",
            "application_id",
            unique=True,
            sqlite_where=text("status = 'confirmed' AND fee_id IS NULL"),
            postgresql_where=text("status = 'confirmed' AND fee_id IS NULL"),
        ),
        # What a cashier's desk asks for: what came in today, what the bank reports, what is in question.
        _of("ix_payment_taken", IS_CONFIRMED, "office_id", "confirmed_at", "id"),
        _of("ix_payment_reported", IS_REPORTED, "office_id", "id"),
        _of("ix_payment_questioned", IS_QUESTIONED, "office_id", "void_asked_at", "id"),
        # And what a cashier's book holds.
        _of("ix_payment_booked", IS_BOOKED, "book_id", "id"),
        _of("ix_payment_taken_back", IS_TAKEN_BACK, "void_book_id", "id"),
        # And one bank payment that would pay two applications.
        Index(
            "uq_payment_bank_reference",
            "bank_reference",
            unique=True,
            sqlite_where=text("status = 'confirmed' AND bank_reference <> ''"),
            postgresql_where=text("status = 'confirmed' AND bank_reference <> ''"),
        ),
    )

    @classmethod
    def is_confirmed(cls) -> ColumnElement[bool]:
        """The money came in. Said as the index says it."""
        return cls.status == literal_column(f"'{PaymentStatus.CONFIRMED.value}'")

    @classmethod
    def is_reported(cls) -> ColumnElement[bool]:
        """The bank reports something that confirms nothing. Said as the index says it."""
        return cls.bank_problem != literal_column("''")
