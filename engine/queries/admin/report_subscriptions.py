"""Who is told of the monthly reports of the offices that an administrator looks after, and who may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.offices.report_subscriptions import WHO_IS_TOLD
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.people import person_name
from storage.people import Membership, Person
from storage.report_subscriptions import ReportSubscription

MOST: Final = 300


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """Somebody who is told, of which office, on which working day, and when next."""

    key: str
    person: Bilingual
    office: Bilingual
    working_day: int
    next_at: datetime | None
    has_email: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offices, by code, and the people, by id, of whom an administrator chooses."""

    offices: tuple[tuple[str, Bilingual], ...]
    people: tuple[tuple[int, Bilingual], ...]


def subscriptions(session: Session, names: Names, actor: Actor, *, most: int = MOST) -> tuple[SubscriptionLine, ...]:
    """Those that stand, by office; one statement."""
    offices = actor.offices(ADMINISTRATOR)
    wanted = (
        select(ReportSubscription, Person.name_km, Person.name_latin, Person.email_proved_at)
        .join(Person, Person.id == ReportSubscription.person_id)
        .where(ReportSubscription.ended_at.is_(None))
        .order_by(ReportSubscription.office_id, ReportSubscription.id)
        .limit(most)
    )
    if offices is not None:
        wanted = wanted.where(ReportSubscription.office_id.in_(sorted(offices)) if offices else false())
    return tuple(
        SubscriptionLine(
            row.key,
            person_name(km, latin),
            names.offices[row.office_id].name,
            row.working_day,
            row.next_at,
            proved_at is not None,
        )
        for row, km, latin, proved_at in session.execute(wanted)
    )


def candidates(session: Session, names: Names, actor: Actor, *, today: date) -> Candidates:
    """Whom the administrator may choose: who watches one of the offices today and has proved an e-mail address. One
    statement."""
    offices = actor.offices(ADMINISTRATOR)
    rows = session.execute(_who(offices, today)).all()
    return Candidates(
        tuple((one.code, one.name) for one in names.offices.values() if offices is None or one.id in offices),
        tuple((row.id, person_name(row.name_km, row.name_latin)) for row in rows),
    )


def _who(offices: frozenset[int] | None, today: date) -> Select[int, str, str]:
    held = select(Membership.person_id).where(
        Membership.group.in_(WHO_IS_TOLD),
        Membership.from_day <= today,
        or_(Membership.to_day.is_(None), Membership.to_day >= today),
    )
    if offices is not None:
        held = held.where(or_(Membership.office_id.in_(sorted(offices)), Membership.office_id.is_(None)))
    return (
        select(Person.id, Person.name_km, Person.name_latin)
        .where(Person.id.in_(held), Person.email_proved_at.is_not(None), Person.disabled_at.is_(None))
        .order_by(Person.name_latin, Person.id)
        .limit(MOST)
    )
