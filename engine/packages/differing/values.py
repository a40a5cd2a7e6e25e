"""What was written, as people read it: lengths of time in both languages, everything else as it stands in the file."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.khmer import LANGUAGES, Bilingual
from engine.packages.differing.trees import written
from engine.working_time.terms import BadTerm, parse_length, parse_term

_LENGTH: Final = re.compile(r"\d{1,4} (?:working )?(?:day|hour|month|year)s?")


def said(value: Any) -> Bilingual:
    """The value in both languages."""
    text = written(value)
    if isinstance(value, str) and _LENGTH.fullmatch(value):
        for read in (parse_term, parse_length):
            try:
                length = read(value)
            except BadTerm:
                continue
            return Bilingual(*(length.text(language) for language in LANGUAGES))
    return Bilingual(text, text)
