"""The ways on which a message can reach somebody: the senders of this installation, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.connectors import Messenger, Reach
from engine.house import House
from engine.people.contacts import proved_contacts
from engine.people.representatives import is_business, representatives_of
from storage.messages import MessageChannel, Notification, TelegramLink
from storage.people import Person

RECORDING: Final = "recording"
"""Stands for a sender where there is none: the message is kept here."""


_REACH: Final[Mapping[MessageChannel, Reach]] = {
    MessageChannel.SMS: Reach.TELEPHONE,
    MessageChannel.EMAIL: Reach.MAIL,
    MessageChannel.TELEGRAM: Reach.CHAT,
}


@dataclass(frozen=True, slots=True)
class Way:
    """Who sends it, over which channel, to which address."""

    sender: str
    channel: MessageChannel
    address: str


IN_THE_ACCOUNT: Final = Way(RECORDING, MessageChannel.PORTAL, "")
"""Of somebody who wants no message elsewhere, or can be reached nowhere any more."""


def ways_of(session: Session, house: House, message: Notification) -> list[Way]:
    """Every way that this message may take, the best first: a direct one goes to its address and nowhere else."""
    if not message.is_direct and message.person_id is not None:
        return ways_to(session, house, message.person_id)
    reach = _REACH.get(message.channel)
    names = [name for name, messenger in house.messengers.items() if messenger.reaches == reach]
    return [Way(name, message.channel, message.address) for name in names or (RECORDING,)]


def ways_to(session: Session, house: House, person_id: int) -> list[Way]:
    """Every way to this person, the best first; to be recorded only where no sender reaches them."""
    person = session.get_one(Person, person_id)
    if is_business(person):
        return _ways_to_business(session, house, person)
    if person.preferred_channel == MessageChannel.PORTAL:
        return [IN_THE_ACCOUNT]
    return _ways_by(house, _reached(session, house, person), person.preferred_channel)


def next_way(session: Session, house: House, message: Notification) -> Way | None:
    """The way that this message takes now; ``None`` when each was given up, or the person cannot be reached any
    more."""
    ways = ways_of(session, house, message)
    return next((way for way in ways if way.sender not in message.passed), None)


def has_another(session: Session, house: House, message: Notification) -> bool:
    """Whether a way is left beside the one that the message takes now."""
    ways = ways_of(session, house, message)
    return any(way.sender not in (*message.passed, message.sender) for way in ways)


def sender_of(house: House, name: str) -> Messenger:
    """Who sends under this name."""
    return house.recording if name == RECORDING else house.messengers[name]


def _ways_to_business(session: Session, house: House, business: Person) -> list[Way]:
    """Those of whoever represents it: of several the earliest who wants messages has the first turn, and others where
    that one cannot be reached."""
    wanting = [
        one for one in representatives_of(session, business.id) if one.preferred_channel != MessageChannel.PORTAL
    ]
    reached: dict[Reach | None, tuple[MessageChannel, str]] = {}
    for one in wanting:
        reached = {**_reached(session, house, one), **reached}
    return _ways_by(house, reached, wanting[0].preferred_channel if wanting else None)


def _ways_by(
    house: House, reached: Mapping[Reach | None, tuple[MessageChannel, str]], preferred: MessageChannel | None
) -> list[Way]:
    ways = [
        Way(name, *reached[messenger.reaches])
        for name, messenger in house.messengers.items()
        if messenger.reaches in reached
    ]
    ways.sort(key=lambda way: way.channel != preferred)  # else as the installation has them
    return ways or [Way(RECORDING, *kept) for kept in reached.values()][:1] or [IN_THE_ACCOUNT]


def _reached(session: Session, house: House, person: Person) -> Mapping[Reach | None, tuple[MessageChannel, str]]:
    """The channel and the address by which each kind of sender reaches the person."""
    known: dict[Reach | None, tuple[MessageChannel, str | None]] = {
        _REACH[point.channel]: (point.channel, point.address) for point in proved_contacts(person)
    }
    if any(messenger.reaches == Reach.CHAT for messenger in house.messengers.values()):
        chat = session.scalar(select(TelegramLink.chat).where(TelegramLink.person_id == person.id))
        known[Reach.CHAT] = (MessageChannel.TELEGRAM, chat)
    return {reach: (channel, address) for reach, (channel, address) in known.items() if address}
