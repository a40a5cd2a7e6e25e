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
    """A service of an office: from which day on it is offered there, and to which (none: until further notice);
    ``begins`` where its version is still planned."""

    key: str
    title: Bilingual
    from_day: date | None
    begins: datetime | None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class OffersShown:
    """The services that an office offers today or from a later day on, a line for each stretch of days, and those that
    it could offer besides, or after a last day."""

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
    rows = session.scalars(select(OfficeService).where(*wanted).order_by(OfficeService.offered_from)).all()
    offered: list[OfferLine] = []
    available: list[OfferLine] = []
    for key, (published, begins) in sorted(_there(session, house, office, now).items()):
        title = published.package.manifest.title
        here = [row for row in rows if row.service_key == key]
        offered += [OfferLine(key, title, row.offered_from, begins, row.offered_to) for row in here]
        if not any(row.offered_to is None for row in here):
            available.append(OfferLine(key, title, None, begins))
    return OffersShown(tuple(offered), tuple(available) if office.closed_from is None else ())


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
