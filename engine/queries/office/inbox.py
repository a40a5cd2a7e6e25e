"""The inbox of an officer: what is claimed, what the own groups can claim, and what escalated to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import Integer, Row, Select, Subquery, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.people.actors import Actor
from engine.queries.office.reach import Ways, reach_of
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import KEPT, MOST_COUNTED, Order, Stretch, Wanted, Way, ordered, stretch_of
from engine.queries.shared.urgency import Urgency, urgency
from storage.applications import Application
from storage.clocks import Clock
from storage.offices import Office
from storage.people import Person
from storage.processes import TaskStatus, UserTask

Shelf = Literal["all", "mine", "free", "escalated", "late"]
SHELVES: Final[tuple[Shelf, ...]] = ("all", "mine", "free", "escalated", "late")
PAGE_SIZE: Final = 25

_Assignee = aliased(Person)
MOST_PRESSING: Final = Order(UserTask.id, UserTask.key, UserTask.due_at)
_MARKS: Final = ("free", "escalated", "mine")
_ROWS: Final = (
    select(
        UserTask,
        Application.reference,
        Application.key.label("application_key"),
        Application.definition_id,
        Person.name_km,
        Person.name_latin,
        _Assignee.name_km.label("assignee_km"),
        _Assignee.name_latin.label("assignee_latin"),
        Office.name_km.label("office_km"),
        Office.name_en.label("office_en"),
        Office.code.label("office_code"),
        Office.namesakes,
        Clock.status.label("clock_status"),
        Clock.warn_at,
        Clock.breached_at,
    )
    .join(Application, Application.id == UserTask.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .join(Office, Office.id == UserTask.office_id)
    .outerjoin(_Assignee, _Assignee.id == UserTask.assignee_id)
    .outerjoin(Clock, Clock.user_task_id == UserTask.id)
)


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One line of the inbox. ``assignee`` is empty while nobody claimed the task; ``due_at`` where it has a term."""

    key: str
    kind: str
    name: Bilingual
    service: Bilingual
    reference: str
    application_key: str
    applicant: Bilingual
    office: Bilingual
    ready_at: datetime
    due_at: datetime | None
    urgency: Urgency
    is_mine: bool
    assignee: Bilingual | None
    is_escalated: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of one shelf, and how much lies on each shelf, as far as that is counted (``MOST_COUNTED``)."""

    shelf: Shelf
    tasks: Stretch[InboxTask]
    counts: dict[str, int]


def inbox(session: Session, house: House, actor: Actor, shelf: Shelf, wanted: Wanted, *, now: datetime) -> Inbox:
    """The officer's tasks, most pressing first. Two statements for the first page, three for others, however many
    tasks, offices and groups there are."""
    ways, values = reach_of(actor)
    values = {**values, "now": now}
    numbers = _counts(session, ways, values)
    tasks = stretch_of(
        session,
        _ROWS,
        lambda row: _task(session, house, actor, row, now),
        wanted,
        ways=_on_shelf(ways, shelf),
        values=values,
        order=MOST_PRESSING,
        size=PAGE_SIZE,
        total=numbers[shelf],
    )
    return Inbox(shelf, tasks, numbers)


@dataclass(frozen=True, slots=True)
class _Pile:
    """Ways that lie on the same shelves. What a colleague claimed is on none, unless it escalated to somebody who must
    know."""

    ways: tuple[Way, ...]
    free: bool = False
    escalated: bool = False
    mine: bool = False


def _piles(ways: Ways) -> tuple[_Pile, ...]:
    return (
        _Pile(ways.ready, free=True),
        _Pile(ways.escalated_ready, free=True, escalated=True),
        _Pile(ways.escalated_claimed, escalated=True),
        _Pile(ways.claimed, mine=True),
    )


@lru_cache(maxsize=KEPT)
def _on_shelf(ways: Ways, shelf: Shelf) -> tuple[Way, ...]:
    """What lies on this shelf."""
    piles = _piles(ways)
    if shelf in _MARKS:
        return tuple(way for pile in piles if getattr(pile, shelf) for way in pile.ways)
    late = (UserTask.due_at < bindparam("now"),) if shelf == "late" else ()
    return tuple((*way, *late) for pile in piles for way in pile.ways)


def _counts(session: Session, ways: Ways, values: Mapping[str, object]) -> dict[str, int]:
    """How much lies on each shelf, as far as it is counted."""
    if not ways.ready:
        return dict.fromkeys(SHELVES, 0)
    found = session.execute(_sums(ways), values).one()._mapping
    return {name: min(int(found[name] or 0), MOST_COUNTED + 1) for name in SHELVES}


@lru_cache(maxsize=KEPT)
def _sums(ways: Ways) -> Select[*tuple[Any, ...]]:
    """The first thousand of each way are enough for all shelves: what is late comes first."""
    found = [_marked(way, pile) for pile in _piles(ways) for way in pile.ways]
    each = union_all(*(select(part) for part in found)).subquery()
    marks = [func.max(each.c[name]).label(name) for name in _MARKS]
    tasks = select(func.min(each.c.due_at).label("due_at"), *marks).group_by(each.c.id).subquery()
    sums = [func.count().label("all"), func.count().filter(tasks.c.due_at < bindparam("now")).label("late")]
    return select(*sums, *(func.sum(tasks.c[name]).label(name) for name in _MARKS))


def _marked(way: Way, pile: _Pile) -> Subquery:
    """The first tasks of a way, as many as are counted, each with the shelves on which the way lies."""
    flags = [literal_column(str(int(getattr(pile, name))), Integer).label(name) for name in _MARKS]
    wanted = select(UserTask.id, UserTask.due_at, *flags).where(*way).limit(MOST_COUNTED + 1)
    return wanted.order_by(*ordered(MOST_PRESSING.columns)).subquery()


def _task(session: Session, house: House, actor: Actor, row: Row[*tuple[Any, ...]], now: datetime) -> InboxTask:
    task: UserTask = row.UserTask
    package = house.catalog.of(session, row.definition_id).package
    return InboxTask(
        key=task.key,
        kind=task.kind,
        name=package.tasks[task.element_id].name,
        service=package.manifest.title,
        reference=row.reference or "",
        application_key=row.application_key,
        applicant=person_name(row.name_km, row.name_latin),
        office=told_apart(row.office_km, row.office_en, row.office_code, row.namesakes),
        ready_at=task.ready_at,
        due_at=task.due_at,
        urgency=urgency(
            status=row.clock_status, due_at=task.due_at, warn_at=row.warn_at, breached_at=row.breached_at, now=now
        ),
        is_mine=task.status == TaskStatus.CLAIMED and task.assignee_id == actor.person_id,
        assignee=person_name(row.assignee_km, row.assignee_latin) if task.assignee_id else None,
        is_escalated=bool(task.escalated_to),
    )
