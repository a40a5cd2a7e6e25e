"""Connections to SQLite: those that write, and beside them those that only read.

A connection that may not write says so to SQLite itself (``query_only``), once: SQLite forgets every statement that a
connection has prepared, with the triggers in them, as soon as that changes.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.base import OptionEngine
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from storage.driver import Asked, ask
from storage.files import make_private, private_folder

BUSY_TIMEOUT_MS: Final = 15_000
MOST_PREPARED: Final = 512
"""So many statements a connection keeps as SQLite has understood them."""


class Connections(QueuePool):
    """Those that write; ``readers`` are those that never can, made and prepared alike."""

    def __init__(self, creator: Any, **options: Any) -> None:
        super().__init__(creator, **options)
        alike = {name: given for name, given in options.items() if name != "_dispatch"}
        self.readers = QueuePool(creator, **alike)
        event.listen(self.readers, "connect", self._prepare_reader)

    def _prepare_reader(self, raw: sqlite3.Connection, record: Any) -> None:
        for prepare in self.dispatch.connect:
            prepare(raw, record)
        raw.execute("PRAGMA query_only=ON")

    def dispose(self) -> None:
        super().dispose()
        self.readers.dispose()


class Reader(OptionEngine):
    """The same engine, whose connections cannot write."""

    def raw_connection(self) -> PoolProxiedConnection:
        pool = self.pool
        return pool.readers.connect() if isinstance(pool, Connections) else pool.connect()


def open_sqlite(url: str, path: str, **options: Any) -> Engine:
    """The engine of a SQLite file (WAL), which is made with its folder where there is none. A writing transaction takes
    its lock when it begins, so two writers queue instead of failing half-way."""
    private_folder(Path(path).parent)
    Path(path).touch(mode=0o600)  # what SQLite lays beside it gets the same mode
    for beside in ("", "-wal", "-shm"):
        make_private(Path(path + beside))
    connecting = {
        "isolation_level": None,
        "timeout": BUSY_TIMEOUT_MS / 1000,
        "check_same_thread": False,
        "cached_statements": MOST_PREPARED,
    }
    # The one that was laid down last is the one that has prepared most of what is asked.
    engine = create_engine(url, **options, poolclass=Connections, pool_use_lifo=True, connect_args=connecting)

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        for pragma in ("foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=FULL"):
            raw.execute(f"PRAGMA {pragma}")
        _write_ahead(raw)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        ask(connection, [Asked("BEGIN" if isinstance(connection.engine, Reader) else "BEGIN IMMEDIATE", ())])

    return engine


def reader_of(engine: Engine) -> Reader:
    """The same database, to be read."""
    return Reader(engine, {})


def _write_ahead(raw: sqlite3.Connection) -> None:
    """Turns the write-ahead log on. A new file is turned once, by one connection: SQLite sends the others away without
    waiting, whatever time they were given, so they look again."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as refused:
            if refused.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
