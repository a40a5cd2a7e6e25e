"""Steps that failed: kept with their input, seen by administrators, taken again from the same place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import bpmn, events
from engine.actors import ADMINISTRATOR, Actor
from engine.case import Case, lock_case
from engine.errors import IncidentGone, NotFound
from engine.steps import Step, step_from
from storage.processes import Incident

if TYPE_CHECKING:
    from engine.house import House

OPEN, RESOLVED = "open", "resolved"


def raise_incident(
    session: Session, case: Case, step: Step, failure: bpmn.StepFailed, actor: Actor, *, now: datetime
) -> None:
    """Keeps a step of the process that failed: the element, the expression, the reason, and the input."""
    _raise(
        session, case, step.operation, failure.element_id, failure.expression or "", failure.reason, step, actor, now
    )


def raise_failed_operation(
    session: Session,
    case: Case,
    step: Step,
    failure: Exception,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Keeps a house operation that failed. The reason names the kind of failure, never a value: values are personal."""
    reason = f"{step.name}: {type(failure).__name__}"
    _raise(session, case, step.operation, step.element_id, "", reason, step, actor, now)


def _raise(
    session: Session,
    case: Case,
    kind: str,
    element_id: str,
    expression: str,
    reason: str,
    step: Step,
    actor: Actor,
    now: datetime,
) -> None:
    open_one = session.scalar(
        select(Incident).where(
            Incident.instance_id == case.instance.id,
            Incident.kind == kind,
            Incident.element_id == element_id,
            Incident.status == OPEN,
        )
    )
    if open_one is not None:
        open_one.attempts += 1
        open_one.reason = reason
        return
    session.add(
        Incident(
            instance_id=case.instance.id,
            application_id=case.application.id,
            element_id=element_id,
            kind=kind,
            expression=expression,
            reason=reason,
            input=step.recorded(),
            raised_at=now,
        )
    )
    data = {"expression": expression, "reason": reason}
    events.record(session, case.application, "incident", actor, at=now, element_id=element_id, data=data)


def retry(session: Session, house: House, actor: Actor, incident_id: int, *, now: datetime) -> bool:
    """Takes the failed step again from where the case stands. True when it went through this time, and when nothing
    waits for it any more because the case has taken another way: then it is not done."""
    from engine.advance import advance

    application_id = session.scalar(select(Incident.application_id).where(Incident.id == incident_id))
    if application_id is None:
        raise NotFound
    case = lock_case(session, house, application_id)
    actor.require(case.office.id, ADMINISTRATOR)
    incident = session.get_one(Incident, incident_id, populate_existing=True)
    if incident.status != OPEN:
        raise IncidentGone
    # Closed before the attempt: should the step fail again, a new incident says why this time.
    incident.status = RESOLVED
    incident.resolved_at, incident.resolved_by_id = now, actor.person_id
    session.flush()
    events.record(session, case.application, "retry", actor, at=now, element_id=incident.element_id)
    try:
        with session.begin_nested():
            return advance(session, house, case, step_from(incident.input), actor, now=now)
    except (bpmn.NobodyWaits, bpmn.TaskNotReady):
        return True


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
