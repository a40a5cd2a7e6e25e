"""How times are written that are none here: what is meant as one is told as a time, not as an expression."""

from __future__ import annotations

import re
from typing import Final

_CYCLE_LIKE: Final = re.compile(r"R\d*/")
"""What is meant as a cycle, even if it could be read as a division."""
_WITH_UNIT: Final = re.compile(r"[PR]?[\d.,]+(?:\s*[A-Za-z]+|\s[\w\s]+)", re.ASCII)
"""What is meant as a time in another writing: 250ms, 3D, 1 hour, 2 days and 3 hours."""
_ISO_LIKE: Final = re.compile(r"[PR](?>T?\d+(?:[.,]\d+)?[A-Z]*)++|PT?")
"""What is meant in ISO 8601 and is not whole; nobody calls a variable so."""
_BACKWARDS: Final = re.compile(r"-P(?>T?\d+(?:[.,]\d+)?[A-Z]*)++|R-\d+/")
"""A length before now, and R-1, which means without end to other engines."""
_DAY_LIKE: Final = re.compile(r"\d{4}-[\dW]|\d{1,2}([./-])\d{1,2}\1\d{2,4}\b", re.ASCII)
"""What begins like a day: 2026-02-30, 2026-064, 05/03/2026."""
_CRON: Final = re.compile(r"@\w+.*|[\d*?/,#LW-]+(?:\s+(?>[A-Z]{3}\b|[\d*?/,#LW-])++){4,6}", re.ASCII)
"""What cron and Quartz repeat by: 0 0 9 * * ?, 0 9 * * MON-FRI, @daily."""


def is_no_expression(text: str) -> bool:
    """True for what nobody writes as an expression."""
    return bool(_CYCLE_LIKE.match(text) or _WITH_UNIT.fullmatch(text) or _ISO_LIKE.fullmatch(text))


def meant_as_a_time(text: str) -> bool:
    """True for what is meant as a time, also where it could be computed: 5/3/2026 as a division."""
    return bool(_BACKWARDS.match(text) or _DAY_LIKE.match(text) or _CRON.fullmatch(text))
