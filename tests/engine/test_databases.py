"""The SQLite file of a worker is empty for each test, and another one after a test that did more than write rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import open_database
from tests import databases, templates
from tests.cast import settle


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[databases.Sqlite]:
    with closing(databases.Sqlite(templates.migrated_sqlite(tmp_path, databases.migrate))) as sqlite:
        yield sqlite


def settled(file: Path) -> int:
    """The first person's number, once the cast is there: offices and people, each of whom is there once only."""
    with closing(open_database(f"sqlite:///{file}")) as database, database.transaction() as session:
        return settle(session).dara.person_id


def test_rows_are_gone_and_numbers_begin_anew_in_the_same_file(sqlite: databases.Sqlite) -> None:
    assert sqlite.emptied() == (f"sqlite:///{sqlite.file}", True)
    for _ in range(2):
        assert settled(sqlite.file) == 1
        assert sqlite.emptied() == (f"sqlite:///{sqlite.file}", False)


def drop(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE holiday")


def stamp(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")


@pytest.mark.parametrize("done", [drop, stamp, Path.unlink], ids=lambda done: done.__name__)
def test_what_is_more_than_rows_goes_with_the_file(sqlite: databases.Sqlite, done: Callable[[Path], None]) -> None:
    sqlite.emptied()
    settled(sqlite.file)
    done(sqlite.file)
    assert sqlite.emptied()[1]
    assert settled(sqlite.file) == 1
    assert not sqlite.emptied()[1]


def test_whoever_still_writes_keeps_the_old_file(sqlite: databases.Sqlite) -> None:
    sqlite.emptied()
    with closing(sqlite3.connect(sqlite.file, isolation_level=None)) as late:
        late.execute("BEGIN IMMEDIATE")
        assert sqlite.emptied()[1]
        assert settled(sqlite.file) == 1
