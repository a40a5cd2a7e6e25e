"""Days, moments and durations as FEEL writes them: ``date("2026-03-02")``, ``duration("P3D")``, ``@"2026-03-02"``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.bpmn.language.moments import day_of, duration_of, moment_of

_LITERALS: Final[tuple[tuple[list[str], Callable[[str], object]], ...]] = (
    (["date", "("], day_of),
    (["date", " ", "and", " ", "time", "("], moment_of),
    (["duration", "("], duration_of),
    (["@"], lambda text: day_of(text) or moment_of(text) or duration_of(text)),
)
"""How days, moments and durations begin in FEEL, and what then stands in quotes."""


def literal_of_time(pieces: list[str], place: int) -> list[str]:
    """The pieces of the day, moment or duration that begins here in FEEL; none where none does."""
    for begin, is_one in _LITERALS:
        size = len(begin) + (1 if begin == ["@"] else 2)
        literal = pieces[place : place + size]
        if literal[: len(begin)] == begin and len(literal) == size:
            quoted = literal[len(begin)]
            if quoted[0] in "\"'" and is_one(quoted[1:-1]) and literal[len(begin) + 1 :] in ([], [")"]):
                return literal
    return []
