"""How offices keep their promises, as anybody may read it: what came in, what was on time, how long it usually takes.

The numbers are those that the database keeps beside the rows (decision 52), of the twelve whole months before this one;
``owso tallies check`` counts the rows again and names each that differs. What is told of fewer than ``FEWEST`` cases
might be told of somebody, so it is left out, and no sum is told from which it could be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from storage.clocks import UsualTime
from storage.offices import Office, OfficeService
from storage.tallies import MonthChange, MonthTally

FEWEST: Final = 10
COMPLAINTS: Final = "interior.complaint"
"""The service by which the citizens' office at an office takes complaints about it."""
MONTHS: Final = 12
_COUNTED: Final = ("received", "on_time", "late")
_KEY: Final = ("office_id", "service_key")


@dataclass(frozen=True, slots=True)
class Performance:
    """One service at one office: applications received, promises that ended and those of them that were kept, and the
    working days within which half and nine of ten were decided; ``None`` for what is told of too few."""

    office_code: str
    office: Bilingual
    service_key: str
    service: Bilingual
    received: int | None
    ended: int | None
    on_time: int | None
    half: int | None
    most: int | None

    @property
    def on_time_percent(self) -> int | None:
        """How many in a hundred of the promises that ended were kept, rounded down: all is only said of all."""
        return None if not self.ended or self.on_time is None else 100 * self.on_time // self.ended


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of offices over the months from ``first`` to ``last`` (``2026-11``)."""

    first: str
    last: str
    rows: tuple[Performance, ...]
    office: Bilingual | None = None


def performance_of(session: Session, house: House, code: str, *, today: date, now: datetime) -> Published:
    """That of one office, by service; ``NotFound``. Four statements."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None:
        raise NotFound
    return _published(session, house, [office], today=today, now=now, name=office_name(office))


def performance_of_all(session: Session, house: House, *, today: date, now: datetime) -> Published:
    """That of every office, by office and service; four statements."""
    offices = session.scalars(select(Office).order_by(Office.code)).all()
    return _published(session, house, offices, today=today, now=now)


def months_before(today: date) -> tuple[str, ...]:
    """The whole months before this one, in order."""
    months, day = [], today.replace(day=1)
    for _ in range(MONTHS):
        day = (day - timedelta(days=1)).replace(day=1)
        months.append(f"{day.year:04d}-{day.month:02d}")
    return tuple(reversed(months))


def _published(
    session: Session,
    house: House,
    offices: Sequence[Office],
    *,
    today: date,
    now: datetime,
    name: Bilingual | None = None,
) -> Published:
    months, only = months_before(today), offices[0].id if name is not None else None
    titles = {
        each.service_key: each.package.manifest.title
        for each in house.catalog.all_current(session, now=now)
        if each.package.manifest.purpose == "application" and each.package.is_applied_for
    }
    counted = {(row.office_id, row.service_key): row for row in session.execute(_counted(months, only))}
    usual = {(row.office_id, row.service_key): row for row in session.execute(_measured(only))}
    offered = select(OfficeService.office_id, OfficeService.service_key).where(OfficeService.is_offered(today))
    if only is not None:
        offered = offered.where(OfficeService.office_id == only)
    pairs = {(row.office_id, row.service_key) for row in session.execute(offered)} | set(counted)
    rows = tuple(_rows(offices, titles, pairs, counted, usual))
    return Published(months[0], months[-1], rows, name)


def _rows(offices: Sequence[Office], titles: Any, pairs: Any, counted: Any, usual: Any) -> Iterator[Performance]:
    there: dict[int, list[str]] = {}
    for office_id, key in pairs:
        if key in titles:
            there.setdefault(office_id, []).append(key)
    for office in offices:
        for key in sorted(there.get(office.id, ())):
            numbers, days = counted.get((office.id, key)), usual.get((office.id, key))
            received, on_time, late = (int(getattr(numbers, name)) if numbers else 0 for name in _COUNTED)
            is_told = on_time + late >= FEWEST
            yield Performance(
                office.code,
                office_name(office),
                key,
                titles[key],
                received if received >= FEWEST else None,
                on_time + late if is_told else None,
                on_time if is_told else None,
                days.half if days else None,
                days.most if days else None,
            )


def _counted(months: Sequence[str], office_id: int | None) -> Any:
    parts = [
        select(*(getattr(table, name) for name in (*_KEY, *_COUNTED))).where(
            table.month.in_(months), *([] if office_id is None else [table.office_id == office_id])
        )
        for table in (MonthTally, MonthChange)
    ]
    all_ = union_all(*parts).subquery()
    key = [all_.c[name] for name in _KEY]
    return select(*key, *(func.sum(all_.c[name]).label(name) for name in _COUNTED)).group_by(*key)


def _measured(office_id: int | None) -> Any:
    asked = select(UsualTime.office_id, UsualTime.service_key, UsualTime.half, UsualTime.most)
    return asked if office_id is None else asked.where(UsualTime.office_id == office_id)
