"""The books of cashiers: those that somebody must still settle, and one with its receipts and closings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.money.books import Figures, figures_of
from engine.money.closings import WHO_CLOSES
from engine.money.seconds import second_of, seconded
from engine.namesakes import office_name
from engine.packages.groups import CASHIER, HEAD
from engine.people.actors import Actor
from engine.people.names import holder
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from engine.queries.shared.people import person_name
from storage.applications import Application
from storage.cash_books import BookClosing, BookStatus, CashBook, ClosingStatus
from storage.offices import Office
from storage.payments import Payment
from storage.people import Person
from storage.remissions import Remission

MOST_UNSETTLED: Final = 50
THE_BANK: Final = Bilingual("បញ្ជាក់ដោយធនាគារ", "Confirmed by the bank")
"""Whose the book without a cashier is."""
_Closer, _Answerer = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class BookLine:
    """A book. ``is_overdue``: its day is over and nobody closed it. ``may_close``: the reader is one who closes it.
    ``is_below``: of an office for which the reader was named, and at which they do not work."""

    key: str
    day: date
    office: Bilingual
    cashier: Bilingual
    is_of_the_bank: bool
    status: BookStatus
    is_overdue: bool
    is_mine: bool
    may_close: bool
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class ClosingShown:
    """A closing as it was counted, with who closed it and who answered; whole riel."""

    number: int
    status: ClosingStatus
    figures: Figures
    counted: int
    notes: Mapping[int, int]
    explanation: str
    closed_by: Bilingual
    closed_at: datetime
    answered_by: Bilingual | None
    answered_at: datetime | None
    reason: str
    is_mine: bool

    @property
    def difference(self) -> int:
        """How much more than it should the drawer held; less where it is negative."""
        return self.counted - self.figures.in_the_drawer


@dataclass(frozen=True, slots=True)
class BookedReceipt:
    """A receipt of a book. ``is_void``: taken back here; ``is_of_earlier``: it was written into an earlier book."""

    number: str
    application_key: str
    payer: Bilingual
    method: str
    amount: int
    at: datetime
    is_void: bool
    is_of_earlier: bool
    void_reason: str


@dataclass(frozen=True, slots=True)
class BookedRefund:
    """What was paid back out of the drawer, against a slip of this number; whole riel."""

    number: str
    key: str
    amount: int


@dataclass(frozen=True, slots=True)
class BookShown:
    """A book as it stands, with its closings, the last first. ``may_answer``: the reader is the second person for the
    last of them; ``may_reopen``: the reader is the head and it is not theirs. ``second``: who of
    the office above may answer as well."""

    line: BookLine
    figures: Figures
    closings: tuple[ClosingShown, ...]
    receipts: Page[BookedReceipt]
    refunds: tuple[BookedRefund, ...]
    may_answer: bool
    may_reopen: bool
    second: Bilingual | None = None


def unsettled_books(session: Session, actor: Actor, *, today: date) -> tuple[BookLine, ...]:
    """The books of the actor's offices that were not closed or not confirmed, the oldest first; one statement."""
    wanted = _of_offices(actor).where(CashBook.is_unsettled()).order_by(CashBook.day, CashBook.id)
    return tuple(_line(actor, row, today) for row in session.execute(wanted.limit(MOST_UNSETTLED)))


def books(session: Session, actor: Actor, page: int = 1, *, size: int = PAGE_SIZE, today: date) -> Page[BookLine]:
    """All books of the actor's offices, the newest first; two statements."""
    wanted = _of_offices(actor).order_by(CashBook.day.desc(), CashBook.id.desc())
    return page_of(session, wanted, lambda row: _line(actor, row, today), page, size=size)


def book_shown(
    session: Session, actor: Actor, key: str, page: int = 1, *, size: int = PAGE_SIZE, today: date
) -> BookShown:
    """One book with a page of its receipts; ``NotFound`` when it is of none of the actor's offices."""
    row = session.execute(_of_offices(actor).where(CashBook.key == key)).one_or_none()
    if row is None:
        raise NotFound
    book, line = row.CashBook, _line(actor, row, today)
    closings = _closings(session, actor, book)
    last = closings[0] if closings else None
    is_another = not line.is_mine and last is not None and not last.is_mine
    heads = actor.acts_for(HEAD, book.office_id)
    return BookShown(
        line=line,
        figures=figures_of(session, book.id),
        closings=closings,
        receipts=_receipts(session, book, page, size),
        refunds=_refunds(session, book),
        may_answer=is_another and book.status == BookStatus.CLOSED,
        may_reopen=heads and not line.is_mine and book.status == BookStatus.CONFIRMED,
        second=holder(named) if (named := second_of(session, book.office_id)) is not None else None,
    )


