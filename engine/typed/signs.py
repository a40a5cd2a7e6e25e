"""Signs that look or mean alike, made one: what every rule of typed values starts from."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.khmer import latin_digits
from engine.typed.fault import Fault
from engine.typed.lines import typed_line

# Hyphens, dashes, the minus sign, and the long vowel sign of Japanese keyboards.
DASHES: Final = "\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u30fc\ufe58\ufe63\uff0d-"
APOSTROPHES: Final = "\u0060\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201b\u2032\uff07'"
BLANKS: Final = " \t\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Word breaks, joiners, marks of direction and variation: nobody sees them, keyboards and copying bring them.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
SHORT: Final = 100
"""Signs of the longest number, day, time or position, blanks included. Patterns that look for one try every split of a
longer text, which takes seconds for ten thousand blanks."""
_WIDE: Final = {0xFF01 + place: 0x21 + place for place in range(94)}
_PARTING: Final = re.compile(f"[{BLANKS}{re.escape(DASHES)}]+")


def visible(text: str) -> str:
    """The text without signs that nobody sees."""
    return _INVISIBLE.sub("", text)


def plain(raw: Any) -> str:
    """One typed field with Latin digits, narrow letters, without invisible signs; raises Fault for what is no text."""
    return visible(latin_digits(typed_line(raw).translate(_WIDE))).strip()


def short(raw: Any, error: str) -> str:
    """One typed field as ``plain`` reads it, where no right answer has more than ``SHORT`` signs; raises Fault with
    this error for a longer one, before any pattern is tried on it."""
    text = plain(raw)
    if len(text) > SHORT:
        raise Fault(error)
    return text


def compact(raw: Any) -> str:
    """A number of a paper or an account as it is compared: capital letters, no blanks, no dashes, no full stop at the
    end; raises Fault for what is no text."""
    return _PARTING.sub("", plain(raw).rstrip(".។៕")).upper()
