"""What happens at the offices of a load: which cases come in and how they go, who does what when, who is away.

Pure, and the same for the same seed. Cases go as the scenarios of the packages do; when somebody comes to them, for how
long, and what waits meanwhile is played by the simulator that plays offices ahead (``engine.reporting.playing``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from math import ceil
from random import Random
from typing import Final

from engine.case.standing_in import AT_A_DESK
from engine.demonstration.leaves import Hand, Leave, Post, leaves_of, officers_of
from engine.demonstration.stories import GRANTED, tellable
from engine.packages import ServicePackage, TaskSettings
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.packages.groups import APPLICANT, CASHIER, FRONT_OFFICE, HEAD, INSPECTOR, SPECIALIST
from engine.packages.scenarios import Scenario
from engine.reporting.invented import answered, work
from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.playing import Job, Passed, Visit, play
from engine.working_time.calendar import WorkingTime
from storage.offices import OfficeLevel
from storage.processes import TaskKind

MINUTES: Final[Mapping[str, int]] = {FRONT_OFFICE: 25, CASHIER: 6, INSPECTOR: 150, SPECIALIST: 90, HEAD: 12}
"""Illustrative: how long a task of each group takes on the average."""
OTHERS: Final = 45
BUSY: Final = 80
"""So many hundredths of the time of each group the work takes: as many officers are there."""
AS_USUAL, OTHERWISE, AT_COUNTER = 70, 30, 30
"""Of a hundred cases so many go as the service is meant to, so many otherwise (returned, refused, withdrawn); and so
many are filed at a counter."""
COMES_TO_PAY, COMES_TO_COLLECT = 1, 2
"""After how many working days on the average."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked for: so many cases that come in at these offices (their codes) from the morning of ``begins`` to
    ``until``. The number of the first applicant is ``first``."""

    seed: str
    cases: int
    begins: date
    until: datetime
    offices: tuple[str, ...]
    first: int = 1


@dataclass(frozen=True, slots=True)
class Comer:
    """A case of the load: who applies (by number), for what, where, and as which scenario it goes."""

    number: int
    package: ServicePackage
    scenario: Scenario
    code: str
    at_counter: bool


class Happens(IntEnum):
    """What a move is, in the order in which moves of one minute happen."""

    DONE = 0
    BY_APPLICANT = 1
    TAKEN = 2


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happens to a case (its place in the plan): it is filed (``step`` is None), or a step of its
    scenario is taken up by an officer, or done; ``group`` is whose task it is. No two happen at the same moment."""

    moment: datetime
    case: int
    happens: Happens
    step: int | None = None
    hand: Hand | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that happens, in order."""

    cases: tuple[Comer, ...]
    hands: tuple[Hand, ...]
    leaves: tuple[Leave, ...]
    moves: tuple[Move, ...]


@dataclass(slots=True)
class _Way:
    """The way of a case: the steps of officers, with their posts and places in the scenario, and of the applicant what
    comes so many minutes after which of them (-1: after it was filed)."""

    visits: list[Visit] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    theirs: list[tuple[int, int, int]] = field(default_factory=list)


def plan(
    load: Load, offered: Mapping[str, Sequence[ServicePackage]], at_least: Mapping[str, int], calendar: WorkingTime
) -> Plan:
    """The plan of a load at offices that offer these services. ``at_least``: so many of a group are needed for the
    cases of some service."""
    start = datetime.combine(load.begins, time(), calendar.zone).astimezone(UTC)
    axis = OpenMinutes(calendar, start, max((load.until - start).days + 2, 1))
    end = axis.at(load.until)
    cases, comes = _comers(load, offered, end)
    ways = [_way(comer, Random(f"{load.seed}/{comer.number - load.first}")) for comer in cases]  # noqa: S311
    hands = tuple(_hands(ways, at_least, end))
    packages = {comer.package.manifest.key: comer.package for comer in cases}.values()
    leaves = tuple(leaves_of(load.seed, hands, packages, axis, end))
    jobs = [Job("", minute, minute, tuple(way.visits)) for minute, way in zip(comes, ways, strict=True)]
    passed = play(jobs, officers_of(hands, leaves, axis), until=end)
    moves = (
        move
        for case, (job, way, went) in enumerate(zip(jobs, ways, passed, strict=True))
        for move in _moves(case, job, way, went)
    )
    inside = sorted(move for move in moves if move[0] <= end)
    return Plan(cases, hands, leaves, tuple(_placed(inside, ways, hands, axis)))


def _comers(
    load: Load, offered: Mapping[str, Sequence[ServicePackage]], end: int
) -> tuple[tuple[Comer, ...], list[int]]:
    """Who comes for what, and in which minutes."""
    chance = Random(f"{load.seed}/comers")  # noqa: S311 - nothing here is secret
    comes = sorted(chance.randrange(max(end, 1)) for _ in range(load.cases))
    sorts = {code: [(one, *_scenarios(one)) for one in offered.get(code, ()) if playable(one)] for code in load.offices}
    codes = [code for code in load.offices if sorts[code]]
    cases: list[Comer] = []
    for number in range(load.cases if codes else 0):
        code = chance.choice(codes)
        package, scenarios, often = chance.choice(sorts[code])
        scenario = chance.choices(scenarios, often)[0]
        at_counter = chance.randrange(100) < AT_COUNTER and package.manifest.purpose == "application"
        cases.append(Comer(load.first + number, package, scenario, code, at_counter))
    return tuple(cases), comes[: len(cases)]


def playable(package: ServicePackage) -> tuple[Scenario, ...]:
    """The scenarios of which every step is somebody's: none waits for the clock or for a session. None of a service for
    which something else has to be held."""
    if package.manifest.requires:
        return ()
    found = tellable(package)
    steps = ("complete", "send")
    return tuple(one for one in found if not one.sessions and all(step.action in steps for step in one.steps))


def _scenarios(package: ServicePackage) -> tuple[Sequence[Scenario], Sequence[float]]:
    found = playable(package)
    usual = next((one for one in found if one.expect.outcome in GRANTED), found[0])
    other = OTHERWISE / max(len(found) - 1, 1)
    return found, [AS_USUAL if one is usual else other for one in found]


def _way(comer: Comer, chance: Random) -> _Way:
    way, gap = _Way(), 0
    for place, step in enumerate(comer.scenario.steps):
        task = comer.package.tasks.get(step.name) if step.action == "complete" else None
        if task is None or task.group == APPLICANT:
            gap += answered(chance)
            way.theirs.append((place, len(way.visits) - 1, gap))
            continue
        post, at_desk = _post(comer, task), task.kind in AT_A_DESK
        if at_desk:
            gap += answered(chance, COMES_TO_PAY if task.kind == TaskKind.PAYMENT else COMES_TO_COLLECT)
        minutes = work(MINUTES.get(task.group, OTHERS), chance)
        way.visits.append(Visit(step.name, post.desk if at_desk else post.called, minutes, gap, paused=bool(gap)))
        way.posts.append(post)
        way.places.append(place)
        gap = 0
    return way


def _post(comer: Comer, task: TaskSettings) -> Post:
    """Where the task of a case is done: an office of another level has its own officers."""
    if task.level == OfficeLevel.MINISTRY:
        return Post(task.group, comer.package.ministry.key)
    return Post(task.group, comer.code[:PROVINCE_DIGITS] if task.level == OfficeLevel.PROVINCE else comer.code)


def _hands(ways: Sequence[_Way], at_least: Mapping[str, int], end: int) -> Iterator[Hand]:
    """As many officers as the work needs."""
    minutes: dict[Post, int] = defaultdict(int)
    for way in ways:
        for visit, post in zip(way.visits, way.posts, strict=True):
            minutes[post] += visit.work
    for post, taken in sorted(minutes.items()):
        needed = ceil(taken * 100 / (max(end, 1) * BUSY))
        yield from (Hand(post, number) for number in range(1, max(needed, at_least.get(post.group, 1)) + 1))


_Raw = tuple[int, int, int, int, int]
"""In which minute, what happens, to which case, which step (-1: it is filed), by which officer (-1: the applicant)."""


def _moves(case: int, job: Job, way: _Way, went: Passed) -> Iterator[_Raw]:
    yield job.comes, Happens.BY_APPLICANT, case, -1, -1
    for place, (minute, officer) in enumerate(went.taken):
        step, by = way.places[place], -1 if officer is None else officer
        if way.visits[place].group != way.posts[place].desk:
            yield minute, Happens.TAKEN, case, step, by
        if place < len(went.done):
            yield went.done[place], Happens.DONE, case, step, by
    for step, after, minutes in way.theirs:
        if after < len(went.done):
            yield (job.comes if after < 0 else went.done[after]) + minutes, Happens.BY_APPLICANT, case, step, -1


def _placed(raw: Sequence[_Raw], ways: Sequence[_Way], hands: Sequence[Hand], axis: OpenMinutes) -> Iterator[Move]:
    """Each at a moment of its own: those of one minute some microseconds apart."""
    before, apart = -1, 0
    for minute, happens, case, step, officer in raw:
        apart = apart + 1 if minute == before else 0
        before = minute
        moment = axis.moment(minute) + timedelta(microseconds=apart)
        if officer < 0:
            yield Move(moment, case, Happens(happens), step if step >= 0 else None)
            continue
        way = ways[case]
        group = way.posts[way.places.index(step)].group
        yield Move(moment, case, Happens(happens), step, hands[officer], group)
