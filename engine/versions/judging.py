"""Whether a running case can go to another version of its service: tried on a copy, nothing is written.

A case is *safe* when nothing that it passed, waits for or remembers differs, *mapped* when it differs where the mapping
says that this is meant, and *blocked* otherwise, with the element and the fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.holding import responsible
from engine.case.opening import Case
from engine.catalog.published import Published
from engine.house import House
from engine.packages.house_operations import given_by
from engine.versions.replaying import is_same, walked
from engine.working_time.functions import calendar_functions, remembering
from storage.processes import LIVE_INSTANCE
from storage.transfers import VerdictKind

HISTORY_FACT, VARIABLE_FACT, ENDED_FACT = "history-differs", "variable-missing", "ended"
UNREADABLE_FACT, FAILED_FACT = "unreadable", "failed"
OFFICE_FACT = "office-missing"
"""Facts beside those of ``bpmn.Obstacle``: the recorded steps do not lead to the stored state; the version reads a
variable that the case lacks; the case is over or there already; its state cannot be read; looking at it failed; a task
would lie at an office that is not open."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case: what would happen to it, or has happened. ``obstacles`` says for a blocked one where and why."""

    application_id: int
    reference: str
    from_version: int
    verdict: VerdictKind
    obstacles: tuple[bpmn.Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, the case on the version unless it is blocked, and what the calendar answered on the way."""

    verdict: Verdict
    snapshot: bpmn.Snapshot | None
    heard: Mapping[str, Any]


def judge(
    session: Session, house: House, case: Case, target: Published, mapping: Mapping[str, str], *, now: datetime
) -> Judgement:
    """What would become of the case on the version ``target``."""
    heard: dict[str, Any] = {}
    moved = None
    obstacles = list(_standing(case, target))
    walk = walked(session, house, case.instance, case.calendar)
    if not is_same(walk, case.instance):
        obstacles.append(bpmn.Obstacle("", HISTORY_FACT))
    if not obstacles:
        functions = remembering(calendar_functions(case.calendar, now), heard)
        try:
            moved = bpmn.migrate(
                case.published.process, target.process, case.instance.state,
                now=now, passed=walk.passed, mapping=mapping, functions=functions,
            )  # fmt: skip
            obstacles += [*moved.obstacles, *_missing(case, target, moved, now), *_unheld(session, case, target, moved)]
        except bpmn.StateUnreadable:
            obstacles.append(bpmn.Obstacle("", UNREADABLE_FACT))
    if obstacles or moved is None:
        return Judgement(_verdict(case, VerdictKind.BLOCKED, tuple(obstacles)), None, {})
    return Judgement(_verdict(case, VerdictKind(moved.verdict), ()), moved.snapshot, heard)


def failed(case: Case) -> Verdict:
    """The verdict about a case that nobody could look at; the reason is in the log."""
    return stays(case, FAILED_FACT)


def stays(case: Case, fact: str) -> Verdict:
    """The verdict about a case that stays for another reason than its process."""
    return _verdict(case, VerdictKind.BLOCKED, (bpmn.Obstacle("", fact),))


def _verdict(case: Case, verdict: VerdictKind, obstacles: tuple[bpmn.Obstacle, ...]) -> Verdict:
    application = case.application
    return Verdict(application.id, application.reference or "", case.published.version, verdict, obstacles)


def _standing(case: Case, target: Published) -> Iterator[bpmn.Obstacle]:
    """A case that ended meanwhile, or is there already."""
    if case.instance.status not in LIVE_INSTANCE or case.instance.definition_id == target.definition_id:
        yield bpmn.Obstacle("", ENDED_FACT)


def _unheld(session: Session, case: Case, target: Published, moved: bpmn.Migration) -> Iterator[bpmn.Obstacle]:
    """Tasks that the version gives to an office that is not open."""
    for task in moved.snapshot.tasks if moved.snapshot else ():
        level = target.package.tasks[task.element_id].level
        if responsible(session, case.office, level, target.package.ministry.key) is None:
            yield bpmn.Obstacle(task.element_id, OFFICE_FACT)


def _missing(case: Case, target: Published, moved: bpmn.Migration, now: datetime) -> Iterator[bpmn.Obstacle]:
    """Variables that only the version reads, and that nothing will have given the case."""
    there, here = target.process, case.published.process
    decided = {task.decides for task in target.package.tasks.values() if task.decides} | given_by(there).keys()
    known = moved.snapshot.variables if moved.snapshot else bpmn.variables(here, case.instance.state, now=now)
    for name in sorted(there.variables_read - here.variables_read - there.variables_written - decided - known.keys()):
        yield bpmn.Obstacle(name, VARIABLE_FACT)
