"""Connections to PostgreSQL: what they keep, and how one is found out whose server has gone away."""

from __future__ import annotations

import select
import time
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

LONG_IDLE: Final = 30.0
"""After so many seconds a connection is asked whether it is still there: a network drops one without a word."""
PREPARED_AFTER: Final = 1
"""A statement that came so often is prepared when it comes again: of several connections each sees it seldom."""
MOST_PREPARED: Final = 300
MOST_TURNED: Final = 512
"""So many statements are kept as PostgreSQL wants them written; those of all pages and steps are some four hundred."""
LONGEST_TURNED: Final = 20_000
"""Octets of a statement that is kept so. A longer one names many rows, and does not come again."""
_SINCE: Final = "idle_since"


def open_postgres(url: URL, **options: Any) -> Engine:
    """The engine of a PostgreSQL database. A connection that the server has closed is not handed out; one that lay long
    is asked first. Asking each before each transaction would cost a round trip every time."""
    connecting = {"prepare_threshold": PREPARED_AFTER}
    # The one that was laid down last is the one that has prepared most of what is asked.
    engine = create_engine(url, **options, connect_args=connecting, pool_use_lifo=True)
    psycopg: Any = engine.dialect.loaded_dbapi  # loaded by now, and by nobody whose cases lie in SQLite
    cursor = _turning_once(_plainly_described(psycopg.Cursor))

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        raw.prepared_max = MOST_PREPARED
        raw.cursor_factory = cursor

    @event.listens_for(engine, "checkin")
    def _lay_down(_raw: object, record: Any) -> None:
        record.info[_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _take_up(raw: Any, record: Any, _proxy: object) -> None:
        is_old = time.monotonic() - record.info.get(_SINCE, time.monotonic()) > LONG_IDLE
        if not is_old and not raw.closed and not _speaks(raw):
            return
        try:
            engine.dialect.do_ping(raw)
        except psycopg.Error as gone:
            raise DisconnectionError from gone

    @event.listens_for(engine, "rollback")
    def _undo(connection: Any) -> None:
        if not (connection.closed or connection.invalidated):
            _undo_and_keep_prepared(connection.connection.driver_connection, psycopg)

    return engine


def _undo_and_keep_prepared(raw: Any, psycopg: Any) -> None:
    """Undoes a transaction in which no statement failed, such as that of somebody who was refused: said to the server
    below the driver, which would let go of every statement that it has prepared on this connection, because tables may
    have come and gone. Ours do that in migrations alone, and what came after a refusal was planned anew. Whatever does
    not succeed here is left to the driver."""
    if raw.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        with suppress(psycopg.Error):
            raw.pgconn.exec_(b"ROLLBACK")


def _plainly_described(cursor: type[Any]) -> type[Any]:
    """A cursor that describes its columns by name and type. All that psycopg says of them besides, SQLAlchemy never
    reads, and finding it out for each column of each result takes as long as reading the rows."""

    class PlainCursor(cursor):  # type: ignore[misc]
        @property
        def description(self) -> list[Any] | None:
            found = self.pgresult
            if found is None or not found.nfields:
                return None
            nothing = (None,) * 5
            return [
                ((found.fname(place) or b"").decode(), found.ftype(place), *nothing) for place in range(found.nfields)
            ]

    return PlainCursor


def _turning_once(cursor: type[Any]) -> type[Any]:
    """A cursor that finds the places for values in a statement once. psycopg remembers 128 statements, and none of more
    than 4,096 octets; pages and steps have more, and longer ones, and each would be taken apart again each time."""
    from psycopg import _queries

    kept = lru_cache(MOST_TURNED)(_queries._query2pg_nocache)

    class KeptQuery(_queries.PostgresQuery):
        def convert(self, query: Any, vars: Any) -> None:
            if vars is None or not isinstance(query, str) or len(query) > LONGEST_TURNED:
                super().convert(query, vars)
                return
            told = query.encode(self._tx.encoding)
            self.query, self._want_formats, self._order, self._parts = kept(told, self._tx.encoding)
            self.dump(vars)

    class TurningCursor(cursor):  # type: ignore[misc]
        _query_cls = KeptQuery

    return TurningCursor


def _speaks(raw: Any) -> bool:
    """Whether the server says something that nobody asked for: as a rule, that it closes the connection."""
    waiting = select.poll()
    waiting.register(raw.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
