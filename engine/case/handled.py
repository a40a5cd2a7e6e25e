"""What an application is about, where that is another one, as a complaint is: who worked on that one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from engine.errors.desk import WorkedOnIt
from engine.packages.groups import COMPLAINTS
from engine.packages.package import ServicePackage
from engine.packages.task_settings import TaskSettings
from engine.people.actors import Actor
from engine.typed.codes import typed_reference
from storage.absences import StoodIn
from storage.applications import Application
from storage.processes import UserTask


def named_in(package: ServicePackage, application: Application) -> str | None:
    """The reference of the application that this one is about; ``None`` where its service is about none, or no number
    was written that could be one."""
    question = package.manifest.about
    return typed_reference(application.answers.get(question)) if question else None


def who_worked(reference: str) -> CompoundSelect[Any]:
    """The ids of those who filed the application at a counter, did or have a task of it, and of those for whom somebody
    did."""
    of_case = select(Application.id).where(Application.reference == reference).scalar_subquery()
    done = select(UserTask.completed_by_id.label("person_id")).where(
        UserTask.application_id == of_case, UserTask.completed_by_id.is_not(None)
    )
    held = select(UserTask.assignee_id).where(UserTask.application_id == of_case, UserTask.assignee_id.is_not(None))
    stood = (
        select(StoodIn.for_id)
        .join(UserTask, UserTask.id == StoodIn.user_task_id)
        .where(UserTask.application_id == of_case)
    )
    filed = select(Application.filed_by_id).where(
        Application.reference == reference, Application.filed_by_id.is_not(None)
    )
    return union(done, held, stood, filed)


def require_not_handled(
    session: Session, package: ServicePackage, application: Application, settings: TaskSettings, actor: Actor
) -> None:
    """``WorkedOnIt`` where a task of the citizens' office comes to somebody who worked on what the application is
    about: as a deputy, as the head to whom it escalated, or by a membership of later. One statement for such a
    task, else none."""
    if settings.group != COMPLAINTS:
        return
    reference = named_in(package, application)
    if reference is not None and not actor.eyes.isdisjoint(session.scalars(who_worked(reference))):
        raise WorkedOnIt
