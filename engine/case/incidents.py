"""Steps that failed: kept with their input, seen by administrators, taken again from the same place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.applications.filing import APPLY
from engine.case import events
from engine.case.opening import Case, lock_case
from engine.case.steps import Step, step_from
from engine.catalog.masking import shown
from engine.errors import IncidentGone, NotFound
from engine.flow import throwing
from engine.packages import routing_variables
from engine.people.actors import ADMINISTRATOR, Actor
from engine.reasons import reason_given
from storage.processes import Incident

if TYPE_CHECKING:
    from engine.house import House

OPEN, RESOLVED = "open", "resolved"
EXPRESSION, SCRIPT, DECISION, OPERATION, CONNECTOR = "expression", "script", "decision", "operation", "connector"
"""What can fail at an element."""

_KINDS: Final = {"scriptTask": SCRIPT, "businessRuleTask": DECISION}


@dataclass(frozen=True, slots=True)
class Failure:
    """What administrators are told about a step that failed. ``used`` are the variables it used; they are masked before
    they are kept. ``reason`` names kinds of values, never a value: values may be personal."""

    element_id: str
    what: str
    expression: str
    reason: str
    reason_km: str
    used: Mapping[str, Any]


def raise_incident(
    session: Session, case: Case, step: Step, failure: bpmn.StepFailed, actor: Actor, *, now: datetime
) -> None:
    """Keeps a step of the process that failed."""
    element = case.published.process.elements.get(failure.element_id)
    what = _KINDS.get(element.type if element else "", EXPRESSION)
    told = Failure(failure.element_id, what, failure.expression or "", failure.reason, failure.reason.km, failure.used)
    keep(session, case, step, told, actor, now=now)


def raise_failed_operation(
    session: Session, case: Case, step: Step, failure: Exception, actor: Actor, *, now: datetime
) -> None:
    """Keeps a house operation that failed: which, with which parameters, and the kind of failure."""
    reason = f"{step.name}: {type(failure).__name__}"
    reason_km = f"ប្រតិបត្តិការ {step.name} បរាជ័យ៖ {type(failure).__name__}"
    told = Failure(step.element_id, OPERATION, step.name, reason, reason_km, step.variables)
    keep(session, case, step, told, actor, now=now)


def keep(session: Session, case: Case, step: Step, failure: Failure, actor: Actor, *, now: datetime) -> None:
    """Writes an incident down, with the step that a retry takes again; the same failure again is one attempt more."""
    element = case.published.process.elements.get(failure.element_id)
    told = {
        "expression": failure.expression,
        "reason": str(failure.reason),
        "reason_km": failure.reason_km,
        "variables": shown(case.published.package, failure.used),
    }
    open_one = _open_one(session, case, step.operation, failure.element_id)
    if open_one is not None:
        open_one.attempts += 1
        for name, value in told.items():
            setattr(open_one, name, value)
        return
    session.add(
        Incident(
            instance_id=case.instance.id,
            application_id=case.application.id,
            element_id=failure.element_id,
            element_name=(element.name if element else None) or "",
            kind=step.operation,
            what=failure.what,
            input=step.recorded(),
            raised_at=now,
            **told,
        )
    )
    data = {name: told[name] for name in ("expression", "reason", "reason_km")}
    events.record(session, case.application, "incident", actor, at=now, element_id=failure.element_id, data=data)


def retry_with(session: Session, case: Case, kind: str, element_id: str, step: Step) -> None:
    """Has a retry of the open incident of this kind take another step than the one that failed."""
    session.flush()
    open_one = _open_one(session, case, kind, element_id)
    if open_one is not None:
        open_one.input = step.recorded()


def _open_one(session: Session, case: Case, kind: str, element_id: str) -> Incident | None:
    return session.scalar(
        select(Incident).where(
            Incident.instance_id == case.instance.id,
            Incident.kind == kind,
            Incident.element_id == element_id,
            Incident.status == OPEN,
        )
    )


def retry(session: Session, house: House, actor: Actor, incident_id: int, reason: str, *, now: datetime) -> bool:
    """Takes the failed step again from where the case stands; ``reason`` says what was repaired. True when it went
    through this time, and when nothing waits for it any more because the case has taken another way: then it is not
    done. A case that could not even begin begins on the version in effect now. ``ReasonMissing``, ``IncidentGone``."""
    from engine.flow.advance import advance

    application_id = session.scalar(select(Incident.application_id).where(Incident.id == incident_id))
    if application_id is None:
        raise NotFound
    case = lock_case(session, house, application_id)
    actor.require(case.office.id, ADMINISTRATOR)
    incident = session.get_one(Incident, incident_id, populate_existing=True)
    if incident.status != OPEN:
        raise IncidentGone
    why = {"reason": reason_given(reason)}
    # Closed before the attempt: should the step fail again, a new incident says why this time.
    incident.status = RESOLVED
    incident.resolved_at, incident.resolved_by_id = now, actor.person_id
    session.flush()
    step = _begun_anew(session, house, case, step_from(incident.input), now)
    place, data = incident.element_id, {"version": case.published.version}
    events.record(session, case.application, "retry", actor, at=now, element_id=place, data=data, personal=why)
    names, instance_id = throwing.awaited(case), case.instance.id  # what was kept for the case until now
    throwing.bring_afterwards(session, house, names=names, instance_id=instance_id, now=now)
    try:
        with session.begin_nested():
            return advance(session, house, case, step, actor, now=now)
    except (bpmn.NobodyWaits, bpmn.TaskNotReady):
        return True


def _begun_anew(session: Session, house: House, case: Case, step: Step, now: datetime) -> Step:
    """The step; a case that has no state yet is put on the version in effect, where that begins the same way."""
    if step.operation != "start" or case.instance.state:
        return step
    newest = house.catalog.current(session, case.published.service_key, now=now)
    begins = {"", *(start.element_id for start in newest.process.starts)}
    if step.element_id.partition("#")[0] not in begins:
        return step
    case.published = newest
    case.instance.definition_id = case.application.definition_id = newest.definition_id
    if step.name or step.element_id:
        return step
    return replace(step, variables=routing_variables(newest.package, APPLY, case.application.answers))


def close_all(session: Session, case: Case, *, now: datetime) -> None:
    """The case is over: nothing of it is to be tried again."""
    session.execute(
        update(Incident)
        .where(Incident.instance_id == case.instance.id, Incident.status == OPEN)
        .values(status=RESOLVED, resolved_at=now)
    )


def close_at(session: Session, case: Case, element_id: str, actor: Actor, *, now: datetime) -> None:
    """The case was taken past this element by hand: what failed there is not to be tried again."""
    session.execute(
        update(Incident)
        .where(Incident.instance_id == case.instance.id, Incident.element_id == element_id, Incident.status == OPEN)
        .values(status=RESOLVED, resolved_at=now, resolved_by_id=actor.person_id)
    )
