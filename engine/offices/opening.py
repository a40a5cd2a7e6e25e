"""Opening offices, and what they offer.

An office knows its place by its code: a district belongs to the province with whose code its own begins. A ministry has
one office, with a number from 9001 on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.case.holding import missing_offices
from engine.catalog.published import Published
from engine.errors import (
    LevelNotServed,
    NoSuchMinistry,
    NoSuchOffice,
    NoSuchPlace,
    NoSuchService,
    NotFound,
    OfficeMissing,
    OtherMinistry,
)
from engine.errors.offices import OfficeClosed
from engine.house import House
from engine.khmer import Bilingual, tidy
from engine.offices import weeks
from engine.offices.staffing import TooFew, too_few
from engine.packages import gazetteer, nearest
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.working_time.calendar import USUAL_WEEK, Opening
from storage.offices import Ministry, Office, OfficeLevel
from storage.security_log import SecurityKind

CAPITAL = "12"
NOWHERE = Bilingual("", "")
FIRST_OF_MINISTRIES: Final = 9001
"""No place of the country has such a code."""


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What is known when an office opens. ``code`` is its geographic code: ``02`` for Battambang; that of a ministry
    (``ministry``: its key) has a number of its own."""

    code: str
    level: str
    name: Bilingual
    address: Bilingual = NOWHERE
    phone: str = ""
    weekly: tuple[Opening, ...] = USUAL_WEEK
    ministry: str | None = None


def usual_facts(code: str) -> OfficeFacts:
    """An office with the usual hours, named after its province or district; ``NoSuchPlace`` for another
    code."""
    place = gazetteer.place(code)
    if place is None or place.level not in tuple(OfficeLevel):
        raise NoSuchPlace(code=code)
    km, en = place.name.km, place.name.en
    if place.level == OfficeLevel.PROVINCE:
        km = f"រាជធានី{km}" if code == CAPITAL else f"ខេត្ត{km}"
    return OfficeFacts(
        code=code,
        level=place.level,
        name=Bilingual(f"ការិយាល័យច្រកចេញចូលតែមួយ {km}", f"{en} One Window Service Office"),
        address=Bilingual(km, en),
    )


def ministry_facts(session: Session, key: str) -> OfficeFacts:
    """The office of a ministry that has published a service, with the usual hours; ``NoSuchMinistry``."""
    ministry = session.scalar(select(Ministry).where(Ministry.key == key))
    if ministry is None:
        known = session.scalars(select(Ministry.key).order_by(Ministry.key))
        raise NoSuchMinistry(ministry=key, ministries=nearest(key, known))
    there = session.scalar(select(Office.code).where(Office.ministry_key == key))
    newest = session.scalar(select(func.max(Office.code)).where(Office.ministry_key.is_not(None)))
    return OfficeFacts(
        code=there or str(int(newest) + 1 if newest else FIRST_OF_MINISTRIES),
        level=OfficeLevel.MINISTRY,
        name=Bilingual(f"ការិយាល័យច្រកចេញចូលតែមួយ {ministry.name_km}", f"{ministry.name_en} One Window Service Office"),
        ministry=key,
    )


def open_office(session: Session, actor: Actor, facts: OfficeFacts, *, reason: str = "", now: datetime) -> int:
    """A new office with its hours; its id. One that was closed opens again as it was; one that is open stays."""
    actor.require(None, ADMINISTRATOR)
    if facts.level not in tuple(OfficeLevel):
        raise ValueError(f"{facts.level} is not a level of office; there are: {', '.join(OfficeLevel)}.")
    data = {"office": facts.code, "level": facts.level, "reason": tidy(reason)}
    known = session.scalar(select(Office).where(Office.code == facts.code).with_for_update(key_share=True))
    if known is not None:
        if known.closed_from is not None:
            known.closed_from = None
            security_log.note(session, SecurityKind.OFFICE_OPENED, actor, data=data | {"is": "again"}, at=now)
        return known.id
    office = Office(
        code=facts.code,
        level=facts.level,
        ministry_key=facts.ministry,
        name_km=facts.name.km,
        name_en=facts.name.en,
        address_km=facts.address.km,
        address_en=facts.address.en,
        phone=facts.phone,
        hours=weeks.stored(facts.weekly),
    )
    session.add(office)
    session.flush()
    security_log.note(session, SecurityKind.OFFICE_OPENED, actor, data=data, at=now)
    return office.id


def find_office(session: Session, code: str) -> int:
    """The id of the office with this code, or of the ministry with this key; ``NoSuchOffice`` while none is open."""
    office_id = session.scalar(select(Office.id).where(or_(Office.code == code, Office.ministry_key == code)))
    if office_id is None:
        known = session.scalars(select(func.coalesce(Office.ministry_key, Office.code)).order_by(Office.code))
        raise NoSuchOffice(office=code, offices=nearest(code, known))
    return office_id


def code_of(session: Session, code: str) -> str:
    """The code of the office with this code, or of the ministry with this key; ``NoSuchOffice``."""
    return session.get_one(Office, find_office(session, code)).code


def find_service(
    session: Session, house: House, service_key: str, *, now: datetime, office_id: int | None = None
) -> Published:
    """The newest version in effect at an office, or in general; ``NoSuchService`` when there is none."""
    try:
        return house.catalog.current(session, service_key, now=now, office_id=office_id)
    except NotFound as unknown:
        known = (published.service_key for published in house.catalog.all_current(session, now=now))
        raise NoSuchService(service=service_key, services=nearest(service_key, known)) from unknown


def too_few_for(session: Session, office_id: int, published: Published, *, today: date) -> tuple[TooFew, ...]:
    """Where people are lacking for a service that the office offers, so that its cases would come to a stop."""
    return too_few(session, session.get_one(Office, office_id), [published.package], today=today)


def require_served(session: Session, office: Office, published: Published) -> None:
    """Raises unless cases of this version can come in at the office and go wherever its diagram sends them."""
    if office.closed_from is not None:
        raise OfficeClosed(office=office.code)
    manifest = published.package.manifest
    if office.ministry_key not in (None, manifest.ministry):
        raise OtherMinistry(service=published.service_key, ministry=office.ministry_key)
    if office.level not in manifest.office_levels:
        raise LevelNotServed(service=published.service_key, levels=", ".join(manifest.office_levels))
    missing = missing_offices(session, office, published.package)
    if missing:
        raise OfficeMissing(office=missing[0], service=published.service_key)
