"""What steps took is measured from an office's finished cases, and borrowed where those are too few."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clockwork import upkeep
from engine.reporting import measuring
from storage.chores import Chore, ChoreKind
from storage.clocks import Clock, ClockStatus
from storage.expected_dates import OfficeLoad, StepHistory
from storage.offices import OfficeService
from tests.cast import HIRED, NOW
from tests.small.cases import SERVICE, Kilns
from tests.small.finished import SENT, finish
from tests.statements import counted


def measure(kilns: Kilns, office_id: int | None = None) -> dict[str, StepHistory]:
    with kilns.house.database.transaction() as session:
        measuring.keep(
            session, measuring.measure(session, kilns.house, office_id or kilns.cast.battambang, now=NOW), now=NOW
        )
    with kilns.house.database.reading() as session:
        rows = session.scalars(select(StepHistory).where(StepHistory.office_id == (office_id or kilns.cast.battambang)))
        return {row.element_id: row for row in rows}


def test_each_step_has_its_days_and_the_work_that_waited(kilns: Kilns) -> None:
    finish(kilns, [1, 1, 2, 3])
    found = measure(kilns)
    assert found.keys() == {"", "check"}
    assert [days for days, _ in found["check"].samples] == [3, 2, 1, 1], "the newest first"
    assert all(load > 0 for _, load in found["check"].samples)
    assert found["check"].own == 4
    kilns.pay(kilns.send())
    measure(kilns)
    with kilns.house.database.reading() as session:
        assert session.get_one(OfficeLoad, kilns.cast.battambang).load > 0


def test_a_step_whose_id_is_longer_than_is_kept_does_not_keep_the_others_from_being_kept(kilns: Kilns) -> None:
    finish(kilns, [1, 1])
    with kilns.house.database.transaction() as session:
        measured = measuring.measure(session, kilns.house, kilns.cast.battambang, now=NOW)
        long = {(SERVICE, "x" * 200): measured.taken[SERVICE, "check"]}
        measuring.keep(session, replace(measured, taken={**measured.taken, **long}), now=NOW)
    with kilns.house.database.reading() as session:
        assert {row.element_id for row in session.scalars(select(StepHistory))} == {"", "check"}


def test_what_was_withdrawn_says_nothing_and_what_was_measured_goes(kilns: Kilns) -> None:
    finish(kilns, [1, 2])
    assert measure(kilns)
    with kilns.house.database.transaction() as session:
        for clock in session.scalars(select(Clock)):
            clock.status = ClockStatus.STOPPED
    assert measure(kilns) == {}


def test_an_office_with_too_few_borrows_those_of_another(kilns: Kilns) -> None:
    finish(kilns, [2] * 12)
    finish(kilns, [4], office_id=kilns.cast.phnom_penh)
    assert measure(kilns)["check"].own == 12
    assert [days for days, _ in measure(kilns, kilns.cast.phnom_penh)["check"].samples] == [4], "it is not offered"
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    borrowed = measure(kilns, kilns.cast.phnom_penh)["check"]
    assert borrowed.own == 1
    assert [days for days, _ in borrowed.samples] == [4, *[2] * 12], "its own first"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_cost_does_not_grow_with_the_cases(kilns: Kilns) -> None:
    def statements() -> int:
        with counted(kilns.house.database) as cost:
            measure(kilns)
        return cost.statements

    finish(kilns, [1] * 10)
    measure(kilns)
    few = statements()
    finish(kilns, [1] * 40, sent=SENT + timedelta(days=7))
    assert statements() == few


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_upkeep_measures_one_office_at_a_time(kilns: Kilns) -> None:
    finish(kilns, [1] * 3)
    first, second = sorted((kilns.cast.battambang, kilns.cast.phnom_penh))
    seen = []
    for _ in range(3):
        upkeep.tidy_due(kilns.house, now=NOW)
        with kilns.house.database.reading() as session:
            seen.append(session.scalars(select(Chore).where(Chore.kind == ChoreKind.STEP_HISTORIES)).one())
    assert [chore.position for chore in seen] == [first, second, 0]
    assert seen[-1].due_at == NOW + upkeep.MEASURED_EVERY
