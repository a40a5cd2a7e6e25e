"""The tasks of one officer, or those of a group that nobody has, as the head of the office goes through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, select, text
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import APPLICANT, HEAD
from engine.people.actors import Actor
from engine.people.names import holder
from engine.queries.shared.stretches import MOST_COUNTED, Order, Stretch, Wanted, Way, count_of, stretch_of
from engine.queries.shared.urgency import Urgency, urgency
from storage.applications import Application
from storage.clocks import Clock
from storage.offices import Office
from storage.open_tasks import IS_CLAIMED, IS_READY
from storage.people import Person
from storage.processes import UserTask

PAGE_SIZE: Final = 25
_ORDER: Final = Order(UserTask.id, UserTask.key, UserTask.due_at)
_HERE: Final = UserTask.office_id == bindparam("here")
_OF_OFFICER: Final[tuple[Way, ...]] = (
    (text(IS_CLAIMED), UserTask.assignee_id == bindparam("who"), _HERE, UserTask.group != APPLICANT),
)
_OF_GROUP: Final[tuple[Way, ...]] = ((text(IS_READY), UserTask.group == bindparam("who"), _HERE),)
_ROWS: Final[Select[*tuple[Any, ...]]] = (
    select(
        UserTask,
        Application.reference,
        Application.definition_id,
        Application.applicant_id,
        Clock.status.label("clock_status"),
        Clock.warn_at,
        Clock.breached_at,
    )
    .join(Application, Application.id == UserTask.application_id)
    .outerjoin(Clock, Clock.user_task_id == UserTask.id)
)


@dataclass(frozen=True, slots=True)
class TeamTask:
    """One task, without anything about its applicant. ``since``: when it was claimed, or became ready."""

    key: str
    name: Bilingual
    service: Bilingual
    reference: str
    since: datetime
    due_at: datetime | None
    urgency: Urgency
    is_own: bool


@dataclass(frozen=True, slots=True)
class TeamTasks:
    """A page of tasks at one office, of the ``officer`` or, without one, of the ``group``, and how many there are, as
    far as that is counted. ``is_own`` says of a task that it is of the head's own case."""

    code: str
    office: Bilingual
    officer: Bilingual | None
    person_id: int | None
    group: str
    tasks: Stretch[TeamTask]
    total: int


def tasks_of_officer(
    session: Session, house: House, actor: Actor, code: str, person_id: int, wanted: Wanted, *, now: datetime
) -> TeamTasks:
    """What somebody has claimed at the office, the most pressing first; ``NotFound`` for whoever does not head it. Four
    statements for the first page."""
    office, person = _headed(session, actor, code), session.get(Person, person_id)
    if person is None:
        raise NotFound
    total, tasks = _page(session, house, actor, _Asked(_OF_OFFICER, {"who": person_id, "here": office.id}, wanted), now)
    return TeamTasks(office.code, office_name(office), holder(person), person_id, "", tasks, total)


def tasks_of_group(
    session: Session, house: House, actor: Actor, code: str, group: str, wanted: Wanted, *, now: datetime
) -> TeamTasks:
    """What waits for somebody of a group and nobody has."""
    office = _headed(session, actor, code)
    if group == APPLICANT:
        raise NotFound
    total, tasks = _page(session, house, actor, _Asked(_OF_GROUP, {"who": group, "here": office.id}, wanted), now)
    return TeamTasks(office.code, office_name(office), None, None, group, tasks, total)


def _headed(session: Session, actor: Actor, code: str) -> Office:
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(HEAD, office.id):
        raise NotFound
    return office


@dataclass(frozen=True, slots=True)
class _Asked:
    """One way of tasks with what stands in it."""

    ways: tuple[Way, ...]
    values: Mapping[str, object]
    wanted: Wanted


def _page(session: Session, house: House, actor: Actor, asked: _Asked, now: datetime) -> tuple[int, Stretch[TeamTask]]:
    total = count_of(session, asked.ways, _ORDER, asked.values)
    tasks = stretch_of(
        session,
        _ROWS,
        lambda row: _task(session, house, actor, row, now),
        asked.wanted,
        ways=asked.ways,
        values=asked.values,
        order=_ORDER,
        size=PAGE_SIZE,
        total=total,
    )
    return min(total, MOST_COUNTED + 1), tasks


def _task(session: Session, house: House, actor: Actor, row: Row[*tuple[Any, ...]], now: datetime) -> TeamTask:
    task: UserTask = row.UserTask
    package = house.catalog.of(session, row.definition_id).package
    return TeamTask(
        key=task.key,
        name=package.tasks[task.element_id].name,
        service=package.manifest.title,
        reference=row.reference or "",
        since=task.claimed_at or task.ready_at,
        due_at=task.due_at,
        urgency=urgency(
            status=row.clock_status, due_at=task.due_at, warn_at=row.warn_at, breached_at=row.breached_at, now=now
        ),
        is_own=row.applicant_id == actor.person_id,
    )
