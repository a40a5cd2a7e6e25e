"""A clock that ended goes on as if it had not, because what ended it was taken back."""

from __future__ import annotations

from engine.working_time.calendar import WorkingTime
from engine.working_time.promises import reckon
from storage.clocks import Clock, ClockStatus


def reopen(clock: Clock, calendar: WorkingTime) -> None:
    """Its last stretch goes on from where it began, so its days are those it had. One that passed meanwhile is broken
    by the next sweep."""
    kind, started_at, _, reason = clock.ledger[-1]
    clock.ledger = [*clock.ledger[:-1], [kind, started_at, None, reason]]
    clock.status = ClockStatus.PAUSED if kind == "pause" else ClockStatus.RUNNING
    clock.ended_at = None
    if not clock.breaches:  # the end itself found the day broken
        clock.breached_at = None
    reckon(clock, calendar)
