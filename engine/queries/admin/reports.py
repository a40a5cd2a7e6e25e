"""Numbers and fee income by month, office and service: what an office reports every month.

Months are those of Cambodia. An application counts as received in the month it was sent, as decided in the month of
the decision, once nothing of it stands at an incident; a fee counts in the month its payment was confirmed, and
what is paid back is taken off in the month in which that was agreed. On time
means that the promise the applicant was given held: the norm of the service, or its legal term where it has no norm. It
counts in the month in which the promise ended; one that was broken and is still open, in the month it was broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from storage.applications import Application, Outcome
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.months import local_month
from storage.offices import Office
from storage.payments import Payment, PaymentStatus
from storage.processes import Incident, IncidentStatus
from storage.remissions import Remission, RemissionKind, RemissionStatus

CAMBODIA = ZoneInfo("Asia/Phnom_Penh")
MEASURES = ("received", "granted", "refused", "withdrawn", "lapsed", "on_time", "late", "paid", "income")
LONGEST_PERIOD = 60

_Cell = tuple[str, int, str]
"""Month, office id, service key."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months from ``first`` to ``last``, both counted; each date is the first day of its month."""

    first: date
    last: date

    @property
    def months(self) -> tuple[str, ...]:
        """``2026-11`` for every month, in order."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return tuple(_month_text(_later(self.first, step)) for step in range(count))

    @property
    def begins(self) -> datetime:
        """The first moment of the period, UTC."""
        return datetime.combine(self.first, time(), CAMBODIA).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after the period, UTC."""
        return datetime.combine(_later(self.last, 1), time(), CAMBODIA).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which part of the numbers: an office code and a service key; empty lets all through."""

    office: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of applications, and income in whole riel. ``granted`` and ``refused`` cover verified accounts too."""

    received: int = 0
    granted: int = 0
    refused: int = 0
    withdrawn: int = 0
    lapsed: int = 0
    on_time: int = 0
    late: int = 0
    paid: int = 0
    income: int = 0

    @property
    def on_time_percent(self) -> int | None:
        """How many of the promises that were kept or broken were kept, in whole percent; None when there are none."""
        ended = self.on_time + self.late
        return None if ended == 0 else round(100 * self.on_time / ended)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The figures of one service at one office in one month (``2026-11``)."""

    month: str
    office_code: str
    office: Bilingual
    service_key: str
    service: Bilingual
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """Rows by month, office and service (only those where something happened), and the same summed three ways."""

    period: Period
    rows: tuple[ReportRow, ...]
    months: tuple[tuple[str, Figures], ...]
    offices: tuple[tuple[str, Bilingual, Figures], ...]
    services: tuple[tuple[str, Bilingual, Figures], ...]
    total: Figures


def last_months(count: int, *, today: date) -> Period:
    """The months up to this one."""
    this = today.replace(day=1)
    return Period(_later(this, 1 - count), this)


def period_between(first: str, last: str, *, today: date) -> Period:
    """The period between two months as a page gives them (``2026-01``); what cannot be read is the last twelve months.

    A period that ends before it begins is turned round, a very long one is cut.
    """
    usual = last_months(12, today=today)
    begins, ends = _month(first) or usual.first, _month(last) or usual.last
    begins, ends = min(begins, ends), max(begins, ends)
    return Period(max(begins, _later(ends, 1 - LONGEST_PERIOD)), ends)


def report(session: Session, names: Names, actor: Actor, period: Period, wanted: ReportFilter) -> Report:
    """The numbers of the offices that the administrator looks after; seven statements."""
    cells: dict[_Cell, Counter[str]] = {}
    for cell, measure, number in _counted(session, actor, period, wanted):
        cells.setdefault(cell, Counter())[measure] += number
    rows = sorted(
        (_row(cell, counted, names) for cell, counted in cells.items() if any(counted.values())),
        key=lambda row: (row.month, row.office_code, row.service_key),
    )
    offices = [names.offices[office_id] for office_id in {office_id for _, office_id, _ in cells}]
    services = {service for _, _, service in cells}
    return Report(
        period=period,
        rows=tuple(rows),
        months=tuple((month, _sum(row for row in rows if row.month == month)) for month in period.months),
        offices=tuple(
            (office.code, office.name, _sum(row for row in rows if row.office_code == office.code))
            for office in sorted(offices, key=lambda each: each.code)
        ),
        services=tuple(
            (key, names.service(key), _sum(row for row in rows if row.service_key == key)) for key in sorted(services)
        ),
        total=_sum(rows),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """One kind of happening: when it counts, at which office, what is counted of it, and which ones."""

    moment: SQLCoreOperations[datetime | None]
    measures: Mapping[str, ColumnElement[int]]
    office: SQLCoreOperations[int] = Application.office_id
    of: ColumnElement[bool] | None = None
    table: type[Clock] | type[Payment] | type[Remission] | None = None


def _sources() -> Sequence[_Source]:
    norm = aliased(Clock)
    has_norm = exists().where(norm.application_id == Clock.application_id, norm.kind == ClockKind.NORM)
    promise = or_(Clock.kind == ClockKind.NORM, and_(Clock.kind == ClockKind.TERM, ~has_norm))
    return (
        _Source(Application.submitted_at, {"received": func.count()}),
        _Source(
            Application.decided_at,
            {
                "granted": _number_of(Application.outcome.in_((Outcome.APPROVED, Outcome.VERIFIED))),
                "refused": _number_of(Application.outcome.in_((Outcome.REJECTED, Outcome.REFUSED))),
            },
            of=~exists().where(Incident.application_id == Application.id, Incident.status == IncidentStatus.OPEN),
        ),
        _given_up(),
        _Source(
            Clock.ended_at, {"on_time": func.count()}, of=and_(promise, Clock.status == ClockStatus.MET), table=Clock
        ),
        _Source(
            func.coalesce(Clock.ended_at, Clock.breached_at),
            {"late": func.count()},
            of=and_(promise, Clock.breached_at.is_not(None)),
            table=Clock,
        ),
        *_money(),
    )


def _money() -> tuple[_Source, ...]:
    """What came in, and what was paid back."""
    return (
        _Source(
            Payment.confirmed_at,
            {"paid": func.count(), "income": func.sum(Payment.amount)},
            office=Payment.office_id,
            of=Payment.status == PaymentStatus.CONFIRMED,
            table=Payment,
        ),
        _Source(
            Remission.answered_at,
            {"income": -func.sum(Remission.amount)},
            office=Remission.office_id,
            of=(Remission.kind == RemissionKind.REFUND) & (Remission.status == RemissionStatus.AGREED),
            table=Remission,
        ),
    )


def _given_up() -> _Source:
    """What ended without a decision, by the wish or by the silence of its applicant."""
    measures = {
        "withdrawn": _number_of(Application.outcome == Outcome.WITHDRAWN),
        "lapsed": _number_of(Application.outcome == Outcome.LAPSED),
    }
    return _Source(Application.ended_at, measures, of=Application.outcome.in_((Outcome.WITHDRAWN, Outcome.LAPSED)))


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _counted(session: Session, actor: Actor, period: Period, wanted: ReportFilter) -> Iterable[tuple[_Cell, str, int]]:
    """Cell, measure and number from every source; one statement each."""
    for source in _sources():
        for month, office_id, service_key, *numbers in session.execute(_statement(source, actor, period, wanted)):
            for measure, number in zip(source.measures, numbers, strict=True):
                yield (month, office_id, service_key), measure, int(number)


def _statement(source: _Source, actor: Actor, period: Period, wanted: ReportFilter) -> Select[*tuple[Any, ...]]:
    statement = select(
        local_month(source.moment).label("month_of"),
        source.office,
        Application.service_key,
        *(number.label(measure) for measure, number in source.measures.items()),
    ).select_from(Application)
    if source.table is not None:
        statement = statement.join(source.table, source.table.application_id == Application.id)
    statement = statement.where(source.moment >= period.begins, source.moment < period.ends)
    if source.of is not None:
        statement = statement.where(source.of)
    mine = actor.offices(ADMINISTRATOR)
    if mine is not None:
        statement = statement.where(source.office.in_(mine))
    if wanted.office:
        statement = statement.join(Office, Office.id == source.office).where(Office.code == wanted.office)
    if wanted.service:
        statement = statement.where(Application.service_key == wanted.service)
    return statement.group_by("month_of", source.office, Application.service_key)


def _row(cell: _Cell, counted: Counter[str], names: Names) -> ReportRow:
    month, office_id, service_key = cell
    office = names.offices[office_id]
    return ReportRow(month, office.code, office.name, service_key, names.service(service_key), Figures(**counted))


def _sum(rows: Iterable[ReportRow]) -> Figures:
    total: Counter[str] = Counter()
    for row in rows:
        total.update({measure: getattr(row.figures, measure) for measure in MEASURES})
    return Figures(**total)


def _later(month: date, by: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(years, index + 1, 1)


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None


def _month_text(month: date) -> str:
    return f"{month.year:04d}-{month.month:02d}"
