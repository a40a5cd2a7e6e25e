"""Clients that send half a request, or nothing, or a sign a second: they cost the others nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests import patience
from web import attention, listening, queueing
from web.config import Settings

HALF_SENT = {
    "nothing": b"",
    "half a line": b"POST /sign-in HT",
    "half of the headers": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n",
    "half of the body": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nlogin=",
    "half of a chunk": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nlogin=",
    "a finished request, and then half of another": b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
}
ROOM = 40
"""Connections that the server of these tests takes, so that a test need not open hundreds."""


def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body) + 2))])
    return [b"OK", body]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST_CONNECTIONS", ROOM)
    monkeypatch.setattr(listening, "KEPT_FREE", 10)
    monkeypatch.setattr(listening, "SILENCE_SECONDS", patience.SECONDS)
    monkeypatch.setattr(queueing, "PATIENCE", patience.SECONDS)


@contextmanager
def running(app: Callable[..., Any], folder: Path) -> Iterator[int]:
    server = listening.listening(app, Settings(port=0, data_dir=folder))  # type: ignore[arg-type]
    assert isinstance(server, listening.Door)
    worker = threading.Thread(target=server.run, daemon=True)
    worker.start()
    yield int(server.effective_port)
    server.close()
    server.task_dispatcher.shutdown()
    worker.join()


@pytest.fixture
def port(tmp_path: Path, limits: None) -> Iterator[int]:
    with running(answering, tmp_path) as found:
        yield found


@contextmanager
def connected(port: int, sent: bytes, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=patience.SECONDS, source_address=(source, 0)) as client:
        client.sendall(sent)
        yield client


def answered(port: int, source: str = "127.0.0.1") -> bool:
    with connected(port, b"GET / HTTP/1.0\r\n\r\n", source) as client:
        return client.recv(100).startswith(b"HTTP/1.0 200")


def is_open(client: socket.socket) -> bool:
    """Whether the server has not let go of this connection."""
    client.setblocking(False)
    try:
        while client.recv(1000):
            pass
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    return False


@pytest.mark.parametrize("what", HALF_SENT)
def test_as_many_half_sent_requests_as_one_likes_keep_nobody_out(port: int, what: str) -> None:
    with ExitStack() as stack:
        waiting = [stack.enter_context(connected(port, HALF_SENT[what])) for _ in range(3 * ROOM)]
        assert answered(port)
        assert answered(port, "127.0.0.2")
        # Not because all of them were shut out: as many as there is room for still wait.
        assert ROOM // 2 < sum(is_open(client) for client in waiting) < ROOM


def test_who_comes_while_everybody_else_is_being_answered_comes_in_as_soon_as_one_of_them_goes(
    tmp_path: Path, limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "ALL_AFTER", 2 * patience.SECONDS)  # not when all are looked at again
    doors_open = threading.Event()

    def at_leisure(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        doors_open.wait(patience.SECONDS)
        return answering(environ, start_response)

    with running(at_leisure, tmp_path) as port, ExitStack() as stack:
        asking = b"GET / HTTP/1.0\r\n\r\n"
        clients = [stack.enter_context(connected(port, asking)) for _ in range(ROOM - 2)]
        late = stack.enter_context(connected(port, b""))
        clients += [stack.enter_context(connected(port, asking)) for _ in range(ROOM)]
        late.sendall(asking)
        doors_open.set()
        assert all(client.recv(100).startswith(b"HTTP/1.0 200") for client in [*clients, late])
        monkeypatch.setattr(attention, "ALL_AFTER", 0.1)
        assert answered(port)  # and the server, which looks seldom till then, sees that it is closed


def test_who_opens_many_loses_their_own_and_not_those_of_others(port: int) -> None:
    with ExitStack() as stack:
        mine = [stack.enter_context(connected(port, HALF_SENT["half of the body"], "127.0.0.2")) for _ in range(5)]
        for _ in range(3 * ROOM):
            stack.enter_context(connected(port, HALF_SENT["half of the headers"], "127.0.0.3"))
        assert answered(port)
        for client in mine:
            client.sendall(b"x" * 94)
            assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_an_upload_on_a_slow_line_arrives_among_the_silent_ones_of_the_same_address(port: int) -> None:
    """A carrier's customers share an address; who sends, stays."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n"
    with ExitStack() as stack:
        slow = stack.enter_context(connected(port, head))
        for _ in range(20):
            for _ in range(ROOM // 4):
                stack.enter_context(connected(port, HALF_SENT["half of the body"]))
            slow.sendall(b"y" * 10_000)
            assert answered(port)
        assert slow.recv(100).startswith(b"HTTP/1.1 200")


def test_a_sign_now_and_then_does_not_make_a_connection_worth_keeping(port: int) -> None:
    with ExitStack() as stack:
        alive = [stack.enter_context(connected(port, HALF_SENT["half of the headers"])) for _ in range(5)]
        for _ in range(2 * ROOM):
            for client in alive:
                with suppress(ConnectionError):
                    client.sendall(b"x")
            stack.enter_context(connected(port, HALF_SENT["half of the headers"]))
        assert answered(port)
        assert not any(is_open(client) for client in alive)


def test_what_is_on_its_way_together_is_bounded(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST_ON_THE_WAY", 1_000_000)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
    with ExitStack() as stack:
        large = [stack.enter_context(connected(port, head + b"x" * 400_000)) for _ in range(4)]
        patience.until(lambda: sum(is_open(client) for client in large) <= 2, "room")
        assert answered(port)


def test_headers_without_end_are_refused(port: int) -> None:
    with connected(port, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000) as client:
        assert b"431" in client.recv(100)
