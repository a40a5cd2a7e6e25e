"""Why something cannot be read or computed: words that go into a larger sentence, in both languages.

Reasons name kinds of values, never a value: values may be personal data, and reasons are shown to administrators.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from engine.bpmn.language.moments import day_of, duration_of, moment_of
from engine.bpmn.problems.reasons import KINDS, REASONS


class Reason(str):
    """The English words as text, with the Khmer words beside them."""

    __slots__ = ("km",)
    km: str

    def __new__(cls, english: str, khmer: str) -> Reason:
        """Both wordings of one reason."""
        reason = super().__new__(cls, english)
        reason.km = khmer
        return reason


class Unfit(ValueError):
    """A value is outside what diagrams can hold, or an operation or function cannot be carried out with it."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


def because(rule: str, /, **detail: object) -> Reason:
    """The reason of that rule, its blanks filled; a detail may itself be a Reason."""
    english, khmer = REASONS[rule]
    return Reason(english.format_map(detail), khmer.format_map(in_khmer(detail)))


def in_khmer(detail: dict[str, object]) -> dict[str, object]:
    """The details of a sentence with every Reason in Khmer."""
    return {name: value.km if isinstance(value, Reason) else value for name, value in detail.items()}


def kind_of(value: object) -> Reason:
    """What kind of value it is, in the analyst's words."""
    if isinstance(value, str):
        in_time = next((key for is_one, key in _KIND_OF_TEXT if is_one(value)), "text")
        return Reason(*KINDS[in_time])
    for kind, key in _KIND_OF:
        if isinstance(value, kind):
            return Reason(*KINDS[key])
    return Reason(type(value).__name__, type(value).__name__)


def kind_named(key: str) -> Reason:
    """A kind of value by its key in KINDS, such as ``text`` or ``whole number``."""
    return Reason(*KINDS[key])


_KIND_OF_TEXT: Final[tuple[tuple[Callable[[str], object], str], ...]] = (
    (moment_of, "point in time"),
    (day_of, "calendar day"),
    (duration_of, "duration"),
)
_KIND_OF: Final[tuple[tuple[type, str], ...]] = (
    (type(None), "nothing"),
    (bool, "truth value"),
    (int, "number"),
    (float, "number"),
    (Decimal, "number"),
    (list, "list"),
    (tuple, "list"),
    (dict, "record"),
)
