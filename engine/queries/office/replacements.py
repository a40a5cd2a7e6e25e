"""Telephones and e-mails that were lost, and wait for a second person of the office to let another one in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.applications.counter_contacts import HOLDS, WHO_ANSWERS
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts
from engine.queries.shared.people import person_name
from storage.claims import ContactReplacement, ReplacementStatus
from storage.people import Person

MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose contacts (``before``) shall be replaced by which; ``is_mine``: the reader asked, ``is_own``: it is about
    the reader, who answers neither."""

    key: str
    person_id: int
    name: Bilingual
    born_on: date | None
    id_number: str
    before: tuple[str, ...]
    address: str
    asked_by: Bilingual
    asked_at: datetime
    is_mine: bool
    is_own: bool


def waiting(session: Session, actor: Actor, *, most: int = MOST_SHOWN, now: datetime) -> tuple[Waiting, ...]:
    """What waits at the offices of the reader, the oldest first; one statement."""
    offices, officer = actor.offices(*WHO_ANSWERS), aliased(Person)
    wanted = (
        select(ContactReplacement, Person, officer)
        .join(Person, Person.id == ContactReplacement.person_id)
        .join(officer, officer.id == ContactReplacement.asked_by_id)
        .where(ContactReplacement.status == ReplacementStatus.ASKED, ContactReplacement.asked_at > now - HOLDS)
        .order_by(ContactReplacement.id)
        .limit(most)
    )
    if offices is not None:
        wanted = wanted.where(ContactReplacement.office_id.in_(sorted(offices)))
    return tuple(
        Waiting(
            key=row.key,
            person_id=person.id,
            name=person_name(person.name_km, person.name_latin),
            born_on=person.born_on,
            id_number=person.id_number,
            before=tuple(point.address for point in proved_contacts(person)),
            address=row.address,
            asked_by=person_name(asker.name_km, asker.name_latin),
            asked_at=row.asked_at,
            is_mine=asker.id == actor.person_id,
            is_own=person.id == actor.person_id,
        )
        for row, person, asker in session.execute(wanted)
    )
