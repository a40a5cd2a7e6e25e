"""Which connections a server listens to, kept from one look to the next.

Waitress asks each of its connections before each look whether it would read or write, and tells the system all of them
anew: with four hundred people connected, who mostly read what they have, a page then costs a server more than twice as
much. Here a connection is asked after something happened to it, and all of them once a second.
"""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from waitress import wasyncore

ALL_AFTER: Final = 1.0
"""Seconds after which all connections are asked, whatever happened: what is silent for too long is given up."""
_READS: Final = select.POLLIN | select.POLLPRI


class Attention:
    """The attention of a server: ``changed`` may be called from every thread, the rest from the one that listens."""

    def __init__(self, connections: Mapping[int, Any]) -> None:
        self._connections = connections
        self._asked_for: dict[int, int] = {}
        self._changed: deque[Any] = deque()
        self._poll = select.poll()
        self._all_at = 0.0

    def run(self) -> None:
        """Listens while there is anything to listen to."""
        while self._connections:
            self._ask()
            for number, what in self._poll.poll(ALL_AFTER * 1000):
                one = self._connections.get(number)
                if one is None:
                    self.forget(number)
                else:
                    wasyncore.readwrite(one, what)
                    self._changed.append(one)

    def changed(self, connection: Any) -> None:
        """Something happened to this connection: it is asked before the next look."""
        self._changed.append(connection)

    def forget(self, number: int) -> None:
        """The connection of this number is closed; another one may get the number."""
        if self._asked_for.pop(number, 0):
            with suppress(KeyError):
                self._poll.unregister(number)

    def _ask(self) -> None:
        if time.monotonic() >= self._all_at:
            self._changed.clear()
            self._changed.extend(list(self._connections.values()))
            self._all_at = time.monotonic() + ALL_AFTER
        while self._changed:
            self._listen_to(self._changed.popleft())

    def _listen_to(self, one: Any) -> None:
        number: int = one._fileno
        if not self._is_open(number, one):
            return
        wanted = _READS if one.readable() else 0
        if one.writable() and not one.accepting:
            wanted |= select.POLLOUT
        if wanted == self._asked_for.get(number, 0):
            return
        if not wanted:
            self.forget(number)
            return
        self._poll.register(number, wanted)
        self._asked_for[number] = wanted

    def _is_open(self, number: int, one: object) -> bool:
        return self._connections.get(number) is one
