"""The shares of the income: exactly all of it, by the table of the day, taken back as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.errors import NotAllowed, NotFound, ReasonMissing
from engine.errors.shares import SharesBeginTooEarly, SharesHold, SharesKnown, SharesNotWhole
from engine.money import remissions, share_tables, voids
from engine.money.share_tables import NewShares, set_shares
from engine.money.shares import divided, returned, shares_of_book, table_of
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.cash_books import CashBook
from storage.payments import Payment
from storage.security_log import SecurityEvent
from storage.shares import WHOLE, Receiver, ShareTable, ShareTally
from storage.tallies import MonthChange, MonthTally
from tests.cast import NOW, of_ministry
from tests.properties import given, st
from tests.small.cases import FEE, SERVICE, Kilns

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
THIRDS = dict(zip(Receiver, (3_333, 3_333, 3_333, 1), strict=True))
HALVES = dict(zip(Receiver, (5_000, 5_000, 0, 0), strict=True))
ODD = 10_001
NATION = NewShares("", "", TOMORROW, THIRDS, "An example")
FIRST = "R-02-26-000001"


@st.composite
def shares(draw: st.DrawFn) -> Mapping[Receiver, int]:
    cuts = sorted(draw(st.lists(st.integers(0, WHOLE), min_size=3, max_size=3)))
    edges = zip([0, *cuts], [*cuts, WHOLE], strict=True)
    return dict(zip(Receiver, (high - low for low, high in edges), strict=True))


@given(st.integers(0, 10**12), shares())
def test_what_is_divided_is_exactly_the_amount_and_nobody_is_off_by_a_riel(
    amount: int, parts: Mapping[Receiver, int]
) -> None:
    given = divided(amount, parts)
    assert sum(given.values()) == amount
    assert all(abs(given[who] * WHOLE - amount * part) < WHOLE for who, part in parts.items())
    assert all(given[who] == 0 for who, part in parts.items() if part == 0)
    assert divided(amount, dict(reversed(parts.items()))).keys() == given.keys()


@given(st.integers(0, 10**9), st.integers(0, 10**9), shares())
def test_what_goes_back_is_exactly_the_refund_and_what_stays_is_as_if_only_that_had_been_paid(
    amount: int, left: int, parts: Mapping[Receiver, int]
) -> None:
    back = returned(amount, left, parts)
    assert sum(back.values()) == amount
    assert {who: divided(left + amount, parts)[who] - back[who] for who in parts} == divided(left, parts)


@pytest.mark.parametrize(
    "parts", [{**THIRDS, Receiver.STAFF: 2}, {**HALVES, Receiver.STAFF: -1, Receiver.TREASURY: 5_001}]
)
def test_shares_that_are_not_all_divide_nothing(parts: Mapping[Receiver, int]) -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        divided(ODD, parts)


def put(kilns: Kilns, new: NewShares = NATION, who: Actor | None = None, today: date = TODAY) -> str:
    with kilns.house.database.transaction() as session:
        return set_shares(session, who or kilns.cast.visal.actor, new, today=today, now=NOW)


def in_force(kilns: Kilns, new: NewShares = NATION) -> None:
    put(kilns, replace(new, from_day=TODAY), today=TODAY - timedelta(days=1))


def tally(kilns: Kilns) -> dict[Receiver, int]:
    with kilns.house.database.reading() as session:
        rows = session.scalars(select(ShareTally)).all()
    return {who: sum(getattr(row, who.value) for row in rows) for who in Receiver}


def income(kilns: Kilns) -> int:
    with kilns.house.database.reading() as session:
        return sum(sum(session.scalars(select(table.income))) for table in (MonthTally, MonthChange))


def of_the_book(kilns: Kilns) -> dict[Receiver, int]:
    with kilns.house.database.reading() as session:
        return shares_of_book(session, session.scalars(select(CashBook.id)).one())


def refund(kilns: Kilns, amount: int, now: datetime = NOW) -> None:
    with kilns.house.database.transaction() as session:
        cashier, about = kilns.cast.sopheap.actor, {"reason": "Too much", "in_error": True, "now": now}
        key = remissions.ask_refund(session, kilns.house, cashier, FIRST, amount=amount, **about)
    with kilns.house.database.transaction() as session:
        remissions.agree(session, kilns.house, kilns.cast.kunthea.actor, key, now=now)


def test_each_receipt_is_divided_and_the_shares_are_the_income(kilns: Kilns) -> None:
    in_force(kilns)
    kilns.pay(kilns.send())
    kilns.pay(kilns.send(kilns.cast.rithy))
    assert tally(kilns) == {who: 2 * amount for who, amount in divided(FEE, THIRDS).items()} == of_the_book(kilns)
    assert sum(tally(kilns).values()) == income(kilns) == 2 * FEE


def test_refunds_and_voids_are_taken_back_to_the_riel(kilns: Kilns) -> None:
    in_force(kilns)
    kilns.pay(kilns.send())
    kilns.pay(kilns.send(kilns.cast.rithy))
    refund(kilns, 7)
    refund(kilns, 13_331)
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, "R-02-26-000002", "Another case", now=NOW)
    with kilns.house.database.transaction() as session:
        voids.agree(session, kilns.house, kilns.cast.kunthea.actor, "R-02-26-000002", now=NOW)
    assert tally(kilns) == divided(FEE - 13_338, THIRDS) == of_the_book(kilns)
    assert sum(tally(kilns).values()) == income(kilns)
    refund(kilns, FEE - 13_338)
    assert set(tally(kilns).values()) == {0}


def test_without_a_table_nothing_is_divided_and_nothing_is_taken_back(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    in_force(kilns)
    refund(kilns, 5_000)
    assert set(tally(kilns).values()) == {0}
    assert of_the_book(kilns) == {}


def test_the_shares_of_the_service_come_before_those_of_its_ministry_and_of_the_nation(kilns: Kilns) -> None:
    put(kilns)
    put(kilns, replace(NATION, ministry_key="industry", parts=HALVES))
    put(kilns, replace(NATION, ministry_key="industry", service_key=SERVICE))
    with kilns.house.database.reading() as session:
        found = [table_of(session, key, TOMORROW) for key in (SERVICE, "industry.other", "tourism.guesthouse_licence")]
        assert [(one.ministry_key, one.service_key) for one in found if one] == [
            ("industry", SERVICE),
            ("industry", ""),
            ("", ""),
        ]
        assert table_of(session, SERVICE, TODAY) is None, "not before its day"


def test_a_later_table_holds_from_its_day_on(kilns: Kilns) -> None:
    in_force(kilns)
    put(kilns, replace(NATION, parts=HALVES))
    kilns.pay(kilns.send())
    kilns.pay(kilns.send(kilns.cast.rithy), now=NOW + timedelta(days=1))
    with kilns.house.database.reading() as session:
        wanted = select(ShareTable.treasury).join(Payment, Payment.share_table_id == ShareTable.id)
        assert session.scalars(wanted.order_by(Payment.id)).all() == [3_333, 5_000]


@pytest.mark.parametrize("parts", [{**THIRDS, Receiver.STAFF: 2}, {**THIRDS, Receiver.STAFF: 0}])
def test_shares_that_are_not_a_hundred_percent_are_refused(kilns: Kilns, parts: Mapping[Receiver, int]) -> None:
    with pytest.raises(SharesNotWhole):
        put(kilns, replace(NATION, parts=parts))


def test_the_database_refuses_them_too(kilns: Kilns) -> None:
    put(kilns)
    with pytest.raises(IntegrityError), kilns.house.database.transaction() as session:
        session.scalars(select(ShareTable)).one().staff = 2


def test_shares_begin_tomorrow_at_the_earliest_and_say_who_decided(kilns: Kilns) -> None:
    with pytest.raises(SharesBeginTooEarly):
        put(kilns, replace(NATION, from_day=TODAY))
    with pytest.raises(ReasonMissing):
        put(kilns, replace(NATION, source=" "))


def test_two_for_the_same_day_are_refused_until_the_first_is_withdrawn(kilns: Kilns) -> None:
    key = put(kilns)
    with pytest.raises(SharesKnown):
        put(kilns, replace(NATION, parts=HALVES))
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            share_tables.withdraw(session, kilns.cast.visal.actor, key, today=TODAY, now=NOW)
    put(kilns, replace(NATION, parts=HALVES))
    with kilns.house.database.reading() as session:
        wanted = select(SecurityEvent.kind).where(SecurityEvent.kind.startswith("shares_"))
        kinds = session.scalars(wanted.order_by(SecurityEvent.id)).all()
    assert kinds == ["shares_set", "shares_withdrawn", "shares_set"]


def test_shares_that_hold_are_not_withdrawn(kilns: Kilns) -> None:
    key = put(kilns)
    with kilns.house.database.transaction() as session, pytest.raises(SharesHold):
        share_tables.withdraw(session, kilns.cast.visal.actor, key, today=TOMORROW, now=NOW)


def test_what_there_is_not_gets_no_shares(kilns: Kilns) -> None:
    for ministry, service in (("nobody", ""), ("tourism", SERVICE), ("industry", "industry.nothing"), ("", SERVICE)):
        with pytest.raises(NotFound):
            put(kilns, replace(NATION, ministry_key=ministry, service_key=service))


def test_the_administrator_of_a_ministry_sets_its_shares_and_no_others(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        theirs = of_ministry(session, "industry", ADMINISTRATOR, kilns.cast.mony.person_id)
    nation = put(kilns)
    put(kilns, replace(NATION, ministry_key="industry"), theirs)
    for ministry in ("", "tourism"):
        with pytest.raises(NotAllowed):
            put(kilns, replace(NATION, ministry_key=ministry), theirs)
    with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
        share_tables.withdraw(session, theirs, nation, today=TODAY, now=NOW)


@pytest.mark.parametrize("who", ["sopheap", "kunthea", "chenda", "dara"])
def test_nobody_else_sets_shares(kilns: Kilns, who: str) -> None:
    with pytest.raises(NotAllowed):
        put(kilns, NATION, getattr(kilns.cast, who).actor)
