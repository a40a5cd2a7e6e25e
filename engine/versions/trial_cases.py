"""What a package would have done with one case: its path, its fee, its documents and its term. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.fees import known_facts
from engine.catalog.published import Published
from engine.house import House
from engine.packages import (
    APPLY,
    FeeUndetermined,
    Known,
    ServicePackage,
    fee_of_task,
    reckon,
    routing_variables,
)
from engine.packages.fee_inputs import is_known_before_sending
from engine.versions.rehearsing import Tried, try_inputs
from engine.versions.replaying import found_case
from engine.working_time import clocks, promises
from engine.working_time.calendar import Term, WorkingTime
from storage.applications import Application, Opinion
from storage.clocks import Clock, ClockStatus
from storage.trials import TrialVerdict

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a case, as ``storage.trials.TrialCase`` keeps it; ``reason`` is the name of the fact that
    stopped it."""

    verdict: TrialVerdict
    element_id: str = ""
    reason: str = ""
    moved_on: bool = False
    fee_before: int | None = None
    fee_after: int | None = None
    late_before: bool | None = None
    late: bool | None = None
    has_other_documents: bool = False
    documents: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseTried:
    """A case that was tried: what was found, and the sequence flows that it took there."""

    found: Found
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """A case as it is tried: its rows, what was answered in it by element, oldest first, and its own package."""

    application: Application
    opinions: Mapping[str, Sequence[Answers]]
    calendar: WorkingTime
    own: ServicePackage


def try_case(
    session: Session, house: House, application_id: int, there: Published, *, up_to: int, asked_at: datetime
) -> CaseTried:
    """The case as it stood after the event ``up_to``, tried on a package. ``NotFound`` when it has no process."""
    instance, office = found_case(session, application_id)
    calendar = house.calendars.of(session, office)
    application = session.get_one(Application, application_id)
    opinions = _opinions(session, application_id)
    answered = _Answered(application, opinions, there.package)
    tried = try_inputs(session, house, instance, calendar, there, up_to=up_to, answered=answered)
    walk = tried.walk
    if walk.stopped_at is not None or not tried.inputs:
        return CaseTried(Found(TrialVerdict.UNTRIED, reason=walk.reason))
    if application.event_seq != up_to:
        return CaseTried(Found(*_path(tried), moved_on=True), tried.found.ways)
    case = _Case(application, opinions, calendar, walk.published.package)
    facts = _facts(session, case, tried.inputs[-1].at)
    snapshot = tried.found.snapshot
    documents = _documents(case, there.package, facts)
    met = {element for passed in tried.found.passed for element in passed} | {*tried.found.waits}
    late_before, late = _lateness(session, case, there.package, asked_at)
    found = Found(
        *_path(tried),
        fee_before=_fee(case, case.own, facts, walk.variables, {*walk.passed, *_waits(tried)}),
        fee_after=_fee(case, there.package, facts, snapshot.variables if snapshot else {}, met),
        late_before=late_before,
        late=late,
        has_other_documents=bool(documents),
        documents=documents,
    )
    return CaseTried(found, tried.found.ways)


def _path(tried: Tried) -> tuple[TrialVerdict, str, str]:
    found = tried.found
    refusal = type(found.refusal).__name__ if found.refusal else ""
    return TrialVerdict(found.outcome), found.element_id or "", refusal


def _waits(tried: Tried) -> set[str]:
    walk = tried.walk
    tokens = bpmn.positions(walk.published.process, walk.state, now=tried.inputs[-1].at)
    return {token.element_id for token in tokens}


class _Answered:
    """What the answers of a case say under the names that another package gives them: the application's at the start,
    and those of each task when it was completed, the first time the first ones."""

    def __init__(self, application: Application, opinions: Mapping[str, Sequence[Answers]], there: ServicePackage):
        self._application, self._there = application, there
        self._left = {element: iter(given) for element, given in opinions.items()}

    def __call__(self, one: bpmn.Input) -> Answers:
        if one.step.operation == "start":
            return routing_variables(self._there, APPLY, self._application.answers) if not one.step.name else {}
        given = next(self._left.get(one.element_id or "", iter(())), None)
        task = self._there.tasks.get(one.element_id or "")
        if given is None or task is None or task.form is None or one.step.operation != "complete":
            return {}
        return routing_variables(self._there, task.form, given)


def _opinions(session: Session, application_id: int) -> dict[str, list[Answers]]:
    found: dict[str, list[Answers]] = {}
    wanted = select(Opinion.element_id, Opinion.answers).where(Opinion.application_id == application_id)
    for element, answers in session.execute(wanted.order_by(Opinion.id)):
        found.setdefault(element, []).append(answers)
    return found


def _facts(session: Session, case: _Case, last: datetime) -> dict[str, Any]:
    """What the house knew of the case on the day of its last step."""
    submitted = case.application.submitted_at
    submitted_on: date = case.calendar.local_date(submitted or last)
    return known_facts(session, case.own, case.application, submitted_on, case.calendar.local_date(last))


def _fee(case: _Case, package: ServicePackage, facts: Answers, variables: Answers, met: Collection[str]) -> int | None:
    """All fees that such a case is told or that it came to, in riel; None where one cannot be worked out."""
    answers = case.application.answers
    known = Known(
        {**facts, **routing_variables(package, APPLY, answers), **variables},
        {APPLY: answers, **dict(_by_form(case, package))},
    )
    total = 0
    for rule in package.manifest.fees:
        paid_at = {task.element_id for task in package.tasks.values() if fee_of_task(package, task) == rule}
        if is_known_before_sending(package, rule) or not paid_at.isdisjoint(met):
            try:
                total += reckon(package, rule, known).total
            except FeeUndetermined:
                return None
    return total


def _by_form(case: _Case, package: ServicePackage) -> Iterator[tuple[str, Answers]]:
    """The newest answers of each form of the officers."""
    for element, given in case.opinions.items():
        task = package.tasks.get(element)
        if task is not None and task.form:
            yield task.form, given[-1]


def _documents(case: _Case, there: ServicePackage, facts: Answers) -> dict[str, list[str]]:
    answers = {**facts, **case.application.answers}
    here, now = (
        {rule.key for rule in package.documents_to_send if rule.is_required(answers)} for package in (case.own, there)
    )
    found = {"asked": sorted(now - here), "spared": sorted(here - now)}
    return {kind: keys for kind, keys in found.items() if keys}


def _lateness(
    session: Session, case: _Case, there: ServicePackage, asked_at: datetime
) -> tuple[bool | None, bool | None]:
    """Whether the case took longer than the legal term of its own package, and than that of the other one."""
    of_law = Clock.application_id == case.application.id, Clock.is_of_law(), Clock.status != ClockStatus.STOPPED
    clock = session.scalar(select(Clock).where(*of_law).order_by(Clock.id).limit(1))
    if clock is None:
        return None, None
    answers = case.application.answers
    terms = (package.manifest.term.of(answers) for package in (case.own, there))
    before, after = (_is_late(clock, term, case.calendar, asked_at) for term in terms)
    return before, after


def _is_late(clock: Clock, term: Term, calendar: WorkingTime, asked_at: datetime) -> bool:
    due = clocks.due_at(term, promises.intervals(clock), calendar)
    return due is not None and (clock.ended_at or asked_at) > due
