"""Where many tests begin: what the same first steps come to, kept as rows.

A service is opened, a case is sent, paid and checked, again and again, each time on a fresh database. A worker takes
such steps a few times; from then on the rows and files that they leave are written at once, many times quicker. Only
steps that follow one another from the empty database are known: what a test writes otherwise is not, and after it every
step is taken. A method of whom the tests send to work (``tests/small``, ``tests/journeys/guesthouse.py``) is made a
``step``; so may a function of a module of tests be, and a fixture on which its tests stand is a ``ground``. What a test
has exchanged in the product by then (``noted``) is part of the way: the same steps with another constant are others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from sqlalchemy import Table, event

from engine.house import House
from storage.base import Base
from storage.database import Database
from storage.files import private_folder
from tests.databases import KEPT_BY_TRIGGERS

Value = TypeVar("Value")
Step = tuple[str, ...]
Rows = Mapping[Table, Mapping[str, str]]
"""By table: where a row is, and its values, both as the database writes them in a statement."""

TAKEN_FIRST: Final = 1
"""How often a worker takes the same steps before it keeps what they come to: most are taken by one test only."""
UNSAYABLE: Final = (" at 0x", "<locals>")
"""In the words of something that has no words of its own, and may be something else next time."""
NOT_PART: Final = ("house", "cast")


@dataclass(frozen=True)
class Stand:
    """What one step gave back, the statements and files that bring about the rest, and all rows that are there then."""

    value: Any
    statements: str
    files: Mapping[str, bytes]
    rows: Rows


@dataclass
class Way:
    """The steps that were taken in a house since its database was empty; None once something else was written."""

    database: Database
    known: dict[tuple[Step, ...], Stand] = field(default_factory=dict)
    met: Counter[tuple[Step, ...]] = field(default_factory=Counter)
    held: set[tuple[Step, ...]] = field(default_factory=set)
    house: House | None = None
    steps: tuple[Step, ...] | None = None
    keeps_cases: bool = False
    _within: bool = False

    def __post_init__(self) -> None:
        event.listen(self.database.engine, "commit", self._written)

    def begin(self, house: House, *, keeps_cases: bool) -> None:
        """The house stands on an empty database; with ``keeps_cases`` the steps of small services are known to it."""
        self.house, self.steps, self.keeps_cases = house, (), keeps_cases

    def take(self, step: Step, act: Callable[[], Value], *, taken_first: int = TAKEN_FIRST) -> Value:
        """What the step gives, taken or put back."""
        if self.steps is None or self._within or any(sign in word for word in step for sign in UNSAYABLE):
            return act()
        here = (*self.steps, step)
        self._within, self.steps = True, None
        try:
            value: Value = (
                self._put_back(self.known[here]) if here in self.known else self._taken(here, act, taken_first)
            )
        finally:
            self._within = False
        self.steps = here
        return value

    def hold(self, check: Callable[[], None]) -> None:
        """Checks the rows, unless they are those of steps after which they were checked before."""
        is_known = self.keeps_cases and self.steps is not None
        if is_known and self.steps in self.held:
            return
        check()
        if is_known and self.steps is not None:
            self.held.add(self.steps)

    def _written(self, *_: object) -> None:
        if not self._within:
            self.steps = None

    def _taken(self, here: tuple[Step, ...], act: Callable[[], Value], taken_first: int) -> Value:
        if self.met[here] < taken_first:
            value = act()
            self.met[here] += 1
            return value
        before = self.known.get(here[:-1])
        rows, files = before.rows if before else self._rows(), self._files()
        value = act()
        after = self._rows()
        new = {name: path.read_bytes() for name, path in self._files().items() if name not in files}
        self.known[here] = Stand(value, "; ".join(_statements(rows, after, self.database)), new, after)
        return value

    def _put_back(self, stand: Stand) -> Any:
        for name, content in stand.files.items():
            path = self._root / name
            private_folder(path.parent)
            path.touch(mode=0o600)
            path.write_bytes(content)
        with closing(self.database.engine.raw_connection()) as connection:
            if self.database.is_sqlite:
                connection.driver_connection.executescript(stand.statements)
            else:
                connection.driver_connection.execute(stand.statements)
                connection.commit()
        return stand.value

    @property
    def _root(self) -> Path:
        assert self.house is not None
        return self.house.files.root

    def _files(self) -> dict[str, Path]:
        return {str(path.relative_to(self._root)): path for path in self._root.rglob("*") if path.is_file()}

    def _rows(self) -> Rows:
        quoted = 'quote("{}")' if self.database.is_sqlite else 'quote_nullable("{}"::text)'
        found: dict[Table, dict[str, str]] = {}
        with self.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                key = " || ' AND ' || ".join(f"'\"{c.name}\" = ' || {quoted.format(c.name)}" for c in table.primary_key)
                values = " || ', ' || ".join(quoted.format(column.name) for column in table.columns)
                order = ", ".join(f'"{column.name}"' for column in table.primary_key)
                asked = f"SELECT {key}, {values} FROM {table.name} ORDER BY {order}"
                found[table] = dict(iter(session.connection().exec_driver_sql(asked)))
        return found


def _statements(before: Rows, after: Rows, database: Database) -> Iterator[str]:
    """What makes the rows of before into those of after, with no eye on what refers to what meanwhile."""
    yield from SQLITE_BEGINS if database.is_sqlite else ("SET LOCAL session_replication_role = replica",)
    for table, rows in sorted(after.items(), key=lambda each: each[0].name in KEPT_BY_TRIGGERS):
        gone = [where for where, values in before[table].items() if rows.get(where) != values]
        new = [values for where, values in rows.items() if before[table].get(where) != values]
        if table.name in KEPT_BY_TRIGGERS and database.is_sqlite:  # there they saw the rows above being written
            gone, new = ["true"], list(rows.values())
        if gone:
            yield f"DELETE FROM {table.name} WHERE ({') OR ('.join(gone)})"
        if new:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            yield f"INSERT INTO {table.name} ({names}) VALUES ({'), ('.join(new)})"
        if new and "id" in table.columns and not database.is_sqlite:
            yield f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
    if database.is_sqlite:
        yield from SQLITE_ENDS


SQLITE_BEGINS: Final = ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE")
SQLITE_ENDS: Final = ("COMMIT", "PRAGMA foreign_keys=ON")


@dataclass(frozen=True)
class Trodden(Database):
    """A database of the tests, with the way that was gone on it."""

    way: Way


def trodden(database: Database) -> Trodden:
    """The same database, with a way on it."""
    return Trodden(database.engine, Way(database))


def way_of(house: House) -> Way:
    """The way that is gone in a house of the tests."""
    assert isinstance(house.database, Trodden)
    return house.database.way


def step(method: Callable[..., Value]) -> Callable[..., Value]:
    """The same method of somebody with a ``house``, or function of such a one or of a house; what it leaves there is
    known after a while.

    It says all it does by its name, its arguments and the other fields of whom it belongs to, writes to nothing but the
    database and the files of the house, and gives back what never changes.
    """

    @wraps(method)
    def taken(self: Any, *arguments: Any, **named: Any) -> Value:
        def act() -> Value:
            return method(self, *arguments, **named)

        way = _kept_way(_house_of(self))
        return way.take(_words(method, self, arguments, named), act) if way else act()

    return taken


def ground(fill: Callable[..., Value]) -> Callable[..., Value]:
    """The same fixture, which fills a house, or that of the one whom it asks for and gives back: a step that is dear,
    and known from the first time on. What else it asks for has words that say all of it, and is not changed by it."""

    @wraps(fill)
    def stood(**given: Any) -> Value:
        (whose,) = (one for one in given.values() if _house_of(one))
        way = _kept_way(_house_of(whose))
        if way is None:
            return fill(**given)

        def act() -> Value | None:
            value = fill(**given)
            return None if value is whose else value

        others = {name: one for name, one in given.items() if one is not whose and name not in NOT_PART}
        kept = way.take(_words(fill, whose, (), others), act, taken_first=0)
        value: Value = whose if kept is None else kept
        return value

    return stood


def _house_of(whose: Any) -> Any:
    return whose if isinstance(whose, House) else getattr(whose, "house", None)


def _words(method: Callable[..., Any], whose: Any, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> Step:
    parts = [_house_of(whose).payment_account, *([] if isinstance(whose, House) else _parts(whose))]
    name = f"{method.__module__}.{method.__qualname__}"
    return name, repr(parts), repr(arguments), repr(sorted(named.items())), *EXCHANGED


def _kept_way(house: House) -> Way | None:
    """The way of this house, where steps are put back."""
    if not isinstance(house.database, Trodden):
        return None
    way = house.database.way
    return way if way.keeps_cases and way.house is not None and _alike(house, way.house) else None


EXCHANGED: Final[list[str]] = []
"""What the test that runs has exchanged, in words."""
EXCHANGING: Final = ("setattr", "delattr", "setitem", "delitem", "setenv", "delenv", "chdir", "syspath_prepend")


@contextmanager
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Notes what is exchanged by it."""

    def noting(name: str, more: str = "") -> Callable[..., Any]:
        exchange = getattr(monkeypatch, name)

        def exchanged(*arguments: Any, **named: Any) -> Any:
            EXCHANGED.append(f"{name} {arguments!r} {named!r}{more}")
            return exchange(*arguments, **named)

        return exchanged

    for name in EXCHANGING:
        setattr(monkeypatch, name, noting(name))
    monkeypatch.context = noting("context", UNSAYABLE[0])  # type: ignore[method-assign]  # what is done in it is unheard
    try:
        yield
    finally:
        EXCHANGED.clear()


def _alike(house: House, other: House) -> bool:
    """Whether they differ in nothing but the account that codes pay into, which says itself by its words."""
    parts = (one.name for one in fields(House) if one.name != "payment_account")
    return all(getattr(house, part) is getattr(other, part) for part in parts)


def _parts(helper: Any) -> list[Any]:
    """What a helper is made of, but for the house and the people, who are always the same."""
    parts = [getattr(helper, one.name) for one in fields(helper) if one.name not in NOT_PART]
    return [_parts(part) if is_dataclass(part) and hasattr(part, "house") else part for part in parts]
