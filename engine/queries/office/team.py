"""The team of an office as its head sees it: who has what and for how long, and what nobody has.

Each number is counted to a thousand and stops: every officer and every group is a way of its own through the indexes of
open tasks (decision 50). A page shows some officers, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, text, union_all
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR, APPLICANT, CASE_WORKERS, HEAD, has_tasks
from engine.people.actors import Actor
from engine.queries.shared.pages import Page
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import MOST_COUNTED
from storage.absences import Absence
from storage.offices import Office
from storage.open_tasks import IS_CLAIMED, IS_READY
from storage.people import Membership, Person
from storage.processes import UserTask

PAGE_SIZE: Final = 20
SOON: Final = timedelta(days=2)
"""What is due within so much time is nearly due."""
MOST_OFFICES: Final = 200


@dataclass(frozen=True, slots=True)
class Pile:
    """Tasks together: how many, counted to ``MOST_COUNTED``, how many of them late and nearly due, and since when the
    oldest waits or is somebody's."""

    count: int = 0
    late: int = 0
    soon: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class TeamMember:
    """An officer of the office with what they have. ``away_until``: they are absent today, to the end of that day."""

    person_id: int
    name: Bilingual
    groups: tuple[str, ...]
    has: Pile
    away_until: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody of a group."""

    group: str
    tasks: Pile


@dataclass(frozen=True, slots=True)
class Team:
    """One office of the head: its officers, a page of them, and what nobody has. ``offices``: those that the head can
    choose from, code and name."""

    code: str
    name: Bilingual
    members: Page[TeamMember]
    waiting: tuple[Waiting, ...]
    offices: tuple[tuple[str, Bilingual], ...]


def team(session: Session, actor: Actor, code: str, number: int, *, today: date, now: datetime) -> Team:
    """The team of the office with this code, of the first that the actor heads where there is none; ``NotFound`` for
    whoever heads neither. Six statements, however many officers and tasks there are."""
    offices = headed(session, actor)
    office = next((one for one in offices if one.code == code), None) if code else next(iter(offices), None)
    if office is None:
        raise NotFound
    here = _works_at(office.id, today)
    total = session.scalar(select(func.count(Membership.person_id.distinct())).where(here)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = max(1, min(number, pages))
    people = _people(session, here, (number - 1) * PAGE_SIZE)
    groups = _groups(session, office.id, today)
    has, away = _held(session, office.id, list(people), now), _away(session, list(people), today)
    members = tuple(
        TeamMember(one, name, tuple(sorted(groups.get(one, ()))), has.get(one, Pile()), away.get(one))
        for one, name in people.items()
    )
    known = sorted({*CASE_WORKERS, *(group for each in groups.values() for group in each if has_tasks(group))})
    waiting = _waiting(session, office.id, [group for group in known if group != ADMINISTRATOR], now)
    choice = tuple((one.code, office_name(one)) for one in offices)
    shown = Page(members, number=number, pages=pages, total=total)
    return Team(office.code, office_name(office), shown, waiting, choice)


def headed(session: Session, actor: Actor) -> Sequence[Office]:
    """The offices of which the actor is the head."""
    mine = actor.offices(HEAD)
    wanted = select(Office).order_by(Office.code).limit(MOST_OFFICES)
    return session.scalars(wanted if mine is None else wanted.where(Office.id.in_(sorted(mine)))).all()


def _works_at(office_id: int, today: date) -> ColumnElement[bool]:
    lasts = or_(Membership.to_day.is_(None), Membership.to_day >= today)
    able = Membership.person_id.in_(select(Person.id).where(Person.disabled_at.is_(None)))
    return and_(Membership.office_id == office_id, Membership.from_day <= today, lasts, able)


def _people(session: Session, here: ColumnElement[bool], before: int) -> Mapping[int, Bilingual]:
    rows = session.execute(
        select(Person.id, Person.name_km, Person.name_latin)
        .where(Person.id.in_(select(Membership.person_id).where(here)))
        .order_by(Person.name_latin, Person.id)
        .offset(before)
        .limit(PAGE_SIZE)
    )
    return {row.id: person_name(row.name_km, row.name_latin) for row in rows}


def _groups(session: Session, office_id: int, today: date) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = select(Membership.person_id, Membership.group).where(_works_at(office_id, today))
    for person_id, group in session.execute(rows):
        found.setdefault(person_id, set()).add(group)
    return found


def _away(session: Session, people: Sequence[int], today: date) -> Mapping[int, date]:
    lasts = Absence.first_day <= today, Absence.last_day >= today, Absence.ended_at.is_(None)
    rows = select(Absence.person_id, Absence.last_day).where(Absence.person_id.in_(people), *lasts)
    return {row.person_id: row.last_day for row in session.execute(rows)}


def _held(session: Session, office_id: int, people: Sequence[int], now: datetime) -> Mapping[int, Pile]:
    claimed = text(IS_CLAIMED), UserTask.office_id == office_id, UserTask.group != APPLICANT
    ways = {one: (*claimed, UserTask.assignee_id == one) for one in people}
    return _piles(session, ways, UserTask.claimed_at, now)


def _waiting(session: Session, office_id: int, groups: Sequence[str], now: datetime) -> tuple[Waiting, ...]:
    ready = text(IS_READY), UserTask.office_id == office_id
    ways = {number: (*ready, UserTask.group == group) for number, group in enumerate(groups)}
    piles = _piles(session, ways, UserTask.ready_at, now)
    return tuple(Waiting(groups[number], pile) for number, pile in sorted(piles.items()))


def _piles(session: Session, ways: Mapping[int, tuple[Any, ...]], since: Any, now: datetime) -> Mapping[int, Pile]:
    """What lies on each way, by its number; nothing of a way without tasks. One statement, of each way the first
    thousand by their day."""
    if not ways:
        return {}
    parts = [_first(number, way, since).subquery() for number, way in ways.items()]
    each = union_all(*(select(part) for part in parts)).subquery()
    late = func.count().filter(each.c.due_at < now)
    soon = func.count().filter(each.c.due_at >= now, each.c.due_at < now + SOON)
    sums = select(each.c.way, func.count(), late, soon, func.min(each.c.since)).group_by(each.c.way)
    return {way: Pile(min(count, MOST_COUNTED + 1), *rest) for way, count, *rest in session.execute(sums)}


def _first(number: int, way: tuple[Any, ...], since: Any) -> Select[*tuple[Any, ...]]:
    wanted = select(literal(number).label("way"), UserTask.due_at, since.label("since")).where(*way)
    return wanted.order_by(UserTask.due_at.asc().nulls_last(), UserTask.id).limit(MOST_COUNTED + 1)
