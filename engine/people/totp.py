"""One-time codes of authenticator apps: TOTP (RFC 6238) with SHA-1, six digits, a new code every half minute; what
every app understands."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

PERIOD: Final = 30
DIGITS: Final = 6
AROUND: Final = 1
"""So many half minutes a telephone may be fast or slow."""
SECRET_OCTETS: Final = 20
"""As long as what SHA-1 gives (RFC 4226, section 4)."""


def new_secret() -> str:
    """A secret made by chance, in base32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_OCTETS)).decode()


def half_minute(now: datetime) -> int:
    """The number of the half minute that a moment lies in, since 1970."""
    return int(now.timestamp()) // PERIOD


def code_of(secret: str, number: int) -> str:
    """The code of one half minute (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), number.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def matching(secret: str, code: str, *, now: datetime, after: int = -1) -> int | None:
    """The half minute around this moment, and later than ``after``, whose code it is; ``None`` when there is none."""
    given, current = code.encode(), half_minute(now)
    found = None
    for number in range(current - AROUND, current + AROUND + 1):
        if hmac.compare_digest(code_of(secret, number).encode(), given) and number > after:
            found = number
    return found


def address_of(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says: the address by which apps take a secret (Key Uri Format)."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    asked = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": PERIOD}
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"
