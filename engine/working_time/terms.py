"""Lengths of time as law and offices state them: working days, working hours, months, and calendar lengths.

A working day is never a number of working hours: the two are different types and nothing converts one into
the other. ``engine.working_time.calendar`` turns them into moments.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.khmer import Bilingual, khmer_digits

_LARGEST_COUNT: Final = 9999
_MOST_MONTHS: Final = 120
HOURS_OF_A_DAY: Final = 7
"""How long an office with the usual hours is open on a working day."""
DAYS_OF_A_MONTH: Final = 15
"""No month of the Cambodian calendar has fewer working days, its longest holidays included."""
_LONGEST: Final = {"years": 200, "months": 2400, "days": 9999}
_WORKING: Final = re.compile(r"(\d{1,9})\s+working\s+(day|hour)s?", re.IGNORECASE)
_MONTHS: Final = re.compile(r"(\d{1,9})\s+months?", re.IGNORECASE)
_SHARE: Final = re.compile(r"(\d{1,3})\s*%")
_CALENDAR: Final = re.compile(r"(\d{1,9})\s+(year|month|day)s?", re.IGNORECASE)


class BadTerm(ValueError):
    """A length of time that is not written as one; ``why`` quotes it and shows how to write it."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why


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


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A number of months on the calendar: up to the day of the same number, or the last of a shorter month; when the
    office does not work on that day, up to the next on which it does."""

    count: int

    def text(self, language: str) -> str:
        """``1 month``, or ``១ ខែ``."""
        return _counted(self.count, "month", "ខែ", language)

    def __str__(self) -> str:
        return self.text("en")


Term = WorkingDays | WorkingHours | Months


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """So many hundredths of a term: ``80 %``."""

    percent: int

    def text(self, language: str) -> str:
        """``80 %``, or ``៨០ %``."""
        return f"{self.percent if language == 'en' else khmer_digits(self.percent)} %"

    def __str__(self) -> str:
        return self.text("en")


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
    """Working days, working hours or months from a text such as ``3 working days``; raises BadTerm with the remedy."""
    months = _MONTHS.fullmatch(text.strip())
    if months is not None:
        return Months(_count(text, months[1], _MOST_MONTHS))
    found = _WORKING.fullmatch(text.strip())
    if found is None:
        raise BadTerm(_filled(_NO_TERM, text))
    count = _count(text, found[1])
    return WorkingDays(count) if found[2].lower() == "day" else WorkingHours(count)


def parse_warning(text: str) -> Term | Share:
    """When a warning comes: a length from the start, or a share of the term such as ``80 %``; raises BadTerm."""
    share = _SHARE.fullmatch(text.strip())
    if share is None:
        return parse_term(text)
    return Share(_count(text, share[1], 99))


def fits_within(norm: Term, term: Term) -> bool:
    """Whether a norm ends before a term that starts with it, at an office with the usual hours on the calendar of
    Cambodia. Hours under days: as many as fit into the working days that the term has whole. A longer unit never fits
    into a shorter one."""
    if type(norm) is type(term):
        return norm.count <= term.count
    days = term.count * DAYS_OF_A_MONTH if isinstance(term, Months) else term.count
    if isinstance(term, WorkingHours) or isinstance(norm, Months):
        return False
    return norm.count <= (days if isinstance(norm, WorkingDays) else days * HOURS_OF_A_DAY)


def parse_length(text: str) -> CalendarLength:
    """A calendar length from a text such as ``1 year`` or ``60 days``; raises BadTerm with the remedy."""
    found = _CALENDAR.fullmatch(text.strip())
    if found is None:
        raise BadTerm(_filled(_NO_LENGTH, text))
    unit = f"{found[2].lower()}s"
    return CalendarLength(**{unit: _count(text, found[1], _LONGEST[unit])})


def _count(text: str, digits: str, largest: int = _LARGEST_COUNT) -> int:
    count = int(digits)
    if not 1 <= count <= largest:
        raise BadTerm(_filled(_BEYOND, text, largest))
    return count


def _counted(count: int, english: str, khmer: str, language: str) -> str:
    if language == "en":
        return f"{count} {english}" if count == 1 else f"{count} {english}s"
    return f"{khmer_digits(count)} {khmer}"


def _filled(sentence: Bilingual, text: str, largest: int = 0) -> Bilingual:
    return Bilingual(*(words.format(text=text, largest=largest) for words in (sentence.km, sentence.en)))


_NO_TERM: Final = Bilingual(
    "“{text}” មិនមែនជារយៈពេលទេ។ សូមសរសេរឧទាហរណ៍ “3 working days”, “4 working hours” ឬ “1 month”។",
    "“{text}” is not a term. Write for example “3 working days”, “4 working hours” or “1 month”.",
)
_NO_LENGTH: Final = Bilingual(
    "“{text}” មិនមែនជារយៈពេលទេ។ សូមសរសេរឧទាហរណ៍ “1 year”, “6 months” ឬ “60 days”។",
    "“{text}” is not a length of time. Write for example “1 year”, “6 months” or “60 days”.",
)
_BEYOND: Final = Bilingual(
    "“{text}”៖ លេខត្រូវនៅចន្លោះ 1 និង {largest}។ សូមកែវា។",
    "“{text}”: the number must lie between 1 and {largest}.",
)
