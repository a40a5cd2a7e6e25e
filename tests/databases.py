"""The two databases that every test runs on, each fresh at the start of a test and cheap to get.

SQLite: one migrated file for each worker. PostgreSQL: one server for the run (from a wheel, or the one that
OWSO_TEST_DATABASE_URL names), one migrated database for each worker. Both are emptied between tests. What they are
copied from is kept from run to run (``tests.templates``).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from storage.database import Database, open_database
from storage.migrations import upgrade
from storage.tallying import TALLIES
from tests import patience, templates

KEPT_BY_TRIGGERS = {of.__tablename__ for tally in TALLIES for of in (tally.kept, tally.change)}
"""Tables that the database writes to when others are written to, or emptied."""
LOCK_TIMEOUT = f"{patience.SECONDS}s"


def forgetful(database: Database) -> Database:
    """The same database; on SQLite it no longer waits for the disk, as the PostgreSQL of the tests does not either, and
    gives rows that no order was asked for backwards, as PostgreSQL may."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", _forget)
    return database


def _forget(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA reverse_unordered_selects=ON")


def migrate(address: str) -> None:
    """Brings the database at this address to the newest migration, and leaves its file whole and closed."""
    database = forgetful(open_database(address))
    upgrade(database)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def copy_of(template: Path, folder: Path) -> str:
    """The address of a new database in this folder."""
    file = folder / "owso.sqlite3"
    for left_over in folder.glob(f"{file.name}*"):
        left_over.unlink()
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


@dataclass
class Sqlite:
    """One worker's migrated file, and a connection that stays: a new file has to be copied, opened and learned by those
    who read it, which takes longer than all that most tests ask of it."""

    template: Path
    connection: sqlite3.Connection | None = None
    tables: tuple[str, ...] = ()
    state: object = None

    @property
    def file(self) -> Path:
        return self.template.parent / "owso.sqlite3"

    def emptied(self) -> tuple[str, bool]:
        """The address of the file, with every row gone; and whether it is another file than before, since a test did
        something to the old one that is more than rows, or holds it still."""
        try:
            is_new = self._state() != self.state
            if not is_new:
                self._delete()
        except (OSError, sqlite3.Error):
            is_new = True
        if is_new:
            self._copy()
        return f"sqlite:///{self.file}", is_new

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _copy(self) -> None:
        self.close()
        copy_of(self.template, self.file.parent)
        self.connection = sqlite3.connect(self.file, isolation_level=None, timeout=1)
        self.connection.execute("PRAGMA synchronous=OFF")
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
        names = (name for (name,) in self.connection.execute(asked))
        self.tables = tuple(sorted(names, key=KEPT_BY_TRIGGERS.__contains__))
        self.state = self._state()

    def _state(self) -> object:
        """Which file it is, what it is made of, and how far it was migrated."""
        if self.connection is None:
            return None, ()
        asked = ("PRAGMA schema_version", "SELECT version_num FROM alembic_version")
        return self.file.stat().st_ino, tuple(tuple(self.connection.execute(one).fetchall()) for one in asked)

    def _delete(self) -> None:
        """Rows are few, so most tables are empty: to look first is quicker. No foreign key is looked at here."""
        assert self.connection is not None
        self.connection.execute("BEGIN IMMEDIATE")
        for name in self.tables:
            if self.connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone():
                self.connection.execute(f'DELETE FROM "{name}"')
        self.connection.execute("COMMIT")


@contextmanager
def postgres_for_this_process() -> Iterator[Postgres]:
    """A new migrated database: on the server that is given, else on one of our own."""
    given = os.environ.get("OWSO_TEST_DATABASE_URL")
    if given:
        with _made(given) as address:
            migrate(address)
            with _connected(address) as postgres:
                yield postgres
        return
    with (
        templates.postgres_server(migrate) as server,
        _made(server, like=templates.MIGRATED) as address,
        _connected(address) as postgres,
    ):
        yield postgres


@dataclass
class Postgres:
    """One worker's migrated database, and a connection that stays: one that is new has to learn all tables first, which
    costs the server more than all it is asked for."""

    address: str
    connection: psycopg.Connection
    emptying: bytes

    def emptied(self) -> str:
        """The address of the database, with every row gone and every counter at its start."""
        self.connection.execute(self.emptying)
        return self.address


@contextmanager
def _connected(address: str) -> Iterator[Postgres]:
    with psycopg.connect(address, autocommit=True, options=f"-c lock_timeout={LOCK_TIMEOUT}") as connection:
        yield Postgres(address, connection, _emptying(connection))


@contextmanager
def _made(server: str, like: str = "template1") -> Iterator[str]:
    """The address of a new database on the server, which goes again afterwards."""
    name = f"{templates.OF_A_RUN}{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _emptying(connection: psycopg.Connection) -> bytes:
    """One round trip of statements. Rows are few, so deleting them is several times faster than TRUNCATE; with the
    role of a replica no foreign key is looked at."""
    tables = connection.execute("SELECT relname FROM pg_stat_user_tables WHERE relname <> 'alembic_version'").fetchall()
    sequences = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    deletes = [f'DELETE FROM "{name}"' for (name,) in tables]
    restarts = [f"SELECT setval('\"{name}\"', 1, false)" for (name,) in sequences]
    return "; ".join(["SET session_replication_role = replica", *deletes, *restarts]).encode()
