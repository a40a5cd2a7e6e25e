"""What of a case waits for the day of a session: tasks that lie behind its choice, and with them the promise. The same
for the house and for scenarios. Pure.

``chosen`` are the sessions of a case by key, with the moment at which each begins; None for one that the office
cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import bpmn
from engine.packages.package import ServicePackage
from engine.packages.task_schema import APPOINTMENT
from engine.packages.task_settings import TaskSettings, missing
from engine.working_time.calendar import WorkingTime
from engine.working_time.clocks import WAITS_FOR_SESSION

Chosen = Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Why a clock stands still (no reason: it runs), and until when, where that is known."""

    reason: str = ""
    until: datetime | None = None


def waiting_tasks(package: ServicePackage, chosen: Chosen, now: datetime) -> dict[str, Standing]:
    """The tasks of officers, by element, that can only be done when a session has begun: those that are drawn behind
    the choice of one that lies ahead. Of several sessions the last counts; behind a cancelled one nobody knows until
    when."""
    behind = _behind(package, chosen, now)
    return {element: stands for element, stands in behind.items() if not _is_done_any_day(package.tasks[element])}


def promise_stands(package: ServicePackage, tasks: Sequence[TaskSettings], chosen: Chosen, now: datetime) -> Standing:
    """Whether the promise of a case stands still while nothing is open but these tasks: because only its applicant can
    go on, or because what is open lies behind the choice of a day that is still to come. That counts for what can be
    done any day, too: nobody who chose the 7th is promised the 3rd because the office prepares its visit. It runs while
    a session is cancelled: the office did that."""
    behind, unpaid = _behind(package, chosen, now), package.manifest.clock.pauses_while_unpaid
    theirs = [task for task in tasks if missing([task], pauses_while_unpaid=unpaid)]
    days = [behind[task.element_id].until for task in tasks if task.element_id in behind and task not in theirs]
    rest = [task for task in tasks if task.element_id not in behind or task in theirs]
    if not tasks and any(chosen.values()):
        days = [max(begins for begins in chosen.values() if begins is not None)]
    known = [day for day in days if day is not None and day > now]
    if not days:
        return Standing(missing(tasks, pauses_while_unpaid=unpaid))
    stands = not rest or bool(missing(rest, pauses_while_unpaid=unpaid))
    return Standing(WAITS_FOR_SESSION, min(known)) if stands and len(known) == len(days) else Standing()


def not_before(
    package: ServicePackage, element_id: str, chosen: Chosen, now: datetime, calendar: WorkingTime
) -> datetime | None:
    """When the session begins on whose day a task can be completed at the earliest; None once that day has come, and
    for a task that waits for none. Nobody knows the day while the session is cancelled, so none is waited for."""
    begins = waiting_tasks(package, chosen, now).get(element_id, Standing()).until
    return begins if begins is not None and calendar.local_date(now) < calendar.local_date(begins) else None


def _behind(package: ServicePackage, chosen: Chosen, now: datetime) -> dict[str, Standing]:
    """The tasks that are drawn behind the choice of a session that has not begun, by element, and until when."""
    found: dict[str, Standing] = {}
    for key, begins in chosen.items():
        if begins is not None and begins <= now:
            continue
        places = [task.element_id for task in package.tasks.values() if task.session == key]
        behind = frozenset[str]().union(*(bpmn.behind(package.process, place) for place in places))
        for element_id in behind & package.tasks.keys():
            other = found[element_id].until if element_id in found else begins
            last = max(begins, other) if begins is not None and other is not None else None
            found[element_id] = Standing(WAITS_FOR_SESSION, last)
    return found


def _is_done_any_day(task: TaskSettings) -> bool:
    return task.any_day or task.waits_for_applicant or task.kind == APPOINTMENT
