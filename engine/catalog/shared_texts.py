"""The messages that every service shares, from the file that all ministries see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.packages.texts import MessageTexts, read_messages


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """The messages that every service shares (received, paid, warned, late, …), by key, in the words of their file.
    Newer ones of administrators take their place when a message is told (``engine.people.message_words``)."""

    messages: Mapping[str, MessageTexts]

    def __getitem__(self, key: str) -> MessageTexts:
        return self.messages[key]


def load_shared_texts(path: Path) -> SharedTexts:
    """The shared messages from their file; raises ``PackageRejected`` with the line of every mistake."""
    read = read_messages(path.name, path.read_bytes())
    return SharedTexts({key: replace(message, shared_as=key) for key, message in read.items()})
