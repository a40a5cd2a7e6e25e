"""The default when no sender is configured: each message becomes a file that administrators can read."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from engine.connectors.messenger import DeliveryFailed, OutgoingMessage


@dataclass(frozen=True)
class RecordingMessenger:
    """Writes one JSON file a message, named by its key, so a repeat overwrites itself."""

    folder: Path

    @property
    def reaches(self) -> None:
        """Nobody."""

    def send(self, message: OutgoingMessage) -> str:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self.file_of(message.key)
            file.touch(mode=0o600)
            file.write_bytes(orjson.dumps(asdict(message), option=orjson.OPT_INDENT_2))
        except OSError as error:
            raise DeliveryFailed(f"the message could not be written: {error.strerror}") from error
        return ""

    def file_of(self, key: str) -> Path:
        """Where the message with this key lies, or will lie."""
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
