"""The words of the part of FEEL (OMG DMN 1.3, chapter 10) that packages may use, and the same in the core's words.

A question of a form may have any name, a word of the core's language too (``class``, ``none``): names are marked on the
way there and come back without the mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from engine.khmer import Bilingual

MARK: Final = "ក"
"""Stands before every name in the core's words. No name of a question begins with it: they are in Latin letters."""
_LONGEST: Final = 500
_DEEPEST: Final = 20
_MOST_WORDS: Final = 120
_WORD: Final = re.compile(
    r"""\s*(?:(?P<day>\d{4}-\d{2}-\d{2}(?!\d|\.\d))
          |(?P<number>\d+(?:\.\d+)?)
          |"(?P<text>[^"\\]*)"
          |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
          |(?P<sign>\.\.|!=|<=|>=|=(?!=)|[-+*/<>(),\[\]]))""",
    re.VERBOSE,
)
_KEPT: Final = frozenset({"true", "false", "null", "and", "or", "not"})
_RESERVED: Final = frozenset({"in", "if", "then", "else", "for", "some", "every", "function"})
_BEFORE_A_GROUP: Final = frozenset({"", "(", "not", "and", "or"})
_AFTER_A_GROUP: Final = frozenset({"", ")", "and", "or"})
TOO_DEEP: Final = Bilingual("វង់ក្រចកជ្រៅពេក", "it is nested too deep")
A_VALUE_EXPECTED: Final = Bilingual("ទីនេះត្រូវជាឈ្មោះ ឬតម្លៃ", "a name or a value is expected instead of something else")
_TOO_LONG: Final = Bilingual(
    f"កន្សោមមួយមានយ៉ាងច្រើន {_LONGEST} តួអក្សរ។ សូមបំបែកវា។",
    f"An expression has at most {_LONGEST} characters; split it.",
)


class BadExpression(ValueError):
    """An expression outside the supported part of FEEL; ``why`` quotes it and says what may be written."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number, text or sign: its kind, and how it was written."""

    kind: str
    written: str

    @property
    def in_core(self) -> str:
        """The same in the core's language."""
        if self.kind == "name":
            return self.written if self.written in _KEPT else MARK + self.written
        if self.kind in ("text", "day"):
            return repr(self.written)
        if self.kind == "number" and "." not in self.written:
            return str(int(self.written))
        return "==" if self.written == "=" else self.written


def refusal(source: str, why: Bilingual) -> BadExpression:
    """What is wrong with the expression, and what may be written instead."""
    return BadExpression(
        Bilingual(
            f"“{source}”៖ {why.km}។ សូមប្រើឈ្មោះ លេខ “អត្ថបទ” true, false, null ការប្រៀបធៀប and/or/not "
            "ហើយក្នុងតារាង ប្រើបញ្ជី និងចន្លោះ ដូចជា [5..20] ឬ [2026-01-01..2026-06-30]។",
            f"“{source}”: {why.en}. Use names, numbers, “texts”, true, false, null, comparisons, and/or/not, "
            "and in tables lists and ranges such as [5..20] or [2026-01-01..2026-06-30].",
        )
    )


def not_expected(written: str) -> Bilingual:
    """Something stands where nothing like it may."""
    return Bilingual(f"“{written}” មិនគួរនៅទីនេះទេ", f"“{written}” is not expected")


def not_supported(written: str) -> Bilingual:
    """A sign that the language has not."""
    return Bilingual(f"“{written}” មិនអាចប្រើនៅទីនេះបានទេ", f"“{written}” is not supported here")


def words_of(source: str, text: str) -> list[Word]:
    """The words of the text, which stands in ``source``; raises BadExpression for all that no expression has."""
    if len(text) > _LONGEST:
        raise BadExpression(_TOO_LONG)
    words = list(_read(source, text.rstrip()))
    for word in words:
        if word.kind == "day" and not is_day(word.written):
            raise refusal(
                source, Bilingual(f"{word.written} មិនមែនជាថ្ងៃក្នុងប្រតិទិនទេ", f"{word.written} is no day of the calendar")
            )
    if len(words) > _MOST_WORDS:
        raise BadExpression(
            Bilingual(
                f"“{source[:40]}…” មានលើសពី {_MOST_WORDS} ផ្នែក។ សូមបំបែកវា។",
                f"“{source[:40]}…” has more than {_MOST_WORDS} parts; split it.",
            )
        )
    depth = 0
    for word, following in pairwise([*words, Word("end", "")]):
        depth += (word.written in ("(", "[") and word.kind == "sign") - (word.kind == "sign" and word.written in ")]")
        if depth > _DEEPEST:
            raise refusal(source, TOO_DEEP)
        neighbours = word.kind == following.kind == "text"
        if neighbours or (word.kind == "name" and word.written in _RESERVED):
            raise refusal(source, not_expected(following.written if neighbours else word.written))
        if word.kind == "name" and word.written == "not" and following.written != "(":
            behind = Bilingual(following.written or "ចុង", following.written or "the end")
            raise refusal(source, Bilingual(f"ត្រូវមាន “(” មុន “{behind.km}”", f"“(” is expected before “{behind.en}”"))
    return words


def check_groups(source: str, words: list[Word]) -> None:
    """In conditions brackets hold whole conditions; raises BadExpression."""
    ends = [Word("end", ""), *words, Word("end", "")]
    for (before, word), following in zip(pairwise(ends), [*words[1:], ends[-1], ends[-1]], strict=False):
        if word.kind != "sign":
            continue
        if word.written == "(" and before.written not in _BEFORE_A_GROUP:
            raise refusal(source, not_expected("("))
        if word.written == ")" and following.written not in _AFTER_A_GROUP:
            raise refusal(source, not_expected(following.written))


def is_day(written: str) -> bool:
    """Whether the text is a day of the calendar, as ``2026-01-31``."""
    try:
        return len(written) == len("2026-01-31") and bool(date.fromisoformat(written))
    except ValueError:
        return False


def _read(source: str, text: str) -> list[Word]:
    words, position = [], 0
    while position < len(text):
        found = _WORD.match(text, position)
        if found is None or found.lastgroup is None:
            raise refusal(source, not_supported(text[position:].strip()[:20]))
        words.append(Word(found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return words