def _of_offices(actor: Actor) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(CashBook, Office, Person.name_km, Person.name_latin)
        .join(Office, Office.id == CashBook.office_id)
        .outerjoin(Person, Person.id == CashBook.cashier_id)
    )
    offices = actor.offices(*WHO_CLOSES)
    if offices is None:
        return wanted
    return wanted.where(or_(CashBook.office_id.in_(sorted(offices)), CashBook.office_id.in_(seconded(actor))))


def _line(actor: Actor, row: Row[*tuple[Any, ...]], today: date) -> BookLine:
    book, is_mine = row.CashBook, row.CashBook.cashier_id == actor.person_id
    theirs = is_mine or (book.cashier_id is None and actor.acts_for(CASHIER, book.office_id))
    return BookLine(
        key=book.key,
        day=book.day,
        office=office_name(row.Office),
        cashier=person_name(row.name_km, row.name_latin) if book.cashier_id is not None else THE_BANK,
        is_of_the_bank=book.cashier_id is None,
        status=book.status,
        is_overdue=book.status == BookStatus.OPEN and book.day < today,
        is_mine=is_mine,
        may_close=book.status == BookStatus.OPEN and (theirs or actor.acts_for(HEAD, book.office_id)),
        is_below=not any(actor.acts_for(group, book.office_id) for group in WHO_CLOSES),
    )


def _closings(session: Session, actor: Actor, book: CashBook) -> tuple[ClosingShown, ...]:
    names = (_Closer.name_km, _Closer.name_latin, _Answerer.name_km, _Answerer.name_latin)
    wanted = (
        select(BookClosing, *names)
        .join(_Closer, _Closer.id == BookClosing.closed_by_id)
        .outerjoin(_Answerer, _Answerer.id == BookClosing.answered_by_id)
        .where(BookClosing.book_id == book.id)
        .order_by(BookClosing.number.desc())
    )
    return tuple(_closing(actor, *row) for row in session.execute(wanted))


def _closing(actor: Actor, closing: BookClosing, *names: str | None) -> ClosingShown:
    sums = (closing.in_cash, closing.by_khqr, closing.banked, closing.paid_back)
    closer, answerer = person_name(names[0], names[1]), person_name(names[2], names[3])
    return ClosingShown(
        number=closing.number,
        status=closing.status,
        figures=Figures(closing.receipts, closing.voids, closing.first, closing.last, *sums),
        counted=closing.counted,
        notes={int(value): int(count) for value, count in closing.notes.items()},
        explanation=closing.explanation,
        closed_by=closer,
        closed_at=closing.closed_at,
        answered_by=answerer if closing.answered_by_id is not None else None,
        answered_at=closing.answered_at,
        reason=closing.reason,
        is_mine=closing.closed_by_id == actor.person_id,
    )


def _receipts(session: Session, book: CashBook, page: int, size: int) -> Page[BookedReceipt]:
    wanted = (
        select(Payment, Application.key, Person.name_km, Person.name_latin)
        .join(Application, Application.id == Payment.application_id)
        .join(Person, Person.id == Application.applicant_id)
        .where(or_(Payment.book_id == book.id, Payment.void_book_id == book.id))
        .order_by(Payment.receipt_number)
    )
    return page_of(session, wanted, lambda row: _receipt(book, *row), page, size=size)


def _refunds(session: Session, book: CashBook) -> tuple[BookedRefund, ...]:
    wanted = select(Remission.number, Remission.key, Remission.amount).where(Remission.book_id == book.id)
    rows = session.execute(wanted.order_by(Remission.id))
    return tuple(BookedRefund(number or "", key, amount) for number, key, amount in rows)


def _receipt(book: CashBook, payment: Payment, key: str, name_km: str | None, name_latin: str | None) -> BookedReceipt:
    return BookedReceipt(
        number=payment.receipt_number or "",
        application_key=key,
        payer=person_name(name_km, name_latin),
        method=payment.method,
        amount=payment.amount,
        at=payment.confirmed_at or payment.created_at,
        is_void=payment.void_book_id == book.id,
        is_of_earlier=payment.book_id != book.id,
        void_reason=payment.void_reason if payment.void_book_id == book.id else "",
    )
