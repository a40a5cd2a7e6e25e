"""What an office offers and could offer, for those who look after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalog.in_effect import planned_at
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.offices import Office, OfficeService


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A service of an office: from which day on it is offered there; ``begins`` where its version is still planned."""

    key: str
    title: Bilingual
    from_day: date | None
    begins: datetime | None


@dataclass(frozen=True, slots=True)
class OffersShown:
    """The services that an office offers today or from a later day on, and those that it could offer besides."""

    offered: tuple[OfferLine, ...]
    available: tuple[OfferLine, ...]


def office_offers(
    session: Session, house: House, actor: Actor, code: str, *, today: date, now: datetime
) -> OffersShown:
    """``NotFound`` when the office is not the administrator's."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(ADMINISTRATOR, office.id):
        raise NotFound
    wanted = OfficeService.office_id == office.id, OfficeService.is_offered_from(today)
    days = dict(session.execute(select(OfficeService.service_key, OfficeService.offered_from).where(*wanted)).all())
    lines = [
        OfferLine(published.service_key, published.package.manifest.title, days.get(published.service_key), begins)
        for published, begins in _there(session, house, office, now).values()
    ]
    lines.sort(key=lambda line: line.key)
    return OffersShown(
        tuple(line for line in lines if line.from_day is not None),
        tuple(line for line in lines if line.from_day is None),
    )


def _there(
    session: Session, house: House, office: Office, now: datetime
) -> dict[str, tuple[Published, datetime | None]]:
    """The versions that the office has, and of other services the first that it will have, with its moment."""
    found: dict[str, tuple[Published, datetime | None]] = {
        one.service_key: (one, None)
        for one in house.catalog.all_current(session, now=now, office_id=office.id)
        if _is_for(one, office)
    }
    for definition_id, begins in planned_at(session, office.id, None, now=now):
        planned = house.catalog.of(session, definition_id)
        if planned.service_key not in found and _is_for(planned, office):
            found[planned.service_key] = (planned, begins)
    return found


def _is_for(published: Published, office: Office) -> bool:
    manifest = published.package.manifest
    return (
        office.level in manifest.office_levels
        and office.ministry_key in (None, manifest.ministry)
        and published.package.is_applied_for
    )
