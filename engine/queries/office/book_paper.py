"""The sheet of a closed book on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.book_sheet import BookSheet, book_sheet
from engine.house import House
from engine.khmer import Bilingual
from engine.money.shares import shares_of_book
from engine.queries.office.books import BookShown
from engine.queries.office.receipt_paper import METHODS
from storage.cash_books import CashBook, ClosingStatus
from storage.payments import Payment, PaymentMethod
from storage.shares import Receiver

RECEIVERS: Final[Mapping[Receiver, Bilingual]] = {
    Receiver.TREASURY: Bilingual("រតនាគារជាតិ", "National treasury"),
    Receiver.MINISTRY: Bilingual("ក្រសួង", "Ministry"),
    Receiver.ADMINISTRATION: Bilingual("រដ្ឋបាល", "Administration"),
    Receiver.STAFF: Bilingual("លើកទឹកចិត្តមន្ត្រី", "Staff incentive"),
}


def book_pdf(session: Session, house: House, book: BookShown) -> bytes:
    """The sheet of the last closing of a book, which must have one, as PDF/A."""
    closing = book.closings[0]
    figures, is_confirmed = closing.figures, closing.status == ClosingStatus.CONFIRMED
    taken = (figures.cash, figures.khqr, figures.bank)
    book_id = session.scalars(select(CashBook.id).where(CashBook.key == book.line.key)).one()
    shares = shares_of_book(session, book_id)
    ways = (PaymentMethod.CASH, PaymentMethod.KHQR, PaymentMethod.BANK)
    sheet = BookSheet(
        office=book.line.office,
        cashier=book.line.cashier,
        day=book.line.day,
        closing=closing.number,
        first=figures.first,
        last=figures.last,
        receipts=figures.receipts,
        ways=[(METHODS[way], amount) for way, amount in zip(ways, taken, strict=True)],
        voids=_voids(session, book.line.key),
        refunds=[(one.number, one.amount) for one in book.refunds],
        together=figures.together,
        in_the_drawer=figures.in_the_drawer,
        counted=closing.counted,
        notes=closing.notes,
        explanation=closing.explanation,
        closed_by=closing.closed_by,
        closed_at=closing.closed_at,
        confirmed_by=closing.answered_by if is_confirmed else None,
        confirmed_at=closing.answered_at if is_confirmed else None,
        shares=[(RECEIVERS[who], amount) for who, amount in shares.items()],
    )
    return book_sheet(sheet, fonts=house.fonts)


def _voids(session: Session, book_key: str) -> list[tuple[str, int, str]]:
    wanted = (
        select(Payment.receipt_number, Payment.amount, Payment.void_reason)
        .join(CashBook, CashBook.id == Payment.void_book_id)
        .where(CashBook.key == book_key)
        .order_by(Payment.receipt_number)
    )
    return [(number or "", amount, reason) for number, amount, reason in session.execute(wanted)]
