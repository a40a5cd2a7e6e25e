"""A position on the earth: latitude and longitude in degrees, as a telephone or a map says them."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.khmer import khmer_digits
from engine.typed.fault import Fault
from engine.typed.signs import short

_POSITION: Final = re.compile(r"(-?\d{1,3}\.\d{1,8})\s*[,;\s]\s*(-?\d{1,3}\.\d{1,8})")
_NORTH, _EAST = 90, 180
_PLACES: Final = 5
"""Decimal places that are kept: about a metre."""


def typed_position(raw: Any) -> str | None:
    """The position that was typed (``11.5564, 104.9282``, ``១១.៥៥៦៤ ១០៤.៩២៨២``) as ``11.55640, 104.92820``; None for
    nothing; raises Fault."""
    text = short(raw, "not_a_position")
    if not text:
        return None
    found = _POSITION.fullmatch(text)
    if found is None or abs(float(found[1])) > _NORTH or abs(float(found[2])) > _EAST:
        raise Fault("not_a_position")
    return f"{float(found[1]):.{_PLACES}f}, {float(found[2]):.{_PLACES}f}"


def position_text(position: str, language: str) -> str:
    """A kept position in words: latitude before longitude."""
    return position if language == "en" else khmer_digits(position)
