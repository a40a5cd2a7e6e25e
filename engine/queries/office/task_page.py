"""The page of one user task: the case, the form to complete it with, and what stands in the way of doing so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import String
from sqlalchemy.orm import Session

from engine.case import days_ahead
from engine.case.opening import read_case
from engine.case.standing_in import as_worked_on, done_before
from engine.case.turn import Turn
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import APPLY, Form, TaskSettings, carried_lists
from engine.packages.groups import HEAD
from engine.people.actors import Actor, Stand
from engine.queries.office.case_file import CaseFile, case_file
from engine.queries.office.claims import Meeting, meeting
from engine.queries.shared.choices import Choices, choices_of
from engine.queries.shared.people import person_name
from engine.queries.shared.urgency import Urgency, urgency
from engine.tasks.task_drafts import Typed, typed_on
from engine.versions.recalling import may_recall
from storage.applications import Application
from storage.clocks import Clock
from storage.loading import Rows, given, load
from storage.people import Person
from storage.processes import OPEN_TASK, TaskStatus, UserTask

Obstacle = Literal["gone", "not_yours", "same_person", "colleague"]

_BY_KEY: Final = Rows(
    UserTask,
    Clock,
    Person,
    which=lambda rows: (
        rows.join(Application, Application.id == UserTask.application_id)
        .outerjoin(Clock, Clock.user_task_id == UserTask.id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.key == given("key", String()))
    ),
    more=(Application.key, Application.definition_id, Application.answers),
)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task in front of an officer.

    ``obstacle`` says why it cannot be worked on: it is no longer open, it is another group's, the officer did a task
    that another person must decide on (``checked_before`` names it), or a colleague claimed it. ``None``: go ahead.
    ``decides``: the field of the form whose answer decides. ``meeting``: of a verification, who else has its number.
    ``begins_with``: the lists of the form that begin with the rows of the application's list of the same key.
    ``choices``: of an appointment, the sessions from which the officer chooses. ``not_before``: when the session begins
    on whose day it can be completed at the earliest. ``instead``: the absent colleague in whose place it is done.
    ``typed``: what the reader had typed here and not completed. ``is_visit``: it is done where the applicant is.
    ``may_recall``: the reader completed it, and nobody has gone on since.
    """

    key: str
    name: Bilingual
    kind: str
    group: str
    status: str
    is_mine: bool
    assignee: Bilingual | None
    claimed_at: datetime | None
    due_at: datetime | None
    urgency: Urgency
    is_escalated: bool
    may_release: bool
    obstacle: Obstacle | None
    checked_before: Bilingual | None
    form: Form | None
    begins_with: Mapping[str, Any]
    asks_corrections: bool
    case: CaseFile
    decides: str = ""
    meeting: Meeting | None = None
    choices: Choices | None = None
    not_before: datetime | None = None
    typed: Typed | None = None
    instead: Stand | None = None
    is_visit: bool = False
    may_recall: bool = False


def task_page(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> TaskPage:
    """The task under this address with its whole case; ``NotFound`` when there is none at the actor's offices."""
    row = next(iter(load(session, _BY_KEY, key=task_key)), None)
    if row is None:
        raise NotFound
    task, clock, assignee, application_key, definition_id, answers = row
    case = case_file(session, house, actor, application_key, now=now)
    if case.complaint:
        raise NotFound
    package = house.catalog.of(session, definition_id).package
    settings = package.tasks[task.element_id]
    form = package.forms[settings.form] if settings.form else None
    acting = as_worked_on(task, actor)
    before = done_before(session, task.application_id, settings.not_by, acting or actor)
    turn = partial(_turn, session, house, actor, task, now)
    mine = task.status == TaskStatus.CLAIMED and task.assignee_id == (acting or actor).holder_id
    obstacle = _obstacle(task, acting, before is not None)
    return TaskPage(
        key=task.key,
        name=settings.name,
        kind=task.kind,
        group=task.group,
        status=task.status,
        is_mine=mine,
        assignee=person_name(assignee.name_km, assignee.name_latin) if assignee else None,
        claimed_at=task.claimed_at,
        due_at=task.due_at,
        urgency=_urgency(task, clock, now),
        is_escalated=bool(task.escalated_to),
        may_release=task.status == TaskStatus.CLAIMED and (mine or actor.acts_for(HEAD, task.office_id)),
        obstacle=obstacle,
        checked_before=package.tasks[before].name if before else None,
        form=form,
        begins_with=carried_lists(form, package.forms[APPLY], answers) if form else {},
        asks_corrections=settings.corrections,
        case=case,
        decides=settings.decides or "",
        meeting=_meeting(session, house, actor, case, obstacle) if package.manifest.purpose == "account" else None,
        choices=_choices(turn(), settings) if settings.session else None,
        not_before=days_ahead.day_to_come(turn(), task.element_id) if case.appointments else None,
        typed=typed_on(session, actor, task.id) if form else None,
        instead=acting.instead if acting and task.status in OPEN_TASK else None,
        is_visit=settings.visit,
        may_recall=may_recall(session, acting or actor, task),
    )


def _meeting(session: Session, house: House, actor: Actor, case: CaseFile, obstacle: Obstacle | None) -> Meeting | None:
    """Papers of others are for those who may do the task, also while a colleague does."""
    return meeting(session, house, actor, case.application_id) if obstacle in (None, "colleague") else None


def _turn(session: Session, house: House, actor: Actor, task: UserTask, now: datetime) -> Turn:
    return Turn(session, house, read_case(session, house, task.application_id), actor, now)


def _choices(turn: Turn, settings: TaskSettings) -> Choices | None:
    rule = turn.case.published.package.manifest.session(settings.session)
    return choices_of(turn, rule) if rule else None


def _urgency(task: UserTask, clock: Clock | None, now: datetime) -> Urgency:
    if clock is None or task.status not in OPEN_TASK:
        return "ok"
    return urgency(
        status=clock.status, due_at=clock.due_at, warn_at=clock.warn_at, breached_at=clock.breached_at, now=now
    )


def _obstacle(task: UserTask, acting: Actor | None, same_person: bool) -> Obstacle | None:
    if task.status not in OPEN_TASK:
        return "gone"
    if acting is None:
        return "not_yours"
    if same_person:
        return "same_person"
    return "colleague" if task.status == TaskStatus.CLAIMED and task.assignee_id != acting.holder_id else None
