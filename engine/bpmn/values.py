"""The values a diagram can hold: plain JSON data within bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

LARGEST_VALUE: Final = 20_000
"""Entries, counted with repetition, that a value may hold."""
LONGEST_TEXT: Final = 20_000
LARGEST_NUMBER: Final = 2**63 - 1
DEEPEST_VALUE: Final = 40


def plain(value: Any) -> Any:
    """`value` as plain JSON data, tuples as lists; raises ValueError beyond the bounds or for other types.

    A value that contains itself, or parts of itself many times over, is too large: entries count with repetition.
    """
    if value is None or value is True or value is False:
        return value
    return _plain(value, [LARGEST_VALUE], 0)


def variable_name(name: Any) -> str:
    """The name of a variable that comes from outside; raises ValueError for what cannot be one."""
    if not isinstance(name, str) or name.startswith("_"):
        raise ValueError(f"{name!r} cannot be the name of a variable")
    return _text(name)


def _plain(value: Any, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > DEEPEST_VALUE:
        raise ValueError("the value is too large")
    if isinstance(value, (list, tuple)):
        return [_plain(entry, budget, depth + 1) for entry in value]
    if isinstance(value, Mapping):
        return {_key(key): _plain(entry, budget, depth + 1) for key, entry in value.items()}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise ValueError("the number is too large")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("the number is not finite")
        return float(value)
    raise ValueError(f"{type(value).__name__} is not a value a diagram can hold")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError("a record has a key that is not a text")
    return _text(key)


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError("the text is too long")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("the text holds half a character") from None
    return str(text)
