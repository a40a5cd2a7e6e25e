"""Clocks: how many run, are due soon, are late or stand still, by office, service and task; those with late ones first.

The numbers are kept (``storage.tallies``). What fell due since the last sweep is counted when somebody looks: there is
little of it, and it is found by the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, Select, Subquery, case, false, func, literal, select, text, union_all
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from storage.clocks import NOT_OVER, Clock, ClockKind, ListedStatus
from storage.offices import Office
from storage.processes import UserTask
from storage.tallies import GROUP, STANDINGS, ClockChange, ClockTally

STATES: Final = ("breached", "warned", "running", "paused")
KINDS: Final = (ClockKind.NORM, ClockKind.TERM, ClockKind.TASK)
_Table = type[ClockTally] | type[ClockChange] | type[Clock]


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """Which clocks: every field that is empty lets all through. ``office`` is a code, ``element`` an element id."""

    office: str = ""
    service: str = ""
    kind: str = ""
    element: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ClockGroup:
    """The clocks of one promise (``kind`` norm, term or task) of one service at one office; ``task`` names the user
    task of a clock of that kind."""

    office_code: str
    office: Bilingual
    service_key: str
    service: Bilingual
    kind: str
    element_id: str
    task: Bilingual | None
    breached: int
    warned: int
    running: int
    paused: int


@dataclass(frozen=True, slots=True)
class ClockBoard:
    """Page ``number`` of the groups, those with late clocks first, and the totals of all pages by state."""

    groups: tuple[ClockGroup, ...]
    totals: Mapping[str, int]
    number: int
    pages: int


class Asked(Protocol):
    """Which clocks somebody asks for, and when."""

    @property
    def now(self) -> datetime: ...

    def of(self, table: Any) -> Iterator[ColumnElement[bool]]:
        """The conditions on a table of clocks, or of numbers of them."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """The clocks that an administrator may see and asked for. ``offices``: ids; ``None`` for all.
    ``reader``: who asks."""

    offices: frozenset[int] | None
    wanted: ClockFilter
    now: datetime
    reader: Actor

    def of(self, table: _Table) -> Iterator[ColumnElement[bool]]:
        """The conditions on a table of clocks, or of numbers of them."""
        if self.offices is not None:
            yield table.office_id.in_(self.offices) if self.offices else false()
        yield from self.what(table)

    def what(self, table: _Table) -> Iterator[ColumnElement[bool]]:
        """The same without the offices."""
        columns = (table.service_key, table.kind, table.element_id)
        asked = (self.wanted.service, self.wanted.kind, self.wanted.element)
        yield from (column == value for column, value in zip(columns, asked, strict=True) if value)


def chosen(names: Names, actor: Actor, wanted: ClockFilter, now: datetime) -> Chosen:
    """What the filter leaves of the clocks at the administrator's offices."""
    offices = actor.offices(ADMINISTRATOR)
    if wanted.office:
        named = frozenset(office.id for office in names.offices.values() if office.code == wanted.office)
        offices = named if offices is None else named & offices
    return Chosen(offices, wanted, now, actor)


def clock_board(
    session: Session,
    names: Names,
    actor: Actor,
    wanted: ClockFilter,
    *,
    page: int = 1,
    size: int | None = None,
    now: datetime,
) -> ClockBoard:
    """Counts of the open clocks that the administrator may see. One statement, more only for a page beyond the last and
    for tasks that no version in effect knows."""
    asked = _groups(chosen(names, actor, wanted, now))
    size = size or PAGE_SIZE
    rows = _page(session, asked, page, size)
    if not rows and page > 1:
        rows = _page(session, asked, 1, size)
        page = _pages(rows, size)
        rows = rows if page == 1 else _page(session, asked, page, size)
    totals = {state: int(getattr(rows[0], f"all_{state}")) if rows else 0 for state in STATES}
    return ClockBoard(_named(session, names, rows), totals, max(1, page), _pages(rows, size))


