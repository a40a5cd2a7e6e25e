"""Offices that are invented from a seed: cases that come in, officers with absences, corrections, work that takes
longer or shorter. For measurements, loads and the proof that expected dates hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Final

from engine.reporting.courses import Course
from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.playing import Job, Officer, Passed, Visit, play
from engine.working_time import clocks
from engine.working_time.calendar import USUAL_WEEK, WorkingTime, public_holidays

DAY: Final = 450
"""Open minutes of a working day with the usual hours."""
_SPARE_DAYS: Final = 120


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an invented service: its work in minutes on the average, in how many of a hundred cases it comes, and
    in how many the applicant is asked to mend something before it."""

    element: str
    group: str
    minutes: int
    comes: int = 100
    mended: int = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an office is invented from: officers of each group, how much of their time the work takes (hundredths), the
    steps, and how many absences an officer has in a hundred working days."""

    steps: tuple[Step, ...]
    officers: Mapping[str, int]
    busy: int = 80
    absences: int = 2


THREE_DESKS: Final = Recipe(
    (
        Step("check", "front_office", 25, mended=20),
        Step("inspect", "inspector", 150, comes=60),
        Step("assess", "specialist", 90, mended=8),
        Step("sign", "head", 12),
    ),
    {"front_office": 2, "inspector": 3, "specialist": 3, "head": 1},
)
"""A licence with an inspection, as most services are."""
ONE_DESK: Final = Recipe(
    (Step("check", "front_office", 30, mended=15), Step("sign", "head", 10)), {"front_office": 2, "head": 1}, absences=1
)
"""What a district does: two officers and the head."""
RECIPES: Final = tuple(replace(recipe, busy=busy) for busy in (70, 80, 88) for recipe in (THREE_DESKS, ONE_DESK))
"""Offices that have time, are busy, and hardly keep up."""


@dataclass(frozen=True, slots=True)
class Invented:
    """What happened at an invented office: the courses of its cases, in the order in which they came, and those that
    are not over."""

    calendar: WorkingTime
    courses: tuple[Course, ...]
    unfinished: int


def invent(recipe: Recipe, cases: int, calendar: WorkingTime, start: datetime, seed: str) -> Invented:
    """So many cases of an office from ``start`` on; the same for the same seed."""
    chance = Random(f"{seed}/office")  # noqa: S311 - nothing here is secret
    between = _between(recipe)
    span = int(cases * between) + _SPARE_DAYS * DAY
    axis = OpenMinutes(calendar, start, span // DAY * 2 + 30)
    jobs, comes = [], 0.0
    for number in range(cases):
        comes += chance.expovariate(1 / between)
        visits = tuple(_visits(recipe, Random(f"{seed}/{number}")))  # noqa: S311
        jobs.append(Job(str(number), int(comes), int(comes), visits))
    passed = play(jobs, list(_officers(recipe, chance, axis.end)), until=axis.end)
    over = [_course(job, each, axis) for job, each in zip(jobs, passed, strict=True) if each.ended is not None]
    return Invented(calendar, tuple(over), cases - len(over))


def _between(recipe: Recipe) -> float:
    """Minutes between two cases, so that the busiest group is as busy as it is to be."""
    load: dict[str, float] = {}
    for step in recipe.steps:
        load[step.group] = load.get(step.group, 0) + step.minutes * step.comes * (100 + step.mended) / 10_000
    slowest = max(minutes / recipe.officers[group] for group, minutes in load.items())
    return slowest * 100 / recipe.busy


def _visits(recipe: Recipe, chance: Random) -> Iterator[Visit]:
    for step in recipe.steps:
        if chance.randrange(100) >= step.comes:
            continue
        yield Visit(step.element, step.group, work(step.minutes, chance))
        if chance.randrange(100) < step.mended:
            after = answered(chance)
            yield Visit(step.element, step.group, work(step.minutes, chance), after=after, paused=True)


def work(minutes: int, chance: Random) -> int:
    """How long a step takes that takes so many minutes on the average: some take many times as long as others."""
    return max(1, round(minutes * chance.lognormvariate(-0.32, 0.8)))


def answered(chance: Random, days: int = 3) -> int:
    """After how many minutes an applicant has done what was asked of them, in so many days on the average."""
    return 1 + int(chance.expovariate(1 / (days * DAY)))


def _officers(recipe: Recipe, chance: Random, end: int) -> Iterator[Officer]:
    for group, count in recipe.officers.items():
        for _ in range(count):
            yield Officer(frozenset({group}), tuple(absences(recipe.absences, chance, end)))


def absences(often: int, chance: Random, end: int) -> Iterator[tuple[int, int]]:
    """From when to when an officer is away up to the minute ``end``: so many absences in a hundred working days."""
    minute = 0
    while often:
        minute += int(chance.expovariate(often / (100 * DAY)))
        if minute >= end:
            return
        back = minute + DAY * chance.randint(1, 5)
        yield minute, back
        minute = back


def _course(job: Job, passed: Passed, axis: OpenMinutes) -> Course:
    """What the history of a finished case says: its clock stood still while the applicant mended something."""
    ledger = [clocks.Interval("run", axis.moment(job.comes), None)]
    steps: dict[str, datetime] = {"": axis.moment(job.comes)}
    for place, (visit, ready) in enumerate(zip(job.visits, passed.ready, strict=True)):
        at = axis.moment(ready)
        if visit.paused and place:
            asked = axis.moment(passed.done[place - 1])
            ledger = list(clocks.leave_out(ledger, asked, at, clocks.WAITS_FOR_APPLICANT))
        steps.setdefault(visit.element, at)
    ended = axis.moment(passed.ended or 0)
    return Course(clocks.stop(ledger, at=ended), ended, tuple(steps.items()))


def usual_calendar(years: Sequence[int]) -> WorkingTime:
    """The usual week of an office with the public holidays of these years."""
    days = (day for year in years for day in public_holidays(year))
    return WorkingTime(weekly=USUAL_WEEK, holidays=frozenset(days))


BEGIN: Final = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
"""A Monday morning on which invented offices open."""
YEARS: Final = (2026, 2027, 2028)
