"""Files of a nation's long list: how long a worker makes one, what it takes of its memory, how long other work waits
meanwhile, and how soon it stops."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.nation.falling_due import Ticking, late_timer, ticking
from bench.nation.making import Nation
from bench.nation.served import Served, signed_in
from bench.rows import Row
from tour.browser import Browser

LIST: Final = "/admin/now/cases"
"""Every open case of the nation, with where it lies and who has it."""
ENDS: Final = ("csv", "xlsx")
MEMORY: Final = 200
"""Megabytes that the whole worker may come to."""
MADE_WITHIN: Final = 900
PAUSE: Final = 0.2
LOOKED_BEFORE: Final = 10
"""Timers that are written while no file is made, to be compared with those of meanwhile."""
BEFORE_THE_STOP: Final = 2_000
"""Lines that are written before a file is stopped."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file with its lines and octets, the seconds from asking to ready, and of the worker meanwhile: the most memory,
    in MB, how many times it said how far it was, and the seconds that the latest other work was late."""

    lines: int
    octets: int
    seconds: float
    memory: float
    steps: int
    latest: float


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """A file of each kind in the largest nation, and one that is stopped."""
    with ExitStack() as opened:
        nation = nations[-1]
        server = opened.enter_context(Served(nation.address, nation.data).server())
        place = opened.enter_context(ticking(nation, 1))
        browser = signed_in(server, "administrator")
        usual = max(late_timer(place) for _ in range(LOOKED_BEFORE))
        for end in ENDS:
            made = make(place, browser, end)
            what = f"{made.lines:,} lines as {end.upper()}"
            note = f"{made.octets / 1e6:.1f} MB; {made.steps} times it was seen to be further"
            yield Row(f"{what}: ready", made.seconds, " s", note=note)
            yield Row(f"{what}: memory of the worker", made.memory, " MB", MEMORY, sense="at most")
            before = f"{usual:.2f} s while no file is made"
            yield Row(f"{what}: latest timer meanwhile", made.latest, " s", 1, sense="at most", note=before)
        yield Row("a file is stopped", stop(place, browser), " s", 1, sense="at most", note="until the worker lets go")


def make(place: Ticking, browser: Browser, end: str) -> Made:
    """Asks for the list as a file of this kind and waits for it, with timers that are due meanwhile."""
    key, began = asked(browser, end), time.perf_counter()
    seen, latest = {0}, 0.0
    while (status := _of(place, key, "status")) in ("waiting", "making"):
        latest = max(latest, late_timer(place))
        seen.add(int(_of(place, key, "lines")))
        if time.perf_counter() - began > MADE_WITHIN:
            raise TimeoutError(f"the file was not made in {MADE_WITHIN} s")
    assert status == "ready", f"{status}: {_of(place, key, 'failure_kind')}"
    seconds = _seconds(place, key)
    lines, octets = (int(_of(place, key, name)) for name in ("lines", "size"))
    browser.open(f"/office/files/{key}")
    return Made(lines, octets, seconds, most_memory(place.workers[0].pid), len(seen) - 1, latest)


def stop(place: Ticking, browser: Browser) -> float:
    """The seconds from stopping a file in the middle until the worker goes on with nothing of it."""
    key, worker = asked(browser, "csv"), place.workers[0]
    until = time.perf_counter() + MADE_WITHIN
    while int(_of(place, key, "lines")) < BEFORE_THE_STOP and time.perf_counter() < until:
        time.sleep(PAUSE / 10)
    worker.lines()
    browser.open(f"/office/files/{key}")
    stopped = time.perf_counter()
    browser.submit(form="/remove")
    while time.perf_counter() < until:
        if any(line.get("event") == "file_given_up" for line in worker.lines()):
            return time.perf_counter() - stopped
        time.sleep(PAUSE / 10)
    raise TimeoutError("the worker went on with a file that was stopped")


def asked(browser: Browser, end: str) -> str:
    """Asks for the list as a file of this kind; its key."""
    browser.open(f"{LIST}?as={end}")
    browser.submit(form="wanted")
    found = re.search(r"/office/files/([^/?]+)", browser.page.url)
    assert found is not None, browser.page.url
    return found[1]


def most_memory(pid: int) -> float:
    """The most memory that a process ever had, in MB (proc(5), ``VmHWM``)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1000 if found else 0.0


def _seconds(place: Ticking, key: str) -> float:
    return float(_of(place, key, "extract(epoch FROM ended_at - asked_at)"))


def _of(place: Ticking, key: str, what: str) -> str:
    found = place.connection.execute(f"SELECT {what} FROM prepared_file WHERE key = %s".encode(), [key]).fetchone()
    assert found is not None
    return str(found[0])
