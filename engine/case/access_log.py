"""Who looked at whose case, and at whose data. The citizen reads it in the account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, insert, literal, or_, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.base import Moment
from storage.people import AccessLog, Person


def note_access(session: Session, actor: Actor, application: Application, page: str, *, now: datetime) -> None:
    """Writes down that the actor opened a page about the case; looks of applicants at their own are not kept."""
    if actor.doer_id is None or actor.doer_id == application.applicant_id:
        return
    session.add(AccessLog(person_id=actor.doer_id, application_id=application.id, page=page, at=now))


def note_cases(session: Session, actor: Actor, cases: Collection[str], page: str, *, now: datetime) -> None:
    """The same for every case that a page has shown, by its reference or its key."""
    shown = select(Application).where(or_(Application.reference.in_(cases), Application.key.in_(cases)))
    for application in session.scalars(shown.order_by(Application.id)).all():
        note_access(session, actor, application, page, now=now)


def note_listed(
    session: Session, actor: Actor, cases: Collection[str], page: str, *, since: datetime, now: datetime
) -> None:
    """Writes down that a list of work has shown these cases (by their keys) to the actor, each once ``since`` then: who
    works with a list opens it again and again. One statement, however many there are."""
    if actor.person_id is None or not cases:
        return
    known = exists().where(
        AccessLog.application_id == Application.id,
        AccessLog.person_id == actor.person_id,
        AccessLog.page == page,
        AccessLog.at >= since,
    )
    new = select(
        literal(actor.person_id), Application.id, literal(page), literal(""), literal(now, type_=Moment())
    ).where(Application.key.in_(set(cases)), Application.applicant_id != actor.person_id, ~known)
    session.execute(insert(AccessLog).from_select(["person_id", "application_id", "page", "paper", "at"], new))


def note_people_listed(
    session: Session, actor: Actor, people: Collection[int], page: str, *, since: datetime, now: datetime
) -> None:
    """The same for people whom a list has shown without any case."""
    if actor.person_id is None or not people:
        return
    known = exists().where(
        AccessLog.subject_id == Person.id,
        AccessLog.person_id == actor.person_id,
        AccessLog.page == page,
        AccessLog.at >= since,
    )
    new = select(literal(actor.person_id), Person.id, literal(page), literal(""), literal(now, type_=Moment())).where(
        Person.id.in_(set(people)), Person.id != actor.person_id, ~known
    )
    session.execute(insert(AccessLog).from_select(["person_id", "subject_id", "page", "paper", "at"], new))


def note_person(session: Session, actor: Actor, subject_id: int, page: str, *, paper: str = "", now: datetime) -> None:
    """Writes down that the actor looked at somebody's data, or wrote them from a ``paper``, without any case."""
    if actor.person_id is None or actor.person_id == subject_id:
        return
    session.add(AccessLog(person_id=actor.person_id, subject_id=subject_id, page=page, paper=paper, at=now))
