"""Who looked at whose case, and at whose data. The citizen reads it in the account.

A look says for which office and as what somebody looked, whether that was beyond the offices they work in, and the
reason that they gave for the search by which they came to it (``engine.case.look_reasons``). What is noted in one go is
one statement, however many cases or people there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    insert,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.expression import cast

from engine.case.readers import knows, near
from engine.people.actors import Actor
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.base import Id, Moment
from storage.look_reasons import LookReason
from storage.people import AccessLog, Person

HOLDS_FOR: Final = timedelta(hours=1)
"""So long a reason stands for what the search has shown; then it is asked for again."""
_COLUMNS: Final = (
    "person_id",
    "page",
    "paper",
    "detail",
    "groups",
    "office_id",
    "is_outside",
    "reason_id",
    "for_id",
    "at",
)
_ONE: Final = aliased(AccessLog)
_DOER: Final = bindparam("doer", type_=Id)
_PAGE: Final = bindparam("of_page", type_=String())
_NOW: Final = bindparam("moment", type_=Moment())
_GIVEN_REASON: Final = bindparam("for_reason", type_=Id)
_ALL: Final = "listed"
_LISTED: Final = (1, 5, 25, 100)
"""Lists of these lengths are noted by statements that are sent as they are: of a list in between the last one comes
several times, and a longer one grows in its statement."""


def _noted(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = AccessLog.person_id == _DOER, AccessLog.page == _PAGE, AccessLog.at >= bindparam("since")
    return select(AccessLog.id).where(whose, *mine).exists()


_CASES: Final[Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {
    "one case": lambda _: Application.id == bindparam("case_id"),
    "a case": lambda _: or_(Application.reference == bindparam("of_case"), Application.key == bindparam("of_case")),
    "cases": lambda given: or_(Application.reference.in_(given), Application.key.in_(given)),
    "listed cases": lambda given: and_(Application.key.in_(given), ~_noted(AccessLog.application_id == Application.id)),
}
_PEOPLE: Final[Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {
    "people": lambda given: Person.id.in_(given),
    "listed people": lambda given: and_(Person.id.in_(given), ~_noted(AccessLog.subject_id == Person.id)),
}
"""Which cases or people are noted, of those that the statement is given."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is noted of each: the kind of page, which ``paper`` was seen, which file opened (``detail``), and the reason
    that was just given for the search; without one, that of the search by which the actor came to it."""

    page: str
    paper: str = ""
    detail: str = ""
    reason_id: int | None = None


def note_access(
    session: Session, actor: Actor, application_id: int, page: str, *, detail: str = "", now: datetime
) -> None:
    """Writes down that the actor opened a page about the case; looks of applicants at their own are not kept."""
    _note(session, actor, "one case", Look(page, detail=detail), {"case_id": application_id}, now=now)


def note_cases(
    session: Session,
    actor: Actor,
    cases: Collection[str],
    page: str,
    *,
    reason_id: int | None = None,
    now: datetime,
) -> None:
    """The same for every case that a page has shown, by its reference or its key; nothing where it showed none."""
    if not cases:
        return
    which, shown = ("a case", {"of_case": next(iter(cases))}) if len(cases) == 1 else ("cases", {})
    _note(session, actor, which, Look(page, reason_id=reason_id), shown, listed=() if shown else tuple(cases), now=now)


def note_listed(
    session: Session, actor: Actor, cases: Collection[str], page: str, *, since: datetime, now: datetime
) -> None:
    """Writes down that a list of work has shown these cases (by their keys) to the actor, each once ``since`` then: who
    works with a list opens it again and again."""
    if cases:
        _note(session, actor, "listed cases", Look(page), {"since": since}, listed=sorted(cases), now=now)


def note_people_listed(
    session: Session, actor: Actor, people: Collection[int], page: str, *, since: datetime, now: datetime
) -> None:
    """The same for people whom a list has shown without any case."""
    if people:
        _note(session, actor, "listed people", Look(page), {"since": since}, listed=sorted(people), now=now)


def note_people(session: Session, actor: Actor, people: Collection[int], look: Look, *, now: datetime) -> None:
    """Writes down that the actor looked at the data of these people, or wrote them from a paper, without any case."""
    if people:
        _note(session, actor, "people", look, {}, listed=sorted(people), now=now)


def is_answered_for(session: Session, actor: Actor, person_id: int, *, now: datetime) -> bool:
    """Whether the actor may be shown this person at a counter without giving a reason (anew): people who have to do
    with their office, and those whom a search with a reason has just shown. One statement."""
    reason = _reason_of(_ONE.subject_id == Person.id)
    wanted = select(Person.id).where(Person.id == person_id, or_(knows(actor), reason.is_not(None)))
    return session.scalar(wanted, _at(actor, now)) is not None


def _note(
    session: Session,
    actor: Actor,
    which: str,
    look: Look,
    shown: Mapping[str, object],
    *,
    listed: Sequence[str | int] = (),
    now: datetime,
) -> None:
    if actor.doer_id is None:
        return
    of = actor.instead.person_id if actor.instead is not None else None
    said = {"doer": actor.doer_id, "as_role": actor.role, "in_place_of": of, **_at(actor, now)}
    seen = {"of_page": look.page, "of_paper": look.paper, "of_detail": look.detail, "for_reason": look.reason_id}
    reader = Actor(
        actor.person_id, memberships=actor.memberships, stands=actor.stands
    )  # without the name: it is kept beside the statement
    is_helped, is_given_reason = actor.helper is not None, look.reason_id is not None
    number = next((most for most in _LISTED if most >= len(listed)), None)
    noting = _noting(reader, which, number, is_helped=is_helped, is_given_reason=is_given_reason)
    each = {f"{_ALL}_{at}": listed[min(at, len(listed) - 1)] for at in range(number or 0) if listed}
    asking.write(session, noting, **said, **seen, **shown, **each, **{_ALL: listed})


@lru_cache(maxsize=512)
def _noting(actor: Actor, which: str, number: int | None, *, is_helped: bool, is_given_reason: bool) -> Question:
    """The statement by which this actor's looks are noted: ``which`` of ``_CASES`` or ``_PEOPLE``, of a list of this
    ``number``. Whoever works in an office looks all day, so it is written once for what each of them may do; whom they
    look at is not in it."""
    given = _GIVEN_REASON if is_given_reason else None
    of = String() if which in _CASES else Id
    all_of_them = bindparam(_ALL, type_=of, expanding=True)
    listed = all_of_them if number is None else [bindparam(f"{_ALL}_{at}", type_=of) for at in range(number)]
    if which in _CASES:
        here = Application.office_id.in_(sorted(actor.named_offices)), Application.office_id
        reason = _reason_of(_ONE.application_id == Application.id) if given is None else given
        is_near = true() if is_helped else near(actor)
        said = _said(office=case(here, else_=_home(actor)), is_near=is_near, reason=reason)
        found = select(Application.id, *said).where(_CASES[which](listed), Application.applicant_id != _DOER)
        return Question(insert(AccessLog).from_select(["application_id", *_COLUMNS], found.order_by(Application.id)))
    reason = _reason_of(_ONE.subject_id == Person.id) if given is None else given
    said = _said(office=_home(actor), is_near=true() if is_helped else knows(actor), reason=reason)
    people = select(Person.id, *said).where(_PEOPLE[which](listed), Person.id != _DOER)
    return Question(insert(AccessLog).from_select(["subject_id", *_COLUMNS], people.order_by(Person.id)))


def _said(
    *,
    office: ColumnElement[Any],
    is_near: ColumnElement[bool],
    reason: ColumnElement[Any],
) -> tuple[ColumnElement[Any], ...]:
    """The columns of a look, as ``_COLUMNS`` names them."""
    return (
        _DOER,
        _PAGE,
        bindparam("of_paper", type_=String()),
        bindparam("of_detail", type_=String()),
        bindparam("as_role", type_=String()),
        office,
        case((is_near, literal(value=False, type_=Boolean())), else_=true()),
        reason,
        bindparam("in_place_of", type_=Id),
        _NOW,
    )


def _home(actor: Actor) -> ColumnElement[Any]:
    """The office for which somebody looks where the case is none of theirs; none for whoever works for every office."""
    return literal(min(actor.named_offices)) if actor.named_offices else cast(null(), Id)


def _reason_of(whose: ColumnElement[bool]) -> ColumnElement[Any]:
    """The newest reason by which a search of the actor has shown this case or person, while it holds."""
    since = bindparam("held_since", type_=Moment())
    return (
        select(_ONE.reason_id)
        .join(LookReason, LookReason.id == _ONE.reason_id)
        .where(whose, _ONE.person_id == bindparam("reader"), LookReason.at > since, LookReason.at <= _NOW)
        .order_by(_ONE.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _at(actor: Actor, now: datetime) -> dict[str, object]:
    return {"reader": actor.person_id, "held_since": now - HOLDS_FOR, "moment": now}
