"""Fees beside the fee tables: what was asked in each month, what the table of the case's own version gave, and what
became of it.

A fee counts in the month (Cambodia's) in which it was last reckoned for its payment, at the office and with the service
of its application, whenever it was paid. What the table gave are the lines that were told, as the version of the case
reckoned them then; what was paid of the same fee before is taken off them. Nothing is reckoned anew here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, not_, null, or_, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.packages.reckoning import PAID_BEFORE
from engine.people.actors import Actor
from engine.queries.admin.reports import CAMBODIA, Period, ReportFilter
from engine.queries.shared.names import Names
from storage.applications import Application
from storage.months import local_month
from storage.offices import Ministry
from storage.payments import DueFee, FeeLine, FeeStatus, Payment, PaymentStatus
from storage.remissions import Remission, RemissionKind, RemissionStatus

LONGEST: Final = 12
"""Months that are looked at together: their fees are read one by one."""
OLD: Final = 30
"""Days after which a fee that is still due has been due for long."""


@dataclass(frozen=True, slots=True)
class FeeFigures:
    """Numbers of fees, and amounts in whole riel. ``by_table``: what the tables gave; ``before`` of that was paid
    before; what is left was asked, and is paid, written off, dropped (the process went another way) or still due.
    ``back_in_error`` was paid in error, ``back`` is paid back for another reason. ``differing``: fees of which what was
    asked or taken is not what the table gave."""

    fees: int = 0
    free: int = 0
    by_table: int = 0
    before: int = 0
    asked: int = 0
    paid: int = 0
    back: int = 0
    back_in_error: int = 0
    written_off: int = 0
    dropped: int = 0
    due: int = 0
    due_fees: int = 0
    due_long: int = 0
    voids: int = 0
    differing: int = 0

    def __add__(self, other: FeeFigures) -> FeeFigures:
        return FeeFigures(*(getattr(self, name) + getattr(other, name) for name in NUMBERS))


NUMBERS: Final = tuple(field.name for field in fields(FeeFigures))


@dataclass(frozen=True, slots=True)
class FeeCell:
    """The fees of one service at one office that were asked in one month (``2026-11``)."""

    month: str
    office_code: str
    office: Bilingual
    service_key: str
    service: Bilingual
    figures: FeeFigures


@dataclass(frozen=True, slots=True)
class FeePart:
    """The fees of a month, an office, a service or a ministry (``key``)."""

    key: str
    name: Bilingual
    figures: FeeFigures


@dataclass(frozen=True, slots=True)
class FeesAsked:
    """Cells by month, office and service, and all of them summed four ways. ``oldest_due``: the day on which the oldest
    fee that is still due was asked."""

    period: Period
    cells: tuple[FeeCell, ...]
    months: tuple[tuple[str, FeeFigures], ...]
    ministries: tuple[FeePart, ...]
    offices: tuple[FeePart, ...]
    services: tuple[FeePart, ...]
    total: FeeFigures
    oldest_due: date | None


def fees_asked(
    session: Session, names: Names, actor: Actor, period: Period, wanted: ReportFilter, *, now: datetime
) -> FeesAsked:
    """The fees of the offices that the administrator looks after; two statements."""
    fees = each_fee(which(names, actor, period, wanted)).subquery()
    key = (fees.c.month, fees.c.office_id, fees.c.service_key)
    asked = select(*key, *_sums(fees, now), func.min(_when(fees.c.status == FeeStatus.DUE, fees.c.asked_at)))
    rows = session.execute(asked.group_by(*key)).all()
    found = (_cell(row, names) for row in rows)
    cells = tuple(sorted(found, key=lambda cell: (cell.month, cell.office_code, cell.service_key)))
    named = {one.key: Bilingual(one.name_km, one.name_en) for one in session.scalars(select(Ministry))}
    months = _summed(cells, lambda cell: cell.month)
    ministries = _summed(cells, lambda cell: cell.service_key.partition(".")[0])
    return FeesAsked(
        period=period,
        cells=cells,
        months=tuple((month, months.get(month, FeeFigures())) for month in period.months),
        ministries=tuple(FeePart(key, named.get(key, Bilingual(key, key)), each) for key, each in ministries.items()),
        offices=_parts(cells, lambda cell: (cell.office_code, cell.office)),
        services=_parts(cells, lambda cell: (cell.service_key, cell.service)),
        total=sum((cell.figures for cell in cells), FeeFigures()),
        oldest_due=min((row[-1].astimezone(CAMBODIA).date() for row in rows if row[-1]), default=None),
    )


def which(names: Names, actor: Actor, period: Period, wanted: ReportFilter) -> Sequence[ColumnElement[bool]]:
    """Over fees and their applications: those of the period, where the administrator looks after them."""
    offices = actor.offices(ADMINISTRATOR)
    if wanted.office:
        named = frozenset(office.id for office in names.offices.values() if office.code == wanted.office)
        offices = named if offices is None else named & offices
    found = [DueFee.was_asked(), DueFee.reckoned_at >= period.begins, DueFee.reckoned_at < period.ends]
    if offices is not None:
        found.append(Application.office_id.in_(sorted(offices)) if offices else false())
    if wanted.service:
        found.append(Application.service_key == wanted.service)
    return [*found, or_(DueFee.status != FeeStatus.DROPPED, DueFee.task_ref != "")]


def each_fee(conditions: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """A row for each fee: what its table gave, what was asked, and what became of it."""
    lines = FeeLine.fee_id == DueFee.id
    taken_off = and_(FeeLine.line_key == PAID_BEFORE, FeeLine.amount < 0)
    by_table = _of_it(func.sum(FeeLine.amount), lines, not_(taken_off))
    before = -_of_it(func.sum(FeeLine.amount), lines, taken_off)
    agreed = Remission.fee_id == DueFee.id, Remission.status == RemissionStatus.AGREED
    back = (*agreed, Remission.kind == RemissionKind.REFUND)
    voids = _of_it(func.count(Payment.id), Payment.fee_id == DueFee.id, Payment.voided_at.is_not(None))
    taken = case((Payment.id.is_(None), 0), else_=Payment.amount)
    is_off = or_(
        DueFee.amount != by_table - before,
        and_(DueFee.status == FeeStatus.PAID, taken != DueFee.amount),
        and_(DueFee.status != FeeStatus.PAID, Payment.id.is_not(None)),
    )
    columns = {
        "month": local_month(DueFee.reckoned_at), "fee_id": DueFee.id, "asked_at": DueFee.reckoned_at,
        "title_km": DueFee.title_km, "title_en": DueFee.title_en, "status": DueFee.status, "asked": DueFee.amount,
        "application_key": Application.key, "reference": Application.reference, "office_id": Application.office_id,
        "service_key": Application.service_key, "applicant_id": Application.applicant_id,
        "by_table": by_table, "before": before, "taken": taken, "voids": voids,
        "back": _of_it(func.sum(Remission.amount), *back, Remission.in_error.is_(False)),
        "back_in_error": _of_it(func.sum(Remission.amount), *back, Remission.in_error.is_(True)),
        "differs": case((is_off, 1), else_=0),
    }  # fmt: skip
    confirmed = and_(Payment.fee_id == DueFee.id, Payment.status == PaymentStatus.CONFIRMED)
    labelled: Iterator[Any] = (column.label(name) for name, column in columns.items())
    asked: Select[*tuple[Any, ...]] = select(*labelled).select_from(DueFee)
    asked = asked.join(Application, Application.id == DueFee.application_id).outerjoin(Payment, confirmed)
    return asked.where(*conditions)


def _of_it(what: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """What other rows of the same fee come to, 0 where there is none."""
    return func.coalesce(select(what).where(*conditions).correlate(DueFee).scalar_subquery(), 0)


def _sums(fees: Subquery, now: datetime) -> Sequence[ColumnElement[int]]:
    """What the fees of a cell come to, in the order of ``NUMBERS``."""
    of, status = fees.c, fees.c.status
    is_due, is_long = status == FeeStatus.DUE, fees.c.asked_at < now - timedelta(days=OLD)
    numbers: Mapping[str, Any] = {
        "fees": func.count(),
        "free": _when(status == FeeStatus.NOTHING, 1),
        "paid": of.taken,
        "written_off": _when(status == FeeStatus.WRITTEN_OFF, of.asked),
        "dropped": _when(status == FeeStatus.DROPPED, of.asked),
        "due": _when(is_due, of.asked),
        "due_fees": _when(is_due, 1),
        "due_long": _when(is_due & is_long, of.asked),
        "differing": of.differs,
    }
    summed = (numbers[name] if name in numbers else of[name] for name in NUMBERS[1:])
    return [numbers["fees"], *(func.coalesce(func.sum(number), 0) for number in summed)]


def _when(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
    return case((condition, value), else_=null())


def _cell(row: Any, names: Names) -> FeeCell:
    month, office_id, service_key, *numbers, _oldest = row
    office, figures = names.offices[office_id], FeeFigures(*map(int, numbers))
    return FeeCell(month, office.code, office.name, service_key, names.service(service_key), figures)


def _parts(cells: Iterable[FeeCell], part: Callable[[FeeCell], tuple[str, Bilingual]]) -> tuple[FeePart, ...]:
    cells = tuple(cells)
    named = dict(map(part, cells))
    return tuple(FeePart(key, named[key], each) for key, each in _summed(cells, lambda cell: part(cell)[0]).items())


def _summed(cells: Iterable[FeeCell], part: Callable[[FeeCell], str]) -> dict[str, FeeFigures]:
    """The cells that agree in that part, as one; in the order of the part."""
    sums: dict[str, FeeFigures] = {}
    for cell in cells:
        key = part(cell)
        sums[key] = sums.get(key, FeeFigures()) + cell.figures
    return dict(sorted(sums.items()))
