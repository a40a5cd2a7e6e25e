"""What taking a task on and completing it costs in the server, on PostgreSQL with a nation's cases and on SQLite with
a hall's; and what a whole case costs server and database in processor time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from bench.installation import ELEMENT, installations
from bench.nation.making import Nation
from bench.nation.pages import Measured, measured
from bench.nation.plan import CROWDED
from bench.nation.served import Process, Served, signed_in
from bench.rows import Row
from tour.browser import Browser

STEPS: Final = 25
WARMED: Final = 5
RECEPTION, RECEIVED = "reception.check", "reception_result"
"""The element at which most cases of the crowded office wait, and what it asks."""
CLAIM, COMPLETE = "/office/tasks/<key>/claim", "/office/tasks/<key>"
MUST: Final = {"PostgreSQL": (7.0, 4.0), "SQLite": (4.0, None)}
"""Milliseconds of completing and of claiming."""


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """Claim and completion at each size, then on SQLite."""
    for nation in nations:
        with Served(nation.address, nation.data).server() as server:
            officer = signed_in(server, f"front_office.{CROWDED}")
            taken = steps(server, officer, waiting(nation, CROWDED, WARMED + STEPS), RECEIVED)
        bounded = nation is nations[-1]
        yield from _rows(f"PostgreSQL, {nation.cases:,} open cases", taken, MUST["PostgreSQL"] if bounded else None)
    with hall() as (served, login, tasks), served.server() as server:
        taken = steps(server, signed_in(server, login), tasks[: WARMED + STEPS], f"{ELEMENT}_result")
    yield from _rows("SQLite, 426 cases", taken, MUST["SQLite"])


def _rows(where: str, taken: tuple[Measured, Measured], must: tuple[float | None, ...] | None) -> Iterator[Row]:
    bounds = must or (None, None)
    for what, each, bound in zip(("completing a task", "claiming a task"), taken, bounds, strict=True):
        yield Row(f"{what}, the POST: {where}", each.middle, " ms", bound, sense="at most", note=each.note)


def waiting(nation: Nation, office: str, number: int) -> list[str]:
    """The keys of so many cases' first tasks, at the reception of an office."""
    with psycopg.connect(nation.address) as connection:
        found = connection.execute(
            "SELECT t.key FROM user_task t JOIN office o ON o.id = t.office_id WHERE t.status = 'ready'"
            " AND t.element_id = %s AND o.code = %s ORDER BY t.id DESC LIMIT %s",
            [RECEPTION, office, number],
        ).fetchall()
    assert len(found) == number, f"{len(found)} tasks wait at the reception of {office}: make the nation anew"
    return [key for (key,) in found]


def steps(server: Process, officer: Browser, keys: Sequence[str], field: str) -> tuple[Measured, Measured]:
    """What completing and claiming took, for one task after the other; nothing is said of the first few."""
    found: dict[str, list[dict[str, object]]] = {CLAIM: [], COMPLETE: []}
    for key in keys:
        officer.open(f"/office/tasks/{key}")
        officer.submit(form="claim")
        officer.submit({field: "ok"}, form=field)
        for line in server.pages(5):
            if line["method"] == "POST" and line["route"] in found:
                assert line["status"] == 303, f"{line['route']} answered {line['status']}"
                found[str(line["route"])].append(line)
    return measured(found[COMPLETE][WARMED:]), measured(found[CLAIM][WARMED:])


@contextmanager
def hall() -> Iterator[tuple[Served, str, list[str]]]:
    """An installation on SQLite with four hundred cases at an office, the login of its front
    officer and the tasks that wait for them."""
    with installations(0) as (one,):
        address = one.house.database.engine.url
        one.house.database.close()
        yield Served(str(address), Path(str(address.database)).parent), one.login.partition("@")[0], one.tasks


def processor_seconds(pid: int) -> float:
    """What a process and those that it has awaited computed so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
