"""The product as its own process on a port of this machine."""

from __future__ import annotations

import socket
import urllib.request
from typing import Any, Protocol

from tests import patience


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Running(Protocol):
    """A process of the product, as ``subprocess`` has it too."""

    def poll(self) -> int | None: ...

    def communicate(self) -> tuple[Any, Any]: ...


def answer_of(address: str, process: Running) -> str:
    """What this server answers here, as soon as it is there; fails when it ends before."""

    def asked() -> str:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(address, timeout=patience.SECONDS) as answer:
                said: str = answer.read().decode()
                return said
        except OSError:
            return ""

    return patience.until(asked, address)
