"""Words in boxes of a drawing: broken into lines that fit, by an estimate of widths that needs no font."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

COENG: Final = "\u17d2"
_PARTS: Final = re.compile(r"[ \u200b]+|[^ \u200b]+")
_KHMER_LETTERS: Final = range(0x1780, 0x17B4)


def width_of(text: str, size: float) -> float:
    """About how wide a text is in a sans-serif of this size: signs above and below a letter take no room."""
    total, before = 0.0, ""
    for sign in text:
        if unicodedata.category(sign) in ("Mn", "Cf") or before == COENG:
            total += 0
        elif ord(sign) in _KHMER_LETTERS:
            total += 0.72
        elif unicodedata.category(sign) == "Mc":
            total += 0.4
        elif sign in "iljtfrI.,:;'’!|() ":
            total += 0.3
        elif sign.isupper() or sign in "mwMW@%→":
            total += 0.7
        else:
            total += 0.54
        before = sign
    return total * size


def lines_of(text: str, room: float, size: float, most: int) -> list[str]:
    """The text in at most so many lines of this width; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for part in _pieces(text, room, size):
        if line and width_of(line + part.rstrip(), size) > room:
            lines.append(line.strip())
            line = part.lstrip()
        else:
            line += part
    lines += [line.strip()] if line.strip() else []
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return lines


def _pieces(text: str, room: float, size: float) -> Iterator[str]:
    """Words with the blanks before them; one that is wider than the room, syllable by syllable."""
    blank = ""
    for part in _PARTS.findall(text):
        if not part.strip(" \u200b"):
            blank = " " if " " in part else ""
            continue
        if width_of(part, size) <= room:
            yield blank + part
        else:
            first, *rest = _syllables(part)
            yield blank + first
            yield from rest
        blank = ""


def _syllables(word: str) -> Iterator[str]:
    """Pieces between which a word may be broken: before a Khmer letter that stands on the line, between other signs."""
    piece = ""
    for sign in word:
        joins = unicodedata.category(sign) in ("Mn", "Mc", "Cf") or piece.endswith(COENG)
        if piece and not joins and (ord(sign) in _KHMER_LETTERS or not ("\u1780" <= sign <= "\u17ff")):
            yield piece
            piece = ""
        piece += sign
    yield piece
