"""Many new or changed rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import Column, Table, bindparam, insert, inspect, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.exc import StaleDataError

from storage.base import Base
from storage.many_rows import insert_many, update_many

_KEY: Final = "key_of_the_row"


def inserting(session: Session) -> Any:
    """What makes an ``INSERT`` that says what becomes of a row that is there already; both databases write it alike."""
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def write_together(session: Session, *tables: type[Base]) -> None:
    """Writes the new rows of these tables in one go each, in their order. Of whom nobody in this transaction asks for
    the number: not fetching it is half of the work."""
    for table in tables:
        new = sorted((row for row in session.new if type(row) is table), key=lambda row: inspect(row).insert_order or 0)
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in new:
            values = _said(table, vars(row))
            alike[tuple(values)].append(values)
            session.expunge(row)
        for rows in alike.values():
            _insert(session, table, rows)


def write_missing(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Writes those of these rows that are not there already, by the names of their columns, the same in all; the
    defaults of ours are not looked at."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
    else:
        insert_many(session.connection(), cast("Table", table.__table__), rows, missing_only=True)


def _said(table: type[Base], held: Mapping[str, Any]) -> dict[str, Any]:
    """What a new row says by itself, and the defaults of ours for what it leaves out."""
    said = {}
    for name, column in _columns(table).items():
        if name in held:
            said[name] = held[name]
        elif column.default is not None:
            default: Any = column.default
            said[name] = default.arg if default.is_scalar else default.arg(None)
    return said


@lru_cache(maxsize=50)
def _columns(table: type[Base]) -> Mapping[str, Column[Any]]:
    """The columns of a table, by their attributes."""
    return {name: cast("Column[Any]", each.columns[0]) for name, each in inspect(table).column_attrs.items()}


def _insert(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(insert(table), rows)
    else:
        insert_many(session.connection(), cast("Table", table.__table__), rows)


def change_together(session: Session, *tables: type[Base]) -> None:
    """Writes what changed in the rows of these tables, one statement for each kind of change, in the order of their
    ``id``, so that nobody waits in a ring. Nobody in this transaction reads them any more. ``StaleDataError`` where one
    is not there."""
    for table in tables:
        changed = sorted((row for row in session.dirty if type(row) is table), key=lambda row: int(vars(row)["id"]))
        alike: dict[tuple[str, ...], dict[int, dict[str, Any]]] = defaultdict(dict)
        for row in changed:
            state: InstanceState[Any] = inspect(row)
            values = _changed(table, state)
            state.mapper.dispatch.after_update(state.mapper, session.connection(), state)
            alike[tuple(values)][vars(row)["id"]] = values
            session.expunge(row)
        for names, rows in alike.items():
            if names:
                _change(session, cast("Table", table.__table__), rows)


def _changed(table: type[Base], state: InstanceState[Any]) -> dict[str, Any]:
    """What of a row is another value than before."""
    before, now = state.committed_state, state.dict
    return {
        name: now[name]
        for name, column in _columns(table).items()
        if name in before and not column.type.compare_values(now[name], before[name])
    }


def _change(session: Session, table: Table, rows: Mapping[int, Mapping[str, Any]]) -> None:
    if session.get_bind().dialect.name == "sqlite":
        given: dict[Any, Any] = {table.c[name]: bindparam(name) for name in next(iter(rows.values()))}
        changing = update(table).where(table.c.id == bindparam(_KEY)).values(given)
        there = session.connection().execute(changing, [{_KEY: key, **row} for key, row in rows.items()]).rowcount
    else:
        there = update_many(session.connection(), table, rows)
    if there != len(rows):
        raise StaleDataError(f"{len(rows) - there} rows of {table.description} are not there any more")
