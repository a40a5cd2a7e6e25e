"""What every connector for messages promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message on its way out. ``key`` is the same for every attempt, so a receiver that knows it drops repeats."""

    key: str
    channel: str
    address: str
    subject: str
    body: str


class DeliveryFailed(Exception):
    """The message did not leave; the outbox tries again later. The text goes to administrators, so no addresses."""


class Messenger(Protocol):
    """Delivers one message or raises ``DeliveryFailed``."""

    def send(self, message: OutgoingMessage) -> None: ...
