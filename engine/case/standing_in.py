"""Standing in: an officer does the tasks of a colleague who is absent.

What is a deputy's to do is what the colleague would find in the inbox: tasks with a form or an appointment, those that
the colleague claimed and those of the group. Money is taken and results are handed over by members of the group alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine.packages.groups import escalation
from engine.people.actors import Actor, Stand
from storage.absences import StoodIn
from storage.processes import TaskKind, UserTask

AT_A_DESK: Final = (TaskKind.PAYMENT, TaskKind.HANDOVER)


def as_worked_on(task: UserTask, actor: Actor) -> Actor | None:
    """The actor as they do this task of officers: in the place of the colleague who claimed it, else by themselves,
    else in the place of whoever lets them; ``None`` when it is not theirs."""
    groups = (task.group, *escalation(task.escalated_to))
    stands = () if task.kind in AT_A_DESK else _stands_at(task, actor, groups)
    of_holder = next((stand for stand in stands if stand.person_id == task.assignee_id), None)
    if of_holder is not None:
        return replace(actor, instead=of_holder)
    if any(actor.acts_for(group, task.office_id) for group in groups):
        return actor
    return replace(actor, instead=stands[0]) if stands else None


def done_before(session: Session, application_id: int, elements: Collection[str], actor: Actor) -> str | None:
    """The element of these that keeps the actor from another task of the case, because they completed it, or whoever
    counts as one with them did. One statement where there are any."""
    if not elements:
        return None
    eyes = sorted(each for each in actor.eyes if each is not None)
    theirs = exists().where(StoodIn.user_task_id == UserTask.id, StoodIn.for_id.in_(eyes))
    return session.scalar(
        select(UserTask.element_id)
        .where(UserTask.application_id == application_id, UserTask.element_id.in_(elements))
        .where(or_(UserTask.completed_by_id.in_(eyes), theirs))
        .limit(1)
    )


def stood_in(task: UserTask, stand: Stand) -> StoodIn:
    """The row that says in whose place a task was completed."""
    return StoodIn(user_task_id=task.id, for_id=stand.person_id, name_km=stand.name_km, name_latin=stand.name_latin)


def _stands_at(task: UserTask, actor: Actor, groups: Collection[str]) -> list[Stand]:
    return [stand for stand in actor.stands if stand.office_id == task.office_id and stand.group in groups]
