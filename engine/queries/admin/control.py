"""The control room: how many cases run now, are due today, are late and how late; by province, office, service, step
and officer.

What is counted are cases, each by what its applicant was promised: the norm, or the legal term where there is none
(decision 64). The numbers are those that the database keeps of clocks; only what is late or due today is looked at row
by row, and the officers of one office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.queries.admin.clocks import counts_of
from engine.queries.admin.reports import CAMBODIA, last_months
from engine.queries.admin.watching import Watched, province_name
from engine.queries.shared.names import Names
from storage.clocks import NOT_OVER, Clock, ClockKind, ListedStatus
from storage.expected_dates import ExpectedDate
from storage.tallies import STANDINGS, MonthChange, MonthTally

LATE_BY: Final = {"week": (None, 7), "month": (7, 30), "longer": (30, None)}
"""How late a case is, in days: from, and up to."""
STILL: Final = "still"
"""Of a late case that its days stand still now, or that its day was moved since: no day says how late it is."""
TREND: Final = 6
"""Months that the board looks back."""
_MOST_STEPS: Final = 50
_PAIR: Final = ("office_id", "service_key")


@dataclass(frozen=True, slots=True)
class Standing:
    """Cases by how their promise stands; one that was broken is late until the case is over."""

    late: int = 0
    warned: int = 0
    running: int = 0
    paused: int = 0

    @property
    def cases(self) -> int:
        """All that are open."""
        return self.late + self.warned + self.running + self.paused

    def __add__(self, other: Standing) -> Standing:
        return Standing(*(getattr(self, name) + getattr(other, name) for name in STANDINGS))


@dataclass(frozen=True, slots=True)
class Part:
    """The cases of one province, office, service or step; ``key`` asks for it, ``service`` is that of a step."""

    key: str
    name: Bilingual
    standing: Standing
    service: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and how promises ended in a month; those that were broken and are still open are late there."""

    month: str
    received: int
    on_time: int
    late: int


@dataclass(frozen=True, slots=True)
class ControlBoard:
    """What somebody watches, now. ``late_by`` counts the late ones by age; a step counts the tasks whose days run.
    ``foreseen`` will probably be late."""

    total: Standing
    today: int
    foreseen: int
    late_by: Mapping[str, int]
    provinces: tuple[Part, ...]
    offices: tuple[Part, ...]
    services: tuple[Part, ...]
    steps: tuple[Part, ...]
    months: tuple[Month, ...]


def control_board(session: Session, names: Names, watch: Watched) -> ControlBoard:
    """The numbers of what is watched; four statements, one more while cases of a service with and without a norm are
    open at one office."""
    pairs = _Pairs.read(session, watch)
    due = session.execute(_due(watch, pairs.bare)).one()
    ages = {age: int(getattr(due, age) or 0) for age in LATE_BY}
    late_by = {**ages, STILL: max(0, pairs.total.late - sum(ages.values()))}
    offices = [Part(names.offices[one].code, names.offices[one].name, pairs.offices[one]) for one in pairs.offices]
    return ControlBoard(
        total=pairs.total,
        today=int(due.today or 0),
        foreseen=int(due.foreseen or 0),
        late_by=late_by,
        provinces=_worst_first(_provinces(watch, pairs.offices)),
        offices=_worst_first(offices),
        services=_worst_first(Part(key, names.service(key), each) for key, each in pairs.services.items()),
        steps=_steps(session, names, watch),
        months=_months(session, watch),
    )


def is_promise(bare: Iterable[str]) -> ColumnElement[bool]:
    """Over clocks: it is what the applicant was promised. ``bare``: the services of which open cases have no norm."""
    norm = aliased(Clock)
    has_norm = exists().where(norm.application_id == Clock.application_id, norm.kind == ClockKind.NORM)
    is_norm, services = Clock.kind == ClockKind.NORM, sorted(bare)
    if not services:
        return is_norm
    return or_(is_norm, and_(Clock.kind == ClockKind.TERM, Clock.service_key.in_(services), ~has_norm))


