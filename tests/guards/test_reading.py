"""A session that reads cannot write, on either database: the database itself says so."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.offices import Ministry


def test_a_reading_session_is_refused_by_the_database_when_it_writes(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("INSERT INTO ministry (key, name_km, name_en) VALUES ('x', 'x', 'x')"))
    with database.transaction() as session:  # the same connection, which writes again
        session.add(Ministry(key="z", name_km="z", name_en="z"))
    with database.reading() as session:
        assert session.execute(text("SELECT key FROM ministry")).scalars().all() == ["z"]
