"""The opening hours of an office laid end to end: a moment is the number of minutes that it was open until then."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import Final

from engine.working_time.calendar import WorkingTime

_MINUTE: Final = timedelta(minutes=1)


class OpenMinutes:
    """The open time of an office from a moment on, for so many days on the calendar."""

    def __init__(self, calendar: WorkingTime, start: datetime, days: int) -> None:
        self.calendar = calendar
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []
        self._before: list[int] = []
        first, passed = calendar.local_date(start), 0
        for count in range(days):
            for opens, closes in calendar.openings(first + timedelta(days=count)):
                begins = max(opens, start)
                if begins >= closes:
                    continue
                self._begins.append(begins)
                self._ends.append(closes)
                self._before.append(passed)
                passed += (closes - begins) // _MINUTE
        self.end = passed
        """The last minute; nothing is known of what comes later."""

    def at(self, moment: datetime) -> int:
        """How long the office was open until then; what lies before the first minute is that minute."""
        place = bisect_right(self._begins, moment) - 1
        if place < 0:
            return 0
        return self._before[place] + (min(moment, self._ends[place]) - self._begins[place]) // _MINUTE

    def moment(self, minute: int) -> datetime:
        """When so many minutes of it have passed: the last moment of a day rather than the first of the next."""
        if not self._begins:
            raise ValueError("The office does not open in these days.")
        place = max(bisect_right(self._before, minute) - 1, 0)
        if place and self._before[place] == minute:
            place -= 1
        return self._begins[place] + (minute - self._before[place]) * _MINUTE
