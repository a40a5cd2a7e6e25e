"""What an officer's step asks of the database: few statements in few round trips, each by an index, however many cases
there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.house import House
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import CorrectionTarget
from storage.database import Database
from tests.cast import NOW
from tests.engine.clockwork.test_plans import COPIED, LARGE, _copy
from tests.small.cases import Kilns

WRONG = (CorrectionAsked(CorrectionTarget.FIELD, "kiln_name", "ឈ្មោះមិនច្បាស់"),)
pytestmark = pytest.mark.usefixtures("steps_are_taken")


@pytest.fixture
def many(kilns: Kilns) -> Iterator[Kilns]:
    """A case that is paid; on PostgreSQL beside thousands, because it goes through a small table from end to end."""
    kilns.pay(kilns.send())
    if kilns.house.database.is_sqlite:
        yield kilns
        return
    with kilns.house.database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is looked at
        for table in LARGE:
            _copy(connection, table, COPIED[table])
    with kilns.house.database.engine.begin() as connection:
        connection.execute(text(f"ANALYZE {', '.join(LARGE)}"))
    yield kilns
    with kilns.house.database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in LARGE:
            connection.execute(text(f"DELETE FROM {table} WHERE id > 10000"))
        connection.execute(text(f"ANALYZE {', '.join(LARGE)}"))


@contextmanager
def asked_of(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements of the block with their values; of one for many rows those of the first."""
    found: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, values: Any, _context: object, many: bool) -> None:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            found.append((sql, values[0] if many else values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def steps(kilns: Kilns) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """What claiming a task asks, and what completing it does."""
    house, bopha = kilns.house, kilns.cast.bopha.actor
    key = first_task(house)
    with asked_of(house.database) as claimed, house.database.transaction() as session:
        user_tasks.claim(session, house, bopha, key, now=NOW)
    with asked_of(house.database) as completed, house.database.transaction() as session:
        user_tasks.complete(session, house, bopha, key, {"result": "return"}, corrections=WRONG, now=NOW)
    return claimed, completed


def first_task(house: House) -> str:
    with house.database.reading() as session:
        wanted = "SELECT key FROM user_task WHERE element_id = 'check' AND status = 'ready' ORDER BY id LIMIT 1"
        return str(session.scalar(text(wanted)))


def test_claiming_reads_once_and_writes_three_rows(many: Kilns) -> None:
    claimed, _ = steps(many)
    verbs = [sql.split()[0] for sql, _ in claimed]
    assert verbs == ["SELECT", "UPDATE", "UPDATE", "INSERT"]


def test_completing_reads_twice_and_writes_each_row_once(many: Kilns) -> None:
    """The case with its task, then its clocks; afterwards every table is written to once, but for clocks, which begin
    with new tasks and name them."""
    _, completed = steps(many)
    verbs = [sql.split()[0] for sql, _ in completed]
    assert verbs[:2] == ["SELECT", "SELECT"]
    assert "SELECT" not in verbs[2:]
    written = [re.findall(r"^(?:UPDATE|INSERT INTO) (\w+)", sql)[0] for sql, _ in completed[2:]]
    assert written.count("application") == written.count("process_instance") == written.count("case_event") == 1
    assert len(completed) <= 11, completed


def test_each_row_is_found_by_an_index(many: Kilns) -> None:
    how = "EXPLAIN QUERY PLAN" if many.house.database.is_sqlite else "EXPLAIN"
    plans = []
    for asked in steps(many):
        with many.house.database.engine.connect() as connection:
            for sql, values in asked:
                rows = connection.exec_driver_sql(f"{how} {sql}", tuple(values))
                plans.append("\n".join(str(row[-1]) for row in rows))
    plan = "\n".join(plans)
    assert not re.search(rf"(SCAN|Seq Scan on) ({'|'.join(LARGE)})\b", plan), plan
    assert re.search(r"uq_user_task_key|sqlite_autoindex_user_task|user_task USING INDEX", plan), plan
    assert "ix_clock_application_id" in plan, plan
