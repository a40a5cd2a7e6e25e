"""Why a term ends when it does: every day since it began, whether it counts, and what the office did on it.

It is the long way to the moment that ``engine.working_time.clocks`` finds at once, for people who ask. Both follow the
same rules and must come to the same moment for every calendar and every ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from engine.khmer import Bilingual
from engine.working_time import clocks
from engine.working_time.calendar import Does, Hours, WorkingTime
from engine.working_time.clocks import Interval
from engine.working_time.terms import CalendarLength, Months, Term, WorkingDays, WorkingHours

State = Literal["began", "counted", "closed", "stood_still", "waits", "ends"]
"""The day of the start, which counts for nothing; a day that counts; one on which the office does not work; one on
which the clock stood still; one behind a term in months that is used up, on which the office does not work, and the
next on which it does."""
_LONGEST: Final = 366 * 60
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a term. ``counted``: how much of the term was used up on it, ``used`` by the end of it: days, or whole
    minutes of a term in hours. ``name``: what the list of days off calls it. ``reason``: why the clock stood still."""

    day: date
    state: State
    office: Does
    hours: Hours
    counted: int
    used: int
    name: Bilingual | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayByDay:
    """The days from the one on which counting began, and when the term ends: None while the clock stands still before
    that. ``whole`` is the term in the unit of ``Day.used``. No days before the clock has run at all."""

    since: datetime | None
    whole: int
    days: tuple[Day, ...] = ()
    due_at: datetime | None = None

    @property
    def used(self) -> int:
        """How much of the term was used up on the days that are listed."""
        return self.days[-1].used if self.days else 0


def day_by_day(term: Term, ledger: Sequence[Interval], calendar: WorkingTime, *, until: datetime) -> DayByDay:
    """Every day of a term by a ledger, up to its end. A clock that stands still now is told up to ``until``."""
    stretches = clocks.that_count(ledger)
    if not stretches:
        return DayByDay(None, _whole(term, calendar, until))
    whole = _whole(term, calendar, stretches[0].started_at)
    count = {WorkingDays: _by_closings, Months: _by_midnights, WorkingHours: _by_minutes}[type(term)]
    days: list[Day] = []
    for day, ends in count(whole, stretches, calendar, calendar.local_date(until)):
        days.append(day)
        if ends is not None:
            return DayByDay(stretches[0].started_at, whole, tuple(days), ends)
    return DayByDay(stretches[0].started_at, whole, tuple(days))


_Told = tuple[Day, datetime | None]
"""A day, and the moment of it at which the term ends."""


def _by_closings(whole: int, stretches: Sequence[Interval], calendar: WorkingTime, until: date) -> Iterator[_Told]:
    used = 0
    for day, is_first in _days(stretches, calendar, until):
        hours = calendar.hours(day)
        if is_first:
            yield _told(day, "began", calendar, 0, used), None
            continue
        if not hours:
            yield _told(day, "closed", calendar, 0, used), None
            continue
        closes = calendar.closing(day)
        at = _at(stretches, closes)
        if not _runs(at):
            yield _told(day, "stood_still", calendar, 0, used, stood=at), None
            continue
        used += 1
        yield _told(day, "counted", calendar, 1, used), closes if used == whole else None


def _by_midnights(whole: int, stretches: Sequence[Interval], calendar: WorkingTime, until: date) -> Iterator[_Told]:
    used = 0
    for day, is_first in _days(stretches, calendar, until):
        if is_first:
            yield _told(day, "began", calendar, 0, used), None
            continue
        mark, is_closing = calendar.end_of(day)
        at = _at(stretches, mark)
        if not _runs(at):
            yield _told(day, "stood_still", calendar, 0, used, stood=at), None
            continue
        counts = used < whole
        used += counts
        ends = mark if used == whole and is_closing else None
        state: State = "counted" if counts else "ends" if ends else "waits"
        yield _told(day, state, calendar, int(counts), used), ends


def _by_minutes(whole: int, stretches: Sequence[Interval], calendar: WorkingTime, until: date) -> Iterator[_Told]:
    length = timedelta(minutes=whole)
    passed = timedelta(0)
    for day, is_first in _days(stretches, calendar, until):
        before, ends = passed, None
        for begin, end in _open_while_running(day, stretches, calendar):
            if end - begin >= length - passed:
                passed, ends = length, begin + (length - passed)
                break
            passed += end - begin
        state: State = "counted"
        if passed == before:
            state = "stood_still" if calendar.is_working_day(day) else "closed"
        if is_first and state == "stood_still":
            state = "began"
        used = passed // _MINUTE
        stood = _stood_in(day, stretches, calendar)
        yield _told(day, state, calendar, used - before // _MINUTE, used, stood=stood), ends


def _days(stretches: Sequence[Interval], calendar: WorkingTime, until: date) -> Iterator[tuple[date, bool]]:
    """The days from the first on, and whether it is that: without end while the clock runs, else as far as the ledger
    goes, or up to now while it stands still."""
    first, last = calendar.local_date(stretches[0].started_at), stretches[-1]
    if last.ended_at is not None:
        most = (calendar.local_date(last.ended_at) - first).days
    elif last.kind == "pause":
        most = (max(until, calendar.local_date(last.started_at)) - first).days
    else:
        most = (calendar.local_date(last.started_at) - first).days + _LONGEST
    return ((first + timedelta(days=count), count == 0) for count in range(most + 1))


def _at(stretches: Sequence[Interval], moment: datetime) -> Interval | None:
    """The stretch to which a moment belongs: its first moment does, its last does not."""
    return next(
        (
            stretch
            for stretch in stretches
            if stretch.started_at <= moment and (stretch.ended_at is None or moment < stretch.ended_at)
        ),
        None,
    )


def _runs(stretch: Interval | None) -> bool:
    return stretch is not None and stretch.kind != "pause"


def _open_while_running(
    day: date, stretches: Sequence[Interval], calendar: WorkingTime
) -> Iterator[tuple[datetime, datetime]]:
    """When on that day the office was open and the clock ran, in order."""
    for opens, closes in calendar.openings(day):
        for stretch in stretches:
            begin = max(opens, stretch.started_at)
            end = closes if stretch.ended_at is None else min(closes, stretch.ended_at)
            if stretch.kind != "pause" and begin < end:
                yield begin, end


def _stood_in(day: date, stretches: Sequence[Interval], calendar: WorkingTime) -> Interval | None:
    """A stretch in which the clock stood still while the office was open on that day."""
    openings = calendar.openings(day)
    return next(
        (
            stretch
            for stretch in stretches
            if stretch.kind == "pause"
            and any(
                max(opens, stretch.started_at) < (closes if stretch.ended_at is None else min(closes, stretch.ended_at))
                for opens, closes in openings
            )
        ),
        None,
    )


def _told(
    day: date, state: State, calendar: WorkingTime, counted: int, used: int, *, stood: Interval | None = None
) -> Day:
    reason = stood.reason if stood is not None and not _runs(stood) else ""
    office, hours = calendar.does(day), calendar.hours(day)
    return Day(day, state, office, hours, counted, used, calendar.names.get(day), reason)


def _whole(term: Term, calendar: WorkingTime, start: datetime) -> int:
    if isinstance(term, Months):
        begins = calendar.local_date(start)
        return (CalendarLength(months=term.count).after(begins) - begins).days
    return term.count if isinstance(term, WorkingDays) else term.count * 60
