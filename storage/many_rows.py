"""Many rows in one statement, for PostgreSQL: it is handed all of them as one text and takes them apart itself.

What a statement costs there, in the driver and in the server, is more than what a row costs. The text of the statement
is the same for any number of rows, so it is put together and prepared once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    String,
    Table,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from storage.driver import Asked, ask, by_place

_KEY: Final = "key_of_the_row"


@dataclass(frozen=True, slots=True)
class _Said:
    """A column in that text: the type it has there, how its values are said, and what makes the value of it again."""

    type: TypeEngine[Any]
    say: Callable[[Any], Any] | None
    meant: Callable[[ColumnElement[Any]], ColumnElement[Any]]

    def of(self, value: Any) -> Any:
        return value if self.say is None else self.say(value)


@dataclass(frozen=True, slots=True)
class _Known:
    """A statement for many rows, and how the values of each are said."""

    sql: str
    columns: Mapping[str, _Said]

    def of(self, rows: Sequence[Mapping[str, Any]]) -> Asked:
        said = [{name: each.of(row[name]) for name, each in self.columns.items()} for row in rows]
        return Asked(self.sql, [orjson.dumps(said).decode()])


def insert_many(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, missing_only: bool = False
) -> None:
    """New rows, by the names of their columns, the same in all of them; defaults of ours are filled in already.
    ``missing_only``: what is there already is left out."""
    known = _inserting(connection.dialect, table, tuple(rows[0]), missing_only=missing_only)
    ask(connection, [known.of(rows)])


def update_many(connection: Connection, table: Table, rows: Mapping[int, Mapping[str, Any]]) -> int:
    """What becomes of these rows, by their ``id``; the same columns in all of them. How many of them were there."""
    known = _updating(connection.dialect, table, tuple(next(iter(rows.values()))))
    (cursor,) = ask(connection, [known.of([{_KEY: key, **row} for key, row in rows.items()])])
    return int(cursor.rowcount)


@lru_cache(maxsize=200)
def _inserting(dialect: Dialect, table: Table, names: tuple[str, ...], *, missing_only: bool) -> _Known:
    columns = {name: _said(table.c[name], dialect) for name in names}
    given = _given(columns)
    meant = [said.meant(given.c[name]) for name, said in columns.items()]
    statement = postgresql.insert(table).from_select(names, select(*meant), include_defaults=False)
    if missing_only:
        statement = statement.on_conflict_do_nothing()
    return _Known(str(statement.compile(dialect=by_place(dialect))), columns)


@lru_cache(maxsize=200)
def _updating(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Known:
    columns = {name: _said(table.c[name], dialect) for name in names}
    key = _said(table.c.id, dialect)
    given = _given({_KEY: key, **columns})
    becomes = {name: said.meant(given.c[name]) for name, said in columns.items()}
    statement = update(table).where(table.c.id == given.c[_KEY]).values(becomes)
    return _Known(str(statement.compile(dialect=by_place(dialect))), {_KEY: key, **columns})


def _given(columns: Mapping[str, _Said]) -> TableValuedAlias:
    """The rows, as a table of the statement."""
    rows = func.json_to_recordset(bindparam("rows", type_=postgresql.JSON()))
    there = rows.table_valued(*(column(name, said.type) for name, said in columns.items()), name="given")
    return there.render_derived(with_types=True)


def _said(of: Column[Any], dialect: Dialect) -> _Said:
    kind = of.type.dialect_impl(dialect)
    if isinstance(kind, JSON):
        return _Said(String(), _as_json, lambda text: cast(text, of.type))
    if isinstance(kind, LargeBinary):
        return _Said(String(), _as_hex, lambda text: func.decode(text, literal_column("'hex'")))
    return _Said(of.type, kind.bind_processor(dialect), lambda value: value)


def _as_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _as_hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
