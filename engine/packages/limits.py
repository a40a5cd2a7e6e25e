"""The least and the most that a question allows, as the author of a form writes them: ``min`` and ``max``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.khmer import Bilingual
from engine.typed.fault import Fault
from engine.typed.times import typed_time
from engine.working_time.terms import BadTerm, parse_length

_MOST_DIGITS: Final = 15


class BadLimit(ValueError):
    """A limit that nobody can be held to; ``why`` quotes it and shows how to write it."""

    def __init__(self, km: str, en: str) -> None:
        super().__init__(en)
        self.why = Bilingual(km, en)


def number_limit(limit: Any) -> Decimal:
    """A number."""
    try:
        number = Decimal(limit)
    except ArithmeticError:
        number = Decimal("NaN")
    if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS:
        return number
    raise BadLimit(
        f"“{limit}” មិនមែនជាលេខដែលមនុស្សអាចឆ្លើយបានទេ។ សូមសរសេរលេខធម្មតា ឧទាហរណ៍ 20។",
        f"“{limit}” is not a number that somebody can answer with; write a plain number, such as 20.",
    )


def written_day_limit(limit: Any) -> str:
    """A day as ``day_limit`` reads it on the day of the answer."""
    try:
        day_limit(str(limit), date(2000, 1, 1))
    except (BadTerm, ValueError) as unreadable:
        raise BadLimit(
            f"“{limit}”៖ សូមសរសេរកំណត់នៃថ្ងៃជា 2026-01-31, today ឬ “18 years ago”។",
            f"“{limit}”: write a date limit as 2026-01-31, today, or “18 years ago”.",
        ) from unreadable
    return str(limit)


def time_limit(limit: Any) -> str:
    """A time of day as ``07:30``."""
    try:
        time = typed_time(str(limit))
    except Fault:
        time = None
    if time is None:
        raise BadLimit(f"“{limit}”៖ សូមសរសេរកំណត់នៃម៉ោងជា 07:30។", f"“{limit}”: write a limit of a time of day as 07:30.")
    return time


def days_beside(text: str) -> tuple[str, ...]:
    """The days before and after ``2026-01-31``; none for any other text."""
    return _beside(text, "%Y-%m-%d", timedelta(days=1))


def times_beside(text: str) -> tuple[str, ...]:
    """The minutes before and after ``07:30``; none for any other text."""
    return _beside(text, "%H:%M", timedelta(minutes=1))


def _beside(text: str, form: str, step: timedelta) -> tuple[str, ...]:
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=UTC)
        return tuple((moment + sign * step).strftime(form) for sign in (-1, 1))
    except (ValueError, OverflowError):
        return ()


def day_limit(limit: str, today: date) -> date:
    """The day that ``today``, ``2026-01-31`` or ``18 years ago`` means on that day."""
    if limit == "today":
        return today
    if limit.endswith(" ago"):
        return parse_length(limit.removesuffix(" ago")).before(today)
    return date.fromisoformat(limit) if limit[:1].isdigit() and "-" in limit else parse_length(limit).after(today)
