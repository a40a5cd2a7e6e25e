"""Moments, durations and cycles of timer events: ISO 8601, written plainly or given by an expression."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.bpmn.language.functions import CAMBODIA
from engine.bpmn.language.reasons import Reason, because

_DURATION: Final = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,5})W|(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:[.,]\d{1,6})?)S)?)?)"
)
_CYCLE: Final = re.compile(r"R(?P<times>\d{0,6})/(?P<first>[^/]+)(?:/(?P<second>[^/]+))?")
ENDLESS: Final = -1
"""The number of repetitions of a cycle without a limit."""


class NotATimer(ValueError):
    """The text is no ISO 8601 moment, duration or cycle; ``reason`` shows the form."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Duration:
    """A calendar length: months are counted on the calendar, the rest is exact."""

    months: int
    exact: timedelta

    def after(self, moment: datetime) -> datetime:
        """The moment this length after ``moment``; the 31st plus a month is the last day of a shorter month."""
        if self.months:
            year, month = divmod(moment.year * 12 + moment.month - 1 + self.months, 12)
            month += 1
            if year > 9000:
                raise NotATimer(because("timer-beyond"))
            day = min(moment.day, calendar.monthrange(year, month)[1])
            moment = moment.replace(year=year, month=month, day=day)
        try:
            return moment + self.exact
        except OverflowError:
            raise NotATimer(because("timer-beyond")) from None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: how often (ENDLESS for no limit), how far apart, and from when if that is written."""

    times: int
    every: Duration
    begins: datetime | None


def parse_moment(written: str) -> datetime:
    """An ISO 8601 date or moment, in UTC. Without a zone it is Cambodian time; a date alone is its midnight."""
    text = written.strip()
    try:
        moment = datetime.combine(date.fromisoformat(text), time()) if len(text) == 10 else datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or CAMBODIA).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotATimer(because("timer-moment")) from None


def parse_duration(written: str) -> Duration:
    """An ISO 8601 duration such as P3D or PT90M; weeks, years and months included, never negative."""
    found = _DURATION.fullmatch(written.strip())
    if not found:
        raise NotATimer(because("timer-duration"))
    part = {name: value or "0" for name, value in found.groupdict().items()}
    months = int(part["years"]) * 12 + int(part["months"])
    seconds = float(part["seconds"].replace(",", "."))
    exact = timedelta(
        weeks=int(part["weeks"]), days=int(part["days"]), hours=int(part["hours"]), minutes=int(part["minutes"]),
        seconds=seconds,
    )  # fmt: skip
    return Duration(months, exact)


def parse_cycle(written: str) -> Cycle:
    """An ISO 8601 repetition: R3/PT1H, R/P1D, or with its beginning R3/2026-03-02T08:00:00Z/P1D."""
    found = _CYCLE.fullmatch(written.strip())
    if not found:
        raise NotATimer(because("timer-cycle"))
    times = int(found["times"]) if found["times"] else ENDLESS
    if times == 0:
        raise NotATimer(because("timer-cycle"))
    begins = parse_moment(found["first"]) if found["second"] else None
    every = parse_duration(found["second"] or found["first"])
    if every == Duration(0, timedelta()):
        raise NotATimer(because("timer-gap"))
    return Cycle(times, every, begins)


def repetition_from(cycle: Cycle, begins: datetime, since: datetime) -> tuple[datetime, int] | None:
    """The first repetition that does not lie before ``since``, and how many are left with it; None when none is.

    Repetitions that had passed before are used up.
    """
    due, left = begins, cycle.times
    if not cycle.every.months and due < since:
        passed = (since - due) // cycle.every.exact
        due, left = due + passed * cycle.every.exact, _fewer(left, passed)
    while due < since and left:
        due, left = cycle.every.after(due), _fewer(left, 1)
    return (due, left) if left else None


def _fewer(left: int, passed: int) -> int:
    return ENDLESS if left == ENDLESS else max(0, left - passed)


def is_literal(kind: str, written: str) -> bool:
    """True when the text itself is the timer, so that it needs no evaluation."""
    reader = {"date": parse_moment, "duration": parse_duration, "cycle": parse_cycle}[kind]
    try:
        reader(written)
    except NotATimer:
        return False
    return True
