"""One visit, as the page that changes its day shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.case.readers import may_read
from engine.errors import NotFound
from engine.house import House
from engine.people.actors import Actor
from engine.queries.office.visits import ROWS, VisitShown, shown
from storage.processes import UserTask


def visit_shown(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> VisitShown:
    """The visit under this key; ``NotFound`` for a task that is none, and for a case that the actor does not read."""
    row = session.execute(ROWS.where(UserTask.key == task_key)).one_or_none()
    if row is None or not may_read(session, row[1], actor):
        raise NotFound
    found = shown(session, house, row, now)
    if found is None or found.plans:
        raise NotFound
    return found
