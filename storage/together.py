"""Many new or changed rows at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, insert, inspect, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.base import Base

_KEY: Final = "key_of_the_row"


def inserting(session: Session) -> Any:
    """What makes an ``INSERT`` that says what becomes of a row that is there already; both databases write it alike."""
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def write_together(session: Session, *tables: type[Base]) -> None:
    """Writes the new rows of these tables in one go each, in their order. Of whom nobody in this transaction asks for
    the number: not fetching it is half of the work."""
    for table in tables:
        new = sorted((row for row in session.new if type(row) is table), key=lambda row: inspect(row).insert_order or 0)
        values: list[dict[str, Any]] = [
            {column.key: getattr(row, column.key) for column in inspect(table).column_attrs if column.key in vars(row)}
            for row in new
        ]
        for row in new:
            session.expunge(row)
        if values:
            session.execute(insert(table), values)


def change_together(session: Session, *tables: type[Base]) -> None:
    """Writes what changed in the rows of these tables, one statement for each kind of change, in the order of their
    ``id``, so that nobody waits in a ring. Nobody in this transaction reads them any more."""
    for table in tables:
        changed = sorted((row for row in session.dirty if type(row) is table), key=lambda row: int(vars(row)["id"]))
        columns = frozenset(inspect(table).column_attrs.keys())
        alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
        for row in changed:
            names = frozenset(columns & inspect(row).committed_state.keys())
            alike[names].append({_KEY: vars(row)["id"]} | {name: vars(row)[name] for name in names})
            session.expunge(row)
        for names, values in alike.items():
            if names:
                _change(session, cast("Table", table.__table__), names, values)


def _change(session: Session, table: Table, names: frozenset[str], values: list[dict[str, Any]]) -> None:
    given: dict[Any, Any] = {table.c[name]: bindparam(name) for name in names}
    session.execute(update(table).where(table.c.id == bindparam(_KEY)).values(given), values)
