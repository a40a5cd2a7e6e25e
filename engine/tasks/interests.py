"""An officer declares that a case touches an interest of theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.interests import has_interest
from engine.case.opening import lock_case_by_key
from engine.case.readers import may_read
from engine.case.turn import Turn
from engine.errors import NotFound
from engine.house import House
from engine.people.actors import Actor
from engine.reasons import reason_given
from storage.colleagues import DeclaredInterest
from storage.processes import TaskStatus, UserTask


def declare(session: Session, house: House, actor: Actor, application_key: str, reason: str, *, now: datetime) -> None:
    """From now on the actor does no task of this case; those that they had claimed are open to their colleagues again.
    What they did before stays. Declaring it twice is harmless; nobody takes it back, since a head could not know why.
    ``NotFound`` for a case that they do not read, ``ReasonMissing``."""
    case = lock_case_by_key(session, house, application_key)
    if actor.person_id is None or not may_read(session, case.application, actor):
        raise NotFound
    why = reason_given(reason)
    if has_interest(session, case.application, actor.person_id):
        return
    turn = Turn(session, house, case, actor, now)
    case.application.has_interests = True
    session.add(DeclaredInterest(application_id=case.application.id, person_id=actor.person_id, reason=why, at=now))
    turn.record("interest_declared")
    for task in session.scalars(
        select(UserTask).where(
            UserTask.application_id == case.application.id,
            UserTask.status == TaskStatus.CLAIMED,
            UserTask.assignee_id == actor.person_id,
        )
    ):
        task.status, task.assignee_id, task.claimed_at = TaskStatus.READY, None, None
        turn.record("claim_released", element_id=task.element_id)
    session.flush()
