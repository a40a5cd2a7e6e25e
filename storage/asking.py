"""Statements that every page or step asks, made once and sent to the driver as they are.

It is what ``session.execute(statement, values)`` gives in the plainest case: columns, no rows that are read little by
little. What asks for whole objects (those that pages ask for most are read by ``storage.loading``), or has a list of
values that grows (``IN`` of a parameter), goes the long way through the session.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Dialect, Insert, Select, Update
from sqlalchemy.orm import Session

from storage.driver import Asked, ask, by_place, rows_of

ASKER: Final = "asker"
"""Under this name the asker of a database lies in the ``info`` of its sessions."""


class Question:
    """A statement with places for values (``bindparam``), made once: at the head of a module, or kept."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        self.statement = statement
        self.known: dict[str, _Known | None] = {}
        """As each kind of database understands it, once it was asked there; ``None``: it goes the long way."""


def rows(session: Session, question: Question, **values: Any) -> list[Any]:
    """Every row that is found, with its columns by name and by place."""
    asker: Asker = session.info[ASKER]
    return asker.rows(session, question, values)


def row(session: Session, question: Question, **values: Any) -> Any:
    """The first row; ``None`` where nothing is found."""
    return next(iter(rows(session, question, **values)), None)


def write(session: Session, question: Question, **values: Any) -> None:
    """Writes what an ``INSERT`` or an ``UPDATE`` says. Objects that the session has read stay as they are."""
    asker: Asker = session.info[ASKER]
    asker.write(session, question, values)


@dataclass(frozen=True, slots=True)
class _Known:
    """A statement as this database understands it, and how its values and rows are turned."""

    sql: str
    names: Sequence[str]
    given: Mapping[str, Any]
    bind: Mapping[str, Callable[[Any], Any]]
    turn: Sequence[tuple[int, Callable[[Any], Any]]]
    make: Callable[[Sequence[Any]], Any]

    def asked(self, values: Mapping[str, Any]) -> Asked:
        said = {**self.given, **values}
        bound = [self.bind[name](said[name]) if name in self.bind else said[name] for name in self.names]
        return Asked(self.sql, bound)

    def read(self, found: Sequence[Any]) -> Any:
        turned = list(found)
        for place, turn in self.turn:
            turned[place] = turn(turned[place])
        return self.make(turned)


class Asker:
    """Asks for the sessions of one database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = by_place(dialect)

    def rows(self, session: Session, question: Question, values: Mapping[str, Any]) -> list[Any]:
        known = self._known(question)
        if known is None:
            return list(session.execute(question.statement, values))
        return [known.read(found) for found in rows_of(session.connection(), known.asked(values))]

    def write(self, session: Session, question: Question, values: Mapping[str, Any]) -> None:
        known = self._known(question)
        if known is None:
            session.connection().execute(question.statement, values)
        else:
            ask(session.connection(), [known.asked(values)])

    def _known(self, question: Question) -> _Known | None:
        name = self._dialect.name
        if name not in question.known:
            question.known[name] = _known(question, self._dialect)
        return question.known[name]


def _known(question: Question, dialect: Dialect) -> _Known | None:
    if _has_objects(question.statement):
        return None
    compiled: Any = question.statement.compile(dialect=dialect)
    if any(place.expanding and place.required for place in compiled.bind_names):
        return None
    columns = compiled._result_columns
    turned = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    turn = [(place, each) for place, each in enumerate(turned) if each is not None]
    asked_for = {name for place, name in compiled.bind_names.items() if place.required}
    given = compiled.construct_params(_check=False)
    whole = compiled._process_parameters_for_postcompile(given)  # lists of values that the statement itself has
    given = {name: value for name, value in (given | whole.additional_parameters).items() if name not in asked_for}
    bind = compiled._bind_processors | whole.processors
    return _Known(whole.statement, whole.positiontup, given, bind, turn, _line([one.keyname for one in columns]))


def _has_objects(statement: Select[*tuple[Any, ...]] | Insert | Update) -> bool:
    columns = statement.column_descriptions if isinstance(statement, Select) else ()
    return any(column["expr"] is column.get("entity") for column in columns)


def _line(names: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """What makes a row of its values; of two columns with one name, and of one without, the place says which it is."""
    line: Any = namedtuple("Line", names, rename=True)  # type: ignore[misc]
    return line._make
