"""How messages reach a person here, and how they could."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.connectors import Reach, Telegram
from engine.errors import NotFound
from engine.house import House
from engine.people.actors import Actor
from storage.messages import MessageChannel, TelegramLink
from storage.people import Person


@dataclass(frozen=True, slots=True)
class MessageWays:
    """What the person can choose. ``channels`` reach them as things are, the account among them; ``prefers`` is empty
    where they left it to the office. ``bot``: the Telegram bot of this office, where it has one. ``leave``: whether any
    message leaves this office at all."""

    channels: tuple[str, ...]
    prefers: str
    bot: str
    linked_at: datetime | None
    leave: bool


def message_ways(session: Session, house: House, actor: Actor) -> MessageWays:
    """The choices of the actor."""
    person = session.get(Person, actor.person_id)
    if person is None:
        raise NotFound
    linked_at = session.scalar(
        select(TelegramLink.linked_at).where(TelegramLink.person_id == person.id, TelegramLink.chat.is_not(None))
    )
    reaches = {messenger.reaches for messenger in house.messengers.values()}
    possible = {
        MessageChannel.TELEGRAM: Reach.CHAT in reaches and linked_at is not None,
        MessageChannel.SMS: Reach.TELEPHONE in reaches and person.phone_proved_at is not None,
        MessageChannel.EMAIL: Reach.MAIL in reaches and person.email_proved_at is not None,
        MessageChannel.PORTAL: True,
    }
    bots = [messenger.bot for messenger in house.messengers.values() if isinstance(messenger, Telegram)]
    return MessageWays(
        channels=tuple(channel for channel, can in possible.items() if can),
        prefers=person.preferred_channel or "",
        bot=bots[0] if bots else "",
        linked_at=linked_at,
        leave=bool(house.messengers),
    )
