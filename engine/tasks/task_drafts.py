"""What an officer has typed on a task and not completed: kept for them until they come back, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine.case.readers import may_read
from engine.errors import NotFound
from engine.errors.desk import TypedTooMuch
from engine.people.actors import Actor
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.at_work import TaskDraft
from storage.processes import TaskKind, UserTask
from storage.together import inserting

MOST_FIELDS: Final = 600
LONGEST: Final = 100_000
"""Signs of all fields together: the longest form of a task has some thousands."""
KEPT_FOR: Final = timedelta(days=30)

_TYPED: Final = Question(
    select(TaskDraft.fields, TaskDraft.saved_at).where(
        TaskDraft.user_task_id == bindparam("task_id"), TaskDraft.person_id == bindparam("person_id")
    )
)

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed, as pairs of field and text, and when."""

    fields: tuple[tuple[str, str], ...]
    saved_at: datetime


def keep_typed(session: Session, actor: Actor, task_key: str, fields: Fields, *, now: datetime) -> None:
    """Keeps what the actor has typed on a task in place of what was kept before, also where a colleague has the task by
    now: then it can be copied. ``NotFound`` for a task of a case that they do not read, ``TypedTooMuch``."""
    row = session.execute(
        select(UserTask.id, Application)
        .join(Application, Application.id == UserTask.application_id)
        .where(UserTask.key == task_key, UserTask.kind == TaskKind.FORM)
    ).one_or_none()
    if row is None or actor.person_id is None or not may_read(session, row[1], actor):
        raise NotFound
    if len(fields) > MOST_FIELDS or sum(len(name) + len(text) for name, text in fields) > LONGEST:
        raise TypedTooMuch
    typed = {"fields": [list(pair) for pair in fields], "saved_at": now}
    insert = inserting(session)
    kept = insert(TaskDraft).values(user_task_id=row[0], person_id=actor.person_id, **typed)
    whose = [TaskDraft.user_task_id, TaskDraft.person_id]
    session.execute(kept.on_conflict_do_update(index_elements=whose, set_=typed))


def typed_on(session: Session, actor: Actor, task_id: int) -> Typed | None:
    """What the actor has typed on a task; one statement."""
    found = asking.row(session, _TYPED, task_id=task_id, person_id=actor.person_id)
    return Typed(tuple((str(name), str(text)) for name, text in found.fields), found.saved_at) if found else None


def drop_typed(session: Session, actor: Actor, task_key: str) -> None:
    """Lets go of what the actor has typed on a task; harmless where nothing is kept."""
    task_id = select(UserTask.id).where(UserTask.key == task_key).scalar_subquery()
    mine = delete(TaskDraft).where(TaskDraft.user_task_id == task_id, TaskDraft.person_id == actor.person_id)
    session.execute(mine.execution_options(synchronize_session=False))


def clear(session: Session, *, now: datetime) -> None:
    """Drops what nobody came back to in a month."""
    old = delete(TaskDraft).where(TaskDraft.saved_at < now - KEPT_FOR)
    session.execute(old.execution_options(synchronize_session=False))
