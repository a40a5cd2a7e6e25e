"""Keeps the numbers of ``storage.tallies`` small and right: folds what changed into the sums, counts all rows anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from storage.adding_up import add_up
from storage.applications import Application, Outcome
from storage.clocks import NEVER, OPEN_CLOCK, Clock, ClockKind, ClockStatus, ListedStatus
from storage.locking import lock_tables
from storage.months import local_day, local_month
from storage.payments import Payment, PaymentStatus
from storage.processes import UserTask
from storage.remissions import Remission, RemissionKind, RemissionStatus
from storage.sums import Difference, Tally
from storage.tallies import (
    CELL,
    GROUP,
    MEASURES,
    OFFICE_DAY,
    SERVICE_DAY,
    STANDINGS,
    UNDECIDED,
    ClockChange,
    ClockTally,
    MonthChange,
    MonthTally,
    OfficeAge,
    OfficeAgeChange,
    ServiceAge,
    ServiceAgeChange,
)

TOGETHER: Final = 2000
"""Changes that are folded in one transaction."""
_HELD: Final = ("clock", "clock_change", "month_change", "office", "office_age_change", "service_age_change")


def fold(session: Session, tally: Tally, *, most: int = TOGETHER) -> int:
    """Folds the oldest changes that nobody else folds just now, and lets them go; how many they were."""
    change, count = tally.change, len(tally.key)
    rows = session.execute(
        select(change.id, *(getattr(change, name) for name in (*tally.key, *tally.numbers)))
        .order_by(change.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for _, *row in rows:
        added = zip(tally.numbers, row[count:], strict=True)
        sums.setdefault(tuple(row[:count]), Counter()).update(dict(added))
    moved = [key for key in sorted(sums) if any(sums[key].values())]
    if moved:
        _add(session, tally, [dict(zip(tally.key, key, strict=True)) | sums[key] for key in moved])
        _let_go(session, tally, moved)
    if rows:
        session.execute(delete(change).where(change.id.in_([row.id for row in rows])))
    return len(rows)


def rebuild(session: Session) -> None:
    """Counts everything anew. On PostgreSQL whoever would change a number waits until this transaction is over, and who
    has begun finishes first; tables that were just loaded are measured, without which counting them may take hours."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        lock_tables(session.connection(), written=_HELD)
    session.execute(update(Clock).where(_misfiled()).values(**_filed()).execution_options(synchronize_session=False))
    if on_postgresql:
        session.execute(text("ANALYZE application, clock, payment, remission, user_task"))
    for tally in TALLIES:
        session.execute(delete(tally.change))
        session.execute(delete(tally.kept))
        names = [*tally.key, *tally.numbers]
        counted = union_all(*tally.counted()).subquery()
        sums = select(
            *(counted.c[name] for name in tally.key), *(func.sum(counted.c[name]) for name in tally.numbers)
        ).group_by(*(counted.c[name] for name in tally.key))
        session.execute(insert(tally.kept).from_select(names, sums))


def differences(session: Session) -> list[Difference]:
    """Every kept number that is not what the rows come to; five statements, each of one moment."""
    found = [difference for tally in TALLIES for difference in _differences(session, tally)]
    misfiled = session.scalar(_count_of_misfiled()) or 0
    return [*found, Difference("clock", (), "listed_at", misfiled)] if misfiled else found


def _differences(session: Session, tally: Tally) -> Iterator[Difference]:
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for *row, side in session.execute(_both_sides(tally)):
        numbers = zip(tally.numbers, row[len(tally.key) :], strict=True)
        kept = sums.setdefault(tuple(row[: len(tally.key)]), Counter())
        for name, number in numbers:
            kept[name] += side * int(number)
    for key in sorted(sums):
        yield from (Difference(tally.kept.__tablename__, key, name, by) for name, by in sums[key].items() if by)


@cache
def _both_sides(tally: Tally) -> CompoundSelect[*tuple[Any, ...]]:
    """What is kept, and what the rows come to. Nothing in it changes, so it is made once: that takes ten times as
    long as asking it of a small database."""
    sides = [*((1, part) for part in tally.parts()), *((-1, part) for part in tally.counted())]
    return union_all(*(part.add_columns(literal(sign).label("side")) for sign, part in sides))


@cache
def _count_of_misfiled() -> Select[int]:
    return select(func.count()).select_from(Clock).where(_misfiled())


def _add(session: Session, tally: Tally, rows: Sequence[dict[str, Any]]) -> None:
    """Adds to the sums, always in the same order, so that two who fold wait for one another at most."""
    add_up(session, tally.kept, tally.key, tally.numbers, rows)


def _let_go(session: Session, tally: Tally, moved: Sequence[tuple[Any, ...]]) -> None:
    """Sums that were just added to and are nothing now: they are held until the transaction ends, so nobody adds to
    them meanwhile, and whoever waits begins them anew."""
    if tally.lets_go:
        nothing = (getattr(tally.kept, name) == 0 for name in tally.numbers)
        key = tuple_(*(getattr(tally.kept, name) for name in tally.key))
        session.execute(delete(tally.kept).where(*nothing, key.in_(moved)))


def _misfiled() -> ColumnElement[bool]:
    """Clocks that are not listed as their other columns say."""
    filed = _filed()
    return or_(*(getattr(Clock, name).is_distinct_from(filed[name]) for name in ("listed_status", "listed_at"))) & or_(
        Clock.status.in_(OPEN_CLOCK), Clock.listed_status != ListedStatus.OVER
    )


