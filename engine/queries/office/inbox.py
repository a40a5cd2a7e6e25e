"""The inbox of an officer: what is claimed, what the own groups can claim, and what escalated to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Integer, Row, Subquery, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.people.actors import Actor
from engine.queries.office.inbox_filters import NOTHING, SHELVES, Filters, Shelf
from engine.queries.office.inbox_piles import MOST_PRESSING, ORDERS, Asked, Pile, piles
from engine.queries.office.inbox_reading import Reading, reading_of
from engine.queries.office.inbox_text import Texted
from engine.queries.office.reach import Ways
from engine.queries.shared.people import person_name
from engine.queries.shared.sifting import sifted
from engine.queries.shared.stretches import KEPT, MOST_COUNTED, Stretch, Wanted, Way, at_most, ordered, stretch_of
from engine.queries.shared.urgency import Urgency, urgency
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.clocks import Clock
from storage.expected_dates import ExpectedDate
from storage.offices import Office
from storage.people import Person
from storage.processes import TaskStatus, UserTask

PAGE_SIZE: Final = 25

_Assignee = aliased(Person)
_MARKS: Final = ("free", "escalated", "mine")
_ROWS: Final = (
    select(
        UserTask.key,
        UserTask.kind,
        UserTask.element_id,
        UserTask.status.label("task_status"),
        UserTask.assignee_id,
        UserTask.escalated_to,
        UserTask.ready_at,
        UserTask.due_at,
        Application.reference,
        Application.key.label("application_key"),
        Application.definition_id,
        Application.stage,
        Person.name_km,
        Person.name_latin,
        _Assignee.name_km.label("assignee_km"),
        _Assignee.name_latin.label("assignee_latin"),
        Office.name_km.label("office_km"),
        Office.name_en.label("office_en"),
        Office.code.label("office_code"),
        Office.namesakes.label("namesakes"),
        Clock.status.label("clock_status"),
        Clock.warn_at,
        Clock.breached_at,
        ExpectedDate.late_since,
    )
    .join(Application, Application.id == UserTask.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .join(Office, Office.id == UserTask.office_id)
    .outerjoin(_Assignee, _Assignee.id == UserTask.assignee_id)
    .outerjoin(Clock, Clock.user_task_id == UserTask.id)
    .outerjoin(ExpectedDate, ExpectedDate.application_id == UserTask.application_id)
)


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One line of the inbox. ``assignee`` is empty while nobody claimed the task; ``due_at`` where it has a term.
    ``will_be_late``: its case will probably miss its promise."""

    key: str
    kind: str
    name: Bilingual
    service: Bilingual
    stage: Bilingual | None
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
    will_be_late: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of one shelf, and how much lies on each shelf, as far as that is counted (``MOST_COUNTED``); ``None``
    where tasks are looked at one by one. ``is_cut``: looking ended after ``MOST_LOOKED`` tasks, and goes on from there.
    ``text``: what the text that was typed was taken for."""

    shelf: Shelf
    tasks: Stretch[InboxTask]
    counts: dict[str, int] | None
    is_cut: bool = False
    text: Texted | None = None


def inbox(
    session: Session,
    house: House,
    actor: Actor,
    shelf: Shelf,
    wanted: Wanted,
    *,
    filters: Filters = NOTHING,
    size: int = PAGE_SIZE,
    now: datetime,
) -> Inbox:
    """The officer's tasks, most pressing first, or as the filters say. Without filters two statements for the first
    page and three for others, however many tasks, offices and groups there are; a filter by office is one more, one by
    a text two."""
    asked = reading_of(session, actor, shelf, filters, now)

    def read(row: Row[*tuple[Any, ...]]) -> InboxTask:
        return _task(session, house, actor, row, now)

    is_one_by_one = asked.asked.has_stage or (asked.text is not None and asked.text.test is not None)
    counts = None if is_one_by_one else _counts(session, asked)
    if asked.tests:
        page = sifted(session, asked.sieve(_ROWS), read, wanted, asked.values, size=size)
        return Inbox(shelf, page.stretch, counts, page.is_cut, asked.text)
    tasks = stretch_of(
        session,
        _ROWS,
        read,
        wanted,
        ways=asked.on_shelf,
        values=asked.values,
        order=ORDERS[filters.sort],
        size=size,
        total=counts[shelf] if counts else 0,
    )
    return Inbox(shelf, tasks, counts, text=asked.text)


def _counts(session: Session, asked: Reading) -> dict[str, int]:
    """How much lies on each shelf, as far as it is counted."""
    if not any(pile.ways for pile in piles(asked.ways, asked.asked.by_due)):
        return dict.fromkeys(SHELVES, 0)
    found = asking.row(session, _sums(asked.ways, asked.asked.by_due), **asked.values)
    return {name: min(int(getattr(found, name) or 0), MOST_COUNTED + 1) for name in SHELVES}


@lru_cache(maxsize=KEPT)
def _sums(ways: Ways, asked: Asked) -> Question:
    """The first thousand of each way are enough for all shelves: what is late comes first."""
    found = [_marked(way, pile) for pile in piles(ways, asked) for way in pile.ways]
    each = union_all(*(select(part) for part in found)).subquery()
    marks = [func.max(each.c[name]).label(name) for name in _MARKS]
    tasks = select(func.min(each.c.due_at).label("due_at"), *marks).group_by(each.c.id).subquery()
    sums = [func.count().label("all"), func.count().filter(tasks.c.due_at < bindparam("now")).label("late")]
    return Question(select(*sums, *(func.sum(tasks.c[name]).label(name) for name in _MARKS)))


def _marked(way: Way, pile: Pile) -> Subquery:
    """The first tasks of a way, as many as are counted, each with the shelves on which the way lies."""
    flags = [literal_column(str(int(getattr(pile, name))), Integer).label(name) for name in _MARKS]
    found = select(UserTask.id, UserTask.due_at, *flags).where(*way).order_by(*ordered(MOST_PRESSING.columns))
    return at_most(found, MOST_COUNTED + 1).subquery()


def _task(session: Session, house: House, actor: Actor, row: Row[*tuple[Any, ...]], now: datetime) -> InboxTask:
    package = house.catalog.of(session, row.definition_id).package
    return InboxTask(
        key=row.key,
        kind=row.kind,
        name=package.tasks[row.element_id].name,
        service=package.manifest.title,
        stage=package.texts.stages.get(row.stage),
        reference=row.reference or "",
        application_key=row.application_key,
        applicant=person_name(row.name_km, row.name_latin),
        office=told_apart(row.office_km, row.office_en, row.office_code, row.namesakes),
        ready_at=row.ready_at,
        due_at=row.due_at,
        urgency=urgency(
            status=row.clock_status, due_at=row.due_at, warn_at=row.warn_at, breached_at=row.breached_at, now=now
        ),
        is_mine=row.task_status == TaskStatus.CLAIMED and row.assignee_id == actor.person_id,
        assignee=person_name(row.assignee_km, row.assignee_latin) if row.assignee_id else None,
        is_escalated=bool(row.escalated_to),
        will_be_late=row.late_since is not None,
    )
