"""The cashier's book of the day: which one a receipt is written into, and what a book comes to.

A book holds what one cashier takes at one office on one day; what the bank's connector confirms has a book of its own
there, without a cashier. Once a book is counted and closed it takes nothing more: what comes after, a receipt, a void
or a refund, is written into the next day's. So what a closed book comes to never changes.

Whoever writes into a book holds its row until the end of the transaction, behind the row of the case and before the
number of the receipt; who closes it holds the book alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.case.turn import Turn
from engine.localise import PHNOM_PENH
from engine.references import new_key
from storage.cash_books import BookStatus, CashBook
from storage.payments import Payment, PaymentMethod
from storage.remissions import Remission

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a book comes to, in whole riel: by each way without what is void, less what was taken back of receipts of
    earlier books. ``paid_back``: refunds. ``receipts`` are all that were written, ``voids`` those taken back here."""

    receipts: int = 0
    voids: int = 0
    first: str = ""
    last: str = ""
    cash: int = 0
    khqr: int = 0
    bank: int = 0
    paid_back: int = 0

    @property
    def in_the_drawer(self) -> int:
        """The cash that must be there, beside what was there in the morning."""
        return self.cash - self.paid_back

    @property
    def together(self) -> int:
        return self.cash + self.khqr + self.bank - self.paid_back


def book_of(turn: Turn, cashier_id: int | None) -> CashBook:
    """The book into which this cashier (``None``: the bank) writes now at the office of the case, locked: that of the
    day, else of the next day whose book was not closed. It is made when it is not there."""
    return open_book(turn.session, turn.case.office.id, cashier_id, turn.case.calendar.local_date(turn.now), turn.now)


def open_book(session: Session, office_id: int, cashier_id: int | None, day: date, now: datetime) -> CashBook:
    """The first book from ``day`` on that takes something, locked."""
    found = {book.day: book for book in session.scalars(_books_from(office_id, cashier_id, day)).all()}
    while (book := found.get(day)) is not None and book.status != BookStatus.OPEN:
        day += _A_DAY
    return book or _begun(session, office_id, cashier_id, day, now)


def take_back(turn: Turn, payment: Payment) -> None:
    """A receipt was made void: its own book forgets it while that is open, else the next one of its cashier takes it
    back. Receipts from before there were books are taken back by none."""
    if payment.book_id is None:
        return
    session = turn.session
    own = session.get_one(CashBook, payment.book_id)
    # In the order in which whoever takes money holds them: the book of the receipt may come after that of today.
    day = min(own.day, turn.case.calendar.local_date(turn.now))
    session.scalars(_books_from(own.office_id, own.cashier_id, day)).all()
    is_open = own.status == BookStatus.OPEN
    payment.void_book_id = own.id if is_open else book_of(turn, own.cashier_id).id


def figures_of(session: Session, book_id: int) -> Figures:
    """What a book comes to as it stands; three statements."""
    count, first, last, *taken = session.execute(_sums(Payment.book_id == book_id)).one()
    voids, _, _, *back = session.execute(_sums(Payment.void_book_id == book_id)).one()
    refunds = select(func.coalesce(func.sum(Remission.amount), 0)).where(Remission.book_id == book_id)
    cash, khqr, bank = (int(came) - int(went) for came, went in zip(taken, back, strict=True))
    return Figures(count, voids, first or "", last or "", cash, khqr, bank, int(session.scalar(refunds) or 0))


def _sums(of: ColumnElement[bool]) -> Select[*tuple[int, str | None, str | None, int, int, int]]:
    ways = (PaymentMethod.CASH, PaymentMethod.KHQR, PaymentMethod.BANK)
    amounts = (func.coalesce(func.sum(case((Payment.method == way, Payment.amount), else_=0)), 0) for way in ways)
    return select(func.count(), func.min(Payment.receipt_number), func.max(Payment.receipt_number), *amounts).where(of)


def _books_from(office_id: int, cashier_id: int | None, day: date) -> Select[CashBook]:
    wanted = select(CashBook).where(CashBook.office_id == office_id, CashBook.day >= day)
    whose = CashBook.cashier_id.is_(None) if cashier_id is None else CashBook.cashier_id == cashier_id
    held = wanted.where(whose).order_by(CashBook.day).with_for_update()
    return held.execution_options(populate_existing=True)


def _begun(session: Session, office_id: int, cashier_id: int | None, day: date, now: datetime) -> CashBook:
    """A new book, with what was received that day before there were books."""
    book = CashBook(
        key=new_key(), office_id=office_id, cashier_id=cashier_id, day=day, status=BookStatus.OPEN, opened_at=now
    )
    try:
        with session.begin_nested():
            session.add(book)
    except IntegrityError:  # somebody began it at the same moment and was quicker
        return open_book(session, office_id, cashier_id, day, now)
    midnight = datetime.combine(day, time.min, PHNOM_PENH)
    whose = Payment.confirmed_by_id.is_(None) if cashier_id is None else Payment.confirmed_by_id == cashier_id
    of_day = Payment.confirmed_at >= midnight, Payment.confirmed_at < midnight + _A_DAY
    earlier = Payment.is_confirmed(), Payment.office_id == office_id, Payment.book_id.is_(None)
    session.execute(update(Payment).where(*earlier, whose, *of_day).values(book_id=book.id))
    return book
