"""Numbered migrations (Alembic), applied by ``owso migrate`` and at start.

Whoever comes first migrates, in one transaction; others who start at the same moment wait and find it done. Alembic is
loaded by who migrates: a server that finds it done, and ``/health`` each time, only read which number the tables have.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.database import Database
from storage.migrations.holding import hold_tables
from storage.sqlite import BUSY_TIMEOUT_MS

VERSIONS: Final = Path(__file__).parent / "versions"
TURN: Final = 0x6F77736F
"""The number of the lock that who migrates a PostgreSQL database holds."""
WAIT_FOR_TABLES: Final = "10s"
"""How long a migration waits for a table that somebody uses: all who want that table later wait behind it."""
WAIT_FOR_TURN_MS: Final = 600_000


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the database to ``revision``, wholly or not at all; nothing happens when it is there already. Raises
    ``OperationalError`` when a table stays in use."""
    if revision == "head" and is_current(database):
        return
    from alembic import command

    with database.engine.connect() as connection:
        turn = _turn_on_sqlite if database.is_sqlite else _turn_on_postgresql
        with turn(connection):
            if not database.is_sqlite:
                hold_tables(connection, revision)
            command.upgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the newest migration has been applied; one statement."""
    with database.reading() as session:
        return _applied(session.connection()) == newest()


@cache
def newest() -> str:
    """The number of the newest migration: the files are named by them."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def _applied(connection: Connection) -> str | None:
    """The number of the migration that the tables have; None before the first."""
    try:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        connection.rollback()
        if inspect(connection).has_table("alembic_version"):
            raise
        return None
    return found


def _config(connection: Connection | None = None) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _turn_on_postgresql(connection: Connection) -> Iterator[None]:
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_TABLES}'"))
        yield


@contextmanager
def _turn_on_sqlite(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it; while the old one goes, rows that point at it must not go with it. They are
    looked at in the end instead."""
    outside = connection.connection.cursor()
    outside.execute(f"PRAGMA busy_timeout={WAIT_FOR_TURN_MS}")
    outside.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            if lost := connection.execute(text("PRAGMA foreign_key_check")).all():
                raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"{len(lost)} rows point at nothing"))
    finally:
        outside.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        outside.execute("PRAGMA foreign_keys=ON")
