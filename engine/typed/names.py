"""Names of people, in Khmer and in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from engine.typed.fault import Fault
from engine.typed.lines import typed_line
from engine.typed.signs import APOSTROPHES, BLANKS, DASHES, visible

LONGEST: Final = 200
_KHMER: Final = re.compile(r"[\u1780-\u17b3\u17b6-\u17d3\u17d7\u17dc\u17dd]")
_BETWEEN: Final = "-'. "
_ALIKE: Final = {**dict.fromkeys(map(ord, DASHES), "-"), **dict.fromkeys(map(ord, APOSTROPHES), "'")}
_BLANK: Final = re.compile(f"[{BLANKS}]+")


def khmer_name(raw: Any) -> str | None:
    """A name in Khmer letters, on one line with single blanks; None for nothing; raises Fault."""
    text = _written(raw)
    if text and not all(map(_is_khmer, _letters(text))):
        raise Fault("not_khmer_letters")
    return text or None


def latin_name(raw: Any) -> str | None:
    """A name in Latin letters with whatever accents (``José``, ``Müller``, ``D'Angelo``, ``Anne-Marie``, ``J. R.``);
    apostrophes and dashes of every kind are one. None for nothing; raises Fault."""
    text = _written(raw)
    if text and not all(map(_is_latin, _letters(text))):
        raise Fault("not_latin_letters")
    return text or None


def khmer_title(raw: Any, *, longest: int) -> str | None:
    """The name of a business in Khmer letters, with whatever numbers and signs (``សណ្ឋាគារ ៩៩ & កូន``), on one line; None
    for nothing; raises Fault."""
    text = _titled(raw, longest)
    if text and not any(map(_is_khmer, text)):
        raise Fault("not_khmer_letters")
    return text or None


def latin_title(raw: Any, *, longest: int) -> str | None:
    """The same in Latin letters (``Angkor 99 Co., Ltd.``): none of any other script."""
    text = _titled(raw, longest)
    letters = [sign for sign in text if sign.isalpha() or unicodedata.category(sign).startswith("M")]
    if text and not (letters and all(map(_is_latin, letters))):
        raise Fault("not_latin_letters")
    return text or None


def _titled(raw: Any, longest: int) -> str:
    text = _BLANK.sub(" ", visible(typed_line(raw)).translate(_ALIKE)).strip()
    if len(text) > longest:
        raise Fault("too_long", limit=longest)
    return text


def _written(raw: Any) -> str:
    """One line with single blanks, of which something at least belongs into a name."""
    text = _BLANK.sub(" ", visible(typed_line(raw)).translate(_ALIKE)).strip()
    if len(text) > LONGEST:
        raise Fault("too_long", limit=LONGEST)
    if text and not any(sign.isalpha() and (_is_khmer(sign) or _is_latin(sign)) for sign in text):
        raise Fault("not_a_name")
    return text


def _letters(text: str) -> list[str]:
    return [sign for sign in text if sign not in _BETWEEN]


def _is_khmer(sign: str) -> bool:
    return bool(_KHMER.match(sign))


def _is_latin(sign: str) -> bool:
    return (unicodedata.category(sign) == "Mn" and "\u0300" <= sign <= "\u036f") or (
        sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN ")
    )
