"""Which values are the same and which come first, by their kinds.

A truth value is no number, ``'5'`` is not 5, and moments are compared as moments, however they are written.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from engine.bpmn.language.moments import compared, may_be_of_time

_NUMBERS: Final = frozenset({int, float, Decimal})
_ORDERED: Final = _NUMBERS | {str, list}
_Order = Callable[[int, int], bool]


def is_number(value: object) -> bool:
    """Whether the value is a number. ``true`` and ``false`` are none, whatever Python thinks of them."""
    return type(value) in _NUMBERS


def is_whole(value: object) -> bool:
    """Whether the value is a number without a fraction, by its kind."""
    return type(value) is int


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal; those of different kinds never are, in lists and records neither."""
    if left is right:
        return True
    kind, other = type(left), type(right)
    if kind is not other:
        return kind in _NUMBERS and other in _NUMBERS and bool(left == right)
    if kind is str:
        return left == right or (may_be_of_time(left) and may_be_of_time(right) and _compared(left, right) == 0)
    if kind is list:
        return len(left) == len(right) and all(map(same, left, right))
    if kind is dict:
        return left.keys() == right.keys() and all(same(entry, right[name]) for name, entry in left.items())
    return bool(left == right)


def order(left: Any, right: Any) -> int:
    """Below, at or above 0 as ``left`` comes before, with or after ``right``; TypeError where they have no order."""
    place = _place(left, right) if type(left) in _ORDERED else None
    if place is None:
        raise TypeError
    return place


def _place(left: Any, right: Any) -> int | None:
    """The order of two values, 0 for the same, None for others that have none; every part is looked at once."""
    kind, other = type(left), type(right)
    if kind in _NUMBERS and other in _NUMBERS:
        return int(left > right) - int(left < right)
    if kind is not other or kind not in _ORDERED:
        return 0 if same(left, right) else None
    if kind is str:
        try:
            found = compared(left, right)
        except TypeError:
            return None
        return int(left > right) - int(left < right) if found is None else found
    places = (_place(one, two) for one, two in zip(left, right, strict=False))
    return next((place for place in places if place != 0), int(len(left) > len(right)) - int(len(left) < len(right)))


def _compared(left: str, right: str) -> int | None:
    try:
        return compared(left, right)
    except TypeError:
        return None


def holds(where: Any, what: Any) -> bool:
    """Whether a text has the part, a list the value or a record the name; TypeError where that cannot be asked."""
    if isinstance(where, list):
        return any(same(entry, what) for entry in where)
    return operator.contains(where, what)


def extreme(values: Sequence[Any], sign: int) -> Any:
    """The greatest (1) or least (-1) value, the first of equals; TypeError where they have no order."""
    found = values[0]
    for value in values:
        if order(value, found) * sign > 0:
            found = value
    return found


ORDERS: Final[Mapping[str, _Order]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
"""What ``order`` must be, compared with 0, by the sign."""
