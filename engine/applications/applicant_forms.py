"""Questions to an applicant in the middle of a case, answered by themselves or at the counter with an officer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.uploads import Place, Upload, keep_upload
from engine.case.kept_apart import is_apart
from engine.case.opening import Case, lock_task
from engine.case.turn import Turn
from engine.documents.intake import MEDIA_TYPES
from engine.errors import BadAnswers, NotFound, TaskGone
from engine.house import House
from engine.packages import Form, TaskSettings, came_up, gather, validate_all
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.tasks.user_tasks import answered_variables, finish
from storage.applications import Application, Document, Opinion
from storage.processes import OPEN_TASK, TaskStatus, UserTask


@dataclass(frozen=True, slots=True)
class Answered:
    """Whose case was answered in, by its key and its applicant."""

    application_key: str
    applicant_id: int


@dataclass(frozen=True, slots=True)
class Question:
    """A task with questions for the applicant, in the hands of somebody who may answer it, its case locked."""

    case: Case
    task: UserTask
    settings: TaskSettings
    form: Form


def may_answer(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor answers what the applicant is asked: as the applicant, or at the counter for them, where they
    worked on nothing that it is about."""
    if actor.person_id is None or actor.person_id == application.applicant_id:
        return actor.person_id is not None
    return actor.acts_for(FRONT_OFFICE, application.office_id) and not is_apart(session, application, actor)


def answer(
    session: Session,
    house: House,
    actor: Actor,
    task_key: str,
    raw: Mapping[str, Any],
    *,
    shown: Collection[str] | None = None,
    now: datetime,
) -> Answered:
    """Sends the answers of a task that asks the applicant something; its process goes on. Twice is harmless.

    ``raw`` is what the browser posted. ``shown`` are the questions that stood on the page: one that the answers brought
    up since is shown before they are sent. ``NotFound`` for a task that asks nothing of the applicant and for somebody
    who has no business with it, ``TaskGone``, ``BadAnswers``.
    """
    question = _opened(session, house, actor, task_key)
    case, task = question.case, question.task
    answered = Answered(case.application.key, case.applicant.id)
    if task.status == TaskStatus.COMPLETED:
        return answered
    if task.status not in OPEN_TASK:
        raise TaskGone
    clean = _checked(session, question, raw, shown, now)
    turn = Turn(session, house, case, actor, now)
    if actor.person_id != case.applicant.id:
        turn.record("answered_at_counter", element_id=task.element_id)
    session.add(
        Opinion(
            application_id=case.application.id,
            user_task_id=task.id,
            person_id=actor.person_id,
            element_id=task.element_id,
            answers=clean,
            at=now,
        )
    )
    finish(turn, task, answered_variables(case, question.settings, clean), personal=clean)
    return answered


def attach(
    session: Session,
    house: House,
    actor: Actor,
    task_key: str,
    document_key: str,
    *,
    upload: Upload,
    now: datetime,
) -> str:
    """Keeps a file for a question of the task and gives its key. ``TaskGone`` when it was answered, ``NotFound`` when
    it does not ask for that; what the file itself can be refused for is said at ``uploads.add_document``."""
    question = _opened(session, house, actor, task_key)
    part = question.form.component(document_key)
    if part is None or not part.kind.uploads:
        raise NotFound
    if question.task.status not in OPEN_TASK:
        raise TaskGone
    place = Place(part.key, part.accepts or tuple(MEDIA_TYPES), part.several)
    return keep_upload(session, house, actor, question.case.application, place, upload=upload, now=now)


def files_given(session: Session, task: UserTask, form: Form) -> dict[str, list[str]]:
    """The keys of the documents that came for each file question of the task since it was asked; one statement, none
    for a form without."""
    asked: dict[str, list[str]] = {part.key: [] for part in form.components() if part.kind.uploads}
    if asked:
        rows = session.execute(
            select(Document.document_key, Document.key)
            .where(Document.application_id == task.application_id, Document.replaced_at.is_(None))
            .where(Document.document_key.in_(asked), Document.uploaded_at >= task.ready_at)
            .order_by(Document.id)
        )
        for place, key in rows:
            asked[place].append(key)
    return asked


def typed_on(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed on all pages of a form, by component key, unchecked."""
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, raw)
    return typed


def _opened(session: Session, house: House, actor: Actor, task_key: str) -> Question:
    case, task = lock_task(session, house, task_key)
    settings = case.published.package.tasks[task.element_id]
    if settings.form is None or not settings.is_asked_of_applicant or not may_answer(session, case.application, actor):
        raise NotFound
    return Question(case, task, settings, case.published.package.forms[settings.form])


def _checked(
    session: Session, question: Question, raw: Mapping[str, Any], shown: Collection[str] | None, now: datetime
) -> dict[str, Any]:
    form = question.form
    typed = typed_on(form, raw) | files_given(session, question.task, form)
    clean, errors = validate_all(form, typed, today=question.case.calendar.local_date(now))
    if shown is not None:
        errors = came_up(form.visible_parts(clean), shown, errors)
    if errors:
        raise BadAnswers(dict(errors))
    return clean
