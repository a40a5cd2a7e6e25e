"""More than a server can answer: who sent something is served, who only looks is told soon to come again."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

import pytest
from flask import Blueprint, Flask, request

from engine.house import House
from tests import patience
from tests.fixtures.houses import SetClock
from web import listening, queueing
from web.access import access
from web.app import create_app
from web.config import Settings


@dataclass
class Busy:
    """A server with one thread, which stays at the page ``/long`` until ``end`` is set; what it answered."""

    app: Flask
    settings: Settings
    end: threading.Event
    asked: list[str]
    server: listening.Door = field(init=False)

    @contextmanager
    def occupied(self) -> Iterator[ExitStack]:
        """While it has another page in hand."""
        self.server = listening.listening(self.app, self.settings)  # type: ignore[assignment]
        listener = threading.Thread(target=self.server.run, daemon=True)
        listener.start()
        with ExitStack() as browsers:
            self.ask("/long", browsers, waits=False)
            patience.until(lambda: self.asked == ["/long"], "the long page")
            yield browsers
            self.end.set()
        self.server.close()
        self.server.task_dispatcher.shutdown()
        listener.join()

    def ask(
        self, address: str, browsers: ExitStack, *, sends: bool = False, waits: bool = True
    ) -> http.client.HTTPConnection:
        """A browser that has asked, and that ``waits`` for its turn."""
        before = len(self.server.task_dispatcher.queue)
        browser = http.client.HTTPConnection("127.0.0.1", int(self.server.effective_port), timeout=patience.SECONDS)
        browsers.callback(browser.close)
        browser.request("POST" if sends else "GET", address, body="a=1" if sends else None)
        if waits:
            patience.until(lambda: len(self.server.task_dispatcher.queue) > before, f"{address} waits")
        return browser


@pytest.fixture
def busy(settings: Settings, house: House, clock: SetClock) -> Busy:
    end, asked = threading.Event(), list[str]()
    pages = Blueprint("busy", __name__)

    @pages.route("/<name>", methods=["GET", "POST"], endpoint="page")
    @access(public=True)
    def page(name: str) -> str:
        asked.append(request.path)
        if name == "long":
            end.wait(patience.SECONDS)
        return "x" * 2_000_000 if name == "large" else name

    one = replace(settings, port=0, threads=1)
    app = create_app(one, house, clock, more_pages=[pages])
    app.config["WTF_CSRF_ENABLED"] = False
    return Busy(app, one, end, asked)


def test_who_waits_for_a_page_for_too_long_is_told_when_to_come_again(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with busy.occupied() as browsers:
        monkeypatch.setattr(queueing, "PATIENCE", 0.0)
        waiting = [busy.ask(address, browsers) for address in ("/one", "/healthy")]
        busy.end.set()
        for browser in waiting:
            answer = browser.getresponse()
            said = answer.read().decode()
            assert answer.status == 503
            assert queueing.SOONEST <= int(answer.headers["Retry-After"]) <= queueing.LATEST
            assert "អ្នកប្រើប្រាស់ច្រើនពេក" in said
            assert "Too many people are here at this moment" in said
    assert busy.asked == ["/long"]


def test_who_sends_something_is_never_sent_away_and_comes_before_pages(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "PATIENCE", patience.SECONDS)
    with busy.occupied() as browsers:
        page = busy.ask("/one", browsers)
        sent = [busy.ask(address, browsers, sends=True) for address in ("/two", "/three")]
        health, style = busy.ask("/health", browsers), busy.ask("/static/dist/manifest.json", browsers)
        busy.end.set()
        assert [one.getresponse().read() for one in sent] == [b"two", b"three"]
        assert health.getresponse().getheader("Content-Type") == "application/json"
        assert style.getresponse().status == 200
        assert page.getresponse().read() == b"one"
        monkeypatch.setattr(queueing, "PATIENCE", -1.0)
        assert busy.ask("/four", browsers, sends=True, waits=False).getresponse().read() == b"four"
        assert busy.ask("/five", browsers, waits=False).getresponse().status == 503
    assert busy.asked == ["/long", "/two", "/three", "/one", "/four"]


def test_pages_come_in_their_order_until_the_server_is_behind_and_then_the_newest_first(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "PATIENCE", patience.SECONDS)
    monkeypatch.setattr(queueing, "BEHIND", patience.SECONDS)
    with busy.occupied() as browsers:
        waiting = [busy.ask(address, browsers) for address in ("/one", "/two", "/three")]
        busy.end.set()
        assert [one.getresponse().status for one in waiting] == [200, 200, 200]
        assert busy.asked == ["/long", "/one", "/two", "/three"]
        monkeypatch.setattr(queueing, "BEHIND", -1.0)
        busy.asked.clear()
        busy.end.clear()
        busy.ask("/long", browsers, waits=False)
        patience.until(lambda: busy.asked == ["/long"], "the long page")
        waiting = [busy.ask(address, browsers) for address in ("/one", "/two", "/three")]
        busy.end.set()
        assert [one.getresponse().status for one in waiting] == [200, 200, 200]
    assert busy.asked == ["/long", "/three", "/two", "/one"]


def test_of_more_pages_than_may_wait_the_oldest_is_not_waited_for(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "PATIENCE", patience.SECONDS)
    monkeypatch.setattr(queueing, "MOST_PAGES", 2)
    with busy.occupied() as browsers:
        waiting = [busy.ask(address, browsers) for address in ("/one", "/two", "/three")]
        busy.end.set()
        assert [one.getresponse().status for one in waiting] == [503, 200, 200]


def test_what_is_told_to_those_sent_away_is_as_protected_as_a_page(busy: Busy) -> None:
    headers, _ = listening.busy_page(busy.app)
    usual = busy.app.test_client().get("/one").headers
    protecting = set(headers) - {"Content-Type"}
    assert {"Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"} <= protecting
    assert all(usual[name] == headers[name] for name in protecting)


def test_a_large_answer_reaches_a_browser_that_takes_it_slowly_and_the_next_one_too(busy: Busy) -> None:
    busy.end.set()
    with busy.occupied() as browsers:
        address = "127.0.0.1", int(busy.server.effective_port)
        slow = browsers.enter_context(socket.create_connection(address, timeout=patience.SECONDS))
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /one HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = b"".join(iter(lambda: slow.recv(10_000), b""))
    assert found.count(b"HTTP/1.1 200 OK") == 2
    assert found.count(b"x" * 2_000_000) == 1
    assert found.endswith(b"\r\n\r\none")


@pytest.mark.parametrize("sent", [b"NONSENSE\r\n\r\n", b"get / HTTP/1.1\r\n\r\n"])
def test_who_sends_what_cannot_be_read_is_told_so_and_the_next_one_is_answered(busy: Busy, sent: bytes) -> None:
    busy.end.set()
    with busy.occupied() as browsers:
        address = "127.0.0.1", int(busy.server.effective_port)
        client = browsers.enter_context(socket.create_connection(address, timeout=patience.SECONDS))
        client.sendall(sent)
        assert b" 400 " in client.recv(100)
        assert busy.ask("/one", browsers, waits=False).getresponse().read() == b"one"
