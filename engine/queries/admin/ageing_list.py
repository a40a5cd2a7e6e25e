"""The cases behind a number of how old they are, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select, union_all
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.queries.admin.ageing import FEW_OFFICES, Piece, age_of, pieces, sent_between
from engine.queries.admin.control_list import Doing, doing_in, rights_in
from engine.queries.admin.watching import Watched
from engine.queries.shared.marks import Mark, mark_of
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted, page_number
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
class AgedCase:
    """One case, ``days`` old. Whoever may read it (``is_read``) is led to it; one whom its office has as an
    administrator sets it right by hand (``is_run``)."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    sent_at: datetime
    days: int
    doing: tuple[Doing, ...]
    is_read: bool
    is_run: bool


def aged_cases(
    session: Session,
    names: Names,
    actor: Actor,
    watch: Watched,
    wanted: AgeFilter,
    *,
    page: Wanted = BEGINNING,
    size: int | None = None,
) -> Stretch[AgedCase]:
    """A page of the cases; two statements, however many there are. Pages begin beside a case; where nothing is left
    beside a mark it is the first."""
    size = size or PAGE_SIZE
    after, before = mark_of(page.after), mark_of(page.before)
    backwards = after is None and before is not None
    mark = before if backwards else after
    rows = _read(session, watch, wanted, mark, size=size, backwards=backwards)
    if mark and len(rows) <= (size if backwards else 0):
        page, mark, backwards = BEGINNING, None, False
        rows = _read(session, watch, wanted, None, size=size)
    shown = rows[-size:] if backwards else rows[:size]
    goes_on = backwards or len(rows) > size
    first, last = (str(Mark(shown[end].submitted_at, shown[end].id)) if shown else "" for end in (0, -1))
    number = page_number(page, None, is_last=not goes_on) if mark else 1
    doing = doing_in(session, names, {row.id: row.service_key for row in shown})
    items = tuple(_case(row, names, actor, watch.now, doing.get(row.id, ())) for row in shown)
    return Stretch(items, number, None, before=first if mark else "", after=last if goes_on else "")


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


def _case(row: Any, names: Names, actor: Actor, now: datetime, doing: tuple[Doing, ...]) -> AgedCase:
    is_read, is_run = rights_in(actor, office_id=row.office_id, applicant_id=row.applicant_id)
    return AgedCase(
        key=row.key,
        reference=row.reference or "",
        office=names.offices[row.office_id].name,
        service=names.service(row.service_key),
        sent_at=row.submitted_at,
        days=max(0, age_of(row.submitted_at, now)),
        doing=doing,
        is_read=is_read,
        is_run=is_run,
    )
