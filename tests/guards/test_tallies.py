"""The triggers that keep numbers beside the rows are there, on both databases: a migration that copies a table of
SQLite loses those of it, and creates them again."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.database import Database

COPYING = {"sqlite": {"tally_clock_begins", "tally_clock_stands"}, "postgresql": {"tally_clock_stands"}}
COUNTED = ("clock", "month_application", "month_clock", "month_payment", "month_remission", "age")
COUNTING = {f"tally_{of}_{happens}" for of in COUNTED for happens in ("comes", "changes", "goes")}
KEEPING_APART = {f"user_task_{happens}" for happens in ("given", "taken", "done")}
ASKED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_every_trigger_is_there(database: Database, database_kind: str) -> None:
    with database.engine.connect() as connection:
        found = set(connection.execute(text(ASKED[database_kind])).scalars())
    beside = {"tally_clock_moves", "tally_task_moves", "raised_ends"} | KEEPING_APART
    assert found == COPYING[database_kind] | COUNTING | beside
