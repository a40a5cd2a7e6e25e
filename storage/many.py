"""Writing many rows that changed alike: one statement for each kind of change, given the values of all."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from storage.base import Base

_KEY = "key_of_the_row"


def write_many(session: Session, *classes: type[Base]) -> None:
    """Writes what is new and changed in the rows of these classes, in this order, and lets go of them: nobody reads
    them any more in this transaction. What a flush does beside writing (keys that are given back, rows that are
    followed on) costs more than the writing, where rows are many."""
    for of in classes:
        new = [row for row in session.new if isinstance(row, of)]
        changed = [row for row in session.dirty if isinstance(row, of)]
        _insert(session, of, new)
        _update(session, of, changed)
        for row in (*new, *changed):
            session.expunge(row)


def _insert(session: Session, of: type[Base], rows: list[Base]) -> None:
    columns = frozenset(of.__mapper__.column_attrs.keys())
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        given = {name: value for name, value in vars(row).items() if name in columns}
        alike[frozenset(given)].append(given)
    for values in alike.values():
        session.execute(insert(_table(of)), values)


def _update(session: Session, of: type[Base], rows: list[Base]) -> None:
    """Each row by its ``id``; in the order of these, so that nobody waits in a ring."""
    columns = frozenset(of.__mapper__.column_attrs.keys())
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: int(vars(each)["id"])):
        names = frozenset(columns & instance_state(row).committed_state.keys())
        alike[names].append({_KEY: vars(row)["id"]} | {name: vars(row)[name] for name in names})
    for names, values in alike.items():
        if names:
            table = _table(of)
            given: dict[Any, Any] = {table.c[name]: bindparam(name) for name in names}
            session.execute(update(table).where(table.c.id == bindparam(_KEY)).values(given), values)


def _table(of: type[Base]) -> Table:
    return cast("Table", of.__table__)
