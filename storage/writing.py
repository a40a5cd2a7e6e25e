"""Writing what changed: all rows of a flush in one go.

SQLAlchemy's unit of work sends one statement after the other, waits for each, and is made for tables that depend on one
another in every way there is. Ours are plain: a class has one table, and whoever names another row knows its key. So
the rows of a flush go out as statements that were made once, on PostgreSQL in one round trip, and the objects end up as
the unit of work leaves them. A flush that holds anything else (a row to be deleted, an expression instead of a value, a
key that changes) is left to the unit of work as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Dialect, Table, bindparam
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement

from storage.driver import Asked, ask, by_place

_MISSING: Final = object()
_KEY: Final = "key_of_the_row"
_VALUES: Final = frozenset({str, int, bool, datetime, dict, list, bytes, type(None)})
"""Of these there are most, and none is an expression."""


class _NotPlain(Exception):
    """This flush is one for the unit of work."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A column as it is written: its attribute, what it holds where nothing was said, and how a value is bound."""

    attribute: str
    column: Column[Any]
    default: Callable[[], Any]
    bind: Callable[[Any], Any] | None
    keeps_none: bool

    def in_new(self, said: dict[str, Any]) -> Any:
        """What a new row holds here. What was left out gets its default, in the object too."""
        value = said.get(self.attribute, _MISSING)
        if value is _MISSING or (value is None and not self.keeps_none):
            value = said[self.attribute] = self.default()
            if value is None:
                return None
        return self.bound(value)

    def bound(self, value: Any) -> Any:
        return value if self.bind is None else self.bind(value)

    def is_other(self, value: Any, before: Any) -> bool:
        """Whether the value is not the one before."""
        return not self.column.type.compare_values(_value(value), before)


@dataclass(frozen=True, slots=True)
class _Row:
    """One statement of a flush. ``makes_key``: the database gives the key of this new row."""

    state: InstanceState[Any]
    asked: Asked
    is_new: bool = False
    makes_key: bool = False


@dataclass(slots=True)
class _Plain:
    """How the rows of one class are written; each statement is made once. ``made`` are the columns that the database
    itself fills where nothing is said: the key, and those with a default of its own."""

    table: Table
    key: _Kept | None
    columns: Mapping[str, _Kept]
    made: Sequence[str]
    dialect: Dialect
    inserts: dict[tuple[str, ...], tuple[str, Sequence[_Kept]]] = field(default_factory=dict)
    updates: dict[tuple[str, ...], str] = field(default_factory=dict)

    def insert(self, state: InstanceState[Any]) -> _Row:
        said = state.dict
        made = tuple(name for name in self.made if said.get(name) is None)
        found = self.inserts.get(made)
        if found is None:
            found = self.inserts[made] = self._insert(made)
        sql, columns = found
        makes_key = self.key is not None and self.key.attribute in made
        state.expired_attributes.update(made[1:] if makes_key else made)  # read when somebody asks
        return _Row(state, Asked(sql, [kept.in_new(said) for kept in columns]), is_new=True, makes_key=makes_key)

    def update(self, state: InstanceState[Any]) -> _Row | None:
        """What of a row is another value than before; None where nothing is."""
        said, before = state.dict, state.committed_state
        changed = tuple(
            name
            for name, kept in self.columns.items()
            if name in before and kept.is_other(said.get(name), before[name])
        )
        if not changed:
            return None
        if self.key is None or self.key.attribute in changed:
            raise _NotPlain
        sql = self.updates.get(changed)
        if sql is None:
            sql = self.updates[changed] = self._update(self.key, changed)
        values = [self.columns[name].bound(said.get(name)) for name in changed]
        (this,) = state.identity or ()  # an object that was expired does not hold its own key
        return _Row(state, Asked(sql, [*values, self.key.bound(this)]))

    def _insert(self, made: Sequence[str]) -> tuple[str, Sequence[_Kept]]:
        """A new row, of which the database makes these columns."""
        columns = [kept for name, kept in self.columns.items() if name not in made]
        statement: Any = self.table.insert()
        if self.key is not None and self.key.attribute in made and self.dialect.name != "sqlite":
            statement = statement.returning(self.key.column)
        return str(statement.compile(dialect=self.dialect, column_keys=[kept.column.key for kept in columns])), columns

    def _update(self, key: _Kept, changed: tuple[str, ...]) -> str:
        this_row = key.column == bindparam(_KEY, type_=key.column.type)
        names = [self.columns[name].column.key for name in changed]
        return str(self.table.update().where(this_row).compile(dialect=self.dialect, column_keys=names))


