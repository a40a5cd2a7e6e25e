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
    found: dict[str, Standing] = {}
    for key, begins in chosen.items():
        if begins is not None and begins <= now:
            continue
        places = [task.element_id for task in package.tasks.values() if task.session == key]
        behind = frozenset[str]().union(*(bpmn.behind(package.process, place) for place in places))
        for element_id in behind & package.tasks.keys():
            if not _is_done_any_day(package.tasks[element_id]):
                other = found[element_id].until if element_id in found else begins
                last = max(begins, other) if begins is not None and other is not None else None
                found[element_id] = Standing(WAITS_FOR_SESSION, last)
    return found


def promise_stands(package: ServicePackage, tasks: Sequence[TaskSettings], chosen: Chosen, now: datetime) -> Standing:
    """Whether the promise of a case stands still while nothing is open but these tasks: because only its applicant can
    go on, or because what the office has to do waits for a day. It runs while a session is cancelled: the office did
    that."""
    waiting, unpaid = waiting_tasks(package, chosen, now), package.manifest.clock.pauses_while_unpaid
    rest = [task for task in tasks if task.element_id not in waiting]
    days = [waiting[task.element_id].until for task in tasks if task.element_id in waiting]
    if not tasks:
        days = [begins for begins in chosen.values() if begins is not None and begins > now]
    known = [day for day in days if day is not None]
    stands = not rest or bool(missing(rest, pauses_while_unpaid=unpaid))
    if not days:
        return Standing(missing(tasks, pauses_while_unpaid=unpaid))
    return Standing(WAITS_FOR_SESSION, min(known)) if stands and len(known) == len(days) else Standing()


def _is_done_any_day(task: TaskSettings) -> bool:
    return task.any_day or task.waits_for_applicant or task.kind == APPOINTMENT
