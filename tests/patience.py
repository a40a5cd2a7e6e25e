"""How long tests wait: until what they wait for has come. No test fails because the machine is busy.

The limit is there for what never comes. It is far beyond what the busiest machine needs, and costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

SECONDS: Final = 600
MILLISECONDS: Final = SECONDS * 1000
_LOOK_AGAIN_SECONDS: Final = 0.05

Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str) -> Found:
    """What ``look`` finds as soon as it finds anything; fails naming ``what`` was waited for when it never does."""
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        if found := look():
            return found
        time.sleep(_LOOK_AGAIN_SECONDS)
    raise AssertionError(f"It never came: {what}")
