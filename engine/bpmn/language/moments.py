"""Moments, days and durations: values of their own kinds, written in ISO 8601.

At rest (in a state, an answer of a connector, a record) a moment is its text, so that everybody can read it. In the
language it is the moment: ``2026-03-02T01:30:00+07:00`` and ``2026-03-01T18:30:00Z`` are the same one. What has no
zone is Cambodian time; a day begins at its midnight there. Months are those of the calendar on the wall.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

CAMBODIA: Final = timezone(timedelta(hours=7), "Asia/Phnom_Penh")
"""Cambodian time has had no daylight saving since 1975, so a fixed offset is exact."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_BARE_TIME: Final = r"[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[.,][0-9]{1,9})?)?)?"
_ZONE: Final = r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_MOMENT: Final = re.compile(rf"{_DAY.pattern}(?:[T ]{_TIME}|T{_BARE_TIME}){_ZONE}")
_DURATION: Final = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,5})W|(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<days>\d{1,7})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:[.,]\d{1,6})?)S)?)?)"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A calendar length: months are counted on the Cambodian calendar, the rest is exact."""

    months: int
    exact: timedelta

    def after(self, moment: datetime) -> datetime:
        """The moment this length after ``moment``, in its zone; a day that a month lacks is the month's last.

        Raises OverflowError beyond the calendar.
        """
        local = moment.astimezone(CAMBODIA)
        if self.months:
            local = datetime.combine(month_later(local.date(), self.months), local.timetz())
        return (local + self.exact).astimezone(moment.tzinfo)

    def times(self, number: int) -> Duration:
        """So many of these lengths; raises OverflowError beyond all calendars."""
        return Duration(self.months * number, self.exact * number)

    def __str__(self) -> str:
        """In ISO 8601; one that goes back begins with a minus."""
        negative = self.months < 0 or self.exact < timedelta()
        years, months = divmod(abs(self.months), 12)
        exact = abs(self.exact)
        minutes, seconds = divmod(exact.seconds, 60)
        fraction = f"{seconds + exact.microseconds / 1_000_000:.6f}".rstrip("0").rstrip(".")
        days = _parts((years, "Y"), (months, "M"), (exact.days, "D"))
        hours = _parts((minutes // 60, "H"), (minutes % 60, "M")) + (f"{fraction}S" if fraction != "0" else "")
        return f"{'-' if negative else ''}P{days}{'T' + hours if hours else ''}" if days or hours else "PT0S"


def month_later(day: date, months: int) -> date:
    """The day so many months later, the last one of a shorter month. Raises OverflowError beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def may_be_of_time(text: str) -> bool:
    """False where a glance shows that the text is no moment, day or duration."""
    begin = text[:2]
    if begin[:1] == "P":
        return begin == "PT" or begin[1:].isdigit()
    return begin == "-P" or (text[4:5] == "-" and begin.isdigit())


def day_of(text: str) -> date | None:
    """The day that the text is, written as 2026-03-02."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """The moment that the text is; a day alone is none."""
    if len(text) < 13 or text[10] not in "T " or not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=CAMBODIA)


def beginning_of(text: str) -> datetime | None:
    """The moment that the text is, or at which the day that it is begins."""
    day = day_of(text) if len(text) == 10 else None
    return moment_of(text) if day is None else datetime.combine(day, time(), CAMBODIA)


def local_day(text: str) -> date | None:
    """The day that the text is, or on which the moment that it is lies in Cambodia."""
    moment = moment_of(text)
    return day_of(text) if moment is None else moment.astimezone(CAMBODIA).date()


def duration_of(text: str) -> Duration | None:
    """The duration that the text is."""
    if text[:1] not in ("P", "-") or len(text) > 60:
        return None
    negative = text.startswith("-")
    found = _DURATION.fullmatch(text[1:] if negative else text)
    if found is None:
        return None
    part = {name: value or "0" for name, value in found.groupdict().items()}
    exact = timedelta(
        weeks=int(part["weeks"]), days=int(part["days"]), hours=int(part["hours"]), minutes=int(part["minutes"]),
        seconds=float(part["seconds"].replace(",", ".")),
    )  # fmt: skip
    months = int(part["years"]) * 12 + int(part["months"])
    return Duration(-months, -exact) if negative else Duration(months, exact)


def written_like(pattern: str, moment: datetime) -> str:
    """The moment in Cambodian time, without a zone where ``pattern``, from which it was computed, has none."""
    local = moment.astimezone(CAMBODIA)
    return (local if any(sign in pattern[10:] for sign in "Z+-") else local.replace(tzinfo=None)).isoformat()


def compared(left: str, right: str) -> int | None:
    """Below, at or above 0 as ``left`` is earlier or shorter than ``right``; None where they are other texts.

    TypeError for a moment and a text that is none, and for durations such as a month and 30 days.
    """
    if not may_be_of_time(left) and not may_be_of_time(right):
        return None
    first, second = moment_of(left), moment_of(right)
    if first is not None or second is not None:
        first, second = first or beginning_of(left), second or beginning_of(right)
        if first is None or second is None:
            raise TypeError
        return (first > second) - (first < second)
    shorter, longer = duration_of(left), duration_of(right)
    return None if shorter is None or longer is None else _compared(shorter, longer)


def later(text: str, length: Duration) -> str | None:
    """The day or moment so much later; a day stays one while whole days are added. None for other texts.

    Raises OverflowError beyond the calendar.
    """
    day, whole = day_of(text), timedelta(days=length.exact.days)
    if day is not None and length.exact == whole:
        return (month_later(day, length.months) + whole).isoformat()
    moment = beginning_of(text)
    return None if moment is None else written_like(text, length.after(moment))


def added(left: str, right: str) -> str | None:
    """Two durations together, or the day or moment that a duration later; None for other texts. TypeError for two
    days or moments."""
    if duration_of(right) is None:
        left, right = right, left
    length, other = duration_of(right), duration_of(left)
    if length is None:
        if beginning_of(left) and beginning_of(right):
            raise TypeError
        return None
    return later(left, length) if other is None else str(_joined(other, length))


def subtracted(left: str, right: str) -> str | None:
    """The day or moment that a duration earlier, or the duration between two of them; None for other texts."""
    length, other = duration_of(right), duration_of(left)
    if length is not None:
        back = length.times(-1)
        return later(left, back) if other is None else str(_joined(other, back))
    first, second = beginning_of(right), beginning_of(left)
    return None if first is None or second is None else str(Duration(0, second - first))


def repeated(text: str, times: int) -> str | None:
    """So many durations; None for other texts. TypeError for a day or moment."""
    length = duration_of(text)
    if beginning_of(text):
        raise TypeError
    return None if length is None else str(length.times(times))


def _joined(left: Duration, right: Duration) -> Duration:
    both = Duration(left.months + right.months, left.exact + right.exact)
    if both.months * both.exact.total_seconds() < 0:
        raise TypeError
    return both


def _compared(left: Duration, right: Duration) -> int:
    by_months = (left.months > right.months) - (left.months < right.months)
    by_exact = (left.exact > right.exact) - (left.exact < right.exact)
    if by_months * by_exact < 0:
        raise TypeError
    return by_months or by_exact


def _parts(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{sign}" for number, sign in parts if number)
