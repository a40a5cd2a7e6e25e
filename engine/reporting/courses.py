"""The courses of finished cases: when each came in, came to its steps and was done; and what was waiting meanwhile."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.reporting.comparing import Sample
from engine.working_time import clocks
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import WorkingDays

LOOKED_BACK: Final = timedelta(days=28)
"""How fast an office works is told by what it finished in the last four weeks."""
MOST_LOAD: Final = 100_000
_FEW: Final = 5
"""Of fewer cases that were finished lately nobody knows how fast an office works."""
_SLOWEST: Final = 4
_A_DAY: Final = WorkingDays(1)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Course:
    """A case whose promise was kept or broken: the ledger of its clock, when that ended, and when the case first came
    to each step, by its element."""

    ledger: tuple[clocks.Interval, ...]
    ended_at: datetime
    steps: tuple[tuple[str, datetime], ...]

    @property
    def started_at(self) -> datetime:
        """When the promise began to run or to wait."""
        return self.ledger[0].started_at


class Waiting:
    """How many cases of an office were open at a moment, and how fast it finished them then. All of them that were open
    since the first of ``ended`` have to be there."""

    def __init__(self, started: Iterable[datetime], ended: Iterable[datetime], calendar: WorkingTime) -> None:
        self._started, self._ended, self._calendar = sorted(started), sorted(ended), calendar
        self._days = calendar.working_days_between(self._ended[0], self._ended[-1]) + 1 if self._ended else 1

    def load(self, at: datetime) -> int:
        """How much work was waiting: the open cases, by what the office finished in a working day lately, and at least
        a quarter of what it does in all; in hundredths of a day."""
        waiting = bisect_right(self._started, at) - bisect_right(self._ended, at)
        before = max(at - LOOKED_BACK, self._ended[0]) if self._ended else at
        finished = bisect_right(self._ended, at) - bisect_left(self._ended, before)
        days = self._calendar.working_days_between(before, at) + 1 if before < at else 0
        usual, lately = len(self._ended) or 1, finished * self._days
        pace = max(lately, usual * days // _SLOWEST) if finished >= _FEW else usual * max(days, 1)
        return min(max(waiting, 0) * self._days * max(days, 1) * 100 // max(pace, 1), MOST_LOAD)


def days_from(ledger: Sequence[clocks.Interval], at: datetime, until: datetime, calendar: WorkingTime) -> int:
    """On which working day of a promise that counts from ``at`` the moment ``until`` lies: 0 up to the closing of the
    day of ``at``, 1 up to the next. Days on which the clock stood still do not count."""
    stretches = tuple(_running(clocks.since(ledger, at)))
    first = next((stretch for stretch in stretches if stretch.kind != "pause"), None)
    if first is None or until <= calendar.end_of(calendar.local_date(first.started_at))[0]:
        return 0
    return clocks.consumed(_A_DAY, stretches, calendar, now=until - _INSTANT) + 1


def moment_of(
    ledger: Sequence[clocks.Interval], at: datetime, days: int, calendar: WorkingTime, *, now: datetime
) -> datetime | None:
    """When that working day of a promise that counts from ``at`` is over, and not before today is; None while it stands
    still."""
    stretches = tuple(_running(clocks.since(ledger, at)))
    if stretches[-1].kind == "pause" or stretches[-1].ended_at is not None:
        return None
    found = clocks.due_at(WorkingDays(days), stretches, calendar) if days else None
    return found if found is not None and found >= now else closing_from(now, calendar)


def closing_from(now: datetime, calendar: WorkingTime) -> datetime:
    """The next closing from now on."""
    return next(each for each in calendar.closings(now - timedelta(days=1)) if each >= now)


def samples(courses: Iterable[Course], waiting: Waiting, calendar: WorkingTime) -> Iterator[tuple[str, Sample]]:
    """Of each course and each of its steps, what it says to cases that come there: the element and the sample. A step
    to which it came before its promise began, or after it was over, says nothing."""
    for course in courses:
        for element, at in course.steps:
            if course.started_at <= at <= course.ended_at:
                days = days_from(course.ledger, at, course.ended_at, calendar)
                yield element, Sample(days, waiting.load(at))


def _running(stretches: Iterable[clocks.Interval]) -> Iterator[clocks.Interval]:
    """A promise that began anew ran on: what it took counts from the step, not from the answer."""
    for stretch in stretches:
        again = stretch.kind == "restart"
        yield clocks.Interval("run", stretch.started_at, stretch.ended_at) if again else stretch
