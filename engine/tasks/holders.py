"""Who has a task, as whoever comes second is told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Refused, TaskAlreadyClaimed
from engine.errors.cases import TaskGivenOn, TaskTaken
from engine.khmer import Bilingual
from engine.people.actors import Actor
from storage.events import CaseEvent
from storage.people import Person
from storage.processes import UserTask

ASSIGNED: Final = "task_assigned"


def named(name_km: str, name_latin: str) -> Bilingual:
    """The name in both spellings; the one that is there stands for the one that is missing."""
    return Bilingual(name_km or name_latin, name_latin or name_km)


def taken(session: Session, task: UserTask) -> TaskAlreadyClaimed:
    """What somebody is told who would work on a task that a colleague has: who it is, and since when."""
    holder = session.get(Person, task.assignee_id)
    if holder is None or task.claimed_at is None:
        return TaskAlreadyClaimed()
    return TaskTaken(name=named(holder.name_km, holder.name_latin), at=task.claimed_at)


def lost(session: Session, task: UserTask, actor: Actor) -> Refused:
    """The same for whoever had it: who gave it to whom, and why; else who has it."""
    return given_on(session, task.key, actor) or taken(session, task)


def given_on(session: Session, task_key: str, actor: Actor) -> TaskGivenOn | None:
    """How a task went from the actor to a colleague, where somebody else gave it on last; one statement."""
    last = session.execute(
        select(CaseEvent, Person)
        .join(UserTask, UserTask.application_id == CaseEvent.application_id)
        .join(Person, Person.id == CaseEvent.actor_id)
        .where(UserTask.key == task_key, CaseEvent.element_id == UserTask.element_id, CaseEvent.kind == ASSIGNED)
        .where(CaseEvent.at >= UserTask.ready_at)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last[0].data.get("from_id") != actor.person_id or last[1].id == actor.person_id:
        return None
    event, giver = last
    to, by = Bilingual(event.data["officer_km"], event.data["officer_en"]), named(giver.name_km, giver.name_latin)
    return TaskGivenOn(by=by, to=to, at=event.at, reason=str((event.personal or {}).get("reason", "")))