def counts_of(asked: Asked) -> Subquery:
    """How many clocks of each group are in which state now, in parts that are to be summed. What is due counts as late
    at once, also before the next sweep, and what was broken stays late while it stands still."""
    kept = (
        select(*_columns(table), *(getattr(table, name) for name in STANDINGS)).where(*asked.of(table))
        for table in (ClockTally, ClockChange)
    )
    status, now = Clock.listed_status, asked.now
    not_late = (ListedStatus.WARNED, ListedStatus.RUNNING, ListedStatus.PAUSED)
    late = select(*_columns(Clock), literal(1), *(case((status == was, -1), else_=0) for was in not_late)).where(
        text(NOT_OVER), status.in_(not_late), Clock.listed_at < now, *asked.of(Clock)
    )
    soon = select(*_columns(Clock), literal(0), literal(1), literal(-1), literal(0)).where(
        Clock.is_unwarned(), Clock.warn_at <= now, Clock.listed_at >= now,
        *asked.of(Clock),
    )  # fmt: skip
    return union_all(*kept, late, soon).subquery()


def _columns(table: _Table) -> Sequence[Any]:
    return [getattr(table, name) for name in GROUP]


def _groups(asked: Chosen) -> Select[*tuple[Any, ...]]:
    counts = counts_of(asked)
    group = [counts.c[name] for name in GROUP]
    numbers = {state: func.sum(counts.c[name]) for state, name in zip(STATES, STANDINGS, strict=True)}
    kind = case({kind: place for place, kind in enumerate(KINDS)}, value=counts.c.kind)
    order = (numbers["breached"].desc(), numbers["warned"].desc(), Office.code, counts.c.service_key, kind)
    there = [number != 0 for number in numbers.values()]
    return (
        select(
            *group,
            *(number.label(state) for state, number in numbers.items()),
            *(func.sum(number).over().label(f"all_{state}") for state, number in numbers.items()),
            func.count().over().label("groups"),
        )
        .join(Office, Office.id == counts.c.office_id)
        .group_by(*group, Office.code)
        .having(there[0] | there[1] | there[2] | there[3])
        .order_by(*order, counts.c.element_id)
    )


def _page(session: Session, asked: Select[*tuple[Any, ...]], page: int, size: int) -> Sequence[Any]:
    return session.execute(asked.limit(size).offset((max(1, page) - 1) * size)).all()


def _pages(rows: Sequence[Any], size: int) -> int:
    return max(1, -(-int(rows[0].groups) // size)) if rows else 1


def _named(session: Session, names: Names, rows: Sequence[Any]) -> tuple[ClockGroup, ...]:
    """The groups with their names; of a task that only an older version has, one that any of its rows tells."""
    strange = [row for row in rows if row.element_id and names.known_element(row.service_key, row.element_id) is None]
    told: dict[int, str] = {}
    if strange:
        of_each = [_told_by_a_row(row, place).subquery() for place, row in enumerate(strange)]
        told = {row.place: row.name for row in session.execute(union_all(*(select(one) for one in of_each)))}
    named = {(row.office_id, row.service_key, row.element_id): told.get(place) for place, row in enumerate(strange)}
    return tuple(_group(row, names, named.get((row.office_id, row.service_key, row.element_id)) or "") for row in rows)


def _told_by_a_row(group: Any, place: int) -> Select[int, str]:
    return (
        select(literal(place).label("place"), UserTask.name)
        .join(Clock, Clock.user_task_id == UserTask.id)
        .where(text(NOT_OVER), *(getattr(Clock, name) == getattr(group, name) for name in GROUP))
        .limit(1)
    )


def _group(row: Any, names: Names, told: str) -> ClockGroup:
    office = names.offices[row.office_id]
    return ClockGroup(
        office_code=office.code,
        office=office.name,
        service_key=row.service_key,
        service=names.service(row.service_key),
        kind=row.kind,
        element_id=row.element_id,
        task=names.element(row.service_key, row.element_id, told) if row.element_id else None,
        **{state: int(getattr(row, state)) for state in STATES},
    )
