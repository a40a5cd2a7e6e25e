"""What tasks are called that somebody ticked in a list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.case.readers import readable
from engine.people.actors import Actor
from storage.applications import Application
from storage.at_work import TaskDraft
from storage.processes import UserTask

_Ticked = aliased(UserTask)
"""Whether somebody reads a case is asked of its tasks, which are others."""


def references(session: Session, actor: Actor, keys: Sequence[str]) -> dict[str, str]:
    """The reference of the case of each of these tasks, as far as the actor reads it; one statement."""
    rows = session.execute(
        select(_Ticked.key, Application.reference)
        .join(Application, Application.id == _Ticked.application_id)
        .where(_Ticked.key.in_(keys), readable(actor))
    )
    return {row.key: row.reference or "" for row in rows}


def with_typed(session: Session, actor: Actor, keys: Sequence[str]) -> frozenset[str]:
    """On which of these tasks something that the actor typed is kept; one statement."""
    mine = select(UserTask.key).join(TaskDraft, TaskDraft.user_task_id == UserTask.id)
    return frozenset(session.scalars(mine.where(UserTask.key.in_(keys), TaskDraft.person_id == actor.person_id)))
