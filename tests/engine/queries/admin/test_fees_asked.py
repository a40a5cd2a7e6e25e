"""Fees beside the fee tables: what was asked, what became of it, and what is not what its table gave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.money import remissions, voids
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin import fees_asked_list
from engine.queries.admin.fees_asked import FeesAsked, fees_asked
from engine.queries.admin.fees_asked_list import KINDS, FeeOfCase, fees_of_cases
from engine.queries.admin.reports import ReportFilter, last_months
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import BEGINNING, Wanted
from storage.payments import DueFee, FeeLine, FeeStatus, Payment
from tests.cast import NOW
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import FEE, SERVICE, Kilns
from tests.ways import ground

PERIOD = last_months(1, today=NOW.date())
LATER = NOW + timedelta(days=40)
ALL = ReportFilter()


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fees_asked_list, "PAGE_SIZE", 2)


@pytest.fixture
@ground
def asked(kilns: Kilns) -> Kilns:
    """A fee that is paid, one paid back in part, one whose receipt is void, one written off, one still due."""
    cast, house = kilns.cast, kilns.house
    paid, back, void, off = (kilns.send(who) for who in (cast.dara, cast.vannak, cast.rithy, cast.mony))
    for one in (paid, back, void):
        kilns.pay(one)
    with house.database.reading() as session:
        numbers = session.scalars(select(Payment.receipt_number).order_by(Payment.id)).all()
    with house.database.transaction() as session:
        given = {"reason": "បង់លើស", "in_error": True, "now": NOW}
        refund = remissions.ask_refund(session, house, cast.sopheap.actor, str(numbers[1]), amount=15_000, **given)
        voids.ask(session, house, cast.sopheap.actor, str(numbers[2]), "លេខខុស", now=NOW)
        fee = kilns.fees(off)[-1].key
        poor = remissions.ask_write_off(session, house, cast.sopheap.actor, off.key, fee, reason="គ្រួសារក្រីក្រ", now=NOW)
    with house.database.transaction() as session:
        remissions.agree(session, house, cast.kunthea.actor, refund, now=NOW)
        voids.agree(session, house, cast.kunthea.actor, str(numbers[2]), now=NOW)
        remissions.agree(session, house, cast.kunthea.actor, poor, now=NOW)
    return kilns


def found(kilns: Kilns, actor: Actor | None = None, wanted: ReportFilter = ALL) -> FeesAsked:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        return fees_asked(session, names, actor or kilns.cast.visal.actor, PERIOD, wanted, now=LATER)


def listed(kilns: Kilns, kind: str = "", actor: Actor | None = None) -> list[FeeOfCase]:
    """All pages, each turned forwards and then back to the one before."""
    fees: list[FeeOfCase] = []
    with kilns.house.database.reading() as session:
        names, who = read_names(session, kilns.house, now=NOW), actor or kilns.cast.visal.actor

        page = fees_of_cases(session, names, who, PERIOD, ALL, kind=kind, page=BEGINNING)
        while True:
            fees += page.items
            if not page.after:
                return fees
            behind = Wanted(page.after, number=page.number + 1)
            turned = fees_of_cases(session, names, who, PERIOD, ALL, kind=kind, page=behind)
            back = fees_of_cases(
                session, names, who, PERIOD, ALL, kind=kind, page=Wanted(before=turned.before, number=1)
            )
            assert back.items == page.items
            page = turned


def test_what_was_asked_is_paid_written_off_or_still_due(asked: Kilns) -> None:
    board = found(asked)
    total = board.total
    assert (total.fees, total.by_table, total.before, total.asked) == (4, 4 * FEE, 0, 4 * FEE)
    assert (total.paid, total.written_off, total.due, total.due_fees) == (2 * FEE, FEE, FEE, 1)
    assert total.asked == total.paid + total.written_off + total.due + total.dropped
    assert (total.back_in_error, total.back, total.voids, total.differing) == (15_000, 0, 1, 0)
    assert (total.due_long, board.oldest_due) == (FEE, NOW.date())
    (cell,) = board.cells
    assert (cell.month, cell.office_code, cell.service_key) == ("2026-03", "02", SERVICE)
    for parts in (board.ministries, board.offices, board.services):
        assert [part.figures for part in parts] == [total]
    assert [part.name.en for part in board.ministries] == ["Ministry of Industry"]
    assert board.months == (("2026-03", total),)
    assert {kind: len(listed(asked, kind)) for kind in ("", *KINDS)} == {
        "": 4, "differs": 0, "due": 1, "written_off": 1, "back": 1, "void": 1, "free": 0, "before": 0,
    }  # fmt: skip


def test_what_is_not_what_the_table_gave_is_marked_and_leads_to_its_case(asked: Kilns) -> None:
    with asked.house.database.transaction() as session:
        first, second = session.scalars(select(Payment).where(Payment.is_confirmed()).order_by(Payment.id)).all()
        first.amount = FEE - 1_000
        session.execute(update(DueFee).where(DueFee.status == FeeStatus.DUE).values(amount=FEE + 1))
        assert second.amount == FEE
    board, (taken, told) = found(asked), listed(asked, "differs")
    assert board.total.differing == 2
    assert (taken.by_table, taken.asked, taken.taken, taken.differs) == (FEE, FEE, FEE - 1_000, True)
    assert (told.by_table, told.asked, told.status) == (FEE, FEE + 1, FeeStatus.DUE)
    assert taken.is_read


def test_nobody_reads_fees_of_offices_that_are_not_theirs(asked: Kilns) -> None:
    elsewhere = Actor(1, memberships=frozenset({(ADMINISTRATOR, asked.cast.phnom_penh)}))
    assert found(asked, elsewhere).total.fees == len(listed(asked, actor=elsewhere)) == 0
    assert found(asked, elsewhere, ReportFilter(office="02")).cells == ()
    assert found(asked, None, ReportFilter(service="x")).cells == ()
    assert found(asked, None, ReportFilter(office="02", service=SERVICE)).total.fees == 4


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_fees_of_a_month_are_found_by_an_index(asked: Kilns) -> None:
    many = """INSERT INTO due_fee (key, application_id, fee_key, title_km, title_en, task_ref, element_id,
 amount, refundable, refunded, status, reckoned_at)
 SELECT 'many' || n, (SELECT min(id) FROM application), 'fee', '', '', '', '', 0, false, 0, 'nothing',
 timestamptz '2025-01-01' - n * interval '1 hour' FROM generate_series(1, 8000) n"""
    with asked.house.database.transaction() as session:
        session.connection().exec_driver_sql(many)
    measured(asked.house.database, "due_fee")
    with planned(asked.house.database) as plans:
        assert found(asked).total.fees == 4
        assert len(listed(asked)) == 4
    assert "ix_due_fee_asked" in reads_by_index(plans, "due_fee")


def test_the_most_that_a_fee_comes_to_was_not_paid_before(asked: Kilns) -> None:
    with asked.house.database.transaction() as session:
        due = session.scalars(select(DueFee).where(DueFee.status == FeeStatus.DUE)).one()
        due.amount = FEE - 3_000
        for place, (key, amount) in enumerate({"at_most": -1_000, "paid_before": -2_000}.items(), 8):
            session.add(line_of(due, place, key, amount))
    total = found(asked).total
    assert (total.by_table, total.before, total.asked) == (4 * FEE - 1_000, 2_000, 4 * FEE - 3_000)
    assert total.differing == 0
    (told,) = listed(asked, "before")
    assert (told.by_table, told.before, told.asked) == (FEE - 1_000, 2_000, FEE - 3_000)


def line_of(fee: DueFee, position: int, key: str, amount: int) -> FeeLine:
    said = {"line_key": key, "label_km": "", "label_en": "", "quantity": 1, "unit_amount": amount, "amount": amount}
    return FeeLine(application_id=fee.application_id, fee_id=fee.id, position=position, **said)
