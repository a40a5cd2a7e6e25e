"""What three tasks of a case cost with all pages around them, in processor time of the server and of the database: the
reception looks at the papers, the cashier takes the fee, the inspector plans the visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psycopg

from bench.nation.making import Nation
from bench.nation.plan import CROWDED
from bench.nation.served import Served, signed_in
from bench.nation.stepping import RECEIVED, processor_seconds
from bench.rows import Row
from tour.browser import Browser

SERVICES: Final = ("industry.handicraft_registration", "agriculture.slaughterhouse_establishment")
"""Their first three tasks are these, of one form each."""
CASES: Final = 12
WARMED: Final = 2
PAGES: Final = 27
MUST: Final = 150.0
"""Milliseconds that so many pages may cost."""


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """In the largest nation, for a case on average."""
    nation = nations[-1]
    served = Served(nation.address, nation.data)
    with psycopg.connect(nation.address, autocommit=True) as connection, served.server() as server:
        desks = {who: signed_in(server, f"{who}.{CROWDED}") for who in ("front_office", "cashier", "inspector")}
        cases = _cases(connection)
        for case in cases[:WARMED]:
            _taken(connection, desks, *case)
        server.lines()
        before = processor_seconds(server.pid), _database(connection)
        for case in cases[WARMED:]:
            _taken(connection, desks, *case)
        after = processor_seconds(server.pid), _database(connection)
        number = CASES - WARMED
        pages = len(server.pages(number)) / number
    web, database = ((late - early) * 1000 / number for early, late in zip(before, after, strict=True))
    note = f"{web:.0f} ms in the server, {database:.0f} in the database"
    what = f"three tasks of a case with their {pages:.0f} pages, in processor time"
    yield Row(what, web + database, " ms", MUST * pages / PAGES, sense="at most", note=note)


def _taken(connection: psycopg.Connection, desks: dict[str, Browser], key: str, task: str, fee: int) -> None:
    """All three tasks of one case, page by page."""
    _answered(desks["front_office"], task, key, {RECEIVED: "ok"})
    cashier = desks["cashier"]
    cashier.open("/office/cashier")
    cashier.open(f"/office/cashier/{key}")
    cashier.submit({"handed": str(fee)}, form="handed")
    cashier.submit(form="confirmed")
    found = connection.execute(
        "SELECT t.key FROM user_task t JOIN application a ON a.id = t.application_id WHERE a.key = %s"
        " AND t.status = 'ready' AND t.element_id = 'inspection.plan'",
        [key],
    ).fetchone()
    assert found is not None, f"nobody is to plan a visit for {key}"
    visit = {"visit_on-day": "20", "visit_on-month": "11", "visit_on-year": "2026"}
    _answered(desks["inspector"], found[0], key, visit)


def _answered(officer: Browser, task: str, case: str, answers: dict[str, str]) -> None:
    officer.open("/office")
    officer.open(f"/office/tasks/{task}")
    officer.submit(form="claim")
    officer.submit(answers, form=next(iter(answers)))
    officer.open(f"/office/cases/{case}")


def _cases(connection: psycopg.Connection) -> list[tuple[str, str, int]]:
    """Key, task and fee of cases that wait at the reception."""
    found = connection.execute(
        "SELECT a.key, t.key, a.fee_total FROM application a JOIN user_task t ON t.application_id = a.id"
        " JOIN office o ON o.id = a.office_id WHERE o.code = %s AND t.status = 'ready' AND a.service_key = ANY(%s)"
        " AND t.element_id = 'reception.check' AND a.fee_total > 0 ORDER BY a.id LIMIT %s",
        [CROWDED, list(SERVICES), CASES],
    ).fetchall()
    assert len(found) == CASES, "too few cases are left: make the nation anew"
    return found


def _database(connection: psycopg.Connection) -> float:
    """What all processes of this PostgreSQL computed so far."""
    main = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert main is not None
    parent = _parent(main[0])
    return processor_seconds(parent) + sum(
        processor_seconds(int(one.name))
        for one in Path("/proc").iterdir()
        if one.name.isdigit() and _parent(int(one.name)) == parent
    )


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
