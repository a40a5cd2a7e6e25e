"""How long each step takes at an office, waiting and being worked on apart, counted from its completed tasks.

An office is counted a piece at a time, behind the last task that was counted of it: each task once, whoever counts. The
time is that of the calendar of the office. A task that was taken, given back and taken again waited until it was taken
last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, insert, literal, select, text, tuple_
from sqlalchemy.orm import Session

from engine.clockwork import case_facts, queue_jumps
from engine.house import House
from engine.working_time.calendar import WorkingTime
from storage.adding_up import add_up
from storage.applications import Application
from storage.base import Id, Moment
from storage.offices import Office
from storage.open_tasks import IS_DONE
from storage.processes import TaskStatus, UserTask
from storage.step_times import BEYOND, BOUNDS, SlowTask, StepCount, StepTally

TOGETHER: Final = 500
"""Tasks that are counted in one transaction."""
SETTLED: Final = timedelta(minutes=5)
"""What was completed less long ago may lie beside something that is only being written."""
SLOWEST: Final = 5
"""Of each step, office and month so many of the slowest tasks are remembered."""
_NOTHING_YET: Final = datetime(2000, 1, 1, tzinfo=UTC)
_CELL: Final = ("service_key", "month", "office_id", "element_id")
_NUMBERS: Final = ("waited", "worked", "waited_minutes", "worked_minutes")
Cell = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """A completed task: the step it belongs to (in the order of ``_CELL``), and how many working minutes it waited and
    was worked on (None: nobody had to take it)."""

    user_task_id: int
    cell: Cell
    waited: int
    worked: int | None

    @property
    def together(self) -> int:
        """From ready until done."""
        return self.waited + (self.worked or 0)


def count(session: Session, house: House, office_id: int, *, now: datetime) -> int:
    """Counts the next applications and completed tasks of an office, and finds what was taken out of turn; how many
    they were, of either at most ``TOGETHER``."""
    reached = _reached(session, office_id)
    calendar = house.calendars.of(session, session.get_one(Office, office_id))
    received = case_facts.count_received(session, calendar, reached, most=TOGETHER, until=now - SETTLED)
    return max(received, _count_done(session, calendar, reached, now))


def _count_done(session: Session, calendar: WorkingTime, reached: StepCount, now: datetime) -> int:
    rows = session.execute(_completed(reached, now)).all()
    if not rows:
        return 0
    office_id = reached.office_id
    taken = [_taken(row, office_id, calendar) for row in rows]
    _add(session, taken)
    _remember_slowest(session, taken)
    case_facts.count_done(session, calendar, office_id, rows)
    session.add_all(queue_jumps.find(session, calendar, office_id, rows, now=now))
    reached.completed_at, reached.user_task_id = rows[-1].completed_at, rows[-1].id
    return len(rows)


def group_of(minutes: int) -> int:
    """The group of a stretch of so many working minutes."""
    place = bisect_left(BOUNDS, minutes)
    return BOUNDS[place] if place < len(BOUNDS) else BEYOND


def _reached(session: Session, office_id: int) -> StepCount:
    """Up to where the office is counted; whoever else counts it waits."""
    row = session.get(StepCount, office_id, with_for_update=True)
    if row is None:
        row = StepCount(
            office_id=office_id,
            completed_at=_NOTHING_YET,
            user_task_id=0,
            submitted_at=_NOTHING_YET,
            application_id=0,
        )
        session.add(row)
        session.flush()
    return row


def _completed(reached: StepCount, now: datetime) -> Select[*tuple[Any, ...]]:
    last = tuple_(literal(reached.completed_at, Moment()), literal(reached.user_task_id, Id))
    columns = (UserTask.id, UserTask.element_id, UserTask.group, UserTask.kind, UserTask.application_id)
    moments = (UserTask.ready_at, UserTask.claimed_at, UserTask.completed_at, UserTask.due_at)
    return (
        select(*columns, *moments, UserTask.completed_by_id)
        .add_columns(Application.service_key, Application.submitted_at, Application.ended_at, Application.channel)
        .add_columns(Application.decided_at, Application.outcome)
        .join(Application, Application.id == UserTask.application_id)
        .where(text(f"user_task.{IS_DONE}"), UserTask.status == TaskStatus.COMPLETED)
        .where(UserTask.office_id == reached.office_id, UserTask.completed_at <= now - SETTLED)
        .where(tuple_(UserTask.completed_at, UserTask.id) > last)
        .order_by(UserTask.completed_at, UserTask.id)
        .limit(TOGETHER)
    )


def _taken(row: Any, office_id: int, calendar: WorkingTime) -> Taken:
    month = f"{calendar.local_date(row.completed_at):%Y-%m}"
    return Taken(
        row.id,
        (row.service_key, month, office_id, row.element_id),
        calendar.working_minutes_between(row.ready_at, row.claimed_at or row.completed_at),
        None if row.claimed_at is None else calendar.working_minutes_between(row.claimed_at, row.completed_at),
    )


def _add(session: Session, taken: Iterable[Taken]) -> None:
    """Adds to the sums, always in the same order; one statement."""
    sums: dict[tuple[Cell, int], Counter[str]] = {}
    for each in taken:
        stretches = {"waited": each.waited, "worked": each.worked}
        for name, minutes in stretches.items():
            if minutes is not None:
                group = sums.setdefault((each.cell, group_of(minutes)), Counter())
                group.update({name: 1, f"{name}_minutes": minutes})
    rows = [
        dict(zip(_CELL, cell, strict=True)) | {"bound": bound} | {name: sums[cell, bound][name] for name in _NUMBERS}
        for cell, bound in sorted(sums)
    ]
    add_up(session, StepTally, [*_CELL, "bound"], _NUMBERS, rows)


def _remember_slowest(session: Session, taken: Sequence[Taken]) -> None:
    """Keeps the slowest of each step, with those that were remembered before; three statements at most."""
    cells: dict[Cell, list[Taken]] = {}
    for each in taken:
        cells.setdefault(each.cell, []).append(each)
    before = {each.user_task_id: each for each in _remembered(session, set(cells))}
    for each in before.values():
        cells[each.cell].append(each)
    stay = {
        each.user_task_id: each
        for found in cells.values()
        for each in sorted(found, key=lambda one: (-one.together, one.user_task_id))[:SLOWEST]
    }
    gone = sorted(before.keys() - stay.keys())
    if gone:
        session.execute(delete(SlowTask).where(SlowTask.user_task_id.in_(gone)))
    new = [_slow(stay[task_id]) for task_id in sorted(stay.keys() - before.keys())]
    if new:
        session.execute(insert(SlowTask), new)


def _remembered(session: Session, cells: set[Cell]) -> list[Taken]:
    columns = [getattr(SlowTask, name) for name in _CELL]
    of_cells = (column.in_({cell[place] for cell in cells}) for place, column in enumerate(columns))
    rows = session.execute(select(SlowTask.user_task_id, *columns, SlowTask.waited, SlowTask.worked).where(*of_cells))
    found = (Taken(task_id, (*cell,), waited, worked) for task_id, *cell, waited, worked in rows)
    return [each for each in found if each.cell in cells]


def _slow(taken: Taken) -> dict[str, Any]:
    cell = dict(zip(_CELL, taken.cell, strict=True))
    return cell | {"user_task_id": taken.user_task_id, "waited": taken.waited, "worked": taken.worked or 0}
