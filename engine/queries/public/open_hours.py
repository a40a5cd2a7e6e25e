"""When an office is open, as people read it: days in a row with the same hours are one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class OpenDays:
    """Weekdays in a row (0 is Monday) on which the office is open at these times, each from and to as ``07:30``."""

    first: int
    last: int
    times: tuple[tuple[str, str], ...]


def open_days(hours: Sequence[Sequence[Any]]) -> tuple[OpenDays, ...]:
    """The week of an office as it is stored (``[weekday, "07:30", "11:30"]``); days off are left out."""
    week: dict[int, tuple[tuple[str, str], ...]] = {}
    for weekday, opens, closes in sorted(map(tuple, hours)):
        week[weekday] = (*week.get(weekday, ()), (opens, closes))
    in_a_row = groupby(enumerate(sorted(week)), key=lambda one: (one[1] - one[0], week[one[1]]))
    found = []
    for (_row, times), group in in_a_row:
        days = [day for _place, day in group]
        found.append(OpenDays(days[0], days[-1], times))
    return tuple(found)
