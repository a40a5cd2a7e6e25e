"""How long to wait before the next attempt: twice as long after each failure, and not all at the same moment."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=12)
SPREAD: Final = 0.25
"""By up to this part of the pause an attempt is later, so that what failed together does not come back together."""


def next_attempt(now: datetime, attempts: int, key: str) -> datetime:
    """The moment of the next attempt after so many failed ones. ``key`` says of what: the same key and number always
    give the same moment."""
    pause = min(FIRST * (1 << min(attempts - 1, 30)), LONGEST)
    drawn = hashlib.sha256(f"{key}/{attempts}".encode()).digest()
    return now + pause * (1 + SPREAD * int.from_bytes(drawn[:4]) / 2**32)
