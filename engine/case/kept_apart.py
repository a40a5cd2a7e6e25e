"""Who reads nothing of an application because they worked on what it is about, and who reads what it is about (decision
84).

A complaint names an application (``engine.case.handled``). Whoever has or had a task of that one is shown nothing of
the complaint, but for the statement that it asks of them as the head. Whoever has an open task of the complaint in the
citizens' office reads the application that it names, and changes nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, select, true
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.errors.desk import WorkedOnIt
from engine.packages.groups import COMPLAINTS, HEAD
from engine.people.actors import Actor
from storage.applications import Application
from storage.complaints import KeptApart, NamedCase
from storage.processes import OPEN_TASK, TaskStatus, UserTask

COMPLAINED_OF: Final = "complained_of"
"""The look by which somebody of the citizens' office reads the application that a complaint names."""


@dataclass(frozen=True, slots=True)
class Named:
    """The application that another one is about."""

    key: str
    reference: str


def not_apart(
    actor: Actor, application_id: SQLColumnExpression[int] | SQLColumnExpression[int | None]
) -> ColumnElement[bool]:
    """Over a column of applications, for lists: the actor worked on nothing that this one is about."""
    if actor.person_id is None:
        return true()
    return application_id.not_in(select(KeptApart.application_id).where(KeptApart.person_id == actor.person_id))


def is_apart(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor worked on what this application is about; a statement only for one that is about another."""
    if not application.has_interests or actor.person_id is None:
        return False
    return session.get(KeptApart, (actor.person_id, application.id)) is not None


def require_not_apart(session: Session, application: Application, group: str, actor: Actor) -> None:
    """``WorkedOnIt`` for a head who would give or take a task of this group while they are kept apart from the case;
    of the head's own tasks they are in charge."""
    if group != HEAD and is_apart(session, application, actor):
        raise WorkedOnIt


def kept_out(session: Session, application: Application) -> frozenset[int]:
    """Who is told nothing of this application, by the ids of persons; a statement only where it is about another."""
    if not application.has_interests:
        return frozenset()
    return frozenset(session.scalars(select(KeptApart.person_id).where(KeptApart.application_id == application.id)))


def makes_statement(session: Session, application: Application, actor: Actor) -> bool:
    """Whether a task of the head waits for the actor as head of its office, which is how somebody who is kept apart is
    heard: then they read what they are asked about. One statement."""
    offices = actor.offices(HEAD)
    here = true() if offices is None else UserTask.office_id.in_(sorted(offices))
    asked = UserTask.application_id == application.id, UserTask.group == HEAD, UserTask.status.in_(OPEN_TASK)
    return session.scalar(select(UserTask.id).where(*asked, here).limit(1)) is not None


def for_themselves(session: Session, application: Application, actor: Actor) -> Actor:
    """The actor without the places of absent colleagues who worked on what this application is about; a statement only
    where it is about another and the actor stands in for somebody."""
    if not application.has_interests or not actor.stands:
        return actor
    theirs = KeptApart.person_id.in_(sorted({stand.person_id for stand in actor.stands}))
    apart = set(session.scalars(select(KeptApart.person_id).where(KeptApart.application_id == application.id, theirs)))
    return replace(actor, stands=tuple(stand for stand in actor.stands if stand.person_id not in apart))


def complaint_read(session: Session, application: Application, actor: Actor) -> str | None:
    """The reference of the complaint because of which the actor may read this application: one that is about it, of
    which they have an open task in the citizens' office, themselves or in the place of a colleague. Never of one's own
    application. One statement, none for whoever is of no citizens' office."""
    if application.applicant_id == actor.person_id:
        return None
    ways = [_held_by(actor.person_id, actor.offices(COMPLAINTS))] if COMPLAINTS in actor.groups else []
    ways += [_held_by(one.person_id, frozenset((one.office_id,))) for one in actor.stands if one.group == COMPLAINTS]
    if not ways:
        return None
    found = (
        select(Application.reference)
        .join(NamedCase, NamedCase.application_id == Application.id)
        .join(UserTask, UserTask.application_id == Application.id)
        .where(NamedCase.about_id == application.id, UserTask.group == COMPLAINTS, or_(*ways))
        .where(UserTask.status == TaskStatus.CLAIMED)
        .order_by(Application.id)
        .limit(1)
    )
    return session.scalar(found)


def reads_for(session: Session, application: Application, actor: Actor) -> str:
    """By what somebody who is no reader of it otherwise reads this application: the reference of the complaint;
    ``NotFound`` without one."""
    complaint = complaint_read(session, application, actor)
    if complaint is None:
        raise NotFound
    return complaint


def named_by(session: Session, application: Application, actor: Actor) -> Named | None:
    """The application that this one is about, for whoever reads that because of it; two statements at most, none for
    one that is about no other."""
    if not application.has_interests:
        return None
    wanted = select(Application).join(NamedCase, NamedCase.about_id == Application.id)
    about = session.scalar(wanted.where(NamedCase.application_id == application.id))
    if about is None or complaint_read(session, about, actor) is None:
        return None
    return Named(about.key, about.reference or "")


def _held_by(person_id: int | None, offices: frozenset[int] | None) -> ColumnElement[bool]:
    here: Any = true() if offices is None else UserTask.office_id.in_(sorted(offices))
    return and_(UserTask.assignee_id == person_id, here)
