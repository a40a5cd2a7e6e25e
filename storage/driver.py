"""Asking the driver of a database without anything in between, for what every step of a case asks.

What SQLAlchemy does around a statement (its cache, its results, its events) costs more than most of ours take. What is
asked here is made by SQLAlchemy once and sent as it is; who counts statements hears of it, and what the driver refuses
is raised as SQLAlchemy would raise it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement with its values, in the order in which it names them."""

    sql: str
    values: Sequence[Any]


def by_place(dialect: Dialect) -> Dialect:
    """The same dialect, whose statements take their values by their places."""
    make: Any = type(dialect)
    style = "qmark" if dialect.name == "sqlite" else "format"
    return make(  # type: ignore[no-any-return]
        paramstyle=style,
        dbapi=dialect.dbapi,
        json_serializer=getattr(dialect, "_json_serializer", None),
        json_deserializer=getattr(dialect, "_json_deserializer", None),
    )


def ask(connection: Connection, asked: Sequence[Asked]) -> list[Any]:
    """The cursors of these statements, each done; on PostgreSQL in one round trip. One that comes again at once, with
    other values, is told as one statement for many rows."""
    for sql, same in groupby(asked, key=lambda one: one.sql):
        rows = [tuple(one.values) for one in same]
        told = rows if len(rows) > 1 else rows[0]
        for note in connection.dispatch.before_cursor_execute:
            note(connection, None, sql, told, None, len(rows) > 1)
    with _refusals(connection):
        raw: Any = connection.connection.driver_connection
        with raw.pipeline() if len(asked) > 1 and hasattr(raw, "pipeline") else nullcontext():
            return [raw.execute(one.sql, one.values) for one in asked]


def rows_of(connection: Connection, asked: Asked) -> list[Any]:
    """The rows of one statement; SQLite finds most of them only as they are fetched."""
    (cursor,) = ask(connection, [asked])
    with _refusals(connection):
        return list(cursor.fetchall())


@contextmanager
def _refusals(connection: Connection) -> Iterator[None]:
    dialect, error = connection.dialect, connection.dialect.loaded_dbapi.Error
    try:
        yield
    except error as refused:
        is_gone = dialect.is_disconnect(refused, connection.connection.driver_connection, None)
        if is_gone:
            connection.invalidate(refused)
        raise DBAPIError.instance(
            "",
            None,
            refused,
            error,
            hide_parameters=True,
            connection_invalidated=is_gone,
            dialect=dialect,
        ) from refused
