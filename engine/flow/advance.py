"""The funnel: every change of a running case goes through here.

The caller holds the lock of the case. A step is taken on the process (pure), the house operations it reached are
performed, what it throws to other cases is posted, and what the instance now waits for is written: user tasks, timers,
subscriptions, clocks, stage, history. What fails becomes an incident from which the same step can be taken again;
nothing done before it is lost.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import data_stores, events, incidents
from engine.case.opening import SUSPENDED, Case, opened
from engine.case.settling import settle
from engine.catalog.published import Published
from engine.errors import CaseSuspended
from engine.flow import connector_calls, throwing
from engine.flow.operations import PERFORMERS, Call
from engine.house import House
from engine.packages.operations import CONNECTOR_CALL
from engine.people.actors import ANOTHER_CASE, Actor
from engine.working_time.functions import calendar_functions, remembering
from storage.applications import Application
from storage.offices import Office
from storage.people import Person
from storage.processes import ProcessInstance


@dataclass(slots=True)
class Progress:
    """What a run through the funnel gathered: the last snapshot and every element passed on the way."""

    snapshot: bpmn.Snapshot | None = None
    passed: list[bpmn.Passed] = field(default_factory=list)
    waiting: deque[Step] = field(default_factory=deque)
    has_thrown: bool = False


def begin(
    session: Session,
    house: House,
    application: Application,
    office: Office,
    applicant: Person,
    published: Published,
    step: Step,
    actor: Actor,
    *,
    now: datetime,
) -> Case:
    """Starts the process of an application with this step and runs it to its first waits."""
    instance = ProcessInstance(
        application_id=application.id,
        definition_id=published.definition_id,
        state=b"",
        status="running",
        started_at=now,
        revision=0,
        waits={},
    )
    session.add(instance)
    session.flush()
    case = opened(session, house, instance, application, office, applicant)
    advance(session, house, case, step, actor, now=now)
    return case


def advance(session: Session, house: House, case: Case, step: Step, actor: Actor, *, now: datetime) -> bool:
    """Takes the step and all that follows from it. False when it stopped at an incident.

    Raises what the BPMN core refuses before anything happened: ``TaskNotReady``, ``NobodyWaits``;
    ``CaseSuspended`` while an administrator holds the case.
    """
    if case.instance.status == SUSPENDED:
        raise CaseSuspended
    progress = Progress(waiting=deque([step]))
    whole = True
    while progress.waiting:  # a service call that fails stops neither its neighbours nor what they lead to
        whole = _take(session, house, case, progress, actor, now) and whole
    if progress.snapshot is not None:
        before = throwing.awaited(case)
        settle(session, case, progress.snapshot, progress.passed, actor, now=now)
        names = throwing.awaited(case) - before
        # What another case sent is brought in rounds: whoever brings it looks again himself.
        if (names or progress.has_thrown) and actor is not ANOTHER_CASE:
            throwing.bring_afterwards(session, house, names=names, now=now)
    return whole


def _take(session: Session, house: House, case: Case, progress: Progress, actor: Actor, now: datetime) -> bool:
    step = progress.waiting.popleft()
    if step.operation == "perform":
        return _perform(session, house, case, progress, step, actor, now)
    heard: dict[str, Any] = {}
    stores = data_stores.store_functions(session, case.published.service_key, lock=True)
    functions = remembering({**calendar_functions(case.calendar, now), **stores}, heard)
    try:
        snapshot = step.take(case.published.process, case.instance.state, functions, now, house.live)
    except bpmn.StepFailed as failure:
        incidents.raise_incident(session, case, step, failure, actor, now=now)
        return False
    case.instance.state = snapshot.state
    case.instance.revision += 1
    progress.snapshot = snapshot
    progress.passed.extend(snapshot.passed)
    events.record(session, case.application, "step", actor, at=now, data=step.recorded() | {"heard": heard})
    for effect in snapshot.effects:
        if effect.kind == "service":
            progress.waiting.append(asked_by(effect))
        elif effect.kind == "store":
            data_stores.keep(session, case, effect, now=now)
        else:
            throwing.post(session, house, case, effect, actor, now=now)
            progress.has_thrown = True
    return True


def asked_by(effect: bpmn.Effect) -> Step:
    """What a service task asks of the house, as a step that can be kept and taken again."""
    return Step(
        "perform",
        task_ref=effect.task_id or "",
        name=effect.name,
        element_id=effect.element_id,
        variables=dict(effect.payload),
    )


def _perform(
    session: Session, house: House, case: Case, progress: Progress, step: Step, actor: Actor, now: datetime
) -> bool:
    """Does what a service task asks of the house and lines up the step that brings the answer back. What is asked of
    the outside is put into the queue."""
    if step.name == CONNECTOR_CALL:
        connector_calls.ask(session, case, step, now=now)
        return True
    call = Call(session, house, case, step.name, step.element_id, step.variables, actor, now)
    try:
        with session.begin_nested():
            variables = PERFORMERS[step.name](call)
            session.flush()
    except Exception as failure:  # whatever an operation raises stops this case here, and no other
        incidents.raise_failed_operation(session, case, step, failure, actor, now=now)
        return False
    progress.waiting.append(Step("complete", task_ref=step.task_ref, variables=variables))
    return True
