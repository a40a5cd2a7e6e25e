"""Who works at the offices of a load: the officers of the demonstration, and as many more as the work needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.demonstration import installing, people
from engine.demonstration.leaves import Hand
from engine.demonstration.planning import Plan
from engine.demonstration.told import Staff
from engine.house import House
from engine.people.actors import Actor, load_actor
from storage.people import Membership, Person


@dataclass(frozen=True)
class Team:
    """All officers who are invented, by group and office, and the person behind each hand of the plan."""

    staff: Staff
    people: Mapping[Hand, int]

    def with_first(self, session: Session, person_id: int, group: str, office_id: int, *, today: date) -> Staff:
        """The same officers, for the tasks of this group this one before all others, as a deputy too."""
        first = load_actor(session, person_id, today=today)
        others = [one for one in self.staff.get((group, office_id), ()) if one.person_id != person_id]
        return {**self.staff, (group, office_id): ([first] if first else []) + others}


def employ(house: House, plan: Plan, *, password: str, now: datetime) -> Team:
    """Hires whoever of the plan is not there yet, and gives all."""
    with house.database.transaction() as session:
        samples = {hand: people.officer(hand.post.group, hand.post.code, number=hand.number) for hand in plan.hands}
        there = select(Person.email, Person.id).where(Person.email.in_([sample.login for sample in samples.values()]))
        known = {row.email: row.id for row in session.execute(there)}
        hired: dict[Hand, int] = {}
        for hand, sample in samples.items():
            hired[hand] = known.get(sample.login) or installing.hired(
                session, house, sample, hand.post.group, hand.post.code, password=password, opened=now
            )
        return Team(_staff(session), hired)


def _staff(session: Session) -> Staff:
    rows = session.execute(
        select(Membership.group, Membership.office_id, Person.id, Person.name_km, Person.name_latin)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email.endswith(f"@{people.DOMAIN}"))
        .where(Membership.to_day.is_(None), Person.disabled_at.is_(None))
        .order_by(Person.id, Membership.id)
    )
    staff: dict[tuple[str, int], list[Actor]] = defaultdict(list)
    for group, office_id, person_id, name_km, name_latin in rows:
        if office_id is None:
            continue
        works = frozenset({(group, office_id)})
        staff[group, office_id].append(Actor(person_id, name_km, name_latin, memberships=works))
    return dict(staff)
