"""A bound on how long one look at the database may take, after which the page still answers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

STEPS: Final = 10_000
"""After so many steps SQLite looks whether time is up."""
_CANCELLED: Final = "57014"
_BACK: Final = "ROLLBACK TO SAVEPOINT looking; RELEASE SAVEPOINT looking"


class GaveUp(Exception):
    """The database was stopped, because it took too long; the transaction goes on."""


@contextmanager
def patience(session: Session, seconds: float) -> Iterator[None]:
    """What is read in this block takes at most so long a statement, or ``GaveUp`` is raised. Only for reading: what
    was written in it would be undone."""
    connection = session.connection()
    bound = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    with bound(connection, seconds):
        yield


@contextmanager
def _on_postgresql(connection: Connection, seconds: float) -> Iterator[None]:
    """A statement that is cancelled takes its transaction with it, but for a savepoint; going back to that also brings
    back the bound of before."""
    most = max(1, round(seconds * 1000))
    connection.exec_driver_sql(f"SAVEPOINT looking; SET LOCAL statement_timeout = {most}")
    try:
        yield
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlstate", "") != _CANCELLED:
            raise
        connection.exec_driver_sql(_BACK)
        raise GaveUp from refused
    connection.exec_driver_sql(_BACK)


@contextmanager
def _on_sqlite(connection: Connection, seconds: float) -> Iterator[None]:
    raw: Any = connection.connection.driver_connection
    until = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() >= until, STEPS)
    try:
        yield
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise
        raise GaveUp from refused
    finally:
        raw.set_progress_handler(None, 0)
