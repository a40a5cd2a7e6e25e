"""How messages should reach a person: the channel that they prefer, and the Telegram that they have linked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.people.actors import Actor
from storage.messages import MessageChannel, TelegramLink
from storage.people import Person

TOKEN_HOLDS: Final = timedelta(minutes=30)


def prefer(session: Session, actor: Actor, channel: str) -> None:
    """Messages come this way first from now on; an unknown word leaves it to the office."""
    person = session.get(Person, actor.person_id)
    if person is None:
        raise NotFound
    person.preferred_channel = MessageChannel(channel) if channel in set(MessageChannel) else None


def ask_for_link(session: Session, actor: Actor, *, now: datetime) -> str:
    """A token that links the Telegram in which it is shown, once, within half an hour; the one before opens nothing
    any more. A Telegram that is linked stays so until then."""
    found = _link_of(session, actor)
    if found is None:
        found = TelegramLink(person_id=actor.person_id)
        session.add(found)
    token = secrets.token_urlsafe(24)
    found.token_hash, found.token_until = _hashed(token), now + TOKEN_HOLDS
    return token


def link(session: Session, token: str, chat: str, *, now: datetime) -> str:
    """Links the chat in which a token was shown with the person who asked for it; their language. ``NotFound`` for a
    token that was never given, was shown before, or has ended."""
    found = session.scalars(
        select(TelegramLink).where(TelegramLink.token_hash == _hashed(token)).with_for_update()
    ).one_or_none()
    if found is None or found.token_until is None or found.token_until <= now:
        raise NotFound
    found.token_hash = found.token_until = None
    found.chat, found.linked_at = chat, now
    return session.get_one(Person, found.person_id).language


def unlink(session: Session, actor: Actor) -> None:
    """No message goes to the Telegram of this person any more, and no token that they asked for opens anything."""
    found = _link_of(session, actor)
    if found is not None:
        session.delete(found)


def stop(session: Session, chat: str) -> None:
    """Somebody said in their Telegram that they want nothing more: every account linked with it is unlinked."""
    session.execute(update(TelegramLink).where(TelegramLink.chat == chat).values(chat=None, linked_at=None))


def _link_of(session: Session, actor: Actor) -> TelegramLink | None:
    found = select(TelegramLink).where(TelegramLink.person_id == actor.person_id).with_for_update()
    return session.scalars(found).one_or_none()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
