"""A national day off, entered while offices work: how long its page takes, how long until every promise was reckoned
again, what that weighs, and how long an officer waits meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from statistics import median
from typing import Final

import psycopg

from bench.installation import NOW
from bench.nation.making import Nation
from bench.nation.plan import BUSY
from bench.nation.served import Process, Served, signed_in
from bench.nation.starting import memory
from bench.rows import Row
from tour.browser import Browser

FIRST_DAY: Final = date(2026, 11, 19)
DONE_WITHIN: Final = 900
WORKING_DAYS: Final = 5
SETTLES: Final = 20


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """In the largest nation, with one server and one worker."""
    nation = nations[-1]
    served = Served(nation.address, nation.data)
    served.clock.advance_to(NOW)
    with ExitStack() as opened:
        connection = opened.enter_context(psycopg.connect(nation.address, autocommit=True))
        server, worker = opened.enter_context(served.server()), opened.enter_context(served.worker())
        time.sleep(SETTLES)
        administrator, officer = signed_in(server, "administrator"), signed_in(server, f"front_office.{BUSY}")
        clocks = _one(connection, "SELECT count(*) FROM clock WHERE status = 'running'")
        began = time.perf_counter()
        asked = _enter(server, administrator, _free_day(connection))
        waited, weights = _meanwhile(connection, officer, server, (server, worker))
        seconds = time.perf_counter() - began
    yield Row(f"a national day off, {clocks:,} running clocks: all reckoned", seconds, " s", 60, sense="at most")
    yield Row("… the slowest of its own pages", asked, " ms", 1000, sense="at most")
    yield Row("… the heaviest process meanwhile", max(weights), " MB", 200, sense="at most", note="PSS")
    note = f"{median(waited):.0f} ms in the middle of {len(waited)} pages"
    yield Row("… the longest that an officer waited for a page", max(waited), " ms", 1000, sense="at most", note=note)


def _enter(server: Process, administrator: Browser, day: date) -> float:
    """Enters the day and agrees to what it moves; milliseconds of the slowest page."""
    administrator.open("/admin/holidays")
    server.lines()
    answered = {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
    names = {"name_km": "ថ្ងៃឈប់សម្រាកសាកល្បង", "name_en": "A day off for a measurement"}
    administrator.submit(answered | names, form="day-day")
    administrator.submit(form="confirmed")
    return max(float(str(line["ms"])) for line in server.pages(2))


def _meanwhile(
    connection: psycopg.Connection, officer: Browser, server: Process, processes: Sequence[Process]
) -> tuple[list[float], list[float]]:
    """An officer opens the inbox and takes tasks until all is reckoned: milliseconds of each page, and what the
    processes weighed."""
    waited, weights, deadline = [], [], time.perf_counter() + DONE_WITHIN
    tasks = [str(address) for address in _tasks(officer)]
    while _one(connection, "SELECT count(*) FROM calendar_change WHERE done_at IS NULL"):
        assert time.perf_counter() < deadline, f"not reckoned in {DONE_WITHIN} s"
        officer.open("/office")
        if tasks:
            officer.open(tasks.pop())
            officer.submit(form="claim")
        waited += [float(str(line["ms"])) for line in server.lines() if line.get("event") == "page"]
        weights += [memory(one.pid)[0] for one in processes]
    return waited or [0.0], weights or [memory(one.pid)[0] for one in processes]


def _tasks(officer: Browser) -> list[str]:
    officer.open("/office?show=free")
    found = officer.page.tree.xpath("//main//a/@href[contains(., '/office/tasks/')]")
    return list(dict.fromkeys(map(str, found)))


def _free_day(connection: psycopg.Connection) -> date:
    """A working day soon that is no day off yet."""
    taken = {day for (day,) in connection.execute("SELECT day FROM holiday WHERE office_id IS NULL")}
    days = (FIRST_DAY + timedelta(days=more) for more in range(60))
    return next(day for day in days if day.weekday() < WORKING_DAYS and day not in taken)


def _one(connection: psycopg.Connection, statement: str) -> int:
    found = connection.execute(statement.encode()).fetchone()
    assert found is not None
    return int(found[0])
