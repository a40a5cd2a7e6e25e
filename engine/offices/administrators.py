"""Those who administer every office: there is always one, today and until further notice."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from engine.errors import LastAdministrator, NotFound
from engine.packages.groups import ADMINISTRATOR
from storage.people import Membership, Person

_ADMINISTERS: Final = and_(
    Membership.person_id == Person.id, Membership.group == ADMINISTRATOR, Membership.office_id.is_(None)
)


def lock_with_another(session: Session, person_id: int, *, today: date) -> Person:
    """The person, locked together with everybody who administers every office, always in the same order: two
    administrators who end each other at once do so one after the other. ``NotFound``; ``LastAdministrator`` where
    nobody else would be left who administers every office today, or until further notice. Two statements: what was
    locked behind somebody else is looked at as they left it."""
    now, always = _holds(today), exists().where(_ADMINISTERS, Membership.to_day.is_(None))
    people = session.scalars(
        select(Person)
        .where(or_(Person.id == person_id, now, always))
        .order_by(Person.id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).all()
    person = next((one for one in people if one.id == person_id), None)
    if person is None:
        raise NotFound
    rows = session.execute(select(Person.id, now, always).where(Person.disabled_at.is_(None), or_(now, always))).all()
    for place in (1, 2):
        if {row[0] for row in rows if row[place]} == {person_id}:
            raise LastAdministrator
    return person


def _holds(today: date) -> ColumnElement[bool]:
    lasting = or_(Membership.to_day.is_(None), Membership.to_day >= today)
    return exists().where(_ADMINISTERS, Membership.from_day <= today, lasting)
