"""Khmer and Latin writing: the two languages of every text, and the two sets of digits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal, get_args

Language = Literal["km", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

_KHMER_DIGITS: Final = "០១២៣៤៥៦៧៨៩"
_TO_KHMER: Final = str.maketrans("0123456789", _KHMER_DIGITS)
_TO_LATIN: Final = str.maketrans(_KHMER_DIGITS, "0123456789")
MOST_MARKS: Final = 10
"""Marks on one letter. Khmer heaps up to four, other scripts hardly more; normalising takes the square of their number
(UAX #15, section 13, stops at thirty)."""
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff"
_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks of direction (UAX #9, section 2). Khmer and Latin need none, and with them a text reads otherwise than it is
kept: in lists, in files and on papers also what stands behind it (Boucher and Anderson, "Trojan Source", 2021)."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages; calling it with a language code gives the words in that language."""

    km: str
    en: str

    def __call__(self, language: str) -> str:
        """The English words for ``en``, the Khmer words for everything else: Khmer is the first language."""
        return self.en if language == "en" else self.km


def khmer_digits(text: str | int) -> str:
    """The same text with Khmer digits (U+17E0-17E9), as official papers write numbers."""
    return str(text).translate(_TO_KHMER)


def latin_digits(text: str) -> str:
    """The same text with Latin digits, whichever of the two sets a person typed."""
    return text.translate(_TO_LATIN)


def heaps_marks(text: str) -> bool:
    """Whether a letter of this text carries more marks than any writing puts on one."""
    return not text.isascii() and len(_unheaped(text)) != len(text)


def _unheaped(text: str) -> str:
    """The text without the marks that are too many on one letter."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Mc", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def tidy(text: str) -> str:
    """Typed text made comparable: canonical composition, unified line ends, no control characters, no marks
    of direction, no blanks or invisible word breaks at either end, no heaps of marks. Word breaks inside Khmer text
    stay."""
    composed = unicodedata.normalize("NFC", _unheaped(text)).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        sign
        for sign in composed
        if sign == "\n" or (sign not in _DIRECTIONS and unicodedata.category(sign) not in ("Cc", "Cs"))
    )
    return kept.strip(_INVISIBLE + " \t\n\u00a0\u3000")
