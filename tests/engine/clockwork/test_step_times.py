"""How long steps take is counted from completed tasks, waiting and work apart, in the working time of the office."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.clockwork import step_times, upkeep
from engine.tasks import user_tasks
from storage.chores import Chore, ChoreKind
from storage.step_times import BEYOND, BOUNDS, SlowTask, StepTally
from tests.cast import NOW, Member
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import SERVICE, Kilns
from tests.statements import counted
from tests.ways import step

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=20)
"""When everything is counted. The cast's offices open from 7:30 to 11:30 and from 14:00 to 17:00; NOW is 9:00."""


@step
def work(kilns: Kilns, sent: Submitted, *, taken: datetime, done: datetime, who: Member | None = None) -> None:
    """An officer takes the check of a case at one moment and completes it at another."""
    actor, key = (who or kilns.cast.bopha).actor, kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, actor, key, now=taken)
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, actor, key, {"result": "ok"}, now=done)


@step
def paid(kilns: Kilns, *, now: datetime = NOW) -> Submitted:
    sent = kilns.send(now=now)
    kilns.pay(sent, now=now)
    return sent


def count(kilns: Kilns, *, now: datetime = LATER) -> int:
    with kilns.house.database.transaction() as session:
        return step_times.count(session, kilns.house, kilns.cast.battambang, now=now)


def tallies(kilns: Kilns, element: str = "check") -> dict[tuple[str, int], tuple[int, int, int, int]]:
    with kilns.house.database.reading() as session:
        rows = session.scalars(select(StepTally).where(StepTally.element_id == element)).all()
    assert {row.service_key for row in rows} <= {SERVICE}
    return {(row.month, row.bound): (row.waited, row.worked, row.waited_minutes, row.worked_minutes) for row in rows}


def test_waiting_and_work_are_counted_apart_in_the_hours_of_the_office(kilns: Kilns) -> None:
    work(kilns, paid(kilns), taken=NOW + HOUR, done=NOW + 3 * HOUR)  # taken at 10:00, done at noon, past closing
    count(kilns)
    assert tallies(kilns) == {("2026-03", 60): (1, 0, 60, 0), ("2026-03", 90): (0, 1, 0, 90)}


def test_what_nobody_has_to_take_only_waits(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NOW + HOUR)
    count(kilns)
    assert tallies(kilns, "pay") == {("2026-03", 60): (1, 0, 60, 0)}


def test_each_task_counts_once_in_the_month_in_which_it_was_done(kilns: Kilns) -> None:
    work(kilns, paid(kilns), taken=NOW, done=NOW)
    assert count(kilns) == 2, "the payment and the check"
    assert count(kilns) == 0
    april = NOW + timedelta(days=31)
    work(kilns, paid(kilns, now=april), taken=april, done=april)
    assert count(kilns, now=april + HOUR) == 2
    assert {
        month: sum(row[0] for key, row in tallies(kilns).items() if key[0] == month) for month, _ in tallies(kilns)
    } == {"2026-03": 1, "2026-04": 1}


def test_a_task_that_was_done_just_now_waits_for_those_that_are_being_written(kilns: Kilns) -> None:
    work(kilns, paid(kilns), taken=NOW, done=NOW)
    assert count(kilns, now=NOW + step_times.SETTLED - timedelta(seconds=1)) == 0
    assert count(kilns, now=NOW + step_times.SETTLED) == 2


def test_pieces_come_to_the_same_as_all_at_once(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in (1, 1, 2):  # two of them done at the very same moment
        work(kilns, paid(kilns), taken=NOW + hours * HOUR, done=NOW + hours * HOUR)
    monkeypatch.setattr(step_times, "TOGETHER", 1)
    pieces = 0
    while count(kilns):
        pieces += 1
    assert pieces == 6
    assert tallies(kilns) == {
        ("2026-03", 60): (2, 0, 120, 0),
        ("2026-03", 120): (1, 0, 120, 0),
        ("2026-03", 5): (0, 3, 0, 0),
    }


def test_the_slowest_of_each_step_are_remembered_and_no_more(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_times, "SLOWEST", 2)
    monkeypatch.setattr(step_times, "TOGETHER", 3)
    for minutes in (30, 10, 50, 20, 40):
        work(kilns, paid(kilns), taken=NOW, done=NOW + timedelta(minutes=minutes))
    while count(kilns):
        pass
    with kilns.house.database.reading() as session:
        slow = session.scalars(select(SlowTask).where(SlowTask.element_id == "check")).all()
    assert sorted((row.waited, row.worked) for row in slow) == [(0, 40), (0, 50)]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_upkeep_goes_through_one_office_at_a_time_and_all_again_and_again(kilns: Kilns) -> None:
    work(kilns, paid(kilns), taken=NOW, done=NOW)
    seen = []
    for _ in range(3):
        upkeep.tidy_due(kilns.house, now=LATER)
        with kilns.house.database.reading() as session:
            chore = session.scalars(select(Chore).where(Chore.kind == ChoreKind.STEPS)).one()
        seen.append((chore.position, chore.due_at))
    first, second = sorted((kilns.cast.battambang, kilns.cast.phnom_penh))
    assert seen == [(first, LATER), (second, LATER), (0, LATER + upkeep.COUNT_STEPS_EVERY)]
    assert tallies(kilns)


def test_completed_tasks_are_found_by_their_index_and_nothing_new_costs_four_statements(kilns: Kilns) -> None:
    work(kilns, paid(kilns), taken=NOW, done=NOW)
    count(kilns)
    measured(kilns.house.database, "user_task")
    with planned(kilns.house.database) as plans:
        count(kilns)
    with counted(kilns.house.database) as cost:
        count(kilns)
    assert cost.statements == 4, "the place, the office, applications and tasks"
    if kilns.house.database.is_sqlite:
        assert "ix_user_task_done" in reads_by_index(plans, "user_task")


@pytest.mark.parametrize(
    ("minutes", "group"), [(0, 5), (5, 5), (6, 10), (BOUNDS[-1], BOUNDS[-1]), (BOUNDS[-1] + 1, BEYOND)]
)
def test_a_stretch_lies_in_the_first_group_that_is_no_less(minutes: int, group: int) -> None:
    assert step_times.group_of(minutes) == group
