"""Who looked at whose case, and at whose data. The citizen reads it in the account.

A look says for which office and as what somebody looked, whether that was beyond the offices they work in, and the
reason that they gave for the search by which they came to it (``engine.case.look_reasons``). What is noted in one go is
one statement, however many cases or people there are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Select, and_, case, insert, literal, null, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.expression import cast

from engine.case.readers import knows, near
from engine.people.actors import Actor
from storage.applications import Application
from storage.base import Id, Moment
from storage.look_reasons import LookReason
from storage.people import AccessLog, Person

HOLDS_FOR: Final = timedelta(hours=1)
"""So long a reason stands for what the search has shown; then it is asked for again."""
_COLUMNS: Final = ("person_id", "page", "paper", "detail", "groups", "office_id", "is_outside", "reason_id", "at")
_ONE: Final = aliased(AccessLog)


@dataclass(frozen=True, slots=True)
class Look:
    """What is noted of each: the kind of page, which ``paper`` was seen, which file opened (``detail``), and the reason
    that was just given for the search; without one, that of the search by which the actor came to it."""

    page: str
    paper: str = ""
    detail: str = ""
    reason_id: int | None = None


def note_access(
    session: Session, actor: Actor, application: Application, page: str, *, detail: str = "", now: datetime
) -> None:
    """Writes down that the actor opened a page about the case; looks of applicants at their own are not kept."""
    _note_cases(session, actor, Application.id == application.id, Look(page, detail=detail), now)


def note_cases(
    session: Session,
    actor: Actor,
    cases: Collection[str],
    page: str,
    *,
    reason_id: int | None = None,
    now: datetime,
) -> None:
    """The same for every case that a page has shown, by its reference or its key."""
    shown = or_(Application.reference.in_(cases), Application.key.in_(cases))
    _note_cases(session, actor, shown, Look(page, reason_id=reason_id), now)


def note_listed(
    session: Session, actor: Actor, cases: Collection[str], page: str, *, since: datetime, now: datetime
) -> None:
    """Writes down that a list of work has shown these cases (by their keys) to the actor, each once ``since`` then: who
    works with a list opens it again and again."""
    if cases:
        known = _noted(actor, AccessLog.application_id == Application.id, page, since)
        _note_cases(session, actor, and_(Application.key.in_(set(cases)), ~known), Look(page), now)


def note_people_listed(
    session: Session, actor: Actor, people: Collection[int], page: str, *, since: datetime, now: datetime
) -> None:
    """The same for people whom a list has shown without any case."""
    if people:
        known = _noted(actor, AccessLog.subject_id == Person.id, page, since)
        _note_people(session, actor, and_(Person.id.in_(set(people)), ~known), Look(page), now)


def note_people(session: Session, actor: Actor, people: Collection[int], look: Look, *, now: datetime) -> None:
    """Writes down that the actor looked at the data of these people, or wrote them from a paper, without any case."""
    if people:
        _note_people(session, actor, Person.id.in_(set(people)), look, now)


def is_answered_for(session: Session, actor: Actor, person_id: int, *, now: datetime) -> bool:
    """Whether the actor may be shown this person at a counter without giving a reason (anew): people who have to do
    with their office, and those whom a search with a reason has just shown. One statement."""
    reason = _reason_of(actor, _ONE.subject_id == Person.id, now)
    wanted = select(Person.id).where(Person.id == person_id, or_(knows(actor), reason.is_not(None)))
    return session.scalar(wanted) is not None


def _noted(actor: Actor, whose: ColumnElement[bool], page: str, since: datetime) -> ColumnElement[bool]:
    mine = AccessLog.person_id == actor.doer_id, AccessLog.page == page, AccessLog.at >= since
    return select(AccessLog.id).where(whose, *mine).exists()


def _note_cases(session: Session, actor: Actor, which: ColumnElement[bool], look: Look, now: datetime) -> None:
    office = case((Application.office_id.in_(sorted(actor.named_offices)), Application.office_id), else_=_home(actor))
    reason = _reason_of(actor, _ONE.application_id == Application.id, now)
    found = select(Application.id, *_said(actor, look, now, office=office, is_near=near(actor), reason=reason))
    others = Application.applicant_id != actor.doer_id
    _write(session, actor, AccessLog.application_id, found.where(which, others).order_by(Application.id))


def _note_people(session: Session, actor: Actor, which: ColumnElement[bool], look: Look, now: datetime) -> None:
    reason = _reason_of(actor, _ONE.subject_id == Person.id, now)
    found = select(Person.id, *_said(actor, look, now, office=_home(actor), is_near=knows(actor), reason=reason))
    others = Person.id != actor.doer_id
    _write(session, actor, AccessLog.subject_id, found.where(which, others).order_by(Person.id))


def _write(
    session: Session, actor: Actor, whose: InstrumentedAttribute[int | None], looks: Select[*tuple[Any, ...]]
) -> None:
    if actor.doer_id is not None:
        session.execute(insert(AccessLog).from_select([whose.key, *_COLUMNS], looks))


def _said(
    actor: Actor,
    look: Look,
    now: datetime,
    *,
    office: ColumnElement[Any],
    is_near: ColumnElement[bool],
    reason: ColumnElement[Any],
) -> tuple[ColumnElement[Any], ...]:
    """The columns of a look, as ``_COLUMNS`` names them."""
    return (
        literal(actor.doer_id),
        literal(look.page),
        literal(look.paper),
        literal(look.detail),
        literal(actor.role),
        office,
        case((is_near if actor.helper is None else true(), literal(value=False, type_=Boolean())), else_=true()),
        reason if look.reason_id is None else literal(look.reason_id),
        literal(now, type_=Moment()),
    )


def _home(actor: Actor) -> ColumnElement[Any]:
    """The office for which somebody looks where the case is none of theirs; none for whoever works for every office."""
    return literal(min(actor.named_offices)) if actor.named_offices else cast(null(), Id)


def _reason_of(actor: Actor, whose: ColumnElement[bool], now: datetime) -> ColumnElement[Any]:
    """The newest reason by which a search of the actor has shown this case or person, while it holds."""
    return (
        select(_ONE.reason_id)
        .join(LookReason, LookReason.id == _ONE.reason_id)
        .where(whose, _ONE.person_id == actor.person_id, LookReason.at > now - HOLDS_FOR, LookReason.at <= now)
        .order_by(_ONE.id.desc())
        .limit(1)
        .scalar_subquery()
    )
