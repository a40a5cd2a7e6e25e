"""Numbers of identity cards and passports."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.typed.fault import Fault
from engine.typed.signs import compact

CARD: Final = "national_id"
"""The kind of paper whose numbers have nine digits, zeros in front included."""
_CARD_DIGITS: Final = 9
_NUMBER: Final = re.compile(r"(?=.*[0-9])[A-Z0-9\u1780-\u17a2./]{4,20}")


def typed_identity(raw: Any) -> str | None:
    """The number as papers are compared: capital letters and Latin digits, no blanks or dashes (``K7654321`` for
    ``k 765-4321``); None for nothing; raises Fault. Old papers have Khmer letters before the digits."""
    text = compact(raw)
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Fault("not_an_identity_number")
    return text


def number_of_paper(kind: str, raw: Any) -> str:
    """The number of a paper of this kind as it is kept, so that one number has one writing: as ``typed_identity``, and
    the number of an identity card without zeros before its nine digits (``0000010203045`` is ``010203045``). Raises
    Fault for what is no text."""
    number = compact(raw)
    if kind == CARD and len(number) > _CARD_DIGITS and number.isascii() and number.isdigit():
        return number.lstrip("0").rjust(_CARD_DIGITS, "0")
    return number


def numbers_looked_up(raw: Any) -> frozenset[str]:
    """The numbers to look up for what was typed, of whatever kind of paper; none where it cannot be one."""
    number = known_identity(raw)
    return frozenset({number, number_of_paper(CARD, number)}) if number else frozenset()


def known_identity(raw: Any) -> str | None:
    """The number to look up for what was typed, None where it cannot be one. Raises nothing."""
    try:
        return typed_identity(raw)
    except Fault:
        return None
