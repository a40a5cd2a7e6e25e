"""The signs that papers can be drawn with, known where something is typed and not only when it is printed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

MOST_NAMED: Final = 10
"""Signs that a refusal lists."""
UNKNOWN: Final = "\ufffd"
LONGEST_WORD: Final = 40
LONGEST_PHRASE: Final = 150
"""Signs without a blank: in letters that put blanks between words, and in Khmer, where lines break between words that
nothing shows. What is longer is no word and may break anywhere."""
PIECE: Final = 12
BREAK: Final = "\u200b"
_FILE: Final = Path(__file__).with_name("signs.txt")
_RUN: Final = re.compile(rf"[^\s{BREAK}]{{{LONGEST_WORD + 1},}}")
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u1780-\u17ff\u3000-\u9fff]")
_ADDRESS: Final = re.compile(r"https?://\S{1,120}")


@cache
def drawable() -> frozenset[str]:
    """Every sign that one of the fonts for papers has (``signs.txt`` lists them as ranges of code points)."""
    signs: set[str] = set()
    for part in _FILE.read_text(encoding="ascii").split():
        first, _, last = part.partition("-")
        signs.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(signs)


def undrawable(text: str) -> str:
    """The signs of a text that no font for papers has, each once and at most ten; empty when it can be printed."""
    known = drawable()
    return "".join(dict.fromkeys(sign for sign in text if sign not in known and not _is_silent(sign)))[:MOST_NAMED]


def printable(text: str) -> str:
    """The text as a paper can show it: a mark for each sign that no font has, and long runs of letters may break."""
    known = drawable()
    shown = "".join(sign if sign in known else _instead(sign) for sign in unicodedata.normalize("NFC", text))
    return _RUN.sub(lambda run: _broken(run[0]), shown)


def _instead(sign: str) -> str:
    if sign in "\n\t" or unicodedata.category(sign).startswith("Z"):
        return sign if sign in "\n\t" else " "
    return "" if _is_silent(sign) else UNKNOWN


def _is_silent(sign: str) -> bool:
    """Blanks, controls and formats show nothing, nor do the signs that only choose a variant of the one before."""
    kind = unicodedata.category(sign)
    return kind in ("Cc", "Cf") or kind.startswith("Z") or "\ufe00" <= sign <= "\ufe0f"


def _broken(run: str) -> str:
    """Places to break where there were none, never before a mark or below a Khmer letter. An address of the web stays
    in one piece: it is a link."""
    if _ADDRESS.fullmatch(run) or (_UNSPACED.search(run) and len(run) <= LONGEST_PHRASE):
        return run
    parts, begin = [], 0
    for at in range(1, len(run)):
        holds = unicodedata.category(run[at]).startswith("M") or run[at - 1] == "\u17d2"
        if at - begin >= PIECE and not holds:
            parts.append(run[begin:at])
            begin = at
    return BREAK.join([*parts, run[begin:]])
