"""Time that is given to a promise beyond what it had, while it is still kept."""

from __future__ import annotations

from dataclasses import replace

from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import Share, parse_term, parse_warning
from storage.clocks import Clock


def give(clock: Clock, count: int, calendar: WorkingTime) -> None:
    """Makes the term of a clock longer by so many of its working days or hours. The office is warned anew, before the
    new day."""
    term = parse_term(clock.term)
    longer = replace(term, count=term.count + count)
    clock.term = str(longer)
    clock.more += count
    clock.times_given += 1
    if not (clock.warn_term and isinstance(parse_warning(clock.warn_term), Share)):
        clock.warn_term = promises.warning_of(longer)
    clock.warned_at = None
    promises.reckon(clock, calendar)
