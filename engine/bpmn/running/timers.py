"""Moments, durations and cycles of timer events: ISO 8601, written plainly or given by an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.bpmn.language.moments import CAMBODIA, Duration, duration_of
from engine.bpmn.language.reasons import Reason, because

_CYCLE: Final = re.compile(r"R(?P<times>\d{0,6})/(?P<first>[^/]+)(?:/(?P<second>[^/]+))?")
ENDLESS: Final = -1
"""The number of repetitions of a cycle without a limit."""


class NotATimer(ValueError):
    """The text is no ISO 8601 moment, duration or cycle; ``reason`` shows the form."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


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
    text = written.strip()
    found = None if text.startswith("-") else duration_of(text)
    if found is None:
        raise NotATimer(because("timer-duration"))
    return found


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


def after(moment: datetime, length: Duration) -> datetime:
    """The moment that much later, in UTC."""
    try:
        return length.after(moment).astimezone(UTC)
    except OverflowError:
        raise NotATimer(because("timer-beyond")) from None


def repetition_from(cycle: Cycle, begins: datetime, since: datetime, first: int = 0) -> tuple[datetime, int] | None:
    """The first repetition that does not lie before ``since``, and how many are left with it; None when none is.

    The n-th repetition is the beginning and n times the length, so that the 31st does not become the 28th for good; the
    ``first`` may be the 0th, at the beginning, or the 1st. Repetitions that had passed before are used up.
    """
    number = max(first, _passed(cycle.every, begins, since))
    while (due := _nth(cycle, begins, number)) < since:
        number += 1
    left = ENDLESS if cycle.times == ENDLESS else cycle.times - (number - first)
    return (due, left) if left == ENDLESS or left > 0 else None


def repetition_after(cycle: Cycle, begins: datetime | None, due: datetime) -> datetime:
    """The repetition that follows the one at ``due``; where the beginning is not known, it is counted from there."""
    if begins is None:
        return after(due, cycle.every)
    number = max(0, _passed(cycle.every, begins, due))
    while (following := _nth(cycle, begins, number)) <= due:
        number += 1
    return following


def begun_at(written: str, moment: datetime) -> str:
    """The cycle with the moment from which its months are counted written into it, so that a state remembers it."""
    cycle = parse_cycle(written)
    if cycle.begins is not None or not cycle.every.months:
        return written
    times, _, every = written.strip().partition("/")
    return f"{times}/{moment.isoformat()}/{every}"


def _nth(cycle: Cycle, begins: datetime, number: int) -> datetime:
    try:
        return after(begins, cycle.every.times(number))
    except OverflowError:
        raise NotATimer(because("timer-beyond")) from None


def _passed(every: Duration, begins: datetime, since: datetime) -> int:
    """So many repetitions surely lie before ``since``: no month is longer than 31 days."""
    return (since - begins) // (every.exact + timedelta(days=31 * every.months)) - 1


def is_literal(kind: str, written: str) -> bool:
    """True when the text itself is the timer, so that it needs no evaluation."""
    reader = {"date": parse_moment, "duration": parse_duration, "cycle": parse_cycle}[kind]
    try:
        reader(written)
    except NotATimer:
        return False
    return True