def end_of_day(now: datetime) -> datetime:
    """The last moment of the day in Cambodia."""
    return now.astimezone(CAMBODIA).replace(hour=23, minute=59, second=59, microsecond=999999)


def late_between(age: str, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Over clocks: the day was broken as long ago as this age says."""
    least, most = LATE_BY[age]
    found = [Clock.listed_at < now] if least is None else [Clock.listed_at < now - timedelta(days=least)]
    return found if most is None else [*found, Clock.listed_at >= now - timedelta(days=most)]


def bare_services(session: Session, watch: Watched) -> frozenset[str]:
    """The services of which open cases have no norm; one statement."""
    pairs = _pairs(watch)
    return frozenset(session.scalars(select(pairs.c.service_key).where(pairs.c.terms > pairs.c.norms).distinct()))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The standings of cases, each office and each service by itself, and the services that have cases without norm."""

    total: Standing
    offices: Mapping[int, Standing]
    services: Mapping[str, Standing]
    bare: frozenset[str]

    @classmethod
    def read(cls, session: Session, watch: Watched) -> _Pairs:
        offices: dict[int, Standing] = {}
        services: dict[str, Standing] = {}
        total, mixed, bare = Standing(), [], set()
        for row in session.execute(_together(_pairs(watch))).all():
            standing = Standing(*(int(getattr(row, name) or 0) for name in STANDINGS))
            if row.part == "mixed":
                mixed.append((row.office_id, row.service_key))
            elif row.part == "office":
                offices[row.office_id] = standing
                total += standing
            else:
                services[row.service_key] = standing
            if row.is_bare:
                bare.add(row.service_key)
        for row in session.execute(_without_norm(watch, mixed)).all() if mixed else ():
            standing = Standing(*(int(getattr(row, name)) for name in STANDINGS))
            offices[row.office_id] += standing
            services[row.service_key] += standing
            total += standing
        return cls(total, _there(offices), _there(services), frozenset(bare - {None}))


def _there(standings: Mapping[Any, Standing]) -> dict[Any, Standing]:
    return {key: standing for key, standing in standings.items() if standing.cases}


def _pairs(watch: Watched) -> CTE:
    """For each service of each office the standings of its norms; of its terms where no case there has a norm."""
    counts = counts_of(watch)

    def summed(kind: ClockKind, name: str) -> ColumnElement[int]:
        return func.sum(case((counts.c.kind == kind, counts.c[name]), else_=0))

    norms, terms = (
        sum((summed(kind, name) for name in STANDINGS[1:]), summed(kind, STANDINGS[0]))
        for kind in (ClockKind.NORM, ClockKind.TERM)
    )
    promised = (
        case((norms == 0, summed(ClockKind.TERM, name)), else_=summed(ClockKind.NORM, name)).label(name)
        for name in STANDINGS
    )
    key = [counts.c[name] for name in _PAIR]
    of_promises = select(*key, *promised, norms.label("norms"), terms.label("terms"))
    return of_promises.where(counts.c.kind != ClockKind.TASK).group_by(*key).cte("pairs").prefix_with("MATERIALIZED")


def _together(pairs: CTE) -> Any:
    """The pairs summed by office and by service, and by themselves where only some cases have a norm."""
    sums = [func.sum(pairs.c[name]).label(name) for name in STANDINGS]
    is_bare = case((pairs.c.terms > pairs.c.norms, 1), else_=0)
    office, service = pairs.c.office_id, pairs.c.service_key
    by_office = select(office, null().label("service_key"), *sums, literal(0).label("is_bare"), literal("office"))
    by_service = select(null(), service, *sums, func.max(is_bare), literal("service"))
    zeros = [literal(0) for _ in STANDINGS]
    mixed = select(office, service, *zeros, literal(1), literal("mixed"))
    is_mixed = (pairs.c.norms > 0) & (pairs.c.terms > pairs.c.norms)
    found = union_all(by_office.group_by(office), by_service.group_by(service), mixed.where(is_mixed)).subquery()
    names = (*_PAIR, *STANDINGS, "is_bare", "part")
    return select(*(column.label(name) for name, column in zip(names, found.c, strict=True)))


def _without_norm(watch: Watched, pairs: Sequence[tuple[int, str]]) -> Select[*tuple[Any, ...]]:
    """The cases of these services at these offices that have no norm, by how their legal term stands."""
    norm = aliased(Clock)
    has_norm = exists().where(norm.application_id == Clock.application_id, norm.kind == ClockKind.NORM)
    late = or_(Clock.listed_status == ListedStatus.LATE, Clock.listed_at < watch.now)
    paused = Clock.listed_status == ListedStatus.PAUSED
    warned = or_(Clock.listed_status == ListedStatus.WARNED, and_(Clock.is_unwarned(), Clock.warn_at <= watch.now))
    states = (late, ~late & ~paused & warned, ~late & ~paused & ~func.coalesce(warned, False), ~late & paused)
    numbers = (func.sum(case((state, 1), else_=0)).label(name) for name, state in zip(STANDINGS, states, strict=True))
    key = (Clock.office_id, Clock.service_key)
    return (
        select(*key, *numbers)
        .where(text(NOT_OVER), Clock.kind == ClockKind.TERM, tuple_(*key).in_(pairs), ~has_norm)
        .group_by(*key)
    )


def _due(watch: Watched, bare: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """What is due today and how late the late ones are: little of all that is open, found by its day."""
    until = end_of_day(watch.now)
    is_due = and_(Clock.listed_at >= watch.now, Clock.listed_status != ListedStatus.LATE)
    today = func.sum(case((is_due, 1), else_=0)).label("today")
    ages = (func.sum(case((and_(*late_between(age, watch.now)), 1), else_=0)).label(age) for age in LATE_BY)
    has_day = Clock.listed_status.in_((ListedStatus.LATE, ListedStatus.WARNED, ListedStatus.RUNNING))
    will_be = select(func.count()).where(ExpectedDate.late_since.is_not(None), *watch.of(ExpectedDate))
    return select(today, *ages, will_be.scalar_subquery().label("foreseen")).where(
        text(NOT_OVER), has_day, Clock.listed_at <= until, is_promise(bare), *watch.of(Clock)
    )


def _steps(session: Session, names: Names, watch: Watched) -> tuple[Part, ...]:
    counts = counts_of(watch)
    sums = [func.sum(counts.c[name]).label(name) for name in STANDINGS]
    key = (counts.c.service_key, counts.c.element_id)
    asked = select(*key, *sums).where(counts.c.kind == ClockKind.TASK).group_by(*key)
    there = or_(*(number != 0 for number in sums))
    found = asked.having(there).order_by(sums[0].desc(), sums[1].desc(), *key).limit(_MOST_STEPS)
    return tuple(
        Part(
            row.element_id,
            names.element(row.service_key, row.element_id),
            Standing(*(int(getattr(row, name)) for name in STANDINGS)),
            row.service_key,
        )
        for row in session.execute(found)
    )


def _months(session: Session, watch: Watched) -> tuple[Month, ...]:
    """The last months in one statement."""
    months = last_months(TREND, today=watch.now.astimezone(CAMBODIA).date()).months
    parts = []
    for table in (MonthTally, MonthChange):
        numbers = (getattr(table, name) for name in ("received", "on_time", "late"))
        parts.append(select(table.month, *numbers).where(table.month.in_(months), *watch.of(table)))
    all_ = union_all(*parts).subquery()
    sums = (func.sum(all_.c[name]) for name in ("received", "on_time", "late"))
    found = {month: numbers for month, *numbers in session.execute(select(all_.c.month, *sums).group_by(all_.c.month))}
    return tuple(Month(month, *(int(number) for number in found.get(month, (0, 0, 0)))) for month in months)


def _provinces(watch: Watched, offices: Mapping[int, Standing]) -> list[Part]:
    """The offices of each province as one."""
    sums: dict[str, Standing] = {}
    for office_id, standing in offices.items():
        if province := watch.places.get(office_id):
            sums[province] = sums.get(province, Standing()) + standing
    return [Part(key, province_name(key), standing) for key, standing in sums.items()]


def _worst_first(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.standing.late, -part.standing.warned, part.key)))
