"""One form for everything that looks the same, so that it is found however it was typed.

Khmer is written from left to right and typed in many orders: signs around a letter look the same whichever was typed
first, and some signs look like two others together. The rules are those of the Unicode Standard (chapter 16, "Khmer")
and of SIL's specification of the Khmer script; here they only have to meet, so the order is the simplest one. Latin is
compared without capitals and accents, on both databases alike, because neither is asked to do it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 200
"""Signs that are looked at. Cut before anything else is done, so that no text makes this slow."""
LONGEST_KEY: Final = 40

_SAME: Final = str.maketrans(
    {
        "\u17a3": "\u17a2",  # deprecated writings of other letters
        "\u17a4": "\u17a2\u17b6",
        "\u17a8": "\u17a7\u1780",
        "\u17b2": "\u17b1",
        "\u17d3": "\u17c6",
        "\u17dd": "\u17d1",
        "\u17d8": "\u17d4\u179b\u17d4",
        "\u17be": "\u17c1\u17b8",  # vowels whose two halves can be typed one by one
        "\u17c4": "\u17c1\u17b6",
        "\u17b4": "",  # vowels that are heard and never drawn
        "\u17b5": "",
        "'": "",
        "\u2019": "",
        "\u2018": "",
        "\u02bc": "",
        "`": "",
        "\u00b4": "",
    }
)
_DIGITS: Final = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_COENG: Final = "\u17d2"
_CLUSTER: Final = re.compile("([\u1780-\u17b3])((?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1])+)")
_SIGN: Final = re.compile("\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1]")
_COENG_DA, _COENG_TA, _COENG_RO = "\u17d2\u178a", "\u17d2\u178f", "\u17d2\u179a"
_LOWERED: Final = frozenset("\u17bb\u17c9\u17ca")
"""The two register shifters take the shape of the vowel U below a letter that carries something above."""
_ABOVE: Final = frozenset("\u17b7\u17b8\u17b9\u17ba\u17d0")
_E, _AE = "\u17c1", "\u17c2"
_AA, _NIKAHIT = "\u17b6", "\u17c6"
_APART: Final = frozenset('-.,;:/()"«»“”‐‑‒–—−·•|\u17d4\u17d5\u17d6')


def words_of(text: str) -> list[str]:
    """The words of a text in their normal form; two texts that look the same give the same words.

    Blanks, dashes and stops part words; invisible signs, capitals, accents, apostrophes and the script of digits do
    not count. Only the first 200 signs are looked at.
    """
    plain = text[:LONGEST].translate(_SAME)
    plain = _without_accents(unicodedata.normalize("NFKC", plain)).casefold()
    plain = _without_accents(plain).translate(_SAME).translate(_DIGITS)
    seen = "".join(_visible(sign) for sign in plain)
    return _CLUSTER.sub(lambda found: found[1] + _ordered(found[2]), seen).split()


def normal_form(text: str) -> str:
    """The words of a text in their normal form, one blank between them. The normal form of a normal form is itself."""
    return " ".join(words_of(text))


def keys_of(text: str) -> set[str]:
    """What a text can be found by: an answer to "does it hold these signs?" is one of the keys that begins with them.

    The text without its blanks, from each of its letters on and around its end, so that what was typed without blanks,
    with other blanks or with the names the other way round meets it; each at most 40 signs long.
    """
    words = words_of(text)
    whole = "".join(words)
    around = whole + whole
    begins = {sum(map(len, words[:number])) for number in range(len(words))}
    letters = {
        at
        for at, sign in enumerate(whole)
        if whole[at - 1 : at] != _COENG and not unicodedata.category(sign).startswith("M")
    }
    return {around[at : at + min(len(whole), LONGEST_KEY)] for at in begins | letters}


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f")


def _visible(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind.startswith("Z") or sign in _APART or sign in "\t\n\r\v\f":
        return " "
    return "" if kind.startswith("C") or "\ufe00" <= sign <= "\ufe0f" else sign


def _ordered(signs: str) -> str:
    """The signs around one letter in one order, each once: what is below the line of writing first, RO last of it."""
    typed = [_COENG_TA if sign == _COENG_DA else sign for sign in _SIGN.findall(signs)]
    below = [sign for sign in typed if sign.startswith(_COENG)]
    subscripts = [sign for sign in below if sign != _COENG_RO] + [_COENG_RO] * (_COENG_RO in below)
    marks = [sign for sign in typed if not sign.startswith(_COENG)]
    if _ABOVE & set(marks) or {_AA, _NIKAHIT} <= set(marks):
        marks = ["\u17ca" if sign in _LOWERED else sign for sign in marks]
    twice, once = divmod(marks.count(_E), 2)
    others = [sign for sign in marks if sign != _E] + [_AE] * bool(twice) + [_E] * once
    return "".join([*subscripts, *sorted(set(others))])
