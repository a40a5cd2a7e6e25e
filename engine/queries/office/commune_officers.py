"""The officers of communes of a group, for whoever names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.commune_officers import communes_of, mark_of, officers_of
from engine.offices.task_rules import WHO_SETS, ruled_groups
from engine.packages.gazetteer import Place
from engine.people.actors import Actor
from engine.people.members import members
from engine.queries.shared.people import person_name
from storage.offices import Office
from storage.people import Person


@dataclass(frozen=True, slots=True)
class CommunesOfGroup:
    """A group of an office: its communes by district, who has the tasks of each, whom one may choose, and who is named
    but does not work there any more (``gone``); ``seen`` says what was shown."""

    office_code: str
    office: Bilingual
    group: str
    communes: Mapping[Place, tuple[Place, ...]]
    officers: Mapping[str, int]
    colleagues: tuple[tuple[int, Bilingual], ...]
    gone: Mapping[int, Bilingual]
    seen: str


def communes_of_group(session: Session, actor: Actor, office_code: str, group: str, *, today: date) -> CommunesOfGroup:
    """``NotFound`` for whoever sets no rules there, for a group without rules, and where an office has no communes.
    Four statements."""
    office = session.scalar(select(Office).where(Office.code == office_code))
    if office is None or not any(actor.acts_for(one, office.id) for one in WHO_SETS):
        raise NotFound
    communes = communes_of(office)
    if not communes or group not in ruled_groups(session, office, today):
        raise NotFound
    officers = officers_of(session, office, group)
    here = set(session.scalars(members((group,), office.id, today)))
    wanted = Person.id.in_(sorted({*here, *officers.values()}))
    people = select(Person.id, Person.name_km, Person.name_latin).where(wanted).order_by(Person.name_km, Person.id)
    rows = session.execute(people).all()
    names = {row.id: person_name(row.name_km, row.name_latin) for row in rows}
    return CommunesOfGroup(
        office.code,
        office_name(office),
        group,
        communes,
        officers,
        tuple((one, name) for one, name in names.items() if one in here),
        {one: name for one, name in names.items() if one not in here},
        mark_of(officers),
    )
