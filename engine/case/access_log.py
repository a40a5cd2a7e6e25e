"""Who looked at whose case, and at whose data. The citizen reads it in the account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.people import AccessLog


def note_access(session: Session, actor: Actor, application: Application, page: str, *, now: datetime) -> None:
    """Writes down that the actor opened a page about the case; looks of applicants at their own are not kept."""
    if actor.person_id is None or actor.person_id == application.applicant_id:
        return
    session.add(AccessLog(person_id=actor.person_id, application_id=application.id, page=page, at=now))


def note_cases(session: Session, actor: Actor, cases: Collection[str], page: str, *, now: datetime) -> None:
    """The same for every case that a page has shown, by its reference or its key."""
    shown = select(Application).where(or_(Application.reference.in_(cases), Application.key.in_(cases)))
    for application in session.scalars(shown.order_by(Application.id)).all():
        note_access(session, actor, application, page, now=now)


def note_person(session: Session, actor: Actor, subject_id: int, page: str, *, paper: str = "", now: datetime) -> None:
    """Writes down that the actor looked at somebody's data, or wrote them from a ``paper``, without any case."""
    if actor.person_id is None or actor.person_id == subject_id:
        return
    session.add(AccessLog(person_id=actor.person_id, subject_id=subject_id, page=page, paper=paper, at=now))
