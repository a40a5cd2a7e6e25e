"""The ways that finished cases went at an office: which officers' work, how long it took, and the time between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.playing import Visit
from engine.working_time import clocks

MOST_WORK: Final = 420
"""Minutes: of a task that somebody held longer, the rest was waiting."""
Way = tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task of a finished case: when it came, when somebody took it, when it was done and by whom."""

    application_id: int
    element: str
    group: str
    ready_at: datetime
    claimed_at: datetime | None
    completed_at: datetime
    by: int | None


def ways_of(
    tasks: Iterable[TaskDone], ledgers: Mapping[int, Sequence[clocks.Interval]], axis: OpenMinutes
) -> dict[int, Way]:
    """The way of each case, by its id. The work of a task is the open time from when its officer took it, or was done
    with the one before, until it was done."""
    of_case: dict[int, list[TaskDone]] = defaultdict(list)
    work = {}
    free: dict[int | None, datetime] = {}
    for task in sorted(tasks, key=lambda each: each.completed_at):
        begun = max(task.claimed_at or task.ready_at, free.get(task.by, task.ready_at))
        work[id(task)] = min(max(axis.at(task.completed_at) - axis.at(begun), 1), MOST_WORK)
        free[task.by] = task.completed_at
        of_case[task.application_id].append(task)
    return {
        application_id: tuple(_visits(done, work, ledgers[application_id], axis))
        for application_id, done in of_case.items()
        if application_id in ledgers
    }


def _visits(
    done: Sequence[TaskDone], work: Mapping[int, int], ledger: Sequence[clocks.Interval], axis: OpenMinutes
) -> Iterable[Visit]:
    before = ledger[0].started_at
    for task in sorted(done, key=lambda each: each.ready_at):
        gap = max(axis.at(task.ready_at) - axis.at(before), 0)
        lasts = max(axis.at(task.completed_at) - axis.at(task.ready_at), 1)
        paused = gap > 0 and _stood_still(ledger, before, task.ready_at)
        yield Visit(task.element, task.group, work[id(task)], gap, paused, lasts)
        before = max(before, task.completed_at)


def _stood_still(ledger: Sequence[clocks.Interval], begin: datetime, end: datetime) -> bool:
    """Whether the promise stood still for most of that time."""
    still = timedelta(0)
    for stretch in ledger:
        if stretch.kind == "pause":
            still += max(min(stretch.ended_at or end, end) - max(stretch.started_at, begin), timedelta(0))
    return still * 2 > end - begin


def rest_of(way: Way, element: str) -> Way | None:
    """What comes from a step on, which has come already; None where the way does not go through it."""
    place = next((place for place, visit in enumerate(way) if visit.element == element), None)
    if place is None:
        return None
    first = way[place]
    return Visit(first.element, first.group, first.work, 0, False, first.lasts), *way[place + 1 :]
