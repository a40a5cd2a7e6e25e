"""A second administrator of every office, for what one may not do alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.flow import interventions
from engine.flow.taking import Went
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.interventions import Intervention
from storage.people import Membership, Person
from tests.cast import BEFORE, HIRED, NOW, PASSWORD_HASH, Member

PHONE = "+85512345620"


def second(house: House) -> Member:
    """Sim Sothea, who may confirm what Ouch Visal proposes."""
    with house.database.transaction() as session:
        person = session.scalar(select(Person).where(Person.phone == PHONE)) or _appointed(session)
        memberships = frozenset({(ADMINISTRATOR, None)})
        return Member(person.id, person.name_km, person.name_latin, PHONE, None, "verified", memberships)


def confirm(house: House, key: str, who: Actor | None = None, *, now: datetime = NOW) -> Went:
    """The newest proposal about the case, confirmed by the second administrator unless somebody else is named."""
    actor = who or second(house).actor
    with house.database.transaction() as session:
        number = session.scalars(select(Intervention.id).order_by(Intervention.id.desc()).limit(1)).one()
        return interventions.confirm(session, house, actor, key, number, reason="ពិនិត្យហើយ", now=now)


def _appointed(session: Session) -> Person:
    person = Person(
        phone=PHONE,
        phone_proved_at=BEFORE,
        password_hash=PASSWORD_HASH,
        name_km="ស៊ឹម សុធា",
        name_latin="Sim Sothea",
        identity_status="verified",
        session_epoch=1,
        created_at=BEFORE,
    )
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.id, office_id=None, group=ADMINISTRATOR, from_day=HIRED))
    return person
