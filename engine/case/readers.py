"""Which officers read a case: those of its own office, and those elsewhere who have or had a task on it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from engine.packages.groups import (
    ADMINISTRATOR,
    APPLICANT,
    CASE_WORKERS,
    HEAD,
    OFFICER_GROUPS,
    escalation,
)
from engine.people.actors import Actor
from storage.applications import Application
from storage.processes import OPEN_TASK, UserTask


def may_read(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor reads this case as an officer, never their own application; one statement for somebody whom
    only a task leads here."""
    if application.applicant_id == actor.person_id:
        return False
    if any(actor.acts_for(group, application.office_id) for group in (*CASE_WORKERS, ADMINISTRATOR)):
        return True
    return works_on(session, application, actor)


def works_on(session: Session, application: Application, actor: Actor) -> bool:
    """Whether a task leads the actor to this case; never to their own application."""
    if not actor.memberships or application.applicant_id == actor.person_id:
        return False
    found = select(UserTask.id).where(UserTask.application_id == application.id, _leads_here(actor)).limit(1)
    return session.scalar(found) is not None


def readable(actor: Actor) -> ColumnElement[bool]:
    """The same over applications, for lists."""
    offices = actor.offices(*CASE_WORKERS, ADMINISTRATOR)
    here = Application.office_id.in_(sorted(offices)) if offices is not None else Application.id > 0
    by_task = exists().where(UserTask.application_id == Application.id, _leads_here(actor))
    return and_(or_(here, by_task), Application.applicant_id != actor.person_id)


def escalated_to(group: str) -> ColumnElement[bool]:
    """The tasks that have escalated as far as this group."""
    return UserTask.escalated_to.in_([level for level in (*OFFICER_GROUPS, group) if group in escalation(level)])


def open_to(actor: Actor) -> ColumnElement[bool]:
    """The open tasks of officers that are the actor's to work on, by group or by escalation."""
    ways: list[ColumnElement[bool]] = []
    for group in sorted(actor.groups):
        open_one = and_(UserTask.status.in_(OPEN_TASK), or_(UserTask.group == group, escalated_to(group)))
        ways.append(and_(open_one, _at_offices(actor.offices(group))))
    return and_(UserTask.group != APPLICANT, or_(*ways, false()))


def _leads_here(actor: Actor) -> ColumnElement[bool]:
    """Tasks of officers that make the case one for the actor: open ones of the actor's groups, those that the actor has
    or had, and for heads and administrators every one that their office has or had."""
    ways = [open_to(actor)]
    is_mine = or_(UserTask.assignee_id == actor.person_id, UserTask.completed_by_id == actor.person_id)
    ways.append(and_(is_mine, _at_offices(actor.offices(*actor.groups))))
    ways.append(_at_offices(actor.offices(HEAD, ADMINISTRATOR)))
    return and_(UserTask.group != APPLICANT, or_(*ways, false()))


def _at_offices(offices: frozenset[int] | None) -> ColumnElement[bool]:
    return UserTask.id > 0 if offices is None else UserTask.office_id.in_(sorted(offices))
