"""Which officers read a case: those of its own office, and those elsewhere who have or had a task on it; nobody who
worked on what it is about (``engine.case.kept_apart``)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, false, or_, select, union_all
from sqlalchemy.orm import Session

from engine.case.asked_colleagues import is_asked
from engine.case.kept_apart import for_themselves, is_apart, makes_statement, not_apart
from engine.case.raised_to import is_raised_to
from engine.case.standing_in import AT_A_DESK
from engine.packages.groups import (
    ADMINISTRATOR,
    APPLICANT,
    CASE_WORKERS,
    HEAD,
    OFFICER_GROUPS,
    escalation,
)
from engine.people.actors import Actor, Stand
from storage.applications import Application, Channel
from storage.people import AccessLog, Person
from storage.processes import OPEN_TASK, UserTask

_KEEP_ALL: Final = (HEAD, ADMINISTRATOR)
REGISTERED: Final = "registered"
VERIFIED: Final = "verified"
"""The looks by which a counter has come to know somebody."""


def may_read(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor reads this case as an officer, never their own application; one statement for somebody whom
    only a task leads here, one more for a colleague who is asked about it, and one for those to whom it was raised."""
    if application.applicant_id == actor.person_id:
        return False
    if is_apart(session, application, actor):
        return makes_statement(session, application, actor)
    actor = for_themselves(session, application, actor)
    if any(actor.acts_for(group, application.office_id) for group in (*CASE_WORKERS, ADMINISTRATOR)):
        return True
    leads = works_on(session, application, actor) or is_asked(session, application, actor)
    return leads or is_raised_to(session, application, actor)


def works_on(session: Session, application: Application, actor: Actor) -> bool:
    """Whether a task leads the actor to this case; never to their own application."""
    if not actor.memberships or application.applicant_id == actor.person_id or is_apart(session, application, actor):
        return False
    found = select(UserTask.id).where(UserTask.application_id == application.id, _leads_here(actor)).limit(1)
    return session.scalar(found) is not None


def readable(actor: Actor) -> ColumnElement[bool]:
    """The same over applications, for lists."""
    offices = offices_read(actor)
    here = Application.office_id.in_(sorted(offices)) if offices is not None else Application.id > 0
    by_task = exists().where(UserTask.application_id == Application.id, _leads_here(actor))
    theirs = Application.applicant_id != actor.person_id, not_apart(actor, Application.id)
    return and_(or_(here, by_task), *theirs)


def reads_everywhere(actor: Actor) -> bool:
    """Whether the actor reads the cases of every office."""
    return offices_read(actor) is None


def near(actor: Actor) -> ColumnElement[bool]:
    """Over applications: those of the offices in which the actor works by name, and those that a task brought to them.
    Whoever belongs to a group for every office has no office by that."""
    leads_here = or_(*_waits_for(actor), _kept_at(_kept_by_name(actor)))
    by_task = exists().where(UserTask.application_id == Application.id, leads_here)
    return or_(Application.office_id.in_(sorted(actor.named_offices)), by_task)


def offices_read(actor: Actor) -> frozenset[int] | None:
    """The offices whose cases the actor reads without a task that leads there; ``None`` stands for all."""
    return actor.offices(*CASE_WORKERS, ADMINISTRATOR)


def led_to(actor: Actor, *, only_near: bool) -> CompoundSelect[int]:
    """The ids of the applications to which a task leads the actor, as ``readable`` and, for ``only_near``, ``near``
    say it of one: each way by itself, so that each is found by its own index."""
    kept = _kept_by_name(actor) if only_near else actor.offices(*_KEEP_ALL)
    ways = [*_waits_for(actor), *([] if kept == frozenset() else [_kept_at(kept)])]
    return union_all(*(select(UserTask.application_id).where(way) for way in ways or [false()]))


def knows(actor: Actor) -> ColumnElement[bool]:
    """Over people: those who have applied near the actor, or were registered or verified at one of these offices."""
    sent = or_(Application.submitted_at.is_not(None), Application.channel == Channel.COUNTER)
    applied = exists().where(Application.applicant_id == Person.id, sent, near(actor))
    seen = exists().where(
        AccessLog.subject_id == Person.id,
        AccessLog.page.in_((REGISTERED, VERIFIED)),
        AccessLog.office_id.in_(sorted(actor.named_offices)),
    )
    return or_(applied, seen)


def escalated_to(group: str) -> ColumnElement[bool]:
    """The tasks that have escalated as far as this group."""
    return UserTask.escalated_to.in_(levels_for(group))


def levels_for(group: str) -> tuple[str, ...]:
    """The groups of which the tasks that escalated to them are for this one."""
    return tuple(dict.fromkeys(level for level in (*OFFICER_GROUPS, group) if group in escalation(level)))


def open_to(actor: Actor) -> ColumnElement[bool]:
    """The open tasks of officers that are the actor's to work on, by group or by escalation."""
    return or_(*_open_to(actor), false())


def _open_to(actor: Actor) -> list[ColumnElement[bool]]:
    return [
        and_(UserTask.group != APPLICANT, UserTask.status.in_(OPEN_TASK), whose, _at_offices(actor.offices(group)))
        for group in sorted(actor.groups)
        for whose in (UserTask.group == group, escalated_to(group))
    ] + [
        and_(_of_a_deputy(stand), UserTask.status.in_(OPEN_TASK), whose)
        for stand in actor.stands
        for whose in (UserTask.group == stand.group, escalated_to(stand.group))
    ]


def _of_a_deputy(stand: Stand) -> ColumnElement[bool]:
    return and_(UserTask.office_id == stand.office_id, UserTask.group != APPLICANT, UserTask.kind.not_in(AT_A_DESK))


def _leads_here(actor: Actor) -> ColumnElement[bool]:
    """Tasks of officers that make the case one for the actor: open ones of the actor's groups, those that the actor has
    or had, and for heads and administrators every one that their office has or had."""
    return or_(*_waits_for(actor), _kept_at(actor.offices(*_KEEP_ALL)))


def _kept_by_name(actor: Actor) -> frozenset[int]:
    return frozenset(office for group, office in actor.memberships if office is not None and group in _KEEP_ALL)


def _kept_at(offices: frozenset[int] | None) -> ColumnElement[bool]:
    return and_(UserTask.group != APPLICANT, _at_offices(offices))


def _waits_for(actor: Actor) -> list[ColumnElement[bool]]:
    """Ways by which a task is the actor's work: open ones of their groups, and those that they have or had."""
    mine = (UserTask.assignee_id == actor.person_id, UserTask.completed_by_id == actor.person_id)
    offices = _at_offices(actor.offices(*actor.groups))
    return [*_open_to(actor), *(and_(UserTask.group != APPLICANT, who, offices) for who in mine)]


def _at_offices(offices: frozenset[int] | None) -> ColumnElement[bool]:
    return UserTask.id > 0 if offices is None else UserTask.office_id.in_(sorted(offices))
