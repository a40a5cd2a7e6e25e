"""How an answer must be written: rows of characters, classes and counts, such as ``[A-Z]{2}[0-9]{6,9}``.

They look like regular expressions and mean the same, but are matched place by place: the work is the number of parts
times the length of the answer, whatever the pattern. An engine that goes back to try again would need years for some.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

_PART: Final = re.compile(
    r"(?P<sign>\[\^?(?:[^\\\[\]]|\\[dws.\-/+()])+\]|\\[dws.\-/+()]|[^\\\[\](){}|*+?^$])"
    r"(?:\{(?P<least>\d{1,3})(?:,(?P<most>\d{1,3}))?\}|(?P<perhaps>\?))?"
)


class BadPattern(ValueError):
    """A pattern that is not a row of characters, classes and counts."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which sign, and how often at least and at most."""

    sign: re.Pattern[str]
    least: int
    most: int


@lru_cache(maxsize=512)
def read_pattern(pattern: str) -> tuple[Part, ...]:
    """The parts of a pattern; ``^`` before and ``$`` after them may be left out. Raises BadPattern."""
    at, end = int(pattern.startswith("^")), len(pattern) - int(pattern.endswith("$") and not pattern.endswith(r"\$"))
    parts = []
    while at < end:
        found = _PART.match(pattern, at, end)
        if found is None:
            raise BadPattern(pattern[at:])
        parts.append(_part(found))
        at = found.end()
    if not parts:
        raise BadPattern(pattern)
    return tuple(parts)


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text is written like the pattern; raises BadPattern."""
    reached = [True] + [False] * len(text)
    for part in read_pattern(pattern):
        reached = _after(part, reached, text)
    return reached[-1]


def _part(found: re.Match[str]) -> Part:
    least = 0 if found["perhaps"] else int(found["least"] or 1)
    most = int(found["most"] or least) if found["least"] else 1
    try:
        sign = re.compile(found["sign"])
    except re.error as unreadable:
        raise BadPattern(found["sign"]) from unreadable
    if not 0 < most >= least:
        raise BadPattern(found[0])
    return Part(sign, least, most)


def _after(part: Part, reached: list[bool], text: str) -> list[bool]:
    """The places where this part may end when it begins at one of these. From each place it reaches a stretch of
    places; where the stretches begin and end is counted, so that no place is visited twice."""
    end = len(text)
    run = [0] * (end + 1)
    for at in range(end - 1, -1, -1):
        run[at] = run[at + 1] + 1 if part.sign.match(text, at) else 0
    opens = [0] * (end + 2)
    for at in range(end + 1):
        if reached[at] and run[at] >= part.least:
            opens[at + part.least] += 1
            opens[at + min(part.most, run[at]) + 1] -= 1
    return [count > 0 for count in accumulate(opens[:-1])]
