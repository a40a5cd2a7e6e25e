"""A nation as an operator runs it: servers and workers in processes of their own, the clock where the nation's stands,
and what their logs say of each page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import orjson

from bench.installation import NOW, PASSWORD
from tour.browser import Browser
from tour.stage import free_port
from web.clock import FileClock

ROOT: Final = Path(__file__).parents[2]
DOMAIN: Final = "owso.example"
STARTS_WITHIN, ENDS_WITHIN = 120, 60
WRITTEN_WITHIN: Final = 5
LASTS: Final = timedelta(hours=3)
"""How long the clock of a nation goes on before it is put back to where it began: nothing is due for longer."""


@dataclass
class Process:
    """A server or a worker, and the file of its log lines."""

    running: subprocess.Popen[bytes]
    log: Path
    began: float
    url: str = ""
    read: int = 0
    first_answer: float = 0.0

    @property
    def pid(self) -> int:
        return self.running.pid

    def lines(self) -> list[dict[str, object]]:
        """The whole lines that were written since this was asked last."""
        with self.log.open("rb") as written:
            written.seek(self.read)
            whole = written.read().rpartition(b"\n")[0]
        self.read += len(whole) + bool(whole)
        return [orjson.loads(line) for line in whole.splitlines() if line.startswith(b"{")]

    def pages(self, number: int) -> list[dict[str, object]]:
        """The lines of the next pages, at least so many: the line of a page is written behind its answer."""
        found: list[dict[str, object]] = []
        until = time.monotonic() + WRITTEN_WITHIN
        while len(found) < number and time.monotonic() < until:
            found += [line for line in self.lines() if line.get("event") == "page"]
            time.sleep(0.002)
        assert len(found) >= number, f"{self.log} has {len(found)} pages where {number} were asked"
        return found


@dataclass
class Served:
    """An installation that runs; the same for a nation and for a hall on SQLite."""

    database_url: str
    data: Path
    moment: datetime = NOW
    password: str = PASSWORD
    more: dict[str, str] = field(default_factory=dict)

    @property
    def clock(self) -> FileClock:
        return FileClock(self.data / "clock")

    def environment(self) -> dict[str, str]:
        """What servers and workers read."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OWSO_")}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {
            "OWSO_DATABASE_URL": self.database_url,
            "OWSO_DATA_DIR": str(self.data),
            "OWSO_DEMO": "1",
            "OWSO_CLOCK_FILE": str(self.data / "clock"),
            "OWSO_RATE_LIMITS": "0",
            "OWSO_SECOND_FACTOR_FOR": "",
            **self.more,
        }

    @contextmanager
    def server(self) -> Iterator[Process]:
        """``owso serve --no-clock`` on a free port, once it answers."""
        port = free_port()
        with self._process("serve", "--no-clock", OWSO_PORT=str(port)) as process:
            process.url = f"http://127.0.0.1:{port}"
            process.first_answer = wait_for(process)
            yield process

    @contextmanager
    def servers(self, number: int) -> Iterator[list[Process]]:
        """So many at once, as behind a proxy."""
        with ExitStack() as opened:
            yield [opened.enter_context(self.server()) for _ in range(number)]

    @contextmanager
    def worker(self) -> Iterator[Process]:
        """``owso worker``."""
        with self._process("worker") as process:
            yield process

    @contextmanager
    def _process(self, *words: str, **settings: str) -> Iterator[Process]:
        if not self.moment <= self.clock.now() <= self.moment + LASTS:
            self.clock.advance_to(self.moment)
        log = self.data / f"{words[0]}.{time.monotonic_ns()}.log"
        with log.open("wb") as written:
            command = [sys.executable, "-m", "web.cli", *words]
            running = subprocess.Popen(
                command, cwd=ROOT, env=self.environment() | settings, stdout=subprocess.DEVNULL, stderr=written
            )
        try:
            yield Process(running, log, time.perf_counter())
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=ENDS_WITHIN)
            log.unlink()


def wait_for(process: Process) -> float:
    """Seconds from the start to the first page that was answered."""
    while time.perf_counter() - process.began < STARTS_WITHIN:
        try:
            with urllib.request.urlopen(f"{process.url}/sign-in", timeout=5):
                return time.perf_counter() - process.began
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
        assert process.running.poll() is None, process.log.read_text(encoding="utf-8")[-2000:]
    raise TimeoutError(f"no answer from {process.url}")


def signed_in(process: Process, login: str, password: str = PASSWORD) -> Browser:
    """The browser of an officer, such as ``front_office.0203``."""
    browser = Browser(process.url, "en")
    browser.open("/sign-in")
    browser.submit({"login": f"{login}@{DOMAIN}", "password": password}, form="password")
    assert not browser.page.url.endswith("/sign-in"), f"{login} cannot sign in: {browser.page.text[:200]}"
    process.lines()
    return browser
