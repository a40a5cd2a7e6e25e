"""The weekly hours of an office over time, as the database keeps them: a change leaves the days before it alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from engine.working_time.calendar import Opening

Stored = list[list[Any]]


def stored(weekly: Sequence[Opening]) -> Stored:
    """Hours as the database keeps them: ``[weekday, "07:30", "11:30"]``, in the order of the week."""
    return [[weekday, clock(opens), clock(closes)] for weekday, opens, closes in sorted(weekly)]


def clock(at: time) -> str:
    """A time of day as the database keeps it."""
    return at.strftime("%H:%M")


def held_on(day: date, hours: Stored, earlier: Sequence[list[Any]]) -> Stored:
    """The hours that hold on a day."""
    return next((week for until, week in earlier if day.isoformat() < until), hours)


def changed_from(day: date, new: Stored, hours: Stored, earlier: Sequence[list[Any]]) -> tuple[Stored, list[list[Any]]]:
    """The hours and the earlier ones after a change that holds from a day on; what was planned for later is dropped."""
    begins = day.isoformat()
    kept = [[until, week] for until, week in earlier if until < begins]
    before = held_on(date.fromordinal(day.toordinal() - 1), hours, earlier)
    if before == new:  # a change that was planned is taken back
        return new, kept
    return new, [*kept, [begins, before]]


def newest_from(earlier: Sequence[list[Any]]) -> date | None:
    """The day on which the newest hours began to hold, or will; None when they always did."""
    return date.fromisoformat(earlier[-1][0]) if earlier else None
