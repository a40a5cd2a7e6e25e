"""Working time of an office: its weekly hours, its holidays, and terms turned into moments.

Moments come in and go out as timezone-aware datetimes; what comes out is UTC. Days are the office's own days
(Asia/Phnom_Penh unless it says otherwise). The rule for day terms is the one of Cambodian administrative practice
and of most procedural law: the day of the start does not count, and the term ends when the office closes on the
last counted day. Hour terms count only the time during which the office is open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from engine.khmer import Bilingual
from engine.working_time.terms import (
    BadTerm,
    CalendarLength,
    Months,
    Term,
    WorkingDays,
    WorkingHours,
    parse_length,
    parse_term,
)

__all__ = [
    "USUAL_WEEK",
    "BadTerm",
    "CalendarLength",
    "NoWorkingTime",
    "Term",
    "WorkingDays",
    "WorkingHours",
    "WorkingTime",
    "parse_length",
    "parse_term",
    "public_holidays",
    "usual_hours",
]

Opening = tuple[int, time, time]
Hours = tuple[tuple[time, time], ...]
Does = Literal["usual", "other_hours", "worked", "weekend", "day_off"]
"""What an office does on a day: it keeps its usual hours, or others on this day alone; it works although its week says
that it does not; it does not work, by its week or by a list of days off."""
_LONGEST_SEARCH: Final = timedelta(days=366 * 60)
_STRETCH: Final = 32
"""So many days are looked at together when working days are counted."""

# Monday to Friday, 7:30-11:30 and 14:00-17:00: the hours most offices keep; every office may set its own.
USUAL_WEEK: Final[tuple[Opening, ...]] = tuple(
    (weekday, opens, closes)
    for weekday in range(5)
    for opens, closes in ((time(7, 30), time(11, 30)), (time(14, 0), time(17, 0)))
)


class NoWorkingTime(ValueError):
    """A calendar in which the office never opens, or hours that contradict each other."""


@dataclass(frozen=True)
class WorkingTime:
    """When an office works.

    ``weekly`` holds (weekday, opens, closes) with Monday as 0 and local times; a day may have several intervals (a
    lunch break lies between them) that do not overlap. ``earlier`` holds the weeks before it, each with the first day
    on which it no longer held, oldest first. ``single`` holds the hours of days that keep others than their week says:
    a half day, or a Saturday that is worked. Raises NoWorkingTime when no day is ever open, and when hours contradict
    each other. ``revision`` is that of the office's calendar which this is, where it is one, ``names`` what the lists
    call their days; neither decides anything here.
    """

    weekly: tuple[Opening, ...]
    holidays: frozenset[date] = frozenset()
    timezone: str = "Asia/Phnom_Penh"
    earlier: tuple[tuple[date, tuple[Opening, ...]], ...] = ()
    single: tuple[tuple[date, Hours], ...] = ()
    revision: int = field(default=0, compare=False)
    names: Mapping[date, Bilingual] = field(default_factory=dict, compare=False, repr=False)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _weeks: tuple[tuple[date, tuple[Hours, ...]], ...] = field(init=False, repr=False, compare=False)
    _single: Mapping[date, Hours] = field(init=False, repr=False, compare=False)
    _worked: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _closings: dict[int, datetime] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        weeks = [(until, _week(weekly)) for until, weekly in self.earlier] + [(date.max, _week(self.weekly))]
        single = {day: _week([(day.weekday(), *each) for each in hours])[day.weekday()] for day, hours in self.single}
        object.__setattr__(self, "_zone", ZoneInfo(self.timezone))
        object.__setattr__(self, "_weeks", tuple(weeks))
        object.__setattr__(self, "_single", single)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the office opens and closes."""
        return self._zone

    def local_date(self, moment: datetime) -> date:
        """The office's date at that moment."""
        return moment.astimezone(self._zone).date()

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on that day at all."""
        return bool(self.hours(day))

    def hours(self, day: date) -> Hours:
        """The local times at which the office opens and closes on that day, in order; empty for a day off."""
        if day in self._single:
            return self._single[day]
        if day in self.holidays:
            return ()
        return self._usual(day)

    def does(self, day: date) -> Does:
        """What the office does on that day, in a word."""
        usual = self._usual(day)
        if day in self._single:
            return "other_hours" if usual and self._single[day] != usual else "worked"
        if not usual:
            return "weekend"
        return "day_off" if day in self.holidays else "usual"

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at that moment; it is closed at the closing moment itself."""
        return any(opens <= moment < closes for opens, closes in self.openings(self.local_date(moment)))

    def openings(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open intervals of that day in UTC, in order; empty for a day off."""
        return tuple((self._utc(day, opens), self._utc(day, closes)) for opens, closes in self.hours(day))

    def closing(self, day: date) -> datetime:
        """When the office closes for the day, UTC; raises NoWorkingTime for a day off."""
        hours = self.hours(day)
        if not hours:
            raise NoWorkingTime(f"The office does not work on {day}.")
        return self._utc(day, hours[-1][1])

    def closings(self, start: datetime, first: int = 1) -> Iterator[datetime]:
        """The closing moments, UTC, of the working days after the local day of ``start``, without end.

        ``first`` leaves out the earlier ones: 3 begins with the third. Raises NoWorkingTime when the office does not
        work for 60 years.
        """
        last = self.local_date(start).toordinal()
        left_out, stretch = first - 1, last // _STRETCH
        while stretch * _STRETCH - last < _LONGEST_SEARCH.days:
            days = self._working_days(stretch)
            later = bisect_right(days, last)
            left_out -= (skipped := min(left_out, len(days) - later))
            for day in days[later + skipped :]:
                yield self._closing(day)
            last, stretch = max(last, days[-1]) if days else last, stretch + 1
        raise NoWorkingTime(f"The office does not work after {date.fromordinal(last)}.")

    def add_working_days(self, start: datetime, days: int | WorkingDays) -> datetime:
        """When the office closes on the n-th working day after the day of ``start``, UTC."""
        count = days.count if isinstance(days, WorkingDays) else days
        if count < 1:
            raise BadTerm(
                Bilingual(
                    f"រយៈពេលមានយ៉ាងតិចមួយថ្ងៃធ្វើការ មិនមែន {count} ទេ។", f"A term has at least one working day, not {count}."
                )
            )
        return next(self.closings(start, count))

    def add_working_hours(self, start: datetime, hours: WorkingHours) -> datetime:
        """When that many open hours have passed since ``start``, UTC; a term that ends with the day ends at closing."""
        return self.add_open_time(start, timedelta(hours=hours.count))

    def add_open_time(self, start: datetime, length: timedelta) -> datetime:
        """The first moment, UTC, at which the office was open for ``length`` since ``start``."""
        left = length
        if left <= timedelta(0):
            return start.astimezone(UTC)
        day = self.local_date(start)
        last = day
        while day - last < _LONGEST_SEARCH:
            for opens, closes in self.openings(day):
                begin = max(opens, start)
                if closes - begin >= left:
                    return (begin + left).astimezone(UTC)
                left -= max(closes - begin, timedelta(0))
                last = day
            day += timedelta(days=1)
        raise NoWorkingTime(f"The office does not work after {last}.")

    def add(self, start: datetime, term: Term) -> datetime:
        """When a term that starts at ``start`` ends, UTC, whichever unit it has."""
        if isinstance(term, WorkingDays):
            return self.add_working_days(start, term)
        if isinstance(term, Months):
            return self.add_months(start, term)
        return self.add_working_hours(start, term)

    def add_months(self, start: datetime, months: Months) -> datetime:
        """When the office closes on the day of the same number so many months later, UTC, or on the last of a shorter
        month; on the next day that it works, when it does not work on that one."""
        day = CalendarLength(months=months.count).after(self.local_date(start))
        midnight = datetime.combine(day - timedelta(days=1), time(), self._zone)
        return next(self.closings(midnight))

    def end_of(self, day: date) -> tuple[datetime, bool]:
        """When a day is over for the office, UTC: its closing moment and True, or midnight and False for a day off."""
        hours = self.hours(day)
        if hours:
            return self._utc(day, hours[-1][1]), True
        return self._utc(day + timedelta(days=1), time()), False

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office is open from ``start`` to ``end``; nothing when ``end`` does not lie later."""
        total = timedelta(0)
        day, last = self.local_date(start), self.local_date(end)
        while day <= last:
            for opens, closes in self.openings(day):
                total += max(min(closes, end) - max(opens, start), timedelta(0))
            day += timedelta(days=1)
        return total

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """The whole open minutes from ``start`` to ``end``; 0 when ``end`` does not lie later."""
        return int(self.open_time_between(start, end) / timedelta(minutes=1))

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days after the day of ``start`` have closed by ``end``; the inverse of add_working_days."""
        after, last = self.local_date(start).toordinal(), self.local_date(end).toordinal()
        count = 0
        for stretch in range(after // _STRETCH, last // _STRETCH + 1):
            days = self._working_days(stretch)
            count += max(bisect_left(days, last) - bisect_right(days, after), 0)
        of_last = last > after and self.is_working_day(date.fromordinal(last)) and self._closing(last) <= end
        return count + of_last

    def _working_days(self, stretch: int) -> tuple[int, ...]:
        """The days of a stretch on which the office works, by their ordinals; each is looked at once."""
        known = self._worked.get(stretch)
        if known is None:
            days = range(max(stretch * _STRETCH, 1), min((stretch + 1) * _STRETCH, date.max.toordinal() + 1))
            known = tuple(day for day in days if self.is_working_day(date.fromordinal(day)))
            self._worked[stretch] = known
        return known

    def _closing(self, day: int) -> datetime:
        """When the office closes on a day that it works, by its ordinal."""
        known = self._closings.get(day)
        if known is None:
            known = self._closings[day] = self.closing(date.fromordinal(day))
        return known

    def _usual(self, day: date) -> Hours:
        """The hours of that day by the week that holds on it."""
        week = next(week for until, week in self._weeks if day < until or until == date.max)
        return week[day.weekday()]

    def _utc(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._zone).astimezone(UTC)


def _week(weekly: Iterable[Opening]) -> tuple[Hours, ...]:
    """The hours of each weekday."""
    days: list[list[tuple[time, time]]] = [[] for _ in range(7)]
    for weekday, opens, closes in sorted(weekly):
        if not 0 <= weekday <= 6 or opens >= closes or (days[weekday] and days[weekday][-1][1] > opens):
            raise NoWorkingTime(f"The opening hours {opens}-{closes} of weekday {weekday} cannot be kept.")
        days[weekday].append((opens, closes))
    if not any(days):
        raise NoWorkingTime("An office opens on at least one weekday.")
    return tuple(tuple(day) for day in days)


def usual_hours(weekly: Iterable[Opening], weekday: int) -> Hours:
    """The hours of a weekday on which an office works although it usually does not: those of the nearest weekday before
    it that it works."""
    week = _week(weekly)
    return next(week[(weekday - back) % 7] for back in range(7) if week[(weekday - back) % 7])


def public_holidays(year: int) -> dict[date, Bilingual]:
    """The public holidays of Cambodia in that year with their names, to be edited when the sub-decree differs.

    Two holidays on one day are named together. The days are those of the ``holidays`` package.
    """
    import holidays as holiday_lists  # of all countries: large, and asked once a year

    khmer = holiday_lists.country_holidays("KH", years=year, language="km")
    english = holiday_lists.country_holidays("KH", years=year, language="en_US")
    return {
        day: Bilingual(khmer[day].replace("; ", " និង "), english[day].replace("; ", " and ")) for day in sorted(khmer)
    }
