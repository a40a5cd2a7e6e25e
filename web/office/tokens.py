"""Addresses of people at the counter: signed for the officer who looked them up, so that nobody can count through.

Two kinds of them. Of whoever was looked up nobody knows yet whether they stand here; whoever ``is_here`` has shown that
the account is theirs, by a code or by a paper, and only for so many hours.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from engine.errors import NotAllowed, NotFound
from engine.errors.counter import HelpedTooLongAgo
from engine.people.actors import Actor
from web.context import now

HOLDS: Final = timedelta(hours=12)


class Shown(StrEnum):
    """What somebody has shown at the counter."""

    NOTHING = ""
    CODE = "code"
    PAPER = "paper"


def token_for(actor: Actor, person_id: int, shown: Shown = Shown.PAPER) -> str:
    """The part of an address that stands for this person while this officer helps them."""
    return str(_signer().dumps([actor.person_id, person_id, shown, now().isoformat()]))


def person_of(actor: Actor, token: str) -> int:
    """Who has shown that the account is theirs; ``NotFound`` for whoever was only looked up, for a forged address and
    for another officer's, ``HelpedTooLongAgo``."""
    person_id, shown = _read(actor, token)
    if shown == Shown.NOTHING:
        raise NotFound
    return person_id


def paper_of(actor: Actor, token: str) -> int:
    """The same for what needs the paper in the officer's hand; ``NotAllowed`` for whoever has shown a code alone."""
    person_id = person_of(actor, token)
    if _read(actor, token)[1] != Shown.PAPER:
        raise NotAllowed
    return person_id


def looked_up_of(actor: Actor, token: str) -> int:
    """Whom the address stands for, whether they have shown anything or not."""
    return _read(actor, token)[0]


def has_shown(actor: Actor, token: str) -> Shown:
    """What the person of this address has shown."""
    return _read(actor, token)[1]


def _read(actor: Actor, token: str) -> tuple[int, Shown]:
    try:
        officer_id, person_id, shown, since = _signer().loads(token)
        begun = datetime.fromisoformat(since)
    except (BadSignature, TypeError, ValueError) as forged:
        raise NotFound from forged
    if officer_id != actor.person_id or not isinstance(person_id, int):
        raise NotFound
    if now() - begun > HOLDS:
        raise HelpedTooLongAgo
    return person_id, Shown(shown)


def _signer() -> URLSafeSerializer:
    secret: str = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(secret, salt="office.counter")
