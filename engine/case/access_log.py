"""Who looked at whose case. The citizen reads it in the account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.people import AccessLog


def note_access(session: Session, actor: Actor, application: Application, page: str, *, now: datetime) -> None:
    """Writes down that the actor opened a page about the case; looks of applicants at their own are not kept."""
    if actor.person_id is None or actor.person_id == application.applicant_id:
        return
    session.add(AccessLog(person_id=actor.person_id, application_id=application.id, page=page, at=now))