def _filed() -> dict[str, Any]:
    service = select(Application.service_key).where(Application.id == Clock.application_id).scalar_subquery()
    element = select(UserTask.element_id).where(UserTask.id == Clock.user_task_id).scalar_subquery()
    status = case(
        (Clock.status.not_in(OPEN_CLOCK), ListedStatus.OVER),
        *((stands, ListedStatus(name)) for name, stands in _stands().items()),
    )
    return {
        "listed_status": status,
        "listed_at": func.coalesce(Clock.due_at, NEVER),
        "service_key": service,
        "element_id": func.coalesce(element, ""),
    }


def _stands() -> dict[str, ColumnElement[bool]]:
    """How an open clock stands, by what is written of it: one of these."""
    late, paused = Clock.breached_at.is_not(None), Clock.status == ClockStatus.PAUSED
    warned = ~late & ~paused & Clock.warned_at.is_not(None)
    return {
        "late": late,
        "warned": warned,
        "running": ~late & ~paused & Clock.warned_at.is_(None),
        "paused": ~late & paused,
    }


def _open_clocks() -> Iterator[Select[*tuple[Any, ...]]]:
    element = func.coalesce(UserTask.element_id, "")
    group = (Clock.office_id, Application.service_key, Clock.kind, element)
    yield (
        select(
            *(column.label(name) for name, column in zip(GROUP, group, strict=True)),
            *(_number_of(stands).label(name) for name, stands in _stands().items()),
        )
        .join(Application, Application.id == Clock.application_id)
        .outerjoin(UserTask, UserTask.id == Clock.user_task_id)
        .where(Clock.status.in_(OPEN_CLOCK))
        .group_by(*group)
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """One kind of happening: when it counts, at which office, what is counted of it, and which ones."""

    moment: SQLCoreOperations[Any]
    measures: Mapping[str, ColumnElement[int]]
    of: ColumnElement[bool] | None = None
    office: SQLCoreOperations[int] = Application.office_id
    table: type[Clock] | type[Payment] | type[Remission] | None = None


def _happened() -> Iterator[Select[*tuple[Any, ...]]]:
    """The numbers of each month: what every cell holds of one kind of happening."""
    for source in (*_applications(), *_promises(), *_money()):
        cell: tuple[Any, ...] = (local_month(source.moment), source.office, Application.service_key)
        statement = select(
            *(column.label(name) for name, column in zip(CELL, cell, strict=True)),
            *(source.measures.get(name, literal(0)).label(name) for name in MEASURES),
        ).select_from(Application)
        if source.table is not None:
            statement = statement.join(source.table, source.table.application_id == Application.id)
        if source.of is not None:
            statement = statement.where(source.of)
        yield statement.where(source.moment.is_not(None)).group_by("month", *cell[1:])


def _applications() -> Iterator[_Source]:
    yield _Source(Application.submitted_at, {"received": func.count()})
    granted, refused = (Outcome.APPROVED, Outcome.VERIFIED), (Outcome.REJECTED, Outcome.REFUSED)
    decided = {
        name: _number_of(Application.outcome.in_(of)) for name, of in (("granted", granted), ("refused", refused))
    }
    yield _Source(Application.decided_at, decided)
    given_up = {name: _number_of(Application.outcome == Outcome(name)) for name in ("withdrawn", "lapsed")}
    yield _Source(Application.ended_at, given_up)


def _undecided(key: Sequence[str]) -> Iterator[Select[*tuple[Any, ...]]]:
    day = local_day(Application.submitted_at).label("sent_on")
    cell = (day, getattr(Application, key[1]))
    yield select(*cell, func.count().label("undecided")).where(Application.is_undecided()).group_by(*cell)


def _promises() -> Iterator[_Source]:
    """What an applicant was promised: the norm, or the legal term where there is none."""
    norm = aliased(Clock)
    has_norm = exists().where(norm.application_id == Clock.application_id, norm.kind == ClockKind.NORM)
    promise = or_(Clock.kind == ClockKind.NORM, and_(Clock.kind == ClockKind.TERM, ~has_norm))
    met, broken = Clock.status == ClockStatus.MET, Clock.breached_at.is_not(None)
    yield _Source(Clock.ended_at, {"on_time": func.count()}, promise & met, table=Clock)
    ended = func.coalesce(Clock.ended_at, Clock.breached_at)
    yield _Source(ended, {"late": func.count()}, promise & broken, table=Clock)


def _money() -> Iterator[_Source]:
    """What came in, and what was paid back."""
    paid = {"paid": func.count(), "income": func.sum(Payment.amount)}
    confirmed = Payment.status == PaymentStatus.CONFIRMED
    yield _Source(Payment.confirmed_at, paid, confirmed, Payment.office_id, Payment)
    back = (Remission.kind == RemissionKind.REFUND) & (Remission.status == RemissionStatus.AGREED)
    yield _Source(Remission.answered_at, {"income": -func.sum(Remission.amount)}, back, Remission.office_id, Remission)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


CLOCKS: Final = Tally(ClockTally, ClockChange, GROUP, STANDINGS, _open_clocks)
MONTHS: Final = Tally(MonthTally, MonthChange, CELL, MEASURES, _happened)
OFFICE_AGES: Final = Tally(
    OfficeAge, OfficeAgeChange, OFFICE_DAY, UNDECIDED, partial(_undecided, OFFICE_DAY), lets_go=True
)
SERVICE_AGES: Final = Tally(
    ServiceAge, ServiceAgeChange, SERVICE_DAY, UNDECIDED, partial(_undecided, SERVICE_DAY), lets_go=True
)
TALLIES: Final = (CLOCKS, MONTHS, OFFICE_AGES, SERVICE_AGES)
