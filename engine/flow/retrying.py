"""Taking a step again that failed: an administrator has repaired what stood in its way and says what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step, step_from
from engine.case.concerned import require_other
from engine.case.continuations import facts_about
from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.errors import IncidentGone, NotFound
from engine.flow import throwing
from engine.flow.advance import advance
from engine.flow.interventions import require_looked_at_by_two
from engine.flow.taking import BY_HAND
from engine.house import House
from engine.packages import APPLY, routing_variables
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.reasons import reason_given
from storage.processes import Incident, IncidentStatus


def retry(session: Session, house: House, actor: Actor, incident_id: int, reason: str, *, now: datetime) -> bool:
    """Takes the failed step again from where the case stands; ``reason`` says what was repaired. True when it went
    through this time, and when nothing waits for it any more because the case has taken another way: then it is not
    done. A case that could not even begin begins on the version in effect now. ``ReasonMissing``, ``IncidentGone``,
    ``OwnCase``, ``SecondNeeded`` for a step by hand that two have not looked at."""
    application_id = session.scalar(select(Incident.application_id).where(Incident.id == incident_id))
    if application_id is None:
        raise NotFound
    case = lock_case(session, house, application_id)
    actor.require(case.office.id, ADMINISTRATOR)
    require_other(session, case.application, actor)
    incident = session.get_one(Incident, incident_id, populate_existing=True)
    if incident.status != IncidentStatus.OPEN:
        raise IncidentGone
    why = {"reason": reason_given(reason)}
    # Closed before the attempt: should the step fail again, a new incident says why this time.
    incident.status = IncidentStatus.RESOLVED
    incident.resolved_at, incident.resolved_by_id = now, actor.person_id
    session.flush()
    turn = Turn(session, house, case, actor, now)
    step = _begun_anew(turn, step_from(incident.input))
    if step.operation in BY_HAND:
        require_looked_at_by_two(turn, step)
    turn.record("retry", element_id=incident.element_id, data={"version": case.published.version}, personal=why)
    throwing.bring_kept(turn)
    try:
        with session.begin_nested():
            return advance(turn, step)
    except (bpmn.NobodyWaits, bpmn.TaskNotReady):
        return True


def _begun_anew(turn: Turn, step: Step) -> Step:
    """The step; a case that has no state yet is put on the version in effect, where that begins the same way."""
    case = turn.case
    if step.operation != "start" or case.instance.state:
        return step
    newest = turn.house.catalog.current(
        turn.session, case.published.service_key, now=turn.now, office_id=case.office.id
    )
    begins = {"", *(start.element_id for start in newest.process.starts)}
    if step.element_id.partition("#")[0] not in begins:
        return step
    case.published = newest
    case.instance.definition_id = case.application.definition_id = newest.definition_id
    if step.name or step.element_id:
        return step
    facts = facts_about(turn.session, newest.package, case.application)
    return replace(step, variables=routing_variables(newest.package, APPLY, case.application.answers) | facts)
