"""The cases behind a number of the control room, due first, those that stand still last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select, text, union_all
from sqlalchemy.orm import Session, aliased

from engine.people.actors import Actor
from engine.queries.admin.chains import raised_of_cases
from engine.queries.admin.clock_list import parts_of, state_of
from engine.queries.admin.control import LATE_BY, STILL, bare_services, end_of_day, is_promise, late_between
from engine.queries.admin.control_officers import is_claimed
from engine.queries.admin.listed_cases import ListedCase, doing_in, listed
from engine.queries.admin.watching import Watched
from engine.queries.shared.marks import Mark, beside_mark
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted
from storage.applications import Application
from storage.chains import Raised, RaisedTo
from storage.clocks import NOT_OVER, OPEN_CLOCK, Clock, ClockKind, ListedStatus
from storage.expected_dates import ExpectedDate
from storage.processes import UserTask

FORESEEN: Final = "foreseen"
"""Of a case that will probably be late."""
STATES: Final = ("breached", FORESEEN, "today", "warned", "running", "paused")
AGES: Final = (*LATE_BY, STILL)
_FEW: Final = 12
"""Offices of which each is read by itself, in its order."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which of the watched cases: how they stand, how late they are, at which step of their service (its element), in
    whose hands (the id of an officer), to whom they went up; empty lets all through."""

    state: str = ""
    age: str = ""
    element: str = ""
    officer: int | None = None
    raised: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine(ListedCase):
    """One case with the clock that is told of it. ``clock_id`` says why its day is that day, for whoever may read the
    case."""

    clock_id: int
    state: str
    due_at: datetime | None
    new_due_at: datetime | None
    raised_to: RaisedTo | None


def case_lines(
    session: Session,
    names: Names,
    actor: Actor,
    watch: Watched,
    wanted: CaseFilter,
    *,
    page: Wanted = BEGINNING,
    size: int = PAGE_SIZE,
) -> Stretch[CaseLine]:
    """A page of the cases; four statements, however many there are. Pages begin beside a case, so that each costs
    what the first costs; where nothing is left beside a mark it is the first."""
    bare = bare_services(session, watch)

    def read(mark: Mark | None, backwards: bool) -> Sequence[Any]:
        place = () if mark is None else [(mark.before if backwards else mark.after)(Clock.listed_at, Clock.id)]
        return _read(session, watch, wanted, bare, place, size=size, backwards=backwards)

    found = beside_mark(page, size, read, lambda row: (row.listed_at, row.id))
    doing = doing_in(session, names, {row.application_id: row.service_key for row in found.items})
    raised = raised_of_cases(session, [row.application_id for row in found.items])
    items = tuple(
        _line(row, listed(row, names, actor, doing.get(row.application_id, ())), watch, raised.get(row.application_id))
        for row in found.items
    )
    return replace(found, items=items)


def _read(
    session: Session,
    watch: Watched,
    wanted: CaseFilter,
    bare: frozenset[str],
    beyond: Sequence[ColumnElement[bool]],
    *,
    size: int,
    backwards: bool = False,
) -> Sequence[Any]:
    """The rows of a page and one more, in the order of the list."""
    more = [is_promise(bare), watch.reads(Clock.application_id), *_narrowed(wanted, watch.now), *beyond]

    def order(at: Any, row_id: Any) -> list[Any]:
        return [column.desc() if backwards else column.asc() for column in (at, row_id)]

    parts = (
        part.order_by(*order(part.selected_columns[1], part.selected_columns[0])).limit(size + 1).subquery()
        for part in _branches(watch, wanted, more)
    )
    found = union_all(*(select(part.c.id, part.c.listed_at) for part in parts)).subquery()
    top = select(found.c.id).order_by(*order(found.c.listed_at, found.c.id)).limit(size + 1).subquery()
    columns = (
        Clock.id, Clock.application_id, Clock.office_id, Clock.service_key, Clock.status, Clock.listed_at,
        Clock.due_at, Clock.new_due_at, Clock.warn_at, Clock.warned_at, Clock.breached_at,
    )  # fmt: skip
    return session.execute(
        select(*columns, Application.key, Application.reference, Application.applicant_id)
        .join(top, top.c.id == Clock.id)
        .join(Application, Application.id == Clock.application_id)
        .order_by(Clock.listed_at, Clock.id)
    ).all()


def _branches(
    watch: Watched, wanted: CaseFilter, more: Sequence[ColumnElement[bool]]
) -> Iterator[Select[int, datetime]]:
    """The cases in parts that an index gives in the order of the list: one for each status, and for each office where
    they are few."""
    few = watch.few_offices(_FEW)
    places = [[Clock.office_id == office] for office in few] if few else [[]]
    for part in _parts(wanted.state, watch.now):
        for place in places:
            yield select(Clock.id, Clock.listed_at).where(text(NOT_OVER), *part, *place, *watch.of(Clock), *more)
    if wanted.state == "warned":
        unwarned = Clock.is_unwarned(), Clock.warn_at <= watch.now, Clock.listed_at >= watch.now
        found = select(Clock.id, Clock.listed_at).where(*unwarned, *watch.of(Clock), *more)
        early = found.cte("unwarned").prefix_with("MATERIALIZED")
        yield select(early.c.id, early.c.listed_at)


def _parts(state: str, now: datetime) -> Iterator[Sequence[ColumnElement[bool]]]:
    if state == FORESEEN:
        late = select(ExpectedDate.application_id).where(ExpectedDate.late_since.is_not(None))
        yield [Clock.application_id.in_(late)]
        return
    if state != "today":
        yield from parts_of(state, now)
        return
    for status in (ListedStatus.WARNED, ListedStatus.RUNNING):
        yield [Clock.listed_status == status, Clock.listed_at >= now, Clock.listed_at <= end_of_day(now)]


def _narrowed(wanted: CaseFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.age == STILL:
        yield Clock.listed_at >= now
    elif wanted.age:
        yield from late_between(wanted.age, now)
    if wanted.element:
        step = aliased(Clock)
        at_step = step.kind == ClockKind.TASK, step.element_id == wanted.element, step.status.in_(OPEN_CLOCK)
        same = step.application_id == Clock.application_id, step.service_key == Clock.service_key
        yield exists().where(*same, *at_step)
    if wanted.officer is not None:
        yield Clock.application_id.in_(
            select(UserTask.application_id).where(is_claimed(), UserTask.assignee_id == wanted.officer)
        )

    if wanted.raised in set(RaisedTo):
        at = aliased(Clock)
        up = select(at.application_id).join(Raised, Raised.clock_id == at.id)
        yield Clock.application_id.in_(up.where(Raised.level == wanted.raised, Raised.stands()))


def _line(row: Any, case: dict[str, Any], watch: Watched, raised_to: RaisedTo | None) -> CaseLine:
    return CaseLine(
        **case,
        clock_id=row.id,
        state=state_of(row, watch.now),
        due_at=row.due_at,
        new_due_at=row.new_due_at,
        raised_to=raised_to,
    )
