"""The inbox of an officer: what is claimed, what the own groups can claim, and what escalated to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.case.readers import escalated_to
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.people.actors import Actor
from engine.queries.shared.pages import Page, page_of
from engine.queries.shared.people import person_name
from engine.queries.shared.urgency import Urgency, urgency
from storage.applications import Application
from storage.clocks import Clock
from storage.offices import Office
from storage.people import Person
from storage.processes import OPEN_TASK, TaskStatus, UserTask

Shelf = Literal["all", "mine", "free", "escalated", "late"]
SHELVES: Final[tuple[Shelf, ...]] = ("all", "mine", "free", "escalated", "late")
PAGE_SIZE: Final = 25

_Assignee = aliased(Person)
_ESCALATED = UserTask.escalated_to != ""


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
    """One page of one shelf, and how much lies on each shelf."""

    shelf: Shelf
    tasks: Page[InboxTask]
    counts: dict[str, int]


def inbox(session: Session, house: House, actor: Actor, shelf: Shelf, number: int, *, now: datetime) -> Inbox:
    """The officer's tasks, most pressing first. Two statements, however many tasks, offices and groups there are."""
    tests = _shelves(actor, now)
    sums = [func.count().filter(test).label(name) for name, test in tests.items()]
    counts = select(*sums).select_from(UserTask).join(Application, Application.id == UserTask.application_id)
    counted = session.execute(counts.where(is_open(), within_reach(actor))).one()
    wanted = _rows().where(is_open(), within_reach(actor), tests[shelf])
    numbers: dict[str, int] = {name: int(counted._mapping[name]) for name in SHELVES}
    tasks = page_of(
        session,
        wanted,
        lambda row: _task(session, house, actor, row, now),
        number,
        size=PAGE_SIZE,
        total=numbers[shelf],
    )
    return Inbox(shelf, tasks, numbers)


def is_open() -> ColumnElement[bool]:
    return UserTask.status.in_(OPEN_TASK)


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The tasks of the actor's groups at the actor's offices, by their own group or by escalation; nobody works on
    an application of their own."""
    by_group: list[ColumnElement[bool]] = []
    for group in sorted(actor.groups):
        mine: ColumnElement[bool] = or_(UserTask.group == group, escalated_to(group))
        offices = actor.offices(group)
        by_group.append(mine if offices is None else and_(mine, UserTask.office_id.in_(sorted(offices))))
    return and_(or_(*by_group, false()), Application.applicant_id != actor.person_id)


def _shelves(actor: Actor, now: datetime) -> dict[str, ColumnElement[bool]]:
    """What lies on each shelf. What a colleague claimed is theirs, unless it escalated to somebody who must know."""
    mine = and_(UserTask.status == TaskStatus.CLAIMED, UserTask.assignee_id == actor.person_id)
    free = UserTask.status == TaskStatus.READY
    escalated = and_(_ESCALATED, or_(*(escalated_to(group) for group in sorted(actor.groups)), false()))
    shown = or_(mine, free, escalated)
    late = and_(shown, UserTask.due_at < now)
    return {"all": shown, "mine": mine, "free": free, "escalated": escalated, "late": late}


def _rows() -> Select[*tuple[Any, ...]]:
    return (
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
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.id)
    )


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
