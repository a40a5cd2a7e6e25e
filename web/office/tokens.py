"""Addresses of people at the counter: signed for the officer who looked them up, so that nobody can count through."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from engine.errors import NotFound
from engine.people.actors import Actor


def token_for(actor: Actor, person_id: int) -> str:
    """The part of an address that stands for this person while this officer helps them."""
    return str(_signer().dumps([actor.person_id, person_id]))


def person_of(actor: Actor, token: str) -> int:
    """Whom the address stands for; ``NotFound`` for a forged one and for another officer's."""
    try:
        officer_id, person_id = _signer().loads(token)
    except (BadSignature, TypeError, ValueError) as forged:
        raise NotFound from forged
    if officer_id != actor.person_id or not isinstance(person_id, int):
        raise NotFound
    return person_id


def _signer() -> URLSafeSerializer:
    secret: str = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(secret, salt="office.walk-in")
