"""What an office offers: a service whose version is in effect, or one of an approved release from its moment on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.catalog.in_effect import planned_at
from engine.catalog.published import Published
from engine.errors import LevelNotServed, NoSuchService
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.offices.opening import find_service, offer
from engine.people.actors import Actor
from storage.offices import OfficeService


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that an office offers from a day on; ``begins`` is the moment of its version where that is planned."""

    published: Published
    from_day: date
    begins: datetime | None


def offer_service(
    session: Session, house: House, actor: Actor, office_id: int, service_key: str, *, now: datetime
) -> Offer:
    """The office offers the service: from today on where the version in effect is for it, else from the moment on at
    which the first planned version is that it will have. Nobody reads of it before. Raises what ``opening.offer``
    raises, and ``NoSuchService``."""
    try:
        published = find_service(session, house, service_key, now=now, office_id=office_id)
        today = now.astimezone(PHNOM_PENH).date()
        offer(session, actor, office_id, published, from_day=today)
    except (NoSuchService, LevelNotServed):
        planned = _offer_planned(session, house, actor, office_id, service_key, now=now)
        if planned is None:
            raise
        return planned
    return Offer(published, today, None)


def drop_planned(session: Session, definition_ids: Collection[int | None]) -> None:
    """Takes back what offices were to offer with versions that never take effect."""
    wanted = [one for one in definition_ids if one is not None]
    session.execute(delete(OfficeService).where(OfficeService.planned_id.in_(wanted)))


def _offer_planned(
    session: Session, house: House, actor: Actor, office_id: int, service_key: str, *, now: datetime
) -> Offer | None:
    for definition_id, begins in planned_at(session, office_id, service_key, now=now):
        published = house.catalog.of(session, definition_id)
        day = begins.astimezone(PHNOM_PENH).date()
        try:
            offer(session, actor, office_id, published, from_day=day, planned_id=definition_id)
        except LevelNotServed:
            continue
        return Offer(published, day, begins)
    return None
