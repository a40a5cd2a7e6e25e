"""Whether expected dates hold: told to the cases of an invented office as they come, by what was known at the moment,
and compared with what became of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle
from typing import Final

from engine.reporting.comparing import Sample, Told, correct, expect
from engine.reporting.courses import Course, Waiting, days_from, moment_of, samples
from engine.reporting.invented import BEGIN, RECIPES, YEARS, Recipe, invent, usual_calendar
from engine.working_time.calendar import WorkingTime

NEWEST: Final = 300
"""So many finished cases are looked at for comparable ones."""
KNOWN: Final = 100
"""By so many dates of which it is known whether they held, later ones are corrected."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many dates were told when cases came in, and how many of them held: the one for half, and the one for nine of
    ten."""

    told: int
    half: int
    most: int

    def __add__(self, other: Held) -> Held:
        return Held(self.told + other.told, self.half + other.half, self.most + other.most)

    @property
    def share(self) -> int:
        """Of a hundred dates for nine of ten, so many held."""
        return 100 * self.most // self.told if self.told else 0


def prove(courses: Sequence[Course], calendar: WorkingTime) -> Held:
    """Tells each of these cases its date, in the order in which they came."""
    told = list(_told(sorted(courses, key=lambda course: course.started_at), calendar))
    return Held(
        len(told),
        sum(each.took <= each.told_half for each in told),
        sum(each.took <= each.told_most for each in told),
    )


def prove_invented(offices: int, cases: int, seed: str) -> Iterator[tuple[Recipe, Held]]:
    """The same at offices that are invented from a seed, one for each recipe in turn."""
    calendar = usual_calendar(YEARS)
    for number, recipe in zip(range(offices), cycle(RECIPES), strict=False):
        found = invent(recipe, cases, calendar, BEGIN, f"{seed}/{number}")
        yield recipe, prove(found.courses, calendar)


def _told(courses: Sequence[Course], calendar: WorkingTime) -> Iterator[Told]:
    over = sorted(courses, key=lambda course: course.ended_at)
    ends = [course.ended_at for course in over]
    waiting = Waiting([course.started_at for course in courses], ends, calendar)
    of_sending = [_sample(course, waiting, calendar) for course in over]
    known = _Known()
    for course in courses:
        at = course.started_at
        done = bisect_right(ends, at)
        expected = expect(of_sending[max(0, done - NEWEST) : done], waiting.load(at), 0)
        if expected is None:
            continue
        half, most = expected.half, expected.most
        told_half, told_most = correct(known.newest(at)).told(half, most)
        took = days_from(course.ledger, at, course.ended_at, calendar)
        told = Told(half, most, told_half, told_most, took)
        known.add(told, course, calendar)
        yield told


class _Known:
    """The dates that were told, by when it was known whether they held: the case was over, or took longer."""

    def __init__(self) -> None:
        self._moments: list[datetime] = []
        self._told: list[tuple[Told, datetime]] = []

    def add(self, told: Told, course: Course, calendar: WorkingTime) -> None:
        known_at = course.ended_at
        if told.took > told.told_most:
            open_ledger = (*course.ledger[:-1], replace(course.ledger[-1], ended_at=None))
            passed = moment_of(open_ledger, course.started_at, told.told_most, calendar, now=course.started_at)
            known_at = min(known_at, passed or known_at)
        place = bisect_right(self._moments, known_at)
        self._moments.insert(place, known_at)
        self._told.insert(place, (told, course.ended_at))

    def newest(self, at: datetime) -> list[Told]:
        """As it was known at that moment."""
        place = bisect_right(self._moments, at)
        return [
            told if ended_at <= at else replace(told, took=told.told_most + 1)
            for told, ended_at in self._told[max(0, place - KNOWN) : place]
        ]


def _sample(course: Course, waiting: Waiting, calendar: WorkingTime) -> Sample:
    return next(sample for _, sample in samples([course], waiting, calendar))
