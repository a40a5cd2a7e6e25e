"""A number as people write it, in both sets of digits and with every habit of parting thousands."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from engine.typed.fault import Fault
from engine.typed.signs import short

# Blanks of every width, and the invisible word break that Khmer keyboards put beside them.
_BLANKS: Final = "[ \u00a0\u2000-\u200b\u202f\u205f\u3000]"
_SIGNS: Final = str.maketrans("\u2212\u2010\u2011\uff0b", "---+")
_POINTED: Final = re.compile(r"([+-]?[0-9]{1,15})([.,])([0-9]{1,6})")
_MOST_WHOLE_DIGITS: Final = 15
_GROUP: Final = 3
_GROUPS: Final = (
    re.compile(rf"([+-]?[1-9][0-9]{{0,2}}(?:{_BLANKS}[0-9]{{3}})+)(?:[.,]([0-9]{{1,6}}))?"),
    re.compile(r"([+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]{1,6}))?"),
    re.compile(r"([+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,([0-9]{1,6}))?"),
    re.compile(r"([+-]?[1-9][0-9]{0,2}(?:['\u2019][0-9]{3})+)(?:[.,]([0-9]{1,6}))?"),
)
_ONE_GROUP: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_UNIT: Final = "៛|រៀល|KHR|riels?"
_RIEL: Final = re.compile(rf"(?:(?:{_UNIT}){_BLANKS}*)?(.*?)(?:{_BLANKS}*(?:{_UNIT}))?", re.IGNORECASE)


def typed_number(raw: Any, *, decimals: int = 0) -> Decimal | None:
    """The number that was typed where so many decimal places may be given; None for nothing; raises Fault.

    Thousands may be parted by blanks, commas, full stops or apostrophes: ``10.000`` is ten thousand, never ten.
    Decimals follow a full stop or a comma. Where three decimal places may be given, ``10.000`` and ``1,250`` mean two
    things and are refused; so are digits in groups of other sizes.
    """
    if isinstance(raw, bool):
        raise Fault("not_a_number")
    if isinstance(raw, (int, float, Decimal)):
        return _counted(str(raw))
    text = short(raw, "not_a_number").translate(_SIGNS)
    if not text:
        return None
    if _ONE_GROUP.fullmatch(text) and decimals >= _GROUP:
        if "," in text or text.endswith("0"):  # our own pages write 2.125 and never 2.120
            raise Fault("ambiguous_number")
        return _counted(text)
    for groups in _GROUPS:
        if found := groups.fullmatch(text):
            if decimals < _GROUP and len(found[2] or "") == _GROUP:  # 1.250,000 may be a million
                raise Fault("ambiguous_number")
            return _counted(re.sub(r"[^0-9+-]", "", found[1]) + (f".{found[2]}" if found[2] else ""))
    if found := _POINTED.fullmatch(text):
        if found[2] == "," and not decimals:
            raise Fault("not_a_number")
        return _counted(f"{found[1]}.{found[3]}")
    return _counted(text)


def typed_riel(raw: Any) -> Decimal | None:
    """An amount as ``typed_number`` reads it, with or without the word or sign of the riel at one end."""
    if not isinstance(raw, str):
        return typed_number(raw)
    bare = _RIEL.fullmatch(short(raw, "not_a_number"))
    return typed_number(bare[1] if bare else raw)


def _counted(text: str) -> Decimal:
    whole = text.partition(".")[0].lstrip("+-")
    if not re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]{1,6})?", text) or len(whole) > _MOST_WHOLE_DIGITS:
        raise Fault("not_a_number")
    return Decimal(text)
