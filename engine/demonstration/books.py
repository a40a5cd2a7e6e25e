"""The money of a demonstration as an office keeps it: shares of the income that are an example, and the books of all
days but the last counted, closed and confirmed; those of yesterday wait for the second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.demonstration.told import Staff
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.money import closings
from engine.money.books import figures_of
from engine.money.counting import NOTES, Counted
from engine.money.share_tables import NewShares, set_shares
from engine.packages.groups import CASHIER, HEAD
from engine.people.actors import OPERATOR, Actor
from storage.cash_books import BookStatus, CashBook
from storage.shares import Receiver

EXAMPLE: Final[Mapping[Receiver, int]] = {
    Receiver.TREASURY: 5_000,
    Receiver.MINISTRY: 2_000,
    Receiver.ADMINISTRATION: 2_000,
    Receiver.STAFF: 1_000,
}
"""Illustrative: the shares that hold in Cambodia are not published."""
SOURCE: Final = "គំរូសម្រាប់សាកល្បងតែប៉ុណ្ណោះ (illustrative: the shares that hold are not published)"
WHY: Final = "ប្រាក់អាប់ដែលនៅសល់ក្នុងថត។"


def set_example_shares(session: Session, *, opened: datetime) -> None:
    """Shares for the nation from the day on which the offices opened."""
    day = opened.astimezone(PHNOM_PENH).date()
    new = NewShares("", "", day, EXAMPLE, SOURCE, is_illustrative=True)
    set_shares(session, OPERATOR, new, today=day - timedelta(days=1), now=opened)


def close_books(house: House, staff: Staff, *, now: datetime) -> None:
    """Closes every open book of a day that is over, in the name of its cashier; the head confirms those before
    yesterday. Doing it again is harmless."""
    today = now.astimezone(PHNOM_PENH).date()
    unsettled = select(CashBook).where(CashBook.is_unsettled(), CashBook.day < today)
    with house.database.reading() as session:
        over = session.scalars(unsettled.order_by(CashBook.day, CashBook.id)).all()
    for book in over:
        cashiers: Sequence[Actor] = staff.get((CASHIER, book.office_id), ())
        heads: Sequence[Actor] = staff.get((HEAD, book.office_id), ())
        by = next((one for one in cashiers if one.person_id == book.cashier_id), cashiers[0] if cashiers else None)
        if by is None:
            continue
        if book.status == BookStatus.OPEN:
            with house.database.transaction() as session:
                so_far = figures_of(session, book.id)
                counted = Counted(_in_notes(so_far.in_the_drawer))
                closings.close(session, by, book.key, counted, WHY, seen=so_far.together, now=now)
        if heads and book.day < today - timedelta(days=1):
            with house.database.transaction() as session:
                closings.confirm(session, heads[0], book.key, 1, now=now)


def _in_notes(amount: int) -> dict[int, int]:
    """The fewest notes that come to the amount, as far as notes go."""
    notes: dict[int, int] = {}
    for value in NOTES:
        count, amount = divmod(max(amount, 0), value)
        notes |= {value: count} if count else {}
    return notes
