"""Terms counted backwards: until when something can be done that must be done so long before a moment."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from engine.working_time.calendar import NoWorkingTime, WorkingTime
from engine.working_time.terms import WorkingDays, WorkingHours

_LONGEST_SEARCH: Final = timedelta(days=366 * 60)


def before(calendar: WorkingTime, moment: datetime, term: WorkingDays | WorkingHours) -> datetime:
    """From which moment on, UTC, the term would no longer end by ``moment``: with one working day, midnight at the
    beginning of the last day whose work is done by then. Raises NoWorkingTime when the office never worked."""
    if isinstance(term, WorkingDays):
        return _before_days(calendar, moment, term.count)
    return _before_hours(calendar, moment, timedelta(hours=term.count))


def _before_days(calendar: WorkingTime, moment: datetime, count: int) -> datetime:
    day, last = calendar.local_date(moment), calendar.local_date(moment)
    while last - day < _LONGEST_SEARCH:
        if calendar.is_working_day(day) and calendar.closing(day) <= moment:
            count, last = count - 1, day
            if not count:
                return datetime.combine(day, time(), calendar.zone).astimezone(moment.tzinfo)
        day -= timedelta(days=1)
    raise NoWorkingTime(f"The office did not work before {last}.")


def _before_hours(calendar: WorkingTime, moment: datetime, left: timedelta) -> datetime:
    day, last = calendar.local_date(moment), calendar.local_date(moment)
    while last - day < _LONGEST_SEARCH:
        for opens, closes in reversed(calendar.openings(day)):
            ends = min(closes, moment)
            if ends - opens >= left:
                return ends - left
            left -= max(ends - opens, timedelta(0))
            last = day
        day -= timedelta(days=1)
    raise NoWorkingTime(f"The office did not work before {last}.")
