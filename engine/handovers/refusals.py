"""Somebody came for a result and did not get it: why, kept in the case, which goes on waiting."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import lock_task
from engine.case.turn import Turn
from engine.errors import NothingToHandOver, ReasonMissing
from engine.house import House
from engine.khmer import tidy
from engine.people.actors import Actor
from engine.tasks.user_tasks import require_access
from storage.events import CaseEvent
from storage.processes import OPEN_TASK, TaskKind

REFUSED: Final = "handover_refused"
LONGEST_REASON: Final = 500


def refuse(session: Session, house: House, actor: Actor, task_key: str, reason: str, *, now: datetime) -> str:
    """Writes down why a result was not handed over, and gives the reference of its application. The same reason once
    more, as a second click sends it, is written down once. ``ReasonMissing``, ``NothingToHandOver`` once the result
    left."""
    case, task = lock_task(session, house, task_key)
    require_access(case, task, actor)
    if task.kind != TaskKind.HANDOVER or task.status not in OPEN_TASK:
        raise NothingToHandOver
    task.remind_at = None  # who was here knows that it waits, and why it was not given
    words = tidy(reason)[:LONGEST_REASON]
    if not words:
        raise ReasonMissing
    newest = select(CaseEvent).where(CaseEvent.application_id == case.application.id).order_by(CaseEvent.seq.desc())
    last = session.scalars(newest.limit(1)).one()
    if last.kind != REFUSED or last.personal != {"reason": words}:
        turn = Turn(session, house, case, actor, now)
        turn.record(REFUSED, element_id=task.element_id, personal={"reason": words})
    return case.application.reference or ""
