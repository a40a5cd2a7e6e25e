"""The day an application was promised, and why it is that one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.working_time import clocks, promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.day_by_day import day_by_day
from engine.working_time.terms import Term, parse_term
from storage.applications import Application
from storage.base import Id
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.loading import Rows, given, load

Cause = Literal["submitted", "paid", "complete", "corrected"]
_OF_PROMISES: Final = Rows(
    Clock,
    which=lambda rows: rows.where(
        Clock.application_id == given("application_id", Id), Clock.kind.in_((ClockKind.NORM, ClockKind.TERM))
    ),
)
_CAUSES: dict[str, Cause] = {"submitted": "submitted", "paid": "paid", "complete": "complete"}


@dataclass(frozen=True, slots=True)
class Why:
    """The length that was promised, from when and because of what it is counted, and whether time stood still since:
    for the applicant, or until the session that was chosen. ``days_off``: the listed days on which the office would
    work otherwise and that do not count, with their names. ``more``: how much of the length was given later."""

    length: Term
    since: datetime
    cause: Cause
    stood_still: bool
    waited_for_session: bool
    days_off: tuple[tuple[date, Bilingual], ...] = ()
    more: Term | None = None


def promise_of(session: Session, application: Application) -> Clock | None:
    """The clock of what was promised: the office's norm, else the term of the law."""
    found = [clock for (clock,) in load(session, _OF_PROMISES, application_id=application.id)]
    return min(found, key=lambda clock: (clock.kind != ClockKind.NORM, clock.id), default=None)


def why(promise: Clock | None, starts: str, calendar: WorkingTime) -> Why | None:
    """Why the day is that one, by the ledger of its clock; ``starts`` is when the clocks of the service begin. None
    while nothing runs, and once the day was broken: then a new one holds."""
    if promise is None or promise.status != ClockStatus.RUNNING or promise.extended_at is not None:
        return None
    counted = clocks.that_count(promises.intervals(promise))
    cause = "corrected" if counted[0].kind == "restart" else _CAUSES[starts]
    waits = {stretch.reason for stretch in counted if stretch.kind == "pause"}
    stood_still, waited = bool(waits - {clocks.WAITS_FOR_SESSION}), clocks.WAITS_FOR_SESSION in waits
    term = parse_term(promise.term)
    more = replace(term, count=promise.more) if promise.more else None
    days_off = _days_off(term, counted, calendar)
    return Why(term, counted[0].started_at, cause, stood_still, waited, days_off, more)


def _days_off(
    term: Term, counted: Sequence[clocks.Interval], calendar: WorkingTime
) -> tuple[tuple[date, Bilingual], ...]:
    told = day_by_day(term, counted, calendar, until=counted[0].started_at)
    off = (day for day in told.days if day.state == "closed" and day.office == "day_off")
    return tuple((day.day, day.name) for day in off if day.name is not None)


def expected(
    promise: Clock | None, calendar: WorkingTime, length: Term, now: datetime, *, waits_until: datetime | None = None
) -> datetime | None:
    """The day that a clock gets which stands still until the payment, or which begins with it, when that comes now; and
    then it waits for the session that was chosen, which begins at ``waits_until``."""
    since = now if waits_until is None else max(now, waits_until)
    day = calendar.add(since, length) if promise is None else promises.day_if_it_ran(promise, calendar, since)
    return day if day is not None and day >= now else None


def broken(promise: Clock | None, told: datetime | None, now: datetime) -> datetime | None:
    """The first promised day, when it has passed or a later one was told instead."""
    if promise is None or promise.due_at is None:
        return None
    if promise.breached_at is not None:
        return promise.breached_at
    moved = told is not None and told > promise.due_at
    return promise.due_at if moved or promise.due_at < now else None
