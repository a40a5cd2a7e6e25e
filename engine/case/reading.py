"""Opening a page about a case: whether the actor reads it, and the note of why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.case.access_log import note_access
from engine.case.kept_apart import COMPLAINED_OF, reads_for
from engine.case.readers import may_read
from engine.people.actors import Actor
from storage.applications import Application


def note_reader(session: Session, application: Application, actor: Actor, page: str, *, now: datetime) -> None:
    """Writes down that the actor opened this page about the case, or that they read it because of a complaint, and of
    which. ``NotFound`` for whoever does neither."""
    if may_read(session, application, actor):
        note_access(session, actor, application.id, page, now=now)
        return
    complaint = reads_for(session, application, actor)
    note_access(session, actor, application.id, COMPLAINED_OF, detail=complaint, now=now)
