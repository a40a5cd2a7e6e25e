"""When the timer of a process's start event begins instances: a function of its text and the day it counts from.

There is no instance yet, so there are no variables either: such a timer is written plainly, never as an expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.bpmn.running.timers import (
    ENDLESS,
    NotATimer,
    after,
    is_literal,
    parse_cycle,
    parse_duration,
    parse_moment,
    repetition_after,
    repetition_from,
)


@dataclass(frozen=True, slots=True)
class StartMoment:
    """The next moment at which an instance begins, and how many there are with it (-1: no end)."""

    due_at: datetime
    left: int


def first_start(written: str, since: datetime) -> StartMoment | None:
    """The first moment that does not lie before ``since``; None when none is left. Raises NotATimer.

    A duration and a cycle without a beginning count from ``since``. Repetitions that had passed before are used up.
    """
    if is_literal("date", written):
        moment = parse_moment(written)
        return StartMoment(moment, 1) if moment >= since else None
    if is_literal("duration", written):
        return StartMoment(after(since, parse_duration(written)), 1)
    cycle = parse_cycle(written)
    if cycle.begins is None:
        upcoming = repetition_from(cycle, since, since, first=1)
    else:
        upcoming = repetition_from(cycle, cycle.begins, since)
    return StartMoment(*upcoming) if upcoming else None


def start_after(written: str, since: datetime, due_at: datetime, left: int) -> StartMoment | None:
    """The moment after the one at ``due_at``, counted from the same ``since`` as the first; None when it was the last.

    Raises NotATimer.
    """
    if left in (0, 1):
        return None
    cycle = parse_cycle(written)
    following = repetition_after(cycle, cycle.begins or since, due_at)
    return StartMoment(following, left if left == ENDLESS else left - 1)


def shortest_pause(written: str) -> timedelta | None:
    """The shortest time between two instances (a month counts as 28 days); None when there is only one. Raises
    NotATimer."""
    if is_literal("date", written) or is_literal("duration", written):
        return None
    every = parse_cycle(written).every
    return every.exact + timedelta(days=28 * every.months)


__all__ = ["NotATimer", "StartMoment", "first_start", "shortest_pause", "start_after"]
