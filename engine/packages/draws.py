"""Which cases are drawn by lot, such as those that a second person looks at: always the same, so that anybody reckons
it again from the key of the case and the element that drew."""

from __future__ import annotations

import hashlib
from typing import Final

LOTS: Final = 100
_DIGITS: Final = 16


def lot_of(case_key: str, element_id: str) -> int:
    """The lot of a case at an element, 0 to 99, each as likely: the first sixteen digits of the SHA-256 of
    ``key/element``, as a hexadecimal number, and what is left of it when it is divided by a hundred."""
    digest = hashlib.sha256(f"{case_key}/{element_id}".encode()).hexdigest()
    return int(digest[:_DIGITS], 16) % LOTS


def is_drawn(case_key: str, element_id: str, percent: int) -> bool:
    """Whether the case is among so many of a hundred."""
    return lot_of(case_key, element_id) < percent
