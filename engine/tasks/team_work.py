"""What a head does about the work of the team: a task goes back to its group, with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.case.interests import require_no_interest
from engine.case.kept_apart import require_not_apart
from engine.case.opening import lock_task
from engine.case.task_notices import taken_from
from engine.case.turn import Turn
from engine.errors import NotAllowed, TaskGone
from engine.house import House
from engine.packages.groups import APPLICANT, HEAD
from engine.people.actors import Actor
from engine.people.names import holder
from engine.reasons import reason_given
from storage.people import Person
from storage.processes import TaskStatus


def take_back(session: Session, house: House, actor: Actor, task_key: str, reason: str, *, now: datetime) -> None:
    """The task that an officer has is open to its group again; the history says from whom, and beside its chain why.
    ``NotAllowed`` for whoever does not head the office of the task, and in their own case; ``InterestDeclared``;
    ``WorkedOnIt``; ``TaskGone`` when nobody has it any more; ``ReasonMissing``."""
    case, task = lock_task(session, house, task_key)
    if task.group == APPLICANT or not actor.acts_for(HEAD, task.office_id) or actor.person_id == case.applicant.id:
        raise NotAllowed
    require_no_interest(session, case.application, actor)
    require_not_apart(session, case.application, task.group, actor)
    if task.status != TaskStatus.CLAIMED or task.assignee_id is None:
        raise TaskGone
    said, officer = reason_given(reason), holder(session.get_one(Person, task.assignee_id))
    before_id = task.assignee_id
    data = {"from_id": before_id, "officer_km": officer.km, "officer_en": officer.en}
    task.status, task.assignee_id, task.claimed_at = TaskStatus.READY, None, None
    turn = Turn(session, house, case, actor, now)
    turn.record("task_taken_back", element_id=task.element_id, data=data, personal={"reason": said})
    taken_from(turn, task, before_id)
