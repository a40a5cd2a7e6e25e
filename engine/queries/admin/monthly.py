"""The report of a month: by sector and service, and by office, of what somebody watches.

A sector is what a ministry is responsible for. The numbers are those of the reports (``engine.queries.admin.reports``),
so that the page, the paper and the file of a month say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.queries.admin.reports import Figures, Period, figures_within, last_months
from engine.queries.admin.watching import Watched, WatchFilter, province_name
from engine.queries.shared.names import Names

EVERYWHERE = Bilingual("ទូទាំងប្រទេស", "The whole country")
ALL_THAT_IS_WATCHED = Bilingual("ការិយាល័យទាំងអស់ដែលអ្នកតាមដាន", "All offices that you watch")


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of a service or an office; ``key`` is its key or code."""

    key: str
    name: Bilingual
    figures: Figures


@dataclass(frozen=True, slots=True)
class Sector:
    """The services of a ministry, with their sum."""

    key: str
    name: Bilingual
    services: tuple[Line, ...]
    total: Figures


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """What happened in a month at what is watched: by sector and by office, in the order of their keys and codes.
    ``is_closed``: the month is over, so that its numbers stay."""

    month: str
    period: Period
    of: Bilingual
    sectors: tuple[Sector, ...]
    offices: tuple[Line, ...]
    total: Figures
    is_closed: bool

    @property
    def as_of(self) -> datetime:
        """The moment at which the month ends."""
        return self.period.ends


def monthly_report(
    session: Session, names: Names, watch: Watched, wanted: WatchFilter, month: Period, *, today: date
) -> MonthlyReport:
    """The report of one month; one statement."""
    rows = figures_within(session, watch.of, month)
    services: dict[str, list[Figures]] = {}
    offices: dict[int, list[Figures]] = {}
    for _, office_id, service_key, figures in rows:
        services.setdefault(service_key, []).append(figures)
        offices.setdefault(office_id, []).append(figures)
    places = sorted((names.offices[office_id] for office_id in offices), key=lambda office: office.code)
    return MonthlyReport(
        month=month.months[0],
        period=month,
        of=_of(names, watch, wanted),
        sectors=_sectors(names, {key: together(found) for key, found in services.items()}),
        offices=tuple(Line(office.code, office.name, together(offices[office.id])) for office in places),
        total=together(figures for *_, figures in rows),
        is_closed=month.last < today.replace(day=1),
    )


def month_before(today: date) -> Period:
    """The last whole month."""
    first = last_months(2, today=today).first
    return Period(first, first)


def together(figures: Iterable[Figures]) -> Figures:
    """Figures as one."""
    found = [astuple(one) for one in figures]
    return Figures(*(sum(numbers) for numbers in zip(*found, strict=True))) if found else Figures()


def _sectors(names: Names, services: dict[str, Figures]) -> tuple[Sector, ...]:
    found: dict[str, list[Line]] = {}
    for key in sorted(services):
        found.setdefault(key.partition(".")[0], []).append(Line(key, names.service(key), services[key]))
    ministries = {package.ministry.key: package.ministry.name for package in names.services.values()}
    return tuple(
        Sector(key, ministries.get(key, Bilingual(key, key)), tuple(lines), together(line.figures for line in lines))
        for key, lines in found.items()
    )


def _of(names: Names, watch: Watched, wanted: WatchFilter) -> Bilingual:
    """Of which offices the report is."""
    office = next((one for one in names.offices.values() if one.code == wanted.office), None)
    if office is not None:
        return office.name
    if len(wanted.province) == PROVINCE_DIGITS:
        return province_name(wanted.province)
    if watch.offices is None:
        return EVERYWHERE
    provinces = {watch.places[one] for one in watch.offices}
    if watch.services or len(provinces) != 1:
        return ALL_THAT_IS_WATCHED
    first = min(watch.offices)
    return names.offices[first].name if len(watch.offices) == 1 else province_name(provinces.pop())
