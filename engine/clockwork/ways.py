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
from storage.messages import MessageChannel, Notification, TelegramLink
from storage.people import Person

RECORDING: Final = "recording"
"""Stands for a sender where there is none: the message is kept here."""


_REACH: Final[Mapping[MessageChannel, Reach]] = {
    MessageChannel.SMS: Reach.TELEPHONE,
    MessageChannel.EMAIL: Reach.MAIL,
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
    if person.preferred_channel == MessageChannel.PORTAL:
        return [IN_THE_ACCOUNT]
    reached = _reached(session, house, person)
    ways = [
        Way(name, *reached[messenger.reaches])
        for name, messenger in house.messengers.items()
        if messenger.reaches in reached
    ]
    ways.sort(key=lambda way: way.channel != person.preferred_channel)  # else as the installation has them
    return ways or [Way(RECORDING, *kept) for kept in reached.values()][:1] or [IN_THE_ACCOUNT]


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


def _reached(session: Session, house: House, person: Person) -> Mapping[Reach | None, tuple[MessageChannel, str]]:
    """The channel and the address by which each kind of sender reaches the person."""
    known: dict[Reach | None, tuple[MessageChannel, str | None]] = {
        _REACH[point.channel]: (point.channel, point.address) for point in proved_contacts(person)
    }
    if any(messenger.reaches == Reach.CHAT for messenger in house.messengers.values()):
        chat = session.scalar(select(TelegramLink.chat).where(TelegramLink.person_id == person.id))
        known[Reach.CHAT] = (MessageChannel.TELEGRAM, chat)
    return {reach: (channel, address) for reach, (channel, address) in known.items() if address}
