"""The cases behind a number of how old they are, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select, union_all
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from engine.queries.admin.ageing import FEW_OFFICES, Piece, age_of, pieces, sent_between
from engine.queries.admin.listed_cases import ListedCase, doing_in, listed
from engine.queries.admin.watching import Watched
from engine.queries.shared.marks import Mark, beside_mark
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted
from storage.applications import Application
from storage.processes import OPEN_TASK, UserTask

_COLUMNS: Final = (
    Application.id, Application.key, Application.reference, Application.office_id, Application.service_key,
    Application.submitted_at, Application.applicant_id,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgeFilter:
    """Which of the watched cases: of which class of age, at which step of their service (its element); empty lets all
    through."""

    age: str = ""
    element: str = ""


@dataclass(frozen=True, slots=True)
class AgedCase(ListedCase):
    """One case, ``days`` old."""

    sent_at: datetime
    days: int


def aged_cases(
    session: Session,
    names: Names,
    actor: Actor,
    watch: Watched,
    wanted: AgeFilter,
    *,
    page: Wanted = BEGINNING,
    size: int = PAGE_SIZE,
) -> Stretch[AgedCase]:
    """A page of the cases; two statements, however many there are. Pages begin beside a case; where nothing is left
    beside a mark it is the first."""

    def read(mark: Mark | None, backwards: bool) -> Sequence[Any]:
        return _read(session, watch, wanted, mark, size=size, backwards=backwards)

    found = beside_mark(page, size, read, lambda row: (row.submitted_at, row.id))
    doing = doing_in(session, names, {row.id: row.service_key for row in found.items})
    items = tuple(_case(row, listed(row, names, actor, doing.get(row.id, ())), watch.now) for row in found.items)
    return replace(found, items=items)


def _read(
    session: Session, watch: Watched, wanted: AgeFilter, mark: Mark | None, *, size: int, backwards: bool = False
) -> Sequence[Any]:
    """The rows of a page and one more, in the order of the list."""
    sent_at: Any = Application.submitted_at
    beyond = [] if mark is None else [(mark.before if backwards else mark.after)(sent_at, Application.id)]

    def order(at: Any, row_id: Any) -> list[Any]:
        return [column.desc() if backwards else column.asc() for column in (at, row_id)]

    which = [*_of(wanted, watch.now), watch.reads(Application.id), *beyond]
    parts = (
        part.where(*which).order_by(*order(sent_at, Application.id)).limit(size + 1).subquery()
        for piece in pieces(watch)
        for part in _branches(piece)
    )
    found = union_all(*(select(part) for part in parts)).subquery()
    top = select(found).order_by(*order(found.c.submitted_at, found.c.id)).limit(size + 1)
    rows = session.execute(top).all()
    return rows[::-1] if backwards else rows


def _branches(piece: Piece) -> Iterator[Select[*tuple[Any, ...]]]:
    """The cases in parts that an index gives in the order of the list: each office by itself where they are few."""
    offices = piece.offices
    each = [frozenset({one}) for one in sorted(offices)] if offices and len(offices) <= FEW_OFFICES else [offices]
    for some in each:
        of = Piece(some, piece.services, piece.but)
        yield select(*_COLUMNS).where(Application.is_undecided(), *of.of(Application))


def _of(wanted: AgeFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.age:
        yield from sent_between(wanted.age, now)
    if wanted.element:
        is_there = UserTask.element_id == wanted.element, UserTask.status.in_(OPEN_TASK)
        yield exists().where(UserTask.application_id == Application.id, *is_there)


def _case(row: Any, case: dict[str, Any], now: datetime) -> AgedCase:
    return AgedCase(**case, sent_at=row.submitted_at, days=max(0, age_of(row.submitted_at, now)))
