"""Codes that an officer's browser has sent for the people at the counter: it carries the tokens, never an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import session as browser_session
from flask_babel import gettext

from engine.people.codes import Verdict
from engine.words import CodePurpose
from web.code_messages import message_of
from web.context import reading

SHOWING: Final = "shows"
REACHING: Final = "reaches"
MOST: Final = 6
"""People whom an officer helps at the same time; the latest ones."""
_KEPT: Final = "counter_codes"


@dataclass(frozen=True, slots=True)
class Sent:
    """A code on its way: its token, and to what it went, as it was typed or as much of it as is shown."""

    token: str
    to: str


def keep(why: str, person_id: int, sent: Sent) -> None:
    """Remembers the code that was sent last for this person."""
    name, held = f"{why}/{person_id}", dict(browser_session.get(_KEPT) or {})
    held.pop(name, None)
    held[name] = [sent.token, sent.to]
    browser_session[_KEPT] = dict(list(held.items())[-MOST:])


def sent_for(why: str, person_id: int) -> Sent | None:
    """The code that was sent last for this person in this browser."""
    found = (browser_session.get(_KEPT) or {}).get(f"{why}/{person_id}")
    return Sent(*found) if found else None


def message_sent(why: str, person_id: int) -> str:
    """What it said, in a demonstration that sends nothing; else empty."""
    sent = sent_for(why, person_id)
    if sent is None:
        return ""
    with reading() as (session, _actor):
        return message_of(session, sent.token, CodePurpose.COUNTER)


def forget(why: str, person_id: int) -> None:
    """What the code was sent for is done."""
    held = dict(browser_session.get(_KEPT) or {})
    held.pop(f"{why}/{person_id}", None)
    browser_session[_KEPT] = held


def said_of(verdict: Verdict) -> str:
    """What is wrong with a code, beside its field."""
    if verdict == Verdict.WRONG:
        return str(gettext("This is not the code. Ask the person to read it out once more."))
    return str(gettext("This code is over. Send a new one."))