class Writer:
    """Writes what the sessions of one database have changed; its ``flush`` listens to their ``before_flush``."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = by_place(dialect)
        self._plain: dict[Mapper[Any], _Plain | None] = {}

    def flush(self, session: Session, _context: object, _objects: object) -> None:
        """Writes everything that is new or changed, or nothing: then the unit of work does it."""
        if session.deleted:
            return
        try:
            rows, unchanged = self._rows(session)
        except _NotPlain:
            return
        with _wholly(session):
            if rows:
                connection = session.connection()
                _write(connection, rows, self._plain)
                for row in rows:
                    told = row.state.mapper.dispatch
                    note = told.after_insert if row.is_new else told.after_update
                    note(row.state.mapper, connection, row.state)
            session._register_persistent({*(row.state for row in rows), *unchanged})

    def _rows(self, session: Session) -> tuple[list[_Row], list[InstanceState[Any]]]:
        """The statements, first of rows that are there, always in the same order, so that nobody waits in a ring."""
        changed = sorted((instance_state(one) for one in session.dirty), key=_place)
        found = [(state, self._of(state.mapper).update(state)) for state in changed]
        updates = [row for _, row in found if row is not None]
        new = sorted((instance_state(one) for one in session.new), key=_table)
        for state in new:  # before the first of them gets its defaults
            self._of(state.mapper)
            for value in state.dict.values():
                _value(value)
        rows = [*updates, *(self._of(state.mapper).insert(state) for state in new)]
        return rows, [state for state, row in found if row is None]

    def _of(self, mapper: Mapper[Any]) -> _Plain:
        if mapper not in self._plain:
            self._plain[mapper] = _plain_of(mapper, self._dialect)
        plain = self._plain[mapper]
        if plain is None:
            raise _NotPlain
        return plain


@contextmanager
def _wholly(session: Session) -> Iterator[None]:
    """As the unit of work does it: what is refused takes the transaction with it, or the savepoint that it is in.
    Whoever swallows the refusal is told when they commit."""
    with session._autobegin_t()._begin() as part:
        try:
            yield
        except BaseException:
            part.rollback(_capture_exception=True)
            raise


def _table(state: InstanceState[Any]) -> str:
    return state.mapper.local_table.description


def _place(state: InstanceState[Any]) -> tuple[str, tuple[str, ...]]:
    return _table(state), tuple(map(str, state.identity or ()))


def _value(value: Any) -> Any:
    if type(value) not in _VALUES and (isinstance(value, ClauseElement) or hasattr(value, "__clause_element__")):
        raise _NotPlain
    return value


def _plain_of(mapper: Mapper[Any], dialect: Dialect) -> _Plain | None:
    """How rows of a class are written; None where that takes more than values."""
    table, is_alone = mapper.local_table, not mapper.polymorphic_on and len(mapper.tables) == 1
    if not isinstance(table, Table) or not is_alone or not all(map(_is_simple, table.c)):
        return None
    columns = {mapper.get_property_by_column(one).key: one for one in table.c}
    kept = {name: _kept(name, column, dialect) for name, column in columns.items()}
    keys = [name for name, column in columns.items() if column.primary_key]
    key = keys[:1] if len(keys) == 1 else []
    made = [name for name, one in columns.items() if one.server_default is not None and one.default is None]
    return _Plain(table, kept[key[0]] if key else None, kept, [*key, *made], dialect)


def _is_simple(column: Column[Any]) -> bool:
    """Whether a column holds what is said, or a default that is a value or a function of ours."""
    default: Any = column.default
    says = default is None or default.is_scalar or default.is_callable
    return bool(says) and column.onupdate is None and column.computed is None


def _kept(attribute: str, column: Column[Any], dialect: Dialect) -> _Kept:
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    return _Kept(attribute, column, _default(column), bind, column.type.should_evaluate_none)


def _default(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return _nothing
    return (lambda: default.arg) if default.is_scalar else (lambda: default.arg(None))


def _nothing() -> None:
    return None


def _write(connection: Connection, rows: Sequence[_Row], plain: Mapping[Mapper[Any], _Plain | None]) -> None:
    for row, cursor in zip(rows, ask(connection, [row.asked for row in rows]), strict=True):
        table = plain[row.state.mapper]
        if row.makes_key and table is not None and table.key is not None:
            made = cursor.lastrowid if connection.dialect.name == "sqlite" else cursor.fetchone()[0]
            row.state.dict[table.key.attribute] = made
        elif not row.is_new and cursor.rowcount != 1:
            raise StaleDataError(f"a row of {row.state.mapper.local_table.description} is not there any more")
