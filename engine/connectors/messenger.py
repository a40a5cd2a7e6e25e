"""What every sender of messages promises."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Reach(StrEnum):
    """By what kind of address a sender reaches people."""

    TELEPHONE = "telephone"
    MAIL = "mail"
    CHAT = "chat"


class Fate(StrEnum):
    """What became of a message that a sender took: nobody knows yet, it reached the person, or it never will."""

    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message on its way out. ``key`` is the same for every attempt, so a receiver that knows it drops repeats;
    ``number`` and ``sending`` together are of this attempt alone, for reports about it."""

    key: str
    channel: str
    address: str
    subject: str
    body: str
    number: int = 0
    sending: int = 0


class DeliveryFailed(Exception):
    """The message did not leave; the outbox tries again later, in ``again_in`` seconds at the earliest. The text goes
    to administrators, so no addresses."""

    def __init__(self, text: str, *, again_in: int = 0) -> None:
        super().__init__(text)
        self.again_in = again_in


class SenderAway(DeliveryFailed):
    """The sender takes nothing from anybody at the moment: whatever else is to go by it need not be tried now."""


class MessageRefused(DeliveryFailed):
    """This sender will never take this message for this address: the next way is tried."""


class PerhapsSent(SenderAway):
    """The sender was told and did not answer: the message may have left."""


class Messenger(Protocol):
    """Takes one message for people whom it ``reaches`` (``None``: it reaches nobody, and only keeps it) or raises
    ``DeliveryFailed``. What it gives back is the number under which it knows the message; empty when it has none."""

    @property
    def reaches(self) -> Reach | None: ...

    def send(self, message: OutgoingMessage) -> str: ...


@runtime_checkable
class Informed(Messenger, Protocol):
    """A sender that can be asked what became of a message."""

    def fate(self, reference: str) -> Fate:
        """By the number that ``send`` gave. Raises ``DeliveryFailed`` when there is no answer."""
        ...


@runtime_checkable
class Reported(Messenger, Protocol):
    """A sender that reports what became of a message, at an address that only it was told."""

    def vouches(self, number: int, sending: int, signature: str) -> bool:
        """Whether the address of a report about this sending is one that we gave."""
        ...

    def reported(self, status: str) -> Fate:
        """What the word of a report means."""
        ...
