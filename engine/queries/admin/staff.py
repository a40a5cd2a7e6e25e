"""Who works at an office, in which group, from when until when: today, later, and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.names import holder
from storage.offices import Office
from storage.people import Membership, Person

MOST: Final = 500
MOST_BEFORE: Final = 100
"""Of those who belong there no longer, the last ones."""


@dataclass(frozen=True, slots=True)
class Held:
    """A person in a group between two days."""

    person_id: int
    name: Bilingual
    group: str
    from_day: date
    to_day: date | None
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of one office: ``now`` today, ``later`` from a later day on, ``before`` no longer."""

    code: str
    office: Bilingual
    now: tuple[Held, ...]
    later: tuple[Held, ...]
    before: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A group in which somebody was, and where; ``office`` is empty for every office."""

    group: str
    office: Bilingual | None
    from_day: date
    to_day: date


def staff(
    session: Session, actor: Actor, code: str, *, most: int = MOST, most_before: int = MOST_BEFORE, today: date
) -> Staff:
    """Everybody who belongs or belonged to a group at the office, at most so many; three statements. ``NotFound`` when
    it is not the administrator's."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(ADMINISTRATOR, office.id):
        raise NotFound
    here = (
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.office_id == office.id)
    )
    lasting = Membership.to_day.is_(None) | (Membership.to_day >= today)
    by_group = Membership.group, Membership.from_day, Membership.id
    held = session.execute(here.where(lasting).order_by(*by_group).limit(most)).all()
    ended = here.where(Membership.to_day < today).order_by(Membership.to_day.desc(), Membership.id.desc())
    rows = tuple(_held(*row) for row in held)
    return Staff(
        code=office.code,
        office=office_name(office),
        now=tuple(row for row in rows if row.from_day <= today),
        later=tuple(row for row in rows if row.from_day > today),
        before=tuple(_held(*row) for row in session.execute(ended.limit(most_before))),
    )


def past_of(session: Session, actor: Actor, person_id: int, *, today: date) -> tuple[Past, ...]:
    """The groups in which somebody was before today, the last first, at the offices of the administrator."""
    mine = actor.offices(ADMINISTRATOR)
    wanted = (
        select(Membership, Office)
        .outerjoin(Office, Office.id == Membership.office_id)
        .where(Membership.person_id == person_id, Membership.to_day < today)
        .order_by(Membership.to_day.desc(), Membership.id.desc())
    )
    if mine is not None:
        wanted = wanted.where(Membership.office_id.in_(mine))
    return tuple(
        Past(one.group, office_name(office) if office else None, one.from_day, one.to_day or today)
        for one, office in session.execute(wanted.limit(MOST_BEFORE))
    )


def _held(one: Membership, person: Person) -> Held:
    return Held(person.id, holder(person), one.group, one.from_day, one.to_day, person.disabled_at is not None)
