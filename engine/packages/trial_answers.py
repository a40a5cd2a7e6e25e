"""Answers with which an expression over questions is tried: those at and beside every place where it may turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.packages.coverage import may_be_left_out
from engine.packages.feel_words import is_day
from engine.packages.forms import Component

WITHOUT_LIMIT: Final = 1_000
"""How far above its least a question without a greatest number is tried."""
_MOST_VALUES: Final = 1_000
_DIGITS: Final = 4


def values_to_try(component: Component, marks: Iterable[Any], without_limit: int = WITHOUT_LIMIT) -> list[Any]:
    """Values of a question: every choice; of a number the least and the greatest, of days and numbers the ``marks``
    that something compares it with and what lies beside each; None where it may be left out."""
    missing: list[Any] = [None] if may_be_left_out(component) else []
    if component.kind.scalar == "boolean":
        return [True, False]
    if component.options:
        return [option.value for option in component.options] + missing
    if component.kind.scalar != "number":
        written = [mark for mark in marks if isinstance(mark, str)]
        return [*dict.fromkeys([*written, *_days_beside(written), "…"]), *missing]
    step = Decimal(1).scaleb(-component.decimals)
    low = component.minimum if isinstance(component.minimum, Decimal) else Decimal(0)
    high = component.maximum if isinstance(component.maximum, Decimal) else max(low, Decimal(0)) + without_limit
    numbers = [Decimal(mark) for mark in marks if isinstance(mark, (int, Decimal)) and not isinstance(mark, bool)]
    points = {low, high, *numbers, *(point + side for point in (low, high, *numbers) for side in (step, -step))}
    return sorted(point for point in points if low <= point <= high) + missing


def every_number(component: Component) -> list[Any] | None:
    """Every number that the question may be answered with; None where these are too many."""
    low, high = component.minimum, component.maximum
    step = Decimal(1).scaleb(-component.decimals)
    low = low if isinstance(low, Decimal) else Decimal(0)
    if component.kind.scalar != "number" or not isinstance(high, Decimal) or (high - low) / step >= _MOST_VALUES:
        return None
    count = int((high - low) / step) + 1
    return [low + step * place for place in range(count)] + ([None] if may_be_left_out(component) else [])


def can_be(answers: Mapping[str, Any], asked: Mapping[str, Component]) -> bool:
    """Whether the form lets these answers stand together: a required question is left out only where the others hide
    it. What hides it and is not looked at here is taken to be so that no answer is missing."""
    by_key = {asked[name].key: value for name, value in answers.items()}
    for name, value in answers.items():
        component = asked[name]
        if component.hide is None or not component.hide.names <= by_key.keys():
            if value is None and component.required:
                return False
        elif component.hide.holds(by_key) != (value is None) and (component.required or value is not None):
            return False
    return True


def case_in_words(answers: Mapping[str, Any], names: Iterable[str]) -> str:
    """``kind = "hall", rooms = 7``, of these names."""
    return ", ".join(f"{name} = {number_said(answers[name])}" for name in sorted(names))


def number_said(value: Any) -> str:
    """A number without needless digits; everything else as it is written."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value == round(value, _DIGITS) else f"{value:.{_DIGITS}f}…"
    return "nothing" if value is None else str(value)


def _days_beside(written: Iterable[str]) -> list[str]:
    days = [date.fromisoformat(day) for day in written if is_day(day)]
    beside = {day + timedelta(days=side) for day in days for side in (-1, 1)}
    return [day.isoformat() for day in sorted(beside)]
