"""To which office a place of business leads (``engine.packages.premises``). A form without one leads to no office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.applications.filing import Filing
from engine.case import events
from engine.errors.counter import WhyHereMissing
from engine.khmer import tidy
from engine.namesakes import office_name
from engine.packages.premises import place_of
from engine.people.actors import Actor
from engine.reasons import LONGEST
from storage.applications import Application, Channel
from storage.offices import Office, OfficeLevel, OfficeService

SENT_HERE: Final = "sent_here_all_the_same"
_LEVELS: Final = (OfficeLevel.DISTRICT, OfficeLevel.PROVINCE)


def offices_of_place(session: Session, filing: Filing, *, now: datetime) -> Sequence[Office]:
    """The offices that offer the service today for the place of business, that of the district first, then that of the
    province and of the ministry; none where it leads to none. One statement at most."""
    place = place_of(filing.form, filing.application.answers)
    codes = [place[level] for level in _LEVELS if place.get(level)]
    if not codes:
        return ()
    manifest = filing.package.manifest
    wanted = (
        select(Office)
        .join(OfficeService, OfficeService.office_id == Office.id)
        .where(or_(Office.code.in_(codes), Office.ministry_key == manifest.ministry))
        .where(Office.level.in_(manifest.office_levels), Office.closed_from.is_(None))
        .where(OfficeService.service_key == manifest.key, OfficeService.is_offered(filing.calendar.local_date(now)))
    )
    found = session.scalars(wanted).unique().all()
    order = {level: number for number, level in enumerate((*_LEVELS, OfficeLevel.MINISTRY))}
    return sorted(found, key=lambda office: order[office.level])


def leads_elsewhere(session: Session, filing: Filing, *, now: datetime) -> Office | None:
    """The office to which the place of business leads, where that is not the one of the application; ``None`` where it
    leads here, or to none."""
    found = offices_of_place(session, filing, now=now)
    return None if not found or any(one.id == filing.office.id for one in found) else found[0]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The office to which a place of business leads, and why a counter sends the application to another one."""

    office: Office
    why: str


def require_place(session: Session, filing: Filing, why: str, *, now: datetime) -> Elsewhere | None:
    """Where the place of business leads to another office than that of a counter which sends the application;
    ``WhyHereMissing`` unless somebody says ``why`` it is sent here all the same. Who applies at home chooses freely."""
    if filing.application.channel != Channel.COUNTER:
        return None
    office, said = leads_elsewhere(session, filing, now=now), tidy(why)[:LONGEST]
    if office is None:
        return None
    if not said:
        raise WhyHereMissing(office=office_name(office))
    return Elsewhere(office, said)


def record_elsewhere(
    session: Session, application: Application, actor: Actor, elsewhere: Elsewhere, *, now: datetime
) -> None:
    """Writes into the history to which office the place of business leads, and why it was sent to another one."""
    there = office_name(elsewhere.office)
    data = {"to": elsewhere.office.code, "to_km": there.km, "to_en": there.en}
    events.record(session, application, SENT_HERE, actor, at=now, data=data, personal={"reason": elsewhere.why})
