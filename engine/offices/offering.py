"""What an office offers from when until when: a service whose version is in effect, or one of an approved release from
its moment on.

An offer begins and ends by its days; nothing has to happen for that. Each change is a line of the security log.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.catalog.in_effect import planned_at
from engine.catalog.published import Published
from engine.errors import LevelNotServed, NoSuchService
from engine.errors.offices import NotOffered, OfferEndsBefore, OffersOverlap
from engine.house import House
from engine.khmer import tidy
from engine.localise import PHNOM_PENH
from engine.offices.opening import find_service, require_served
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from storage.offices import Office, OfficeService
from storage.security_log import SecurityKind

LONGEST: Final = 500
"""Signs of a reason."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that an office offers from a day on; ``begins`` is the moment of its version where that is planned."""

    published: Published
    from_day: date
    begins: datetime | None


@dataclass(frozen=True, slots=True)
class Days:
    """The first day, none for today or the moment of the version, and the last one, none for until further notice; and
    why."""

    first: date | None = None
    last: date | None = None
    reason: str = ""


ALWAYS: Final = Days()


def offer_service(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    service_key: str,
    *,
    days: Days = ALWAYS,
    now: datetime,
) -> Offer:
    """The office offers the service: from today, or the first of these days, on where the version in effect is for it,
    else from the moment on at which the first planned version is that it will have. Nobody reads of it before. Raises
    what ``offer`` raises, and ``NoSuchService``."""
    today = now.astimezone(PHNOM_PENH).date()
    first = max(days.first or today, today)
    try:
        published = find_service(session, house, service_key, now=now, office_id=office_id)
        offer(session, actor, office_id, published, Days(first, days.last, days.reason), now=now)
    except (NoSuchService, LevelNotServed):
        planned = _offer_planned(session, house, actor, office_id, service_key, days=days, now=now)
        if planned is None:
            raise
        return planned
    return Offer(published, first, None)


def offer(
    session: Session,
    actor: Actor,
    office_id: int,
    published: Published,
    days: Days,
    *,
    planned_id: int | None = None,
    now: datetime,
) -> None:
    """The office offers a service on these days; where it was to do so later until further notice, from the first of
    them already. The same twice changes nothing. ``planned_id`` is the version on whose moment that waits.
    ``LevelNotServed`` for an office of a level that the service is not for, ``OtherMinistry`` for that of a ministry
    whose it is not, ``OfficeMissing`` while an office is not open to which its cases would go, ``OfficeClosed``;
    ``OfferEndsBefore``, ``OffersOverlap``."""
    actor.require(office_id, ADMINISTRATOR)
    office = session.get_one(Office, office_id, with_for_update=True)
    require_served(session, office, published)
    first, last = days.first or now.astimezone(PHNOM_PENH).date(), days.last
    if last is not None and last < first:
        raise OfferEndsBefore
    row = _to_change(session, office_id, published.service_key, first, last)
    if row is None:
        row = OfficeService(office_id=office_id, service_key=published.service_key, offered_from=first)
        row.offered_to, row.planned_id = last, planned_id
        session.add(row)
    elif first < row.offered_from:
        row.offered_from, row.planned_id = first, planned_id
    else:
        return
    session.flush()
    _note(session, SecurityKind.SERVICE_OFFERED, actor, office, row, reason=days.reason, now=now)


def end_offer(
    session: Session, actor: Actor, office_code: str, service_key: str, *, last_day: date, reason: str, now: datetime
) -> None:
    """The last day on which the office offers the service, today at the earliest; what runs goes on to its end. What
    was to begin later is not offered at all. Ending it twice with the same day changes nothing. ``OfferEndsBefore``;
    ``NotOffered``."""
    today = now.astimezone(PHNOM_PENH).date()
    office = session.scalar(select(Office).where(Office.code == office_code).with_for_update(key_share=True))
    if office is None:
        raise NotOffered
    actor.require(office.id, ADMINISTRATOR)
    if last_day < today:
        raise OfferEndsBefore
    rows = [row for row in offers_from(session, office, today) if row.service_key == service_key]
    if not rows:
        raise NotOffered
    cut(session, actor, office, rows, last_day=last_day, reason=reason, now=now)


def offers_from(session: Session, office: Office, day: date) -> Sequence[OfficeService]:
    """What the office offers on that day or later, held."""
    mine = OfficeService.office_id == office.id, OfficeService.is_offered_from(day)
    return session.scalars(
        select(OfficeService).where(*mine).order_by(OfficeService.service_key, OfficeService.id).with_for_update()
    ).all()


def cut(
    session: Session,
    actor: Actor,
    office: Office,
    rows: Sequence[OfficeService],
    *,
    last_day: date,
    reason: str,
    now: datetime,
) -> None:
    """None of these offers lasts longer; one that would begin later is not kept."""
    for row in rows:
        if row.offered_to is not None and row.offered_to <= last_day:
            continue
        was = row.offered_to
        if row.offered_from > last_day:
            session.delete(row)
        else:
            row.offered_to = last_day
        _note(session, SecurityKind.OFFER_ENDED, actor, office, row, was=was, reason=reason, now=now)


def drop_planned(session: Session, definition_ids: Collection[int | None]) -> None:
    """Takes back what offices were to offer with versions that never take effect."""
    wanted = [one for one in definition_ids if one is not None]
    session.execute(delete(OfficeService).where(OfficeService.planned_id.in_(wanted)))


def _to_change(
    session: Session, office_id: int, service_key: str, first: date, last: date | None
) -> OfficeService | None:
    """The offer until further notice that covers these days or is to; none where the office offers the service on none
    of them. ``OffersOverlap`` for days that were given an end before."""
    on_some = OfficeService.is_offered_from(first)
    if last is not None:
        on_some &= OfficeService.offered_from <= last
    mine = OfficeService.office_id == office_id, OfficeService.service_key == service_key
    found = session.scalars(select(OfficeService).where(*mine, on_some)).all()
    for one in found:
        is_same = (one.offered_from, one.offered_to) == (first, last)
        if not is_same and (one.offered_to, last) != (None, None):
            raise OffersOverlap
    return found[0] if found else None


def _note(
    session: Session,
    kind: SecurityKind,
    actor: Actor,
    office: Office,
    row: OfficeService,
    *,
    was: date | None = None,
    reason: str,
    now: datetime,
) -> None:
    days = {"first": row.offered_from.isoformat(), "last": row.offered_to.isoformat() if row.offered_to else None}
    data = {"office": office.code, "service": row.service_key, **days, "reason": tidy(reason)[:LONGEST]}
    if kind == SecurityKind.OFFER_ENDED:
        data["was"] = was.isoformat() if was else None
    security_log.note(session, kind, actor, data=data, at=now)


def _offer_planned(
    session: Session, house: House, actor: Actor, office_id: int, service_key: str, *, days: Days, now: datetime
) -> Offer | None:
    for definition_id, begins in planned_at(session, office_id, service_key, now=now):
        published = house.catalog.of(session, definition_id)
        first = max(begins.astimezone(PHNOM_PENH).date(), days.first or begins.astimezone(PHNOM_PENH).date())
        wanted = Days(first, days.last, days.reason)
        try:
            offer(session, actor, office_id, published, wanted, planned_id=definition_id, now=now)
        except LevelNotServed:
            continue
        return Offer(published, first, begins)
    return None
