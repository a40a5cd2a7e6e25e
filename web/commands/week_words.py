"""The week of an office as it is written on the command line: ``mon-fri 07:30-11:30, 14:00-17:00``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from engine.queries.public.open_hours import OpenDays
from engine.working_time.calendar import Opening
from web.admin.hours_form import read_day_hours

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE: Final = re.compile(r"\s*([a-z]{3})[a-z]*(?:\s*[-–]\s*([a-z]{3})[a-z]*)?\s+(.+)", re.IGNORECASE)


class UnreadableWeek(ValueError):
    """A line of hours that says no days and times; the message quotes it and shows how to write it."""

    def __init__(self, line: str) -> None:
        super().__init__(f"“{line}” is no line of hours. Write it like “mon-fri 07:30-11:30, 14:00-17:00”.")


def read_week(lines: Sequence[str]) -> tuple[Opening, ...]:
    """The week that these lines say together; days that none of them names are days off. Raises UnreadableWeek."""
    return tuple(sorted(opening for line in lines for opening in _read(line)))


def week_lines(week: Sequence[OpenDays]) -> list[str]:
    """The lines that say a week, as they are read."""
    return [f"{_days(row)} {', '.join(f'{opens}-{closes}' for opens, closes in row.times)}" for row in week]


def _days(row: OpenDays) -> str:
    return DAYS[row.first] if row.first == row.last else f"{DAYS[row.first]}-{DAYS[row.last]}"


def _read(line: str) -> list[Opening]:
    found = _LINE.fullmatch(line)
    first, last, written = found.groups() if found else ("", None, "")
    days = [DAYS.index(name) for name in ((first or "").lower(), (last or first or "").lower()) if name in DAYS]
    times = read_day_hours(written)
    if len(days) != 2 or days[0] > days[1] or not times:
        raise UnreadableWeek(line)
    return [(day, opens, closes) for day in range(days[0], days[1] + 1) for opens, closes in times]
