"""Who of the office above answers the books of a small office, and who can be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.money.seconds import candidates, second_of
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.names import holder
from storage.offices import Office
from storage.people import Person


@dataclass(frozen=True, slots=True)
class SecondShown:
    """``named``: the id of whoever answers now, with their name; ``people``: who can be named, by id."""

    named: str
    name: Bilingual | None
    people: Mapping[str, Bilingual]


def second_shown(session: Session, actor: Actor, code: str, *, today: date) -> SecondShown:
    """Three statements; ``NotFound`` when the office is not the administrator's."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(ADMINISTRATOR, office.id):
        raise NotFound
    named = second_of(session, office.id)
    found = session.scalars(select(Person).where(Person.id.in_(candidates(session, office, today).order_by(None))))
    people = {str(one.id): holder(one) for one in sorted(found, key=lambda one: (one.name_km, one.id))}
    return SecondShown(str(named.id) if named else "", holder(named) if named else None, people)
