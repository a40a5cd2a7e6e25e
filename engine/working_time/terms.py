"""Lengths of time as law and offices state them: working days, working hours, and calendar lengths.

A working day is never a number of working hours: the two are different types and nothing converts one into
the other. ``engine.working_time.calendar`` turns them into moments.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.khmer import khmer_digits

_LARGEST_COUNT: Final = 9999
_LONGEST: Final = {"years": 200, "months": 2400, "days": 9999}
_WORKING: Final = re.compile(r"(\d{1,9})\s+working\s+(day|hour)s?", re.IGNORECASE)
_CALENDAR: Final = re.compile(r"(\d{1,9})\s+(year|month|day)s?", re.IGNORECASE)


class BadTerm(ValueError):
    """A length of time that is not written as one; the message quotes it and shows how to write it."""


@dataclass(frozen=True, slots=True, order=True)
class WorkingDays:
    """A number of working days of an office; the day on which the clock starts does not count."""

    count: int

    def text(self, language: str) -> str:
        """``3 working days``, or ``៣ ថ្ងៃធ្វើការ``."""
        return _counted(self.count, "working day", "ថ្ងៃធ្វើការ", language)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True, order=True)
class WorkingHours:
    """A number of hours during which an office is open."""

    count: int

    def text(self, language: str) -> str:
        """``4 working hours``, or ``៤ ម៉ោងធ្វើការ``."""
        return _counted(self.count, "working hour", "ម៉ោងធ្វើការ", language)

    def __str__(self) -> str:
        return self.text("en")


Term = WorkingDays | WorkingHours


@dataclass(frozen=True, slots=True)
class CalendarLength:
    """A length in calendar time, for validity and renewal: exactly one of the three is not zero."""

    years: int = 0
    months: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """The same day of the month that many years or months later, or the last day of a shorter month."""
        return self._moved(start, 1)

    def before(self, end: date) -> date:
        """The day that lies this length before ``end``, with the same rule for shorter months."""
        return self._moved(end, -1)

    def _moved(self, day: date, sign: int) -> date:
        if self.days:
            return day + timedelta(days=sign * self.days)
        months = day.year * 12 + day.month - 1 + sign * (self.years * 12 + self.months)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    def text(self, language: str) -> str:
        """``1 year``, or ``១ ឆ្នាំ``."""
        if self.years:
            return _counted(self.years, "year", "ឆ្នាំ", language)
        if self.months:
            return _counted(self.months, "month", "ខែ", language)
        return _counted(self.days, "day", "ថ្ងៃ", language)

    def __str__(self) -> str:
        return self.text("en")


def parse_term(text: str) -> Term:
    """Working days or working hours from a text such as ``3 working days``; raises BadTerm with the remedy."""
    found = _WORKING.fullmatch(text.strip())
    if found is None:
        raise BadTerm(f"“{text}” is not a term. Write for example “3 working days” or “4 working hours”.")
    count = _count(text, found[1])
    return WorkingDays(count) if found[2].lower() == "day" else WorkingHours(count)


def parse_length(text: str) -> CalendarLength:
    """A calendar length from a text such as ``1 year`` or ``60 days``; raises BadTerm with the remedy."""
    found = _CALENDAR.fullmatch(text.strip())
    if found is None:
        raise BadTerm(f"“{text}” is not a length of time. Write for example “1 year”, “6 months” or “60 days”.")
    unit = f"{found[2].lower()}s"
    return CalendarLength(**{unit: _count(text, found[1], _LONGEST[unit])})


def _count(text: str, digits: str, largest: int = _LARGEST_COUNT) -> int:
    count = int(digits)
    if not 1 <= count <= largest:
        raise BadTerm(f"“{text}”: the number must lie between 1 and {largest}.")
    return count


def _counted(count: int, english: str, khmer: str, language: str) -> str:
    if language == "en":
        return f"{count} {english}" if count == 1 else f"{count} {english}s"
    return f"{khmer_digits(count)} {khmer}"
