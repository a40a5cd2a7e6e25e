"""The money of a demonstration: an example of shares that says so, and the books of days that are over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.demonstration.books import close_books, set_example_shares
from engine.packages.groups import CASHIER, HEAD
from storage.cash_books import BookClosing, CashBook
from storage.shares import WHOLE, ShareTable, ShareTally
from tests.cast import NOW
from tests.small.cases import FEE, Kilns

DAY = timedelta(days=1)


def test_books_of_days_that_are_over_are_closed_and_those_before_yesterday_confirmed(kilns: Kilns) -> None:
    for who, days in ((None, 0), (kilns.cast.rithy, 2), (kilns.cast.mony, 3)):
        kilns.pay(kilns.send(who, now=NOW + days * DAY), now=NOW + days * DAY)
    office = kilns.cast.battambang
    staff = {(CASHIER, office): [kilns.cast.sopheap.actor], (HEAD, office): [kilns.cast.kunthea.actor]}
    close_books(kilns.house, staff, now=NOW + 3 * DAY)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(CashBook.status).order_by(CashBook.day)).all() == ["confirmed", "closed", "open"]
        assert session.scalars(select(BookClosing.counted)).all() == [FEE, FEE]


def test_the_shares_of_the_demonstration_are_marked_as_an_example_and_hold_from_its_first_day(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        set_example_shares(session, opened=NOW)
    kilns.pay(kilns.send())
    with kilns.house.database.reading() as session:
        table, given = session.scalars(select(ShareTable)).one(), session.scalars(select(ShareTally)).one()
    assert (table.is_illustrative, sum(table.parts.values())) == (True, WHOLE)
    assert "illustrative" in table.source
    assert given.treasury + given.ministry + given.administration + given.staff == FEE
