"""Numbers and fee income by month, office and service: what an office reports every month.

Months are those of Cambodia. An application counts as received in the month it was sent, as decided in the month of
the decision, once nothing of it stands at an incident; a fee counts in the month its payment was confirmed, and
what is paid back is taken off in the month in which that was agreed. On time
means that the promise the applicant was given held: the norm of the service, or its legal term where it has no norm. It
counts in the month in which the promise ended; one that was broken and is still open, in the month it was broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial, reduce
from operator import or_
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, case, cast, false, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from storage.applications import Application, Outcome
from storage.months import local_month
from storage.offices import Office
from storage.processes import Incident, IncidentStatus
from storage.tallies import CELL, MEASURES
from storage.tallying import MONTHS

CAMBODIA = ZoneInfo("Asia/Phnom_Penh")
LONGEST_PERIOD: Final = 60
_ALL, _EACH = "all", "each"
Within: TypeAlias = Callable[[Any], Iterable[ColumnElement[bool]]]
"""The conditions on a table of numbers, or of applications, that say which of them are asked for."""


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

    def each(self) -> Iterator[Period]:
        """Its months, each as a period, in order."""
        for step in range(len(self.months)):
            month = _later(self.first, step)
            yield Period(month, month)

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
    """Rows by month, office and service (only those where something happened), and all of them summed three ways. The
    rows are those of page ``number`` of ``pages``, where a page was asked for; on all pages there are ``lines``."""

    period: Period
    rows: tuple[ReportRow, ...]
    months: tuple[tuple[str, Figures], ...]
    offices: tuple[tuple[str, Bilingual, Figures], ...]
    services: tuple[tuple[str, Bilingual, Figures], ...]
    total: Figures
    lines: int
    number: int = 1
    pages: int = 1


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


def report(
    session: Session, names: Names, actor: Actor, period: Period, wanted: ReportFilter, *, page: int | None = None
) -> Report:
    """The numbers of the offices that the administrator looks after, with the rows of one page of them or with all; one
    statement."""
    offices = actor.offices(ADMINISTRATOR)
    if wanted.office:
        named = frozenset(office.id for office in names.offices.values() if office.code == wanted.office)
        offices = named if offices is None else named & offices
    within = partial(_within, offices, wanted.service)
    found = _read(session, _asked(within, period), page)
    number, pages = 1, max(1, -(-found[_ALL][0].cells // PAGE_SIZE))
    if page is not None:
        number = min(max(1, page), pages)
        found = found if number == max(1, page) else _read(session, _asked(within, period), number)
    code = {office_id: office.code for office_id, office in names.offices.items()}
    by_month, by_office, by_service = ({row[of]: _figures(row) for row in found[part]} for of, part in enumerate(CELL))
    rows = sorted(found[_EACH], key=lambda row: (row[0], code[row[1]], row[2]))
    places = sorted((names.offices[office_id] for office_id in by_office), key=lambda office: office.code)
    titles = {key: names.service(key) for key in sorted(by_service)}
    return Report(
        period=period,
        rows=tuple(_row(row, names, titles) for row in rows),
        months=tuple((month, by_month.get(month, Figures())) for month in period.months),
        offices=tuple((office.code, office.name, by_office[office.id]) for office in places),
        services=tuple((key, title, by_service[key]) for key, title in titles.items()),
        total=_figures(found[_ALL][0]),
        lines=found[_ALL][0].cells,
        number=number,
        pages=pages,
    )


def _read(session: Session, asked: Sequence[Select[*tuple[Any, ...]]], page: int | None) -> Mapping[str, Sequence[Any]]:
    """The cells in which there is anything, on this page or all, under ``_EACH``; what they come to under each part of
    their key, and under ``_ALL`` with their number. One statement."""
    cells = _cells(asked)
    each = select(*(cells.c[name] for name in (*CELL, *MEASURES)), literal(1).label("cells"), literal(_EACH))
    if page is not None:
        of_page = each.add_columns(Office.code).join(Office, Office.id == cells.c.office_id)
        of_page = of_page.order_by(cells.c.month, Office.code, cells.c.service_key)
        shown = of_page.limit(PAGE_SIZE).offset((max(1, page) - 1) * PAGE_SIZE).subquery()
        each = select(*list(shown.c)[:-1])
    together = [_together(cells, part) for part in (_ALL, *CELL)]
    found: dict[str, list[Any]] = {part: [] for part in (_ALL, *CELL, _EACH)}
    for row in session.execute(union_all(each, *together)).all():
        found[row[-1]].append(row)
    return found


def _cells(asked: Sequence[Select[*tuple[Any, ...]]]) -> CTE:
    parts = union_all(*asked).subquery()
    key = [parts.c[name] for name in CELL]
    sums = [cast(func.sum(parts.c[name]), BigInteger) for name in MEASURES]
    there = reduce(or_, (number != 0 for number in sums))
    numbers = (number.label(name) for name, number in zip(MEASURES, sums, strict=True))
    return select(*key, *numbers).group_by(*key).having(there).cte("cells").prefix_with("MATERIALIZED")


def _together(cells: CTE, part: str) -> Select[*tuple[Any, ...]]:
    """The cells that agree in that part of their key, as one."""
    asked = select(
        *(cells.c[name] if name == part else null() for name in CELL),
        *(cast(func.coalesce(func.sum(cells.c[name]), 0), BigInteger) for name in MEASURES),
        func.count(),
        literal(part),
    )
    return asked.group_by(cells.c[part]) if part in CELL else asked.select_from(cells)


def figures_within(session: Session, within: Within, period: Period) -> Sequence[tuple[str, int, str, Figures]]:
    """The numbers of a period by month, office and service, of what lies ``within`` some bounds; one statement."""
    found = _read(session, _asked(within, period), None)
    return [(row.month, row.office_id, row.service_key, _figures(row)) for row in found[_EACH]]


def _asked(within: Within, period: Period) -> Sequence[Select[*tuple[Any, ...]]]:
    """The numbers that are kept, without what is decided and stands at an incident: few cases, counted when somebody
    looks."""
    parts = [
        kept.where(kept.selected_columns.month.in_(period.months), *within(kept.selected_columns))
        for kept in MONTHS.parts()
    ]
    stopped = select(Incident.application_id).where(Incident.status == IncidentStatus.OPEN)
    granted, refused = (Outcome.APPROVED, Outcome.VERIFIED), (Outcome.REJECTED, Outcome.REFUSED)
    not_yet = {"granted": granted, "refused": refused}
    undecided = select(
        local_month(Application.decided_at).label("month"),
        Application.office_id,
        Application.service_key,
        *(
            case((Application.outcome.in_(not_yet[name]), -1), else_=0) if name in not_yet else literal(0)
            for name in MEASURES
        ),
    ).where(
        Application.id.in_(stopped),
        Application.decided_at >= period.begins,
        Application.decided_at < period.ends,
        *within(Application),
    )
    return [*parts, undecided]


def _within(offices: frozenset[int] | None, service: str, table: Any) -> Iterator[ColumnElement[bool]]:
    if offices is not None:
        yield table.office_id.in_(offices) if offices else false()
    if service:
        yield table.service_key == service


def _row(row: Sequence[Any], names: Names, titles: Mapping[str, Bilingual]) -> ReportRow:
    month, office_id, service_key, *numbers, _cells, _part = row
    office = names.offices[office_id]
    return ReportRow(month, office.code, office.name, service_key, titles[service_key], Figures(*numbers))


def _figures(row: Sequence[Any]) -> Figures:
    return Figures(*row[len(CELL) : len(CELL) + len(MEASURES)])


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
