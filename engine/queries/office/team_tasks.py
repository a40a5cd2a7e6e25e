"""The tasks of one officer, or those of a group that nobody has, as the head of the office goes through them."""

from __future__ import annotations

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
from engine.queries.office.reach import shown_to
from engine.queries.office.team import headed
from engine.queries.shared.stretches import MOST_COUNTED, Order, Stretch, Wanted, Way, count_of, stretch_of
from engine.queries.shared.urgency import Urgency, urgency
from storage.applications import Application
from storage.clocks import Clock
from storage.complaints import KeptApart
from storage.offices import Office
from storage.open_tasks import IS_CLAIMED, IS_READY
from storage.people import Membership, Person
from storage.processes import UserTask

PAGE_SIZE: Final = 25
_ORDER: Final = Order(UserTask.id, UserTask.key, UserTask.due_at)
_HERE: Final = UserTask.office_id == bindparam("here")
_SHOWN: Final = shown_to(KeptApart.person_id == bindparam("me"))
_OF_OFFICER: Final[tuple[Way, ...]] = (
    (text(IS_CLAIMED), UserTask.assignee_id == bindparam("who"), _HERE, UserTask.group != APPLICANT, _SHOWN),
)
_OF_GROUP: Final[tuple[Way, ...]] = ((text(IS_READY), UserTask.group == bindparam("who"), _HERE, _SHOWN),)
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which office (by its code), whose tasks: those of an officer, or without one those of a ``group`` that nobody
    has; and which page of them."""

    code: str
    person_id: int | None
    group: str
    wanted: Wanted


def team_tasks(
    session: Session, house: House, actor: Actor, asked: Asked, *, size: int = PAGE_SIZE, now: datetime
) -> TeamTasks:
    """A page of these tasks, the most pressing first; ``NotFound`` for whoever does not head the office, and for people
    who never worked there and have no task of it. Four statements for the first page."""
    office = _headed(session, actor, asked.code)
    person = None if asked.person_id is None else session.get(Person, asked.person_id)
    if asked.group == APPLICANT or (person is None and asked.person_id is not None):
        raise NotFound
    ways, who = (_OF_GROUP, asked.group) if person is None else (_OF_OFFICER, asked.person_id)
    values = {"who": who, "here": office.id, "me": actor.person_id}
    total = count_of(session, ways, _ORDER, values)
    if person is not None and not total and not _worked_at(session, office, person):
        raise NotFound
    tasks = stretch_of(
        session,
        _ROWS,
        lambda row: _task(session, house, actor, row, now),
        asked.wanted,
        ways=ways,
        values=values,
        order=_ORDER,
        size=size,
        total=total,
    )
    officer, counted = holder(person) if person else None, min(total, MOST_COUNTED + 1)
    return TeamTasks(office.code, office_name(office), officer, asked.person_id, asked.group, tasks, counted)


def _worked_at(session: Session, office: Office, person: Person) -> bool:
    post = select(Membership.id).where(Membership.office_id == office.id, Membership.person_id == person.id)
    return session.scalar(post.limit(1)) is not None


def _headed(session: Session, actor: Actor, code: str) -> Office:
    """The office with this code; without one, the first that the actor heads."""
    found = select(Office).where(Office.code == code)
    office = session.scalar(found) if code else next(iter(headed(session, actor)), None)
    if office is None or not actor.acts_for(HEAD, office.id):
        raise NotFound
    return office


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
