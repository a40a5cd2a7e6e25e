"""Numbers for people: application references, tracking codes, receipt and certificate numbers."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum import damm

from storage.applications import Counter

# Crockford's alphabet: no I, L, O, U, so a code survives being read out on the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRACKING_LENGTH = 10
TRACKING_DIGITS = 4
CLAIM_LENGTH = 12


def next_number(session: Session, scope: str) -> int:
    """The next number of a gapless series. The row stays locked until the transaction ends."""
    value = _counted(session, scope)
    if value is not None:
        return value
    try:
        with session.begin_nested():
            session.execute(insert(Counter).values(scope=scope, value=1))
    except IntegrityError:  # somebody began the series at the same moment and was quicker
        value = _counted(session, scope)
        if value is None:
            raise
        return value
    return 1


def _counted(session: Session, scope: str) -> int | None:
    value = session.scalar(
        update(Counter).where(Counter.scope == scope).values(value=Counter.value + 1).returning(Counter.value)
    )
    return None if value is None else int(value)


def new_reference(session: Session, office_code: str, year: int) -> str:
    """An application reference such as ``02-26-000123-7``: office, year, sequence, Damm check digit."""
    sequence = next_number(session, f"application/{office_code}/{year}")
    body = f"{office_code}{year % 100:02d}{sequence:06d}"
    return f"{office_code}-{year % 100:02d}-{sequence:06d}-{damm.calc_check_digit(body)}"


def new_receipt_number(session: Session, office_code: str, year: int) -> str:
    """A receipt number such as ``R-02-26-000045``: office, year, gapless sequence."""
    sequence = next_number(session, f"receipt/{office_code}/{year}")
    return f"R-{office_code}-{year % 100:02d}-{sequence:06d}"


def new_refund_number(session: Session, office_code: str, year: int) -> str:
    """The number of a refund slip such as ``RF-02-26-000003``: office, year, gapless sequence."""
    sequence = next_number(session, f"refund/{office_code}/{year}")
    return f"RF-{office_code}-{year % 100:02d}-{sequence:06d}"


def new_tracking_code() -> str:
    """Ten characters, fifty random bits: not guessable, and short enough to type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TRACKING_LENGTH))


def claim_code(seed: str) -> str:
    """The code of a slip that belongs to a seed of random signs: twelve characters, sixty bits. The same seed gives the
    same one, so that a slip which is asked for twice is one slip."""
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    return "".join(ALPHABET[drawn >> 5 * place & 31] for place in range(CLAIM_LENGTH))


def new_seed() -> str:
    """Random signs of which a code is made that somebody types or scans."""
    return secrets.token_urlsafe(24)


def new_key() -> str:
    """An unguessable address part for things that people open by link. Commands take it too, so that it does not begin
    like an option."""
    key = secrets.token_urlsafe(12)
    return new_key() if key.startswith("-") else key


def tracking_digits(phone: str | None, id_number: str) -> str:
    """What opens the tracking page beside the code: the last digits of the telephone, else of the identity paper."""
    return (phone or id_number)[-TRACKING_DIGITS:]
