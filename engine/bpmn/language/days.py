"""What expressions compute with days and moments, on the calendar that hangs on the wall in Cambodia."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from engine.bpmn.language.comparing import is_whole
from engine.bpmn.language.moments import (
    Duration,
    added,
    beginning_of,
    later,
    local_day,
    may_be_of_time,
    repeated,
    subtracted,
    written_like,
)
from engine.bpmn.language.reasons import Unfit, because, kind_named, kind_of


def add_days(day: str, days: int) -> str:
    """The day (or moment) so many calendar days later."""
    return _later("add_days", day, Duration(0, timedelta(days=days)))


def add_hours(moment: str, hours: int) -> str:
    """The moment so many hours later; a day counts from its midnight."""
    begins = beginning_of(moment)
    if begins is None:
        raise Unfit(because("argument", name="add_hours", wanted=kind_named("moment")))
    try:
        return written_like(moment, begins + timedelta(hours=hours))
    except OverflowError:
        raise Unfit(because("calendar")) from None


def add_months(day: str, months: int) -> str:
    """The day (or moment) so many months later; the 31st becomes the last day of a shorter month."""
    return _later("add_months", day, Duration(months, timedelta()))


def days_between(earlier: str, later: str) -> int:
    """Calendar days from one day to another; negative when the second is before the first."""
    return (_local_day("days_between", later) - _local_day("days_between", earlier)).days


def year(day: str) -> int:
    """The year of a day, or of a moment in Cambodia."""
    return _local_day("year", day).year


def day(moment: str) -> str:
    """The day on which a moment lies in Cambodia; a day is its own."""
    return _local_day("day", moment).isoformat()


def _later(name: str, written: str, length: Duration) -> str:
    try:
        found = later(written, length)
    except OverflowError:
        raise Unfit(because("calendar")) from None
    if found is None:
        raise _no_day(name, written)
    return found


def _local_day(name: str, written: str) -> date:
    try:
        found = local_day(written)
    except OverflowError:
        raise Unfit(because("calendar")) from None
    if found is None:
        raise _no_day(name, written)
    return found


def _no_day(name: str, written: str) -> Unfit:
    wanted = "day" if len(written) <= len("2026-03-02") else "moment"
    return Unfit(because("argument", name=name, wanted=kind_named(wanted)))


def in_time(sign: str, left: Any, right: Any) -> str | None:
    """What is computed with moments, days and durations; None where the values are others. Raises Unfit."""
    if sign == "*" and isinstance(right, str):
        left, right = right, left
    if not isinstance(left, str) or not may_be_of_time(left):
        return None
    try:
        if sign == "*":
            return repeated(left, right) if is_whole(right) else None
        compute = _WITH_DURATIONS.get(sign)
        there = isinstance(right, str) and may_be_of_time(right)
        return compute(left, right) if there and compute is not None else None
    except OverflowError:
        raise Unfit(because("calendar")) from None
    except TypeError:
        raise Unfit(because("operator", left=kind_of(left), sign=sign, right=kind_of(right))) from None


_WITH_DURATIONS: Final[Mapping[str, Callable[[str, str], str | None]]] = {"+": added, "-": subtracted}
