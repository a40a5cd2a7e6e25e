"""KHQR payment codes: EMVCo merchant-presented QR strings as the National Bank of Cambodia profiles them. Pure.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode (tag, two-digit length, value; CRC-16 in
tag 63), with the KHQR tags 29/30 (Bakong account) and 99 (created and expiry, milliseconds). The key by which the
Bakong interface finds a payment is the MD5 of the exact string that was shown, so the string is stored as it is.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

RIEL: Final = "116"
"""ISO 4217 number of the Khmer riel."""
GOVERNMENT_SERVICES: Final = "9399"
"""ISO 18245 merchant category: government services not classified elsewhere."""

_TEMPLATES: Final = frozenset({"29", "30", "62", "64", "99"})
_MAX_VALUE: Final = 99
_MAX_NAME: Final = 25
_MAX_CITY: Final = 15
_MAX_BILL: Final = 25
_MAX_AMOUNT: Final = 9_999_999_999_999
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9._-]{1,25}@[A-Za-z0-9]{2,6}")
_DYNAMIC, _STATIC = "12", "11"


class BadPayment(ValueError):
    """A payment code cannot be made from these values, or a text is not a payment code; the message says why."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: a Bakong account (``name@bank``) with the name and city that the payer's bank shows."""

    account: str
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """The string of a QR code and its MD5, by which the payment is found later."""

    text: str
    md5: str


def payment_code(
    payee: Payee, *, amount: int, bill_number: str, created_at: datetime, expires_at: datetime
) -> PaymentCode:
    """A code for one payment of ``amount`` whole riel; ``bill_number`` carries the application's reference.

    Raises BadPayment naming the value that does not fit the standard.
    """
    _check(payee, amount, bill_number)
    if created_at.tzinfo is None or expires_at.tzinfo is None or expires_at <= created_at:
        raise BadPayment("A payment code expires after it is made; both moments need a time zone.")
    body = "".join((
        field("00", "01"),
        field("01", _DYNAMIC),
        field("29", field("00", payee.account)),
        field("52", GOVERNMENT_SERVICES),
        field("53", RIEL),
        field("54", str(amount)),
        field("58", "KH"),
        field("59", payee.name),
        field("60", payee.city),
        field("62", field("01", bill_number)),
        field("99", field("00", _milliseconds(created_at)) + field("01", _milliseconds(expires_at))),
    ))  # fmt: skip
    text = with_crc(body)
    return PaymentCode(text, md5(text))


def md5(text: str) -> str:
    """The key of a payment: 32 hexadecimal digits over the exact string. No secret rests on it."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF) over the text in UTF-8: four capital hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def with_crc(body: str) -> str:
    """The body closed with tag 63; the sum covers the tag and length of 63 itself."""
    opened = body + "6304"
    return opened + crc16(opened)


def field(tag: str, value: str) -> str:
    """Tag, length in characters as two digits, value. Raises BadPayment for an empty or overlong value."""
    if not 1 <= len(value) <= _MAX_VALUE:
        raise BadPayment(f"Tag {tag} takes 1 to {_MAX_VALUE} characters, not {len(value)}.")
    return f"{tag}{len(value):02d}{value}"


def read(text: str) -> dict[str, str | Mapping[str, str]]:
    """The fields of a payment code by tag; templates (29, 30, 62, 64, 99) as mappings. Raises BadPayment."""
    opened, crc = text[:-4], text[-4:]
    if not opened.endswith("6304") or crc16(opened) != crc:
        raise BadPayment("The check sum of the payment code is wrong.")
    fields = _split(text)
    return {tag: _split(value) if tag in _TEMPLATES else value for tag, value in fields.items()}


def _split(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not head.isascii() or not head.isdigit():
            raise BadPayment(f"There is no field at position {at}.")
        tag, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) < length or tag in fields:
            raise BadPayment(f"Tag {tag} at position {at} is cut short or there twice.")
        fields[tag] = value
        at += 4 + length
    return fields


def _check(payee: Payee, amount: int, bill_number: str) -> None:
    if not _ACCOUNT.fullmatch(payee.account):
        raise BadPayment(f"{payee.account!r} is not a Bakong account like office@bank.")
    if not 1 <= amount <= _MAX_AMOUNT:
        raise BadPayment(f"{amount} is not an amount in whole riel that a code can carry.")
    for what, value, longest in (
        ("The payee's name", payee.name, _MAX_NAME),
        ("The city", payee.city, _MAX_CITY),
        ("The bill number", bill_number, _MAX_BILL),
    ):
        if not 1 <= len(value) <= longest or not value.isascii() or not value.isprintable():
            raise BadPayment(f"{what} takes 1 to {longest} Latin characters: {value!r}")


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
