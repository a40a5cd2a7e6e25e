"""Who is away and who stands in, as an officer reads it about themselves, and a head about the people of the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.offices import substitutes
from engine.offices.substitutes import Colleague, Post
from engine.packages.groups import HEAD
from engine.people.actors import Actor
from engine.people.names import holder
from engine.queries.shared.people import person_name
from storage.absences import Absence, Deputy
from storage.offices import Office
from storage.people import Membership, Person

MOST_SHOWN: Final = 200
_Deputy = aliased(Person)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who does the work of a group of an office meanwhile."""

    group: str
    office: Bilingual
    deputy: Bilingual
    deputy_id: int


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence that lasts or is to come, with the deputies. ``has_begun``: it lasts today."""

    id: int
    person_id: int
    name: Bilingual
    first_day: date
    last_day: date
    has_begun: bool
    deputies: tuple[StandIn, ...]


@dataclass(frozen=True, slots=True)
class OfficerAbsences:
    """Somebody's absences and what is asked for another one: the posts with who can stand in for each. ``stands``: the
    absences of others in which they stand in. ``is_own``: the reader's."""

    person_id: int
    name: Bilingual
    is_own: bool
    lines: tuple[AbsenceLine, ...]
    stands: tuple[AbsenceLine, ...]
    posts: tuple[tuple[Post, tuple[Colleague, ...]], ...]


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The people of the offices that the reader heads, and which of them are away, today or later."""

    people: tuple[tuple[int, Bilingual], ...]
    away: tuple[AbsenceLine, ...]


def absences_of(session: Session, actor: Actor, person_id: int, *, today: date) -> OfficerAbsences:
    """What somebody is shown of their own absences, and a head of those of their people; ``NotFound`` for others. Four
    statements, and one for each post."""
    person = session.get(Person, person_id)
    if person is None or not substitutes.may_record(session, actor, person_id, today=today):
        raise NotFound
    posts = substitutes.posts_of(session, actor, person_id, today=today)
    return OfficerAbsences(
        person_id=person_id,
        name=holder(person),
        is_own=person_id == actor.person_id,
        lines=_lines(session, Absence.person_id == person_id, today),
        stands=_lines(session, Absence.id.in_(select(Deputy.absence_id).where(Deputy.person_id == person_id)), today),
        posts=tuple((post, _others(session, post, person_id, today)) for post in posts),
    )


def colleagues(session: Session, actor: Actor, *, most: int = MOST_SHOWN, today: date) -> Colleagues:
    """The people of the offices that the actor heads, nobody for whoever heads none. Three statements."""
    offices = actor.offices(HEAD)
    if offices == frozenset():
        return Colleagues((), ())
    here = Membership.office_id.is_not(None) if offices is None else Membership.office_id.in_(sorted(offices))
    held = here & (Membership.from_day <= today) & or_(Membership.to_day.is_(None), Membership.to_day >= today)
    found = session.execute(
        select(Person.id, Person.name_km, Person.name_latin)
        .where(Person.id.in_(select(Membership.person_id).where(held)), Person.disabled_at.is_(None))
        .order_by(Person.name_latin, Person.id)
        .limit(most)
    ).all()
    people = tuple((row.id, person_name(row.name_km, row.name_latin)) for row in found)
    return Colleagues(people, _lines(session, Absence.person_id.in_([one for one, _ in people]), today, most))


def one_absence(session: Session, actor: Actor, absence_id: int, *, today: date) -> AbsenceLine:
    """An absence that can be ended by the actor; ``NotFound``."""
    found = _lines(session, Absence.id == absence_id, today)
    if not found or not substitutes.may_record(session, actor, found[0].person_id, today=today):
        raise NotFound
    return found[0]


def _others(session: Session, post: Post, person_id: int, today: date) -> tuple[Colleague, ...]:
    return tuple(one for one in substitutes.suitable(session, post, today=today) if one.person_id != person_id)


def _lines(
    session: Session, which: ColumnElement[bool], today: date, most: int = MOST_SHOWN
) -> tuple[AbsenceLine, ...]:
    """Those of these absences that last or are to come, the first ones first."""
    rows = session.execute(
        select(Absence, Person)
        .join(Person, Person.id == Absence.person_id)
        .where(which, Absence.ended_at.is_(None), Absence.last_day >= today)
        .order_by(Absence.first_day, Absence.id)
        .limit(most)
    ).all()
    deputies = _deputies(session, [absence.id for absence, _ in rows]) if rows else {}
    return tuple(
        AbsenceLine(
            absence.id,
            absence.person_id,
            holder(person),
            absence.first_day,
            absence.last_day,
            has_begun=absence.first_day <= today,
            deputies=tuple(deputies.get(absence.id, ())),
        )
        for absence, person in rows
    )


def _deputies(session: Session, absence_ids: Sequence[int]) -> Mapping[int, list[StandIn]]:
    rows: Any = session.execute(
        select(Deputy, _Deputy, Office.name_km, Office.name_en, Office.code, Office.namesakes)
        .join(_Deputy, _Deputy.id == Deputy.person_id)
        .join(Office, Office.id == Deputy.office_id)
        .where(Deputy.absence_id.in_(absence_ids))
        .order_by(Deputy.id)
    )
    found: dict[int, list[StandIn]] = {}
    for deputy, person, km, en, code, namesakes in rows:
        line = StandIn(deputy.group, told_apart(km, en, code, namesakes), holder(person), person.id)
        found.setdefault(deputy.absence_id, []).append(line)
    return found
