"""A time of day: hours and minutes on the clock of twenty-four hours."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.khmer import khmer_digits
from engine.typed.fault import Fault
from engine.typed.signs import short

NO_BREAK: Final = "\u00a0"
# A colon as people type it: of a keyboard, of East Asian keyboards, and the Khmer sign that looks like one; a full stop
# and an h are written in Cambodia too.
_TIME: Final = re.compile(r"(?:ម៉ោង\s*)?([0-9]{1,2})\s*[:.hH\uff1a\u17d6]\s*([0-9]{2})")


def typed_time(raw: Any) -> str | None:
    """The time that was typed (``7:30``, ``7.30``, ``7h30``, ``០៧:៣០``, ``ម៉ោង ៧:៣០``) as ``07:30``; None for nothing;
    raises Fault.

    What may mean two things is refused: halves of a day (``7:30 pm``), an hour alone, ``24:00``.
    """
    text = short(raw, "not_a_time")
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Fault("not_a_time")
    return f"{int(found[1]):02}:{found[2]}"


def time_text(time: str, language: str) -> str:
    """A kept time in words: ``07:30``, or ``ម៉ោង ០៧:៣០``."""
    return time if language == "en" else f"ម៉ោង{NO_BREAK}{khmer_digits(time)}"
