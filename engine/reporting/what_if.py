"""What would come of the promises of an office if officers were away, more were there or a day were off: its open cases
played ahead as things are, and as they would be, with the same chances.

Every open case goes on as a finished case of its service went, and others come in meanwhile. Both are drawn from a
seed, several times; a promise breaks where it breaks in most of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from engine.reporting.office_today import AHEAD, AtWork, OfficeToday, Promised
from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.playing import Job, Officer, Passed, play
from engine.reporting.ways import Way, rest_of
from engine.working_time import clocks
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import DAYS_OF_A_MONTH, HOURS_OF_A_DAY, Months, WorkingDays, parse_term

MOST_PLAYED: Final = 6000
"""So many cases are played altogether, in all repetitions."""
FEWEST_TIMES, MOST_TIMES = 3, 15
_COMES_FOR: Final = timedelta(days=45)
_DAY: Final = HOURS_OF_A_DAY * 60
SEED: Final = "what if"


@dataclass(frozen=True, slots=True)
class Change:
    """What would be different: so many officers of each group away from ``first`` to ``last``, so many more, and days
    off."""

    away: Mapping[str, int] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    more: Mapping[str, int] = field(default_factory=dict)
    days_off: frozenset[date] = frozenset()

    def __bool__(self) -> bool:
        return bool(any(self.away.values()) or any(self.more.values()) or self.days_off)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A promise: in how many of a hundred times it breaks as things are and as they would be, and its day then."""

    case: Promised
    now: int
    then: int
    day: datetime
    day_then: datetime

    @property
    def breaks_now(self) -> bool:
        """As things are it probably breaks."""
        return self.now > 50

    @property
    def breaks_then(self) -> bool:
        """As they would be it probably does."""
        return self.then > 50


@dataclass(frozen=True, slots=True)
class Compared:
    """What would come: the outcomes of the cases that were played, so many ``times``. ``unknown`` are those of which no
    finished case shows how they go on."""

    outcomes: tuple[Outcome, ...]
    times: int
    unknown: int
    paused: int
    late: int

    @property
    def would_break(self) -> tuple[Outcome, ...]:
        """Promises that break then and would be kept as things are, the surest first."""
        found = (each for each in self.outcomes if each.breaks_then and not each.breaks_now)
        return tuple(sorted(found, key=lambda each: (each.now - each.then, each.day_then, each.case.application_id)))

    @property
    def would_hold(self) -> tuple[Outcome, ...]:
        """The reverse."""
        found = (each for each in self.outcomes if each.breaks_now and not each.breaks_then)
        return tuple(sorted(found, key=lambda each: (each.then - each.now, each.day_then, each.case.application_id)))

    @property
    def broken_now(self) -> int:
        """How many break as things are."""
        return sum(each.breaks_now for each in self.outcomes)

    @property
    def broken_then(self) -> int:
        """How many break as they would be."""
        return sum(each.breaks_then for each in self.outcomes)


