"""Reading whole rows of a few tables, as the objects of a session, by statements that are made once.

It is what ``session.execute(select(Class))`` gives in the plainest case: every column of a table, no class that
inherits, no options. What a class shows beside its columns (``column_property``) is read with it where that is said,
else when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Dialect, Select, bindparam, inspect, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.types import TypeEngine

from storage.base import Base
from storage.driver import Asked, by_place, rows_of

LOADER: Final = "loader"
"""Under this name the loader of a database lies in the ``info`` of its sessions."""


def given(name: str, of: TypeEngine[Any]) -> BindParameter[Any]:
    """What ``load`` is given under this name, in a condition of ``Rows``."""
    return bindparam(name, type_=of, required=False)


class Rows:
    """Whole rows of these classes (or aliases of them) side by side, and ``which`` of them: made once, at the head of a
    module. ``more``: columns that stand behind them. ``shown``: also what the classes show beside their columns."""

    def __init__(
        self,
        *classes: type[Base],
        which: Callable[[Select[Any]], Select[Any]],
        more: Sequence[Any] = (),
        shown: bool = False,
    ) -> None:
        self.parts = [_read(each, shown=shown) for each in classes]
        self.columns = [column for _, read in self.parts for column in read.values()] + list(more)
        self.statement = which(select(*self.columns).select_from(classes[0]))


def _read(entity: type[Base], *, shown: bool) -> tuple[Mapper[Any], dict[str, ColumnElement[Any]]]:
    """What is read of a class, by the names of its attributes."""
    found: Any = inspect(entity)
    mapper, here = found.mapper, found.selectable.c
    columns = {mapper.get_property_by_column(one).key: here[one.key] for one in _table(mapper)}
    beside = [each.key for each in mapper.column_attrs if each.key not in columns] if shown else []
    return mapper, columns | {key: getattr(entity, key) for key in beside}


def _table(mapper: Mapper[Any]) -> Sequence[Any]:
    return list(mapper.local_table.columns)


def load(session: Session, rows: Rows, *, fresh: bool = False, **values: Any) -> list[tuple[Any, ...]]:
    """The objects of each row that is found, in the session, ``more`` behind them. ``fresh``: those that the session
    knew already are as the database has them now; otherwise they stay as they are."""
    loader: Loader = session.info[LOADER]
    return loader.load(session, rows, values, fresh=fresh)


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns of one class in a row: where they begin, and its keys among them. ``beside`` are no columns."""

    mapper: Mapper[Any]
    begins: int
    keys: tuple[int, ...]
    names: tuple[str, ...]
    beside: frozenset[str]

    def of(self, session: Session, row: Sequence[Any], *, fresh: bool) -> Any:
        """The object of this row; None where an outer join found none."""
        values = row[self.begins : self.begins + len(self.names)]
        if values[self.keys[0]] is None:
            return None
        identity = self.mapper.class_, tuple(values[place] for place in self.keys), None
        known = session.identity_map.get(identity)
        if known is not None:
            return self._again(session, known, values, fresh=fresh)
        made = self.mapper.class_manager.new_instance()
        state = instance_state(made)
        state.key, state.session_id = identity, session.hash_key
        session.identity_map.add(state)
        state.dict.update(zip(self.names, values, strict=True))
        state.expired_attributes.update(self.beside)
        return made

    def _again(self, session: Session, known: Any, values: Sequence[Any], *, fresh: bool) -> Any:
        state = instance_state(known)
        if fresh:
            session.expire(known)
        lacking = {name: value for name, value in zip(self.names, values, strict=True) if name not in state.dict}
        if lacking:
            state.dict.update(lacking)
            state._commit(state.dict, lacking)
        return known


@dataclass(frozen=True, slots=True)
class _Known:
    """A statement as this database understands it, and how its values and rows are turned."""

    sql: str
    names: Sequence[str]
    given: Mapping[str, Any]
    bind: Mapping[str, Callable[[Any], Any]]
    turn: Sequence[tuple[int, Callable[[Any], Any]]]
    parts: Sequence[_Part]
    ends: int


class Loader:
    """Reads rows for the sessions of one database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = by_place(dialect)
        self._known: dict[Rows, _Known] = {}

    def load(self, session: Session, rows: Rows, values: Mapping[str, Any], *, fresh: bool) -> list[tuple[Any, ...]]:
        known = self._known.get(rows)
        if known is None:
            known = self._known[rows] = _known(rows, self._dialect)
        said = {**known.given, **values}
        bound = [known.bind[name](said[name]) if name in known.bind else said[name] for name in known.names]
        found = rows_of(session.connection(), Asked(known.sql, bound))
        return [_objects(session, known, list(row), fresh=fresh) for row in found]


def _objects(session: Session, known: _Known, row: list[Any], *, fresh: bool) -> tuple[Any, ...]:
    for place, turn in known.turn:
        row[place] = turn(row[place])
    return (*(part.of(session, row, fresh=fresh) for part in known.parts), *row[known.ends :])


def _known(rows: Rows, dialect: Dialect) -> _Known:
    compiled: Any = rows.statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    turned = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in rows.columns]
    turn = [(place, each) for place, each in enumerate(turned) if each is not None]
    parts, begins = [], 0
    for mapper, read in rows.parts:
        parts.append(_part(mapper, tuple(read), begins))
        begins += len(read)
    return _Known(str(compiled), compiled.positiontup, compiled.params, compiled._bind_processors, turn, parts, begins)


def _part(mapper: Mapper[Any], names: tuple[str, ...], begins: int) -> _Part:
    keys = tuple(place for place, column in enumerate(_table(mapper)) if column.primary_key)
    return _Part(mapper, begins, keys, names, frozenset(mapper.attrs.keys()) - set(names))
