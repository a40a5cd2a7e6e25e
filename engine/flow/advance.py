"""The funnel: every change of a running case goes through here.

The caller holds the lock of the case. A step is taken on the process (pure), the house operations it reached are
performed, what it throws to other cases is posted, and what the instance now waits for is written: user tasks, timers,
subscriptions, clocks, stage, history. What fails becomes an incident from which the same step can be taken again;
nothing done before it is lost.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from engine import bpmn
from engine.bpmn import Step
from engine.case import data_stores, fees, incidents
from engine.case.holding import NobodyHolds, require_holders
from engine.case.settling import settle
from engine.case.turn import Turn
from engine.errors import CaseSuspended
from engine.flow import connector_calls, throwing
from engine.flow.operations import PERFORMERS, PLAIN, REFUSED_TO_OFFICERS, Call
from engine.outages import outage_in
from engine.packages.operations import CONNECTOR_CALL
from engine.people.actors import ANOTHER_CASE
from engine.working_time.functions import calendar_functions, remembering
from storage.processes import InstanceStatus


@dataclass(slots=True)
class Progress:
    """What a run through the funnel gathered: the last snapshot and every element passed on the way."""

    snapshot: bpmn.Snapshot | None = None
    passed: list[bpmn.Passed] = field(default_factory=list)
    reached: list[bpmn.Passed] = field(default_factory=list)
    waiting: deque[Step] = field(default_factory=deque)
    has_thrown: bool = False


def advance(turn: Turn, step: Step) -> bool:
    """Takes the step and all that follows from it. False when it stopped at an incident.

    Raises what the BPMN core refuses before anything happened: ``TaskNotReady``, ``NobodyWaits``;
    ``CaseSuspended`` while an administrator holds the case.
    """
    if turn.case.instance.status == InstanceStatus.SUSPENDED:
        raise CaseSuspended
    progress = Progress(waiting=deque([step]))
    whole = True
    while progress.waiting:  # a service call that fails stops neither its neighbours nor what they lead to
        whole = _take(turn, progress) and whole
    if progress.snapshot is not None:
        before = throwing.awaited(turn.case)
        settle(turn, progress.snapshot, progress.passed, progress.reached)
        names = throwing.awaited(turn.case) - before
        # What another case sent is brought in rounds: whoever brings it looks again himself.
        if (names or progress.has_thrown) and turn.actor is not ANOTHER_CASE:
            throwing.bring_thrown(turn, names)
    return whole


def _take(turn: Turn, progress: Progress) -> bool:
    step, case = progress.waiting.popleft(), turn.case
    if step.operation == "perform":
        return _perform(turn, progress, step)
    heard: dict[str, Any] = {}
    stores = data_stores.store_functions(turn.session, case.published.service_key, lock=True)
    functions = remembering({**calendar_functions(case.calendar, turn.now), **stores}, heard)
    try:
        snapshot = step.take(case.published.process, case.instance.state, functions, turn.now, turn.house.live)
        require_holders(turn.session, case, snapshot.tasks)
        reached = fees.reached(turn, snapshot.tasks)
    except bpmn.StepFailed as failure:
        _let_outages_through(failure)
        incidents.raise_incident(turn, step, failure)
        return False
    except NobodyHolds as closed:
        incidents.raise_office_missing(turn, step, closed.element_id, closed.missing)
        return False
    except fees.FeeNotReckoned as failure:
        incidents.raise_unreckoned_fee(turn, step, failure.element_id, failure.file)
        return False
    case.instance.state = snapshot.state
    case.instance.revision += 1
    progress.snapshot = snapshot
    progress.passed.extend(snapshot.passed)
    progress.reached.extend(snapshot.reached)
    turn.record("step", data=step.recorded() | {"heard": heard})
    progress.waiting.extend(Step("complete", task_ref=task_ref) for task_ref in fees.due(turn, reached))
    for effect in snapshot.effects:
        if effect.kind == "service":
            progress.waiting.append(asked_by(effect))
        elif effect.kind == "store":
            data_stores.keep(turn, effect)
        else:
            throwing.post(turn, effect)
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


def _perform(turn: Turn, progress: Progress, step: Step) -> bool:
    """Does what a service task asks of the house and lines up the step that brings the answer back. What is asked of
    the outside is put into the queue."""
    if step.name == CONNECTOR_CALL:
        connector_calls.ask(turn, step)
        return True
    call = Call(turn, step.name, step.element_id, step.variables, step.task_ref)
    if turn.case.together is not None and step.name in PLAIN:
        progress.waiting.append(Step("complete", task_ref=step.task_ref, variables=_perform_with_others(call)))
        return True
    try:
        with turn.session.begin_nested():
            variables = PERFORMERS[step.name](call)
            turn.session.flush()
    except Exception as failure:  # whatever an operation raises stops this case here, and no other
        _let_outages_through(failure)
        _let_refusals_through(turn, failure)
        incidents.raise_failed_operation(turn, step, failure)
        return False
    progress.waiting.append(Step("complete", task_ref=step.task_ref, variables=variables))
    return True


def _perform_with_others(call: Call) -> dict[str, Any]:
    """Without a savepoint and without being written at once: whatever it raises undoes all cases of the transaction,
    and this one meets it again by itself."""
    if len(call.turn.case.published.package.manifest.fees) > 1:
        call.turn.session.flush()  # a message may name what this step reckoned
    return PERFORMERS[call.operation](call)


def _let_outages_through(failure: Exception) -> None:
    """A full disk or a database that is gone is no incident of this case: the action that led here is refused, and can
    be repeated. A decision whose certificate cannot be written was not made."""
    if outage := outage_in(failure):
        raise outage


def _let_refusals_through(turn: Turn, failure: Exception) -> None:
    """An officer whose answer cannot be taken is told so and answers otherwise; the applicant and the clock cannot."""
    if isinstance(failure, REFUSED_TO_OFFICERS) and turn.actor.person_id not in (None, turn.case.applicant.id):
        raise failure