def compare(office: OfficeToday, change: Change, *, seed: str = SEED) -> Compared:
    """Plays the office both ways. The same for the same seed, office and moment."""
    known = [case for case in office.cases if _can_go_on(office, case)]
    coming = sum(office.comes.values()) * _COMES_FOR.days // 100
    times = min(max(MOST_PLAYED // (len(known) + coming + 1), FEWEST_TIMES), MOST_TIMES)
    usual, other = _World(office, Change()), _World(office, change)
    broken = [[0, 0] for _ in known]
    for time_ in range(times):
        drawn = f"{seed}/{time_}"
        for place, world in enumerate((usual, other)):
            for case, is_broken in enumerate(world.play(known, drawn)):
                broken[case][place] += is_broken
    outcomes = (
        Outcome(case, now * 100 // times, then * 100 // times, usual.due(case), other.due(case))
        for case, (now, then) in zip(known, broken, strict=True)
    )
    return Compared(tuple(outcomes), times, len(office.cases) - len(known), office.paused, office.late)


def _can_go_on(office: OfficeToday, case: Promised) -> bool:
    return case.element is not None and bool(_rests(office.ways.get(case.service_key, ()), case.element))


def _rests(ways: Sequence[Way], element: str) -> list[Way]:
    return [rest for way in ways if (rest := rest_of(way, element)) is not None]


class _World:
    """An office with one change, or none."""

    def __init__(self, office: OfficeToday, change: Change) -> None:
        self._office, self._change = office, change
        self._calendar = _with_days_off(office.calendar, change.days_off)
        self._axis = OpenMinutes(self._calendar, office.now, AHEAD.days)
        self._officers = tuple(self._at_work())
        self._rests: dict[tuple[str, str], list[Way]] = {}
        self._days: dict[int, datetime] = {}

    def due(self, case: Promised) -> datetime:
        """The day of a promise, if nothing stands in its way any more."""
        if case.application_id not in self._days:
            self._days[case.application_id] = self._due(case, case.ledger)
        return self._days[case.application_id]

    def play(self, cases: Sequence[Promised], drawn: str) -> Iterator[bool]:
        """Whether the promise of each case breaks."""
        jobs = [self._job(case, drawn) for case in cases]
        coming = list(self._coming(drawn))
        passed = play([*jobs, *coming], self._officers, until=self._axis.end)
        for case, job, each in zip(cases, jobs, passed, strict=False):
            yield self._is_broken(case, job, each)

    def _job(self, case: Promised, drawn: str) -> Job:
        chance = Random(f"{drawn}/{case.application_id}")  # noqa: S311 - nothing here is secret
        key = case.service_key, case.element or ""
        if key not in self._rests:
            self._rests[key] = _rests(self._office.ways[case.service_key], key[1])
        presses = self._axis.at(case.due_at)
        return Job(case.key, 0, presses, chance.choice(self._rests[key]), begun=case.is_claimed)

    def _coming(self, drawn: str) -> Iterator[Job]:
        """Cases that come in during the next weeks, on the days on which the office works."""
        terms = {case.service_key: _minutes(case.term) for case in self._office.cases}
        begin = self._calendar.local_date(self._office.now)
        for count in range(1, _COMES_FOR.days):
            day = begin + timedelta(days=count)
            for service, rate in self._office.comes.items():
                chance = Random(f"{drawn}/{service}/{day}")  # noqa: S311
                ways, openings = self._office.ways.get(service), self._calendar.openings(day)
                number = rate // 100 + (chance.randrange(100) < rate % 100)
                for _ in range(number if ways and openings else 0):
                    comes = self._axis.at(openings[0][0]) + chance.randrange(_DAY)
                    yield Job("", comes, comes + terms.get(service, 10 * _DAY), chance.choice(ways or ()))

    def _is_broken(self, case: Promised, job: Job, passed: Passed) -> bool:
        ledger = case.ledger
        for place, visit in enumerate(job.visits[: len(passed.ready)]):
            if visit.paused and place:
                begin, end = (self._axis.moment(minute) for minute in (passed.done[place - 1], passed.ready[place]))
                ledger = clocks.leave_out(ledger, begin, end, clocks.WAITS_FOR_APPLICANT)
        due = self._due(case, ledger) if ledger is not case.ledger else self.due(case)
        return passed.ended is None or self._axis.moment(passed.ended) > due

    def _due(self, case: Promised, ledger: Sequence[clocks.Interval]) -> datetime:
        found = clocks.due_at(parse_term(case.term), ledger, self._calendar)
        return case.due_at if found is None else found

    def _at_work(self) -> Iterator[Officer]:
        left = dict(self._change.away)
        for one in self._office.officers:
            days = list(one.away)
            if self._is_chosen(one, left):
                days.append((self._change.first or date.max, self._change.last or date.max))
            yield Officer(one.groups, tuple(self._minutes_away(sorted(days))))
        for group, count in sorted(self._change.more.items()):
            yield from (Officer(frozenset({group})) for _ in range(count))

    def _is_chosen(self, one: AtWork, left: dict[str, int]) -> bool:
        """Whether it is one of those who would be away besides: nobody who is away already in these days."""
        first, last = self._change.first, self._change.last
        if first is None or last is None or any(begin <= last and end >= first for begin, end in one.away):
            return False
        group = next((group for group in sorted(one.groups) if left.get(group)), None)
        if group is not None:
            left[group] -= 1
        return group is not None

    def _minutes_away(self, days: Sequence[tuple[date, date]]) -> Iterator[tuple[int, int]]:
        for first, last in days:
            begin, end = self._axis.at(self._midnight(first)), self._axis.at(self._midnight(last + timedelta(days=1)))
            if end > begin:
                yield begin, end

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._calendar.zone).astimezone(UTC)


def _with_days_off(calendar: WorkingTime, days: frozenset[date]) -> WorkingTime:
    single = tuple(each for each in calendar.single if each[0] not in days)
    return replace(calendar, holidays=calendar.holidays | days, single=single) if days else calendar


def _minutes(term: str) -> int:
    """About how many open minutes a term has: how pressing a case is among others."""
    length = parse_term(term)
    if isinstance(length, WorkingDays):
        return length.count * _DAY
    return length.count * (DAYS_OF_A_MONTH * _DAY if isinstance(length, Months) else 60)
