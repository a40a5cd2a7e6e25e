"""One field as it was posted."""

from __future__ import annotations

from typing import Any, Final

from engine.khmer import tidy
from engine.typed.fault import Fault

LONGEST: Final = 10_000
"""No field asks for more; what is longer is not even looked at."""


def typed_line(raw: Any) -> str:
    """What was typed into one field; a field that came twice or is no text cannot be understood."""
    if raw is None:
        return ""
    if isinstance(raw, (list, tuple)) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str):
        raise Fault("not_text")
    if len(raw) > LONGEST:
        raise Fault("too_long", limit=LONGEST)
    return tidy(raw)
