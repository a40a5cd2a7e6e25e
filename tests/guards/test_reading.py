"""A session that reads cannot write, on either database: the database itself says so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.offices import Ministry


def test_a_reading_session_is_refused_by_the_database_when_it_writes(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("INSERT INTO ministry (key, name_km, name_en) VALUES ('x', 'x', 'x')"))
    with database.transaction() as session:  # on PostgreSQL the same connection, which writes again
        session.add(Ministry(key="z", name_km="z", name_en="z"))
    with database.reading() as session:
        assert session.execute(text("SELECT key FROM ministry")).scalars().all() == ["z"]


def test_nothing_is_said_to_sqlite_between_readings_and_writings_that_would_make_it_forget_its_statements(
    database: Database,
) -> None:
    if not database.is_sqlite:
        return
    said: list[str] = []
    for _ in range(2):
        for begin in (database.reading, database.transaction):
            with begin() as session:
                raw: Any = session.connection().connection.driver_connection
                raw.set_trace_callback(said.append)
                session.execute(text("SELECT key FROM ministry"))
    assert [one for one in said if one.startswith("PRAGMA")] == []
    assert (said.count("BEGIN"), said.count("BEGIN IMMEDIATE")) == (1, 1)  # heard from the second time on


def test_a_reading_is_refused_also_after_all_connections_were_laid_down(database: Database) -> None:
    database.engine.dispose()
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("INSERT INTO ministry (key, name_km, name_en) VALUES ('x', 'x', 'x')"))
