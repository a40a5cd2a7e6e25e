"""What one can apply for at a counter today, first what people ask for most there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.register_rules import NEW
from storage.offices import Office, OfficeService
from storage.tallies import MonthTally


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service that the office offers today."""

    key: str
    title: Bilingual


def offered_services(session: Session, house: House, office_id: int, *, now: datetime) -> tuple[ServiceChoice, ...]:
    """What one can apply for at the office today, without the verification of accounts, first what was applied for most
    in the last twelve months; two or three statements."""
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound
    day = house.calendars.of(session, office).local_date(now)
    offered = set(
        session.scalars(
            select(OfficeService.service_key).where(
                OfficeService.office_id == office_id,
                OfficeService.is_offered(day),
            )
        )
    )
    asked_for = _asked_for(session, office_id, day)
    choices = (
        ServiceChoice(published.service_key, published.package.manifest.title)
        for published in house.catalog.all_current(session, now=now, office_id=office_id)
        if published.service_key in offered
        and office.level in published.package.manifest.office_levels
        and published.package.manifest.purpose == "application"
        and published.package.is_applied_for
        and NEW in published.package.manifest.kinds
    )
    return tuple(sorted(choices, key=lambda one: -asked_for.get(one.key, 0)))


def _asked_for(session: Session, office_id: int, day: date) -> dict[str, int]:
    """How many applications of each service came to the office in the last twelve months; one statement."""
    since = f"{day.year - 1}-{day.month:02}"
    counted = (
        select(MonthTally.service_key, func.sum(MonthTally.received))
        .where(MonthTally.office_id == office_id, MonthTally.month >= since)
        .group_by(MonthTally.service_key)
    )
    return {service: int(number) for service, number in session.execute(counted)}
