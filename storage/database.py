"""The database: opening it, reading from it, and the only commit of the product.

SQLite (WAL) when nothing is configured, PostgreSQL by URL. What was accepted is on the disk: a power cut takes none of
it (``synchronous=FULL``; docs/operations.md says what it costs). A writing transaction takes its lock at once
(``BEGIN IMMEDIATE`` on SQLite), so two writers queue instead of failing half-way; a reading one never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from storage.asking import ASKER, Asker
from storage.loading import LOADER, Loader
from storage.postgres import open_postgres
from storage.sqlite import open_sqlite, reader_of
from storage.writing import Writer

_AFTERWARDS: Final = "afterwards"
log = structlog.get_logger("owso.database")


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


# What a statement was given is personal data: it stays out of the message of an error, wherever that is written.
_COMMON: Any = {"json_serializer": _dumps, "json_deserializer": orjson.loads, "hide_parameters": True}


@dataclass(frozen=True)
class Database:
    """One open database. ``transaction()`` writes and commits on return; ``reading()`` cannot write."""

    engine: Engine
    _writing: sessionmaker[Session] = field(init=False, repr=False, compare=False)
    _reading: sessionmaker[Session] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reader = reader_of(self.engine) if self.is_sqlite else self.engine.execution_options(postgresql_readonly=True)
        asking = {LOADER: Loader(self.engine.dialect), ASKER: Asker(self.engine.dialect)}
        options: Any = {"expire_on_commit": False, "autoflush": False, "info": asking}
        object.__setattr__(self, "_writing", sessionmaker(self.engine, **options))
        object.__setattr__(self, "_reading", sessionmaker(reader, **options))
        event.listen(self._writing, "before_flush", Writer(self.engine.dialect).flush)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is kept when the block returns and undone when it raises."""
        with self._writing() as session:
            yield session
            session.commit()
        for act in session.info.pop(_AFTERWARDS, ()):
            try:
                act()
            except Exception as failure:  # what was written is kept, and what others wait for is done all the same
                log.error("afterwards_failed", failure=type(failure).__name__)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and is refused by the database when it writes."""
        with self._reading() as session:
            yield session
            _end(session)

    def close(self) -> None:
        self.engine.dispose()


def _end(reading: Session) -> None:
    """Ends a reading that went well, of which there is nothing to keep: after a rollback the driver of PostgreSQL would
    forget every statement that it has prepared on this connection, also those of steps. Said to the driver itself: who
    counts what is kept hears nothing of a reading."""
    if reading.in_transaction() and reading.is_active:
        driver: Any = reading.connection().connection.driver_connection
        driver.commit()


def afterwards(session: Session, act: Callable[[], None]) -> None:
    """Has something done as soon as the work of this ``transaction()`` is kept, in transactions of its own; never when
    it is undone. When it raises, that is logged: the transaction has succeeded, and what else was asked for is done."""
    session.info.setdefault(_AFTERWARDS, []).append(act)


def give_way(session: Session) -> None:
    """Has this transaction, of work that can be tried again, wait half a second at most for what others hold. Where two
    wait for each other PostgreSQL undoes one of them after a second, which might be somebody at a desk."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '500ms'"))


def open_database(url: str) -> Database:
    """The database at ``url``; a SQLite file and its folder are created when they do not exist."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(open_sqlite(url, parsed.database or "", **_COMMON))
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return Database(open_postgres(parsed, **_COMMON))
