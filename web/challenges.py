"""The challenge that a passkey has to answer: given to this browser for one purpose, taken from it with the answer."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from flask import session as browser_session

from engine.errors import PasskeyRefused
from engine.people.passkeys import Given, new_challenge
from web.clock import machine_now

HOLDS: Final = timedelta(minutes=5)
_CHALLENGE: Final = "challenge"


class Purpose(StrEnum):
    """What an answer is good for, and for nothing else."""

    SIGN_IN = "sign in"
    SECOND_STEP = "second step"
    CONFIRM = "confirm"
    MAKE = "make"


def give(purpose: Purpose, value: bytes | None = None, handle: str = "") -> bytes:
    """A new challenge for this browser, or this one; the one before is answered no more."""
    challenge = value or new_challenge()
    browser_session[_CHALLENGE] = [purpose.value, challenge.hex(), handle, int(machine_now().timestamp())]
    return challenge


def taken(purpose: Purpose) -> Given:
    """The challenge that this browser was given for it; ``PasskeyRefused`` when there is none, or it is too old."""
    held = browser_session.pop(_CHALLENGE, None)
    if not isinstance(held, list) or held[0] != purpose.value:
        raise PasskeyRefused
    if machine_now().timestamp() - held[3] >= HOLDS.total_seconds():
        raise PasskeyRefused
    return Given(bytes.fromhex(held[1]), held[2])
