"""The values a diagram can hold: plain JSON data within bounds, and the work that looking at them takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine.bpmn.language.moments import may_be_of_time
from engine.bpmn.language.reasons import Unfit, because, kind_of

LARGEST_VALUE: Final = 20_000
"""Entries, counted with repetition, that a value may hold."""
LONGEST_TEXT: Final = 20_000
MOST_TEXT: Final = 1_000_000
"""Characters of all texts together that a value may hold."""
LARGEST_NUMBER: Final = 2**63 - 1
DEEPEST_VALUE: Final = 40
WORK_OF_AN_EXPRESSION: Final = 400_000
"""Entries that one expression may look at; this many take some 30 milliseconds."""
WORK_OF_A_STEP: Final = 16_000_000
"""The same for all expressions of a step together."""
_Number = TypeVar("_Number", bound=int | float | Decimal)
_DEEP: Final = frozenset({str, list, tuple, dict})
_CHARACTERS: Final = 16
"""Characters of a text that count as one entry: texts are compared and copied that much faster."""
_READING_TIME: Final = 60
"""What looking at a text that may be a moment or a duration counts besides."""


class Work:
    """What expressions may still look at, in entries. Counted, not timed, so that a replay ends at the same place."""

    def __init__(self) -> None:
        self._of_step = WORK_OF_A_STEP
        self._of_expression = WORK_OF_AN_EXPRESSION

    def begin(self) -> None:
        """Another expression is about to be computed."""
        self._of_expression = WORK_OF_AN_EXPRESSION

    def spend(self, entries: int) -> None:
        """Count entries that are about to be looked at; raises Unfit when that is too many."""
        self._of_step -= entries
        self._of_expression -= entries
        if self._of_step < 0 or self._of_expression < 0:
            raise Unfit(because("work"))

    def look_through(self, value: Any) -> None:
        """Count everything in a value, with repetition: what comparing or copying it takes."""
        if isinstance(value, str):
            self.spend(_weight(value))
            return
        waiting = [value]
        while waiting:
            current = waiting.pop()
            if isinstance(current, str):
                self.spend(_weight(current))
            elif isinstance(current, (list, tuple)):
                self.spend(1 + len(current))
                waiting.extend([entry for entry in current if type(entry) in _DEEP])
            elif isinstance(current, dict):
                self.spend(1 + 2 * len(current))
                waiting.extend([entry for entry in current.values() if type(entry) in _DEEP])


def _weight(text: str) -> int:
    return 1 + len(text) // _CHARACTERS + (_READING_TIME if may_be_of_time(text) else 0)


def plain(value: Any, work: Work | None = None) -> Any:
    """``value`` as plain JSON data, tuples as lists; raises Unfit beyond the bounds or for other types.

    A value that contains itself, or parts of itself many times over, is too large: entries count with repetition.
    """
    if value is None or value is True or value is False:
        return value
    left = [LARGEST_VALUE, MOST_TEXT]
    copied = _plain(value, left, 0)
    if work is not None:
        work.spend(LARGEST_VALUE - left[0] + (MOST_TEXT - left[1]) // _CHARACTERS)
    return copied


def variable_name(name: Any) -> str:
    """The name of a variable that comes from outside; raises Unfit for what cannot be one."""
    if not isinstance(name, str) or name.startswith("_"):
        raise Unfit(because("name-kind"))
    return _text(name)


def _plain(value: Any, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST_VALUE:
        raise Unfit(because("value-large"))
    if isinstance(value, str):
        left[1] -= len(value)
        if left[1] < 0:
            raise Unfit(because("value-large"))
        return _text(value)
    if isinstance(value, (list, tuple)):
        return [_plain(entry, left, depth + 1) for entry in value]
    if isinstance(value, Mapping):
        return {_key(key, left): _plain(entry, left, depth + 1) for key, entry in value.items()}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return number_within(int(value) if isinstance(value, int) else float(value))
    raise Unfit(because("value-kind", kind=kind_of(value)))


def number_within(value: _Number) -> _Number:
    """The number itself; raises Unfit when it is not finite or needs more than 64 bits."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unfit(because("number-finite"))
    elif not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise Unfit(because("number-large"))
    return value


def _key(key: Any, left: list[int]) -> str:
    if not isinstance(key, str):
        raise Unfit(because("key-kind"))
    left[1] -= len(key)
    return _text(key)


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Unfit(because("text-long"))
    if "\0" in text:
        raise Unfit(because("null-character"))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unfit(because("half-character")) from None
    return str(text)
