"""What an officer may choose for the filters of the inbox: services and their stages, offices, colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import Date, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import KEPT
from storage import asking
from storage.asking import Question
from storage.base import Id
from storage.offices import Office
from storage.people import Membership, Person

MOST_COLLEAGUES: Final = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """Each value with its words: services by key, the stages of the chosen one, offices by code where there are
    several, colleagues by the id of the person."""

    services: Mapping[str, Bilingual]
    stages: Mapping[str, Bilingual]
    offices: Mapping[str, Bilingual]
    colleagues: Mapping[str, Bilingual]


def choices(session: Session, house: House, actor: Actor, service: str, *, today: date, now: datetime) -> Choices:
    """Three short statements."""
    published = house.catalog.all_anywhere(session, now=now)
    titles = {one.service_key: one.package.manifest.title for one in published}
    theirs = [one.package.texts.stages for one in published if one.service_key == service]
    stages = {key: words for each in theirs for key, words in each.items()}
    offices = _offices(session, actor)
    return Choices(
        services=dict(sorted(titles.items(), key=lambda one: one[1].km)),
        stages=stages,
        offices=offices if len(offices) > 1 else {},
        colleagues=colleagues(session, actor, today=today),
    )


def colleagues(session: Session, actor: Actor, *, today: date) -> dict[str, Bilingual]:
    """Who belongs today to a group in which the actor works by name at an office, or heads one with them: at most
    ``MOST_COLLEAGUES``, by name."""
    places = actor.named_offices
    if not places:
        return {}
    rows = asking.rows(session, _colleagues_at(tuple(sorted(places))), reader=actor.person_id, today=today)
    return {str(row.id): person_name(row.name_km, row.name_latin) for row in rows}


@lru_cache(maxsize=KEPT)
def _colleagues_at(offices: tuple[int, ...]) -> Question:
    """Who works at these offices: written once for all who work there."""
    day = bindparam("today", type_=Date())
    held = and_(Membership.from_day <= day, or_(Membership.to_day.is_(None), Membership.to_day >= day))
    theirs = select(Membership.person_id).where(Membership.office_id.in_(offices), held)
    return Question(
        select(Person.id, Person.name_km, Person.name_latin)
        .where(Person.id.in_(theirs), Person.id != bindparam("reader", type_=Id), Person.disabled_at.is_(None))
        .order_by(Person.name_km, Person.id)
        .limit(MOST_COLLEAGUES)
    )


def _offices(session: Session, actor: Actor) -> dict[str, Bilingual]:
    places = actor.offices(*actor.groups)
    if places is not None and len(places) < 2:
        return {}
    here = select(Office).order_by(Office.code)
    found = session.scalars(here if places is None else here.where(Office.id.in_(sorted(places))))
    return {one.code: office_name(one) for one in found}
