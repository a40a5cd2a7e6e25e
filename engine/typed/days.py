"""A day of the calendar, in one field or in three."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.typed.fault import Fault
from engine.typed.signs import short

_MONTHS: Final = (
    ("មករា", "january"),
    ("កុម្ភៈ", "february"),
    ("មីនា", "march"),
    ("មេសា", "april"),
    ("ឧសភា", "may"),
    ("មិថុនា", "june"),
    ("កក្កដា", "july"),
    ("សីហា", "august"),
    ("កញ្ញា", "september"),
    ("តុលា", "october"),
    ("វិច្ឆិកា", "november"),
    ("ធ្នូ", "december"),
)
_ABBREVIATION: Final = 3
_MONTH_NUMBERS: Final = {
    word: number
    for number, (khmer, english) in enumerate(_MONTHS, 1)
    for word in (khmer, english, english[:_ABBREVIATION])
}
_ENDS_ALIKE: Final = re.compile("[:\u17c7]$")
"""A colon or the sign reahmuk for yuukaleapintu (U+17C8), which looks like both and is on few keyboards: ``កុម្ភ:``."""
_SAID_BEFORE: Final = {"day": re.compile("^(?:ថ្ងៃ)?(?:ទី)?"), "month": re.compile("^ខែ"), "year": re.compile("^ឆ្នាំ")}
"""Words that forms of paper have before the parts, and that people type with them."""
_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WRITTEN: Final = re.compile(r"([0-9]{1,2})\s*([/.\-])\s*([0-9]{1,2})\s*\2\s*([0-9]{4})")
# As our own pages write days: `15 Feb 2026`, `Sunday 15 February 2026`, `១៥ កុម្ភៈ ២០២៦`, `ថ្ងៃទី១៥ ខែកុម្ភៈ ឆ្នាំ២០២៦`.
_NAMED: Final = re.compile(
    r"(?:\w+day,?\s+)?(?:ថ្ងៃ[^\s0-9]{0,20}\s*)?(?:ទី)?([0-9]{1,2})\s*(?:ខែ)?"
    rf"({'|'.join(_MONTH_NUMBERS)})\s*(?:ឆ្នាំ)?([0-9]{{4}})",
    re.IGNORECASE,
)
_FIRST_YEAR: Final = 1000


def typed_day(raw: Any) -> date | None:
    """The day that was typed: the parts ``day``, ``month`` (a number or its name) and ``year``, or one text:
    ``2026-01-31``, ``31/1/2026``, ``31.1.2026``, ``31-1-2026``, ``31 January 2026``, ``៣១ មករា ២០២៦``. None for
    nothing; raises Fault, which names the part that is wrong.

    The year has four digits: of two nobody knows which century they mean.
    """
    if isinstance(raw, Mapping):
        return _of_parts({part: short(raw.get(part), "not_a_date") for part in _SAID_BEFORE})
    text = short(raw, "not_a_date")
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    if found := _WRITTEN.fullmatch(text):
        return _real(int(found[4]), int(found[3]), int(found[1]))
    if found := _NAMED.fullmatch(text):
        return _real(int(found[3]), _MONTH_NUMBERS[found[2].casefold()], int(found[1]))
    raise Fault("not_a_date")


def _of_parts(parts: Mapping[str, str]) -> date | None:
    if not any(parts.values()):
        return None
    read = {part: _SAID_BEFORE[part].sub("", text).strip() for part, text in parts.items()}
    read["month"] = str(_month_number(read["month"]) or read["month"])
    for part, text in read.items():
        if not _NUMBER.fullmatch(text):
            raise Fault("not_a_date", part=part)
    if int(read["year"]) < _FIRST_YEAR:
        raise Fault("not_a_date", part="year")
    return _real(int(read["year"]), int(read["month"]), int(read["day"]))


def _month_number(word: str) -> int | None:
    word = word.casefold().removesuffix(".")
    return _MONTH_NUMBERS.get(word) or _MONTH_NUMBERS.get(_ENDS_ALIKE.sub("\u17c8", word))


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as unreal:
        raise Fault("not_a_date") from unreal
