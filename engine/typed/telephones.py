"""Telephone numbers: Cambodian ones as people dial them, foreign ones with their country's number."""

from __future__ import annotations

import re
from typing import Any, Final

import phonenumbers

from engine.typed.fault import Fault
from engine.typed.signs import BLANKS, DASHES, plain

_COUNTRY: Final = "KH"
_ABROAD: Final = "00"
_DIALLED: Final = re.compile(rf"\+?[0-9(][0-9().{BLANKS}{re.escape(DASHES)}]{{2,39}}")


def typed_phone(raw: Any) -> str | None:
    """The number that was typed, as E.164 (``+85512345678``); None for nothing; raises Fault.

    Blanks, dashes, dots and brackets part digits; letters and extensions belong to no number that can be called. ``00``
    before a country's number is ``+`` wherever that is a number and the Cambodian codes for abroad (001, 007, 008) make
    none of it.
    """
    text = plain(raw)
    if not text:
        return None
    if not _DIALLED.fullmatch(text):
        raise Fault("not_a_phone")
    read = {number for number in map(_valid, _readings(text)) if number is not None}
    if len(read) != 1:
        raise Fault("not_a_phone")
    return read.pop()


def known_phone(raw: Any) -> str | None:
    """The number to look up for what was typed, None where it cannot be one. Raises nothing.

    Accounts may have numbers from before only callable ones were accepted: those of a possible length are found too.
    """
    try:
        return typed_phone(raw)
    except Fault:
        return _of_possible_length(raw)


def _of_possible_length(raw: Any) -> str | None:
    try:
        text = plain(raw)
        number = phonenumbers.parse(text, _COUNTRY) if _DIALLED.fullmatch(text) else None
    except (Fault, phonenumbers.NumberParseException):
        return None
    return _written(number) if number is not None and phonenumbers.is_possible_number(number) else None


def _readings(text: str) -> tuple[str, ...]:
    return (text, f"+{text[len(_ABROAD) :]}") if text.startswith(_ABROAD) else (text,)


def _valid(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, _COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return _written(number)


def _written(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
