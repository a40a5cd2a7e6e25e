"""The functions every expression in a diagram may call. Pure, small, and documented in docs/bpmn-support.md."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

CAMBODIA: Final = timezone(timedelta(hours=7), "Asia/Phnom_Penh")
"""Cambodian time has had no daylight saving since 1975, so a fixed offset is exact."""

_LONGEST_SPAN: Final = 100_000


class BpmnErrorRaised(Exception):
    """An expression called `bpmn_error("CODE")`: the diagram's own error, not a defect."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def bpmn_error(code: str) -> None:
    """Raise the BPMN error `code` at this element; an error boundary event or event sub-process may catch it."""
    raise BpmnErrorRaised(str(code))


def length(value: str | list[Any] | dict[str, Any]) -> int:
    """The number of characters of a text, or of entries of a list or record."""
    return len(value)


def text(value: object) -> str:
    """A number or truth value as text; a list or record is refused."""
    if isinstance(value, (list, tuple, dict)):
        raise TypeError("text() takes a number, a text or a truth value")
    return str(value)


def number(value: str | float) -> int | float:
    """A text as a number: whole if it has no fraction."""
    if isinstance(value, str):
        written = value.strip()
        if len(written) > 40:
            raise ValueError("the text is too long to be a number")
        return int(written) if written.lstrip("+-").isdigit() else float(written)
    return value


def count(values: list[Any], value: object) -> int:
    """How often `value` stands in the list."""
    return list(values).count(value)


def contains(where: str | list[Any], what: object) -> bool:
    """True when the text contains the part, or the list the value."""
    return what in where


def first(values: list[Any]) -> object:
    """The first entry of a list, or nothing when it is empty."""
    return values[0] if values else None


def last(values: list[Any]) -> object:
    """The last entry of a list, or nothing when it is empty."""
    return values[-1] if values else None


def append(values: list[Any], value: object) -> list[Any]:
    """A new list with `value` added at its end."""
    return [*values, value]


def add_days(day: str, days: int) -> str:
    """The date (or moment) so many calendar days later, in the same ISO form."""
    return _moved(day, timedelta(days=_span(days)))


def add_hours(moment: str, hours: int) -> str:
    """The moment so many hours later, in ISO form."""
    return _moved(moment, timedelta(hours=_span(hours)))


def add_months(day: str, months: int) -> str:
    """The date so many months later; the 31st becomes the last day of a shorter month."""
    start = date.fromisoformat(day[:10])
    year, month = divmod(start.year * 12 + start.month - 1 + _span(months), 12)
    month += 1
    return (
        start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1])).isoformat()
        + day[10:]
    )


def days_between(earlier: str, later: str) -> int:
    """Calendar days from one date to another; negative when the second is before the first."""
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def year(day: str) -> int:
    """The year of a date."""
    return date.fromisoformat(day[:10]).year


def _span(amount: int) -> int:
    if not isinstance(amount, int) or abs(amount) > _LONGEST_SPAN:
        raise ValueError(f"a whole number of at most {_LONGEST_SPAN} is needed")
    return amount


def _moved(written: str, span: timedelta) -> str:
    if len(written) <= 10 and not span.seconds:
        return (date.fromisoformat(written) + span).isoformat()
    return (datetime.fromisoformat(written) + span).isoformat()


def _pick(chooser: Callable[..., Any]) -> Callable[..., Any]:
    """min and max for a list or several values, without their keyword arguments."""

    def picked(*values: Any) -> Any:
        return chooser(*values)

    return picked


def _total(values: list[float]) -> float:
    return sum(values)


def _rounded(value: float, digits: int = 0) -> int | float:
    return round(value, digits) if digits else round(value)


BUILT_IN: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "add_days": add_days,
    "add_hours": add_hours,
    "add_months": add_months,
    "append": append,
    "bpmn_error": bpmn_error,
    "contains": contains,
    "count": count,
    "days_between": days_between,
    "first": first,
    "last": last,
    "len": length,
    "length": length,
    "lower": str.lower,
    "max": _pick(max),
    "min": _pick(min),
    "number": number,
    "round": _rounded,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "sum": _total,
    "text": text,
    "trim": str.strip,
    "upper": str.upper,
    "year": year,
}

CLOCK_FUNCTIONS: Final = ("now", "today")
"""Built in as well, but bound to the moment of the step: ISO strings in Cambodian time."""

CALLER_FUNCTIONS: Final = ("working_days", "working_hours")
"""Functions that the caller of a step supplies, because they depend on the office."""

KNOWN: Final = frozenset(BUILT_IN) | frozenset(CLOCK_FUNCTIONS) | frozenset(CALLER_FUNCTIONS)


def clock_functions(now: datetime) -> dict[str, Callable[..., Any]]:
    """`now()` and `today()` for a step that takes place at `now` (aware)."""
    local = now.astimezone(CAMBODIA)
    return {"now": lambda: local.isoformat(), "today": lambda: local.date().isoformat()}
