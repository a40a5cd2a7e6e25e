"""The cases behind a number of the control room, due first, those that stand still last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select, text, union_all
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.people.actors import Actor
from engine.queries.admin.chains import raised_of_cases
from engine.queries.admin.clock_list import parts_of, state_of
from engine.queries.admin.control import LATE_BY, STILL, bare_services, end_of_day, is_promise, late_between
from engine.queries.admin.control_officers import is_claimed
from engine.queries.admin.watching import Watched
from engine.queries.shared.marks import Mark, mark_of
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted, page_number
from storage.applications import Application
from storage.chains import Raised, RaisedTo
from storage.clocks import NOT_OVER, OPEN_CLOCK, Clock, ClockKind, ListedStatus
from storage.expected_dates import ExpectedDate
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask

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
class Doing:
    """An open task of a case, and who has it, if anybody has."""

    task: Bilingual
    officer: Bilingual | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case. ``clock_id`` says why its day is that day, for whoever may read the case (``is_read``); one whom its
    office has as an administrator sets it right by hand (``is_run``)."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    clock_id: int
    state: str
    due_at: datetime | None
    new_due_at: datetime | None
    doing: tuple[Doing, ...]
    is_read: bool
    is_run: bool
    raised_to: RaisedTo | None


def case_lines(
    session: Session,
    names: Names,
    actor: Actor,
    watch: Watched,
    wanted: CaseFilter,
    *,
    page: Wanted = BEGINNING,
    size: int | None = None,
) -> Stretch[CaseLine]:
    """A page of the cases; four statements, however many there are. Pages begin beside a case, so that each costs
    what the first costs; where nothing is left beside a mark it is the first."""
    size = size or PAGE_SIZE
    bare = bare_services(session, watch)
    after, before = mark_of(page.after), mark_of(page.before)
    beyond = [mark.after(Clock.listed_at, Clock.id) for mark in (after,) if mark]
    backwards = after is None and before is not None
    if backwards and before is not None:
        beyond = [before.before(Clock.listed_at, Clock.id)]
    rows = _read(session, watch, wanted, bare, beyond, size=size, backwards=backwards)
    if beyond and len(rows) <= (size if backwards else 0):
        page, beyond, backwards = BEGINNING, [], False
        rows = _read(session, watch, wanted, bare, [], size=size)
    shown = rows[-size:] if backwards else rows[:size]
    goes_on = backwards or len(rows) > size
    first, last = (str(Mark(shown[end].listed_at, shown[end].id)) if shown else "" for end in (0, -1))
    number = page_number(page, None, is_last=not goes_on) if beyond else 1
    doing = doing_in(session, names, {row.application_id: row.service_key for row in shown})
    raised = raised_of_cases(session, [row.application_id for row in shown])
    items = tuple(
        _line(row, names, actor, watch, doing.get(row.application_id, ()), raised_to=raised.get(row.application_id))
        for row in shown
    )
    return Stretch(items, number, None, before=first if beyond else "", after=last if goes_on else "")


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


def rights_in(actor: Actor, *, office_id: int, applicant_id: int) -> tuple[bool, bool]:
    """Whether the actor may read a case of this office, and set it right by hand; nobody an own one."""
    is_own = applicant_id == actor.person_id
    is_read = not is_own and any(actor.acts_for(group, office_id) for group in (*CASE_WORKERS, ADMINISTRATOR))
    return is_read, not is_own and actor.acts_for(ADMINISTRATOR, office_id)


def doing_in(session: Session, names: Names, service: Mapping[int, str]) -> Mapping[int, tuple[Doing, ...]]:
    """What is to be done in these cases now, and who does it; ``service`` is that of each, by the id of the case. One
    statement."""
    found = session.execute(
        select(UserTask.application_id, UserTask.element_id, UserTask.name, UserTask.assignee_id)
        .add_columns(Person.name_km, Person.name_latin)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.application_id.in_(sorted(service)), UserTask.status.in_(OPEN_TASK))
        .order_by(UserTask.id)
    )
    doing: dict[int, tuple[Doing, ...]] = {}
    for row in found if service else ():
        who = Bilingual(row.name_km, row.name_latin) if row.assignee_id is not None else None
        task = Doing(names.element(service[row.application_id], row.element_id, row.name), who)
        doing[row.application_id] = (*doing.get(row.application_id, ()), task)
    return doing


def _line(
    row: Any, names: Names, actor: Actor, watch: Watched, doing: tuple[Doing, ...], *, raised_to: RaisedTo | None
) -> CaseLine:
    is_read, is_run = rights_in(actor, office_id=row.office_id, applicant_id=row.applicant_id)
    return CaseLine(
        key=row.key,
        reference=row.reference or "",
        office=names.offices[row.office_id].name,
        service=names.service(row.service_key),
        clock_id=row.id,
        state=state_of(row, watch.now),
        due_at=row.due_at,
        new_due_at=row.new_due_at,
        doing=doing,
        is_read=is_read,
        is_run=is_run,
        raised_to=raised_to,
    )
