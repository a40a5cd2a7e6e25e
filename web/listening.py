"""The port: a server for which a slow or silent client costs nobody but itself, without a proxy in front.

A request that is still on its way holds a connection and no thread. When connections run short, those on which nothing
worth mentioning came for longest are given up first, and of the address that holds most of them: whoever opens hundreds
and sends little loses their own.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer

from engine.documents.intake import LARGEST_FILE
from web.attention import Attention
from web.busy import busy_page
from web.config import Settings
from web.queueing import Answer, Threads
from web.receiving import FILES_AT_ONCE

MOST_CONNECTIONS: Final = 600
KEPT_FREE: Final = 50
"""Connections that are always left for those who come next."""
MOST_ON_THE_WAY: Final = 1024 * 1024 * 1024
"""Octets of requests that are still on their way, all together: they lie in memory and in temporary files."""
PROGRESS: Final = 1024
"""Octets that are worth mentioning. Who sends a sign a second to seem alive gets nowhere."""
SILENCE_SECONDS: Final = 60
LARGEST_HEADERS: Final = 64 * 1024


_answering: Final = threading.local()
"""In a thread that answers: ``connection``, the one that it answers."""


class Waiting(HTTPChannel):  # type: ignore[misc]
    """A connection that knows how much of a request has come, and since when nothing worth mentioning did."""

    task_class = Answer
    waits_since: float = 0.0
    is_sent_away: bool = False

    def __init__(self, *given: Any, **named: Any) -> None:
        self.octets, self._mentioned, self.silent_since = 0, 0, time.monotonic()
        super().__init__(*given, **named)

    def received(self, data: bytes) -> bool:
        """Takes in what has come; a request that is complete begins the count anew."""
        self.octets += len(data)
        taken: bool = super().received(data)
        if self.request is None or self.octets - self._mentioned >= PROGRESS:
            self.octets = 0 if self.request is None else self.octets
            self._mentioned, self.silent_since = self.octets, time.monotonic()
        self.server.is_heavy = self.server.is_heavy or self.octets > 0
        return taken

    def service(self) -> None:
        """Answers, in a thread."""
        _answering.connection = self
        super().service()

    def add_channel(self, map: Any = None) -> None:
        """Comes in."""
        super().add_channel(map)
        self.server.attention.changed(self)

    def del_channel(self, map: Any = None) -> None:
        """Goes."""
        self.server.attention.forget(self._fileno)
        super().del_channel(map)
        if self.server.in_connection_overflow:  # there is room for one of those who wait at the door
            self.server.attention.changed(self.server)


class Door(TcpWSGIServer):  # type: ignore[misc]
    """Waitress, with room kept for those who come next."""

    channel_class = Waiting
    is_heavy: bool = False
    """Whether parts of requests have come since it was looked how much lies here."""

    def __init__(self, app: Any, connections: dict[int, Any], attention: Attention, **named: Any) -> None:
        self.attention, self._app = attention, app
        super().__init__(app, connections, **named)

    @cached_property
    def busy_page(self) -> tuple[Mapping[str, str], bytes]:
        """What is said to those who are sent away: the headers and the page. Drawn when it is said first."""
        return busy_page(self._app)

    def run(self) -> None:
        """Listens until it is stopped."""
        try:
            self.attention.run()
        except (SystemExit, KeyboardInterrupt):
            self.task_dispatcher.shutdown()

    def pull_trigger(self) -> None:
        """Wakes the thread that listens: another one has something for it."""
        connection = getattr(_answering, "connection", None)
        if connection is not None:
            self.attention.changed(connection)
        super().pull_trigger()

    def readable(self) -> bool:
        """Makes room where there may be too little, then says whether a connection may come in."""
        if self.is_heavy or len(self._map) > self.adj.connection_limit - KEPT_FREE:
            self.make_room()
        accepts: bool = super().readable()
        return accepts

    def make_room(self) -> None:
        """Gives up connections while there are too many, or too much lies in them.

        While nearly all are being answered, the few others are those who have just come: half of the room that is kept
        free is theirs, and who comes then waits at the door.
        """
        idle = [one for one in self.active_channels.values() if not one.requests and not one.will_close]
        leaving = sum(one.will_close for one in self.active_channels.values())
        while len(self._map) - leaving > self.adj.connection_limit - KEPT_FREE and len(idle) > KEPT_FREE // 2:
            crowded, _ = Counter(one.addr[0] for one in idle).most_common(1)[0]
            leaving += _give_up(idle, min((one for one in idle if one.addr[0] == crowded), key=_silent_since))
        while sum(one.octets for one in idle) > MOST_ON_THE_WAY:
            _give_up(idle, max(idle, key=_octets))
        self.is_heavy = False


_silent_since, _octets = attrgetter("silent_since"), attrgetter("octets")


def _give_up(idle: list[Waiting], channel: Waiting) -> int:
    """Ends a connection where the server looks at it next. Closed here, its number could be given to another one, which
    would then be told what happened to this one."""
    idle.remove(channel)
    channel.will_close = True
    channel.server.attention.changed(channel)
    with suppress(OSError):
        channel.socket.shutdown(socket.SHUT_RDWR)
    return 1


class Doors(MultiSocketServer):  # type: ignore[misc]
    """Several doors to the same threads: a name may have several addresses."""

    def __init__(self, attention: Attention, *given: Any) -> None:
        self.attention = attention
        super().__init__(*given)

    def run(self) -> None:
        """Listens until it is stopped."""
        try:
            self.attention.run()
        except (SystemExit, KeyboardInterrupt):
            self.close()


def listening(app: Flask, settings: Settings) -> Door | Doors:
    """A server that holds the port. It takes somewhat more than one upload, so that our own page says what is too
    large; what proxies say about an address is kept for the application only when proxies are trusted. Raises
    ``OSError`` for a port that cannot be used."""
    rules = Adjustments(
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SILENCE_SECONDS,
        cleanup_interval=5,
        max_request_header_size=LARGEST_HEADERS,
        max_request_body_size=(FILES_AT_ONCE + 1) * LARGEST_FILE,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    workers = Threads()
    workers.set_thread_count(rules.threads)
    connections: dict[int, Any] = {}
    attention = Attention(connections)
    doors = [Door(app, connections, attention, dispatcher=workers, adj=rules, sockinfo=place) for place in rules.listen]
    if len(doors) == 1:
        return doors[0]
    places = [(door.effective_host, door.effective_port) for door in doors]
    return Doors(attention, connections, rules, places, workers, doors[-1].log_info)
