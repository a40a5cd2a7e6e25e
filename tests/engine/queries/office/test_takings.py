"""What came in today: the newest of it at once, all of it when asked, and what it comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.people.actors import Actor
from engine.queries.office.cashier import bank_notes
from engine.queries.office.takings import MOST_TAKEN, Takings, taken_today
from engine.queries.office.void_receipts import receipts_in_question, voids
from storage.payments import Payment, PaymentStatus
from tests.cast import NOW
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import FEE, Kilns
from tests.small.crowds import FIRST, crowd
from tests.statements import counted
from tests.ways import ground


@pytest.fixture
@ground
def busy(kilns: Kilns) -> Kilns:
    """More payments today than the desk shows at once, and one of yesterday."""
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, MOST_TAKEN + 10)
    with kilns.house.database.transaction() as session:
        payments = [session.get_one(Payment, FIRST + number) for number in range(MOST_TAKEN + 10)]
        payments[0].confirmed_at = NOW - timedelta(days=1)
        payments[1].method = "khqr"  # type: ignore[assignment]
        payments[2].status = PaymentStatus.VOID
        payments[3].office_id = kilns.cast.phnom_penh
        payments[4].confirmed_at = NOW + timedelta(hours=1)
    return kilns


def taken(kilns: Kilns, who: Actor | None = None, *, all_of_them: bool = False) -> Takings:
    with kilns.house.database.reading() as session:
        return taken_today(session, who or kilns.cast.sopheap.actor, all_of_them=all_of_them, now=NOW)


def test_the_newest_are_shown_and_all_are_summed(busy: Kilns) -> None:
    shown = taken(busy)
    assert (len(shown.payments), shown.count) == (MOST_TAKEN, MOST_TAKEN + 8)
    assert shown.sums == {"cash": (MOST_TAKEN + 7) * FEE, "khqr": FEE}
    assert shown.payments[0].at == NOW + timedelta(hours=1)
    everything = taken(busy, all_of_them=True)
    assert (len(everything.payments), everything.count, everything.sums) == (shown.count, shown.count, shown.sums)
    assert everything.payments[:MOST_TAKEN] == shown.payments


def test_a_cashier_is_shown_what_came_in_at_their_own_offices(busy: Kilns) -> None:
    there = Actor(None, memberships=frozenset({("cashier", busy.cast.phnom_penh)}))
    nobody = Actor(None, memberships=frozenset({("head", busy.cast.battambang)}))
    everywhere = Actor(None, memberships=frozenset({("cashier", None)}))
    assert [taken(busy, who).count for who in (there, nobody, everywhere)] == [1, 0, MOST_TAKEN + 9]


def test_the_day_costs_three_statements(busy: Kilns) -> None:
    with counted(busy.house.database) as cost:
        taken(busy)
    assert cost.statements == 3


def test_no_list_of_the_cashier_reads_all_payments(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    database, cashier = kilns.house.database, kilns.cast.sopheap.actor
    crowd(kilns, sent, 500 if database.is_sqlite else 20_000)
    with database.transaction() as session:
        for number in range(60):
            payment = session.get_one(Payment, FIRST + number)
            payment.void_asked_at, payment.void_asked_by_id = NOW, kilns.cast.kunthea.person_id
            payment.bank_problem = "amount" if number < 10 else ""  # type: ignore[assignment]
            payment.office_id = kilns.cast.phnom_penh if number % 2 else kilns.cast.battambang
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "UPDATE payment SET confirmed_at = confirmed_at - mod(id, 1000) * interval '1 hour'"
            )
        measured(database, "payment", "application", "person")
    with planned(database) as plans, database.reading() as session:
        taken_today(session, cashier, now=NOW)
        assert len(bank_notes(session, cashier)) == 5
        assert len(receipts_in_question(session, cashier)) == 30
        assert voids(session, cashier).total == 30
    assert {"ix_payment_taken", "ix_payment_reported", "ix_payment_questioned"} <= reads_by_index(
        plans, "payment", "application"
    )
