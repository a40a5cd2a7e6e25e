"""What an applicant is asked in the middle of a case, as the page shows it to whoever answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.applicant_forms import files_given, may_answer, typed_on
from engine.applications.filing import Filing
from engine.errors import NotFound, TaskGone
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import Component, reckoned, understood
from engine.packages.groups import APPLICANT
from engine.people.actors import Actor
from engine.queries.citizen.drafts import Heading, heading_of
from engine.queries.citizen.places import Upload, uploads_of
from storage.applications import Application
from storage.base import Id
from storage.loading import Rows, given, load
from storage.offices import Office
from storage.processes import OPEN_TASK, TaskKind, UserTask


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A task that waits for answers of the applicant, or for the choice of a session, and until when."""

    key: str
    name: Bilingual
    kind: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything that one task asks, on one page. ``values`` are what was typed just now."""

    heading: Heading
    reference: str
    task_key: str
    name: Bilingual
    title: Bilingual
    due_at: datetime | None
    parts: tuple[Component, ...]
    values: Mapping[str, Any]
    files: Mapping[str, tuple[Upload, ...]]


def question_page(
    session: Session,
    house: House,
    actor: Actor,
    task_key: str,
    typed: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> QuestionPage:
    """The page of a task that asks the applicant something. ``TaskGone`` when it was answered or taken back,
    ``NotFound`` for any other task and for somebody who has no business with it."""
    row = session.execute(
        select(UserTask, Application, Office)
        .join(Application, Application.id == UserTask.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(UserTask.key == task_key, UserTask.group == APPLICANT, UserTask.kind == TaskKind.FORM)
    ).one_or_none()
    if row is None or not may_answer(session, row[1], actor):
        raise NotFound
    task, application, office = row
    if task.status not in OPEN_TASK:
        raise TaskGone
    published = house.catalog.of(session, application.definition_id)
    filing = Filing(application, office, published, house.calendars.of(session, office))
    return _shown(session, filing, heading_of(session, house, filing, actor), task, typed, now=now)


def _shown(
    session: Session,
    filing: Filing,
    heading: Heading,
    task: UserTask,
    typed: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> QuestionPage:
    settings = filing.package.tasks[task.element_id]
    form = filing.package.forms[settings.form or ""]
    given = files_given(session, task, form)
    values = (typed_on(form, typed) if typed is not None else {}) | given
    today = filing.calendar.local_date(now)
    values |= reckoned(form, values, today=today)
    there = uploads_of(session, filing.application.id) if given else {}
    return QuestionPage(
        heading=heading,
        reference=filing.application.reference or "",
        task_key=task.key,
        name=settings.name,
        title=form.title,
        due_at=task.due_at,
        parts=form.visible_parts(understood(form, values, today=today)),
        values=values,
        files={place: tuple(one for one in there.get(place, ()) if one.key in keys) for place, keys in given.items()},
    )


_OPEN: Final = Rows(
    UserTask,
    which=lambda rows: rows.where(
        UserTask.application_id == given("application_id", Id),
        UserTask.group == APPLICANT,
        UserTask.kind.in_((TaskKind.FORM, TaskKind.APPOINTMENT)),
        UserTask.status.in_(OPEN_TASK),
    ).order_by(UserTask.id),
)


def open_questions(session: Session, filing: Filing) -> tuple[OpenQuestion, ...]:
    """The tasks of an application that wait for answers or a choice of its applicant, oldest first; one statement."""
    tasks = (task for (task,) in load(session, _OPEN, application_id=filing.application.id))
    named = filing.package.tasks
    return tuple(OpenQuestion(task.key, named[task.element_id].name, task.kind, task.due_at) for task in tasks)
