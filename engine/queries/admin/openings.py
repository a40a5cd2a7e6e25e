"""Which offices can be opened, and what stands in the way of closing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.closing import AtWork, at_work
from engine.packages import gazetteer
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.offers import OfferLine, office_offers
from storage.applications import Application, ApplicationStatus
from storage.offices import Ministry, Office, OfficeLevel
from storage.people import Membership


@dataclass(frozen=True, slots=True)
class PlacesToOpen:
    """Provinces, districts and ministries without an open office: what opens one, and its name."""

    provinces: tuple[tuple[str, Bilingual], ...]
    districts: tuple[tuple[str, Bilingual], ...]
    ministries: tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True)
class ClosingShown:
    """One office before it closes: what runs there, what it offers, how many belong to it, and how many drafts of
    applicants were begun for it, which are sent to another office. ``may_close``: the reader closes it once nothing
    runs, others only let it take nothing in any more."""

    code: str
    name: Bilingual
    is_closed: bool
    work: AtWork
    offered: tuple[OfferLine, ...]
    people: int
    drafts: int
    may_close: bool


def places_to_open(session: Session, actor: Actor) -> PlacesToOpen:
    """For administrators of every office; two statements."""
    actor.require(None, ADMINISTRATOR)
    is_open = Office.closed_from.is_(None)
    there = set(session.scalars(select(func.coalesce(Office.ministry_key, Office.code)).where(is_open)))
    provinces = [place for place in gazetteer.provinces() if place.code not in there]
    named = {place.code: place.name for place in gazetteer.provinces()}
    districts = [
        (place.code, _in(place.name, named[province]))
        for province in named
        for place in gazetteer.districts(province)
        if place.code not in there and place.level == OfficeLevel.DISTRICT
    ]
    ministries = session.scalars(select(Ministry).order_by(Ministry.key))
    return PlacesToOpen(
        tuple((place.code, place.name) for place in provinces),
        tuple(districts),
        tuple((one.key, Bilingual(one.name_km, one.name_en)) for one in ministries if one.key not in there),
    )


def closing_shown(
    session: Session, house: House, actor: Actor, code: str, *, today: date, now: datetime
) -> ClosingShown:
    """For administrators of the office; ``NotFound``."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(ADMINISTRATOR, office.id):
        raise NotFound
    lasting = Membership.to_day.is_(None) | (Membership.to_day >= today)
    people = select(func.count(Membership.person_id.distinct())).where(Membership.office_id == office.id, lasting)
    begun = Application.office_id == office.id, Application.status == ApplicationStatus.DRAFT
    return ClosingShown(
        code=office.code,
        name=office_name(office),
        is_closed=office.closed_from is not None,
        work=at_work(session, house, office, today=today, now=now),
        offered=office_offers(session, house, actor, code, today=today, now=now).offered,
        people=session.scalar(people) or 0,
        drafts=session.scalar(select(func.count()).select_from(Application).where(*begun)) or 0,
        may_close=actor.acts_for(ADMINISTRATOR, None),
    )


def _in(name: Bilingual, province: Bilingual) -> Bilingual:
    return Bilingual(f"{province.km} – {name.km}", f"{province.en} – {name.en}")
