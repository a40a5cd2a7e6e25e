"""Officers who have left: what they had claimed goes back to the group, so that a colleague finds it.

A membership ends on the day an administrator ends it, or on the last day that was written down when it was granted.
Whoever has an account that is disabled has left as well.
"""

from __future__ import annotations

from datetime import date, datetime

import structlog
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine import localise
from engine.case import events
from engine.claiming import one_by_one
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, APPLICANT, HEAD
from engine.people.actors import THE_CLOCK, Actor
from engine.people.members import is_held
from storage.applications import Application
from storage.people import Membership, Person
from storage.processes import ProcessInstance, TaskStatus, UserTask

BATCH = 200
log = structlog.get_logger("owso.departures")
_Held = aliased(Membership)


def give_back(house: House, *, now: datetime) -> int:
    """Gives back what officers had claimed whose membership ended since; how many tasks."""
    today = _today(now)

    def give(session: Session, task_id: int) -> bool:
        return _give_back(session, task_id, THE_CLOCK, today, now)

    return one_by_one(house.database, _orphaned(today), UserTask.id, give, most=BATCH, broke=_not_given_back)


def _not_given_back(task_id: int, failure: Exception) -> None:
    log.error("giving_back_failed", task=task_id, failure=type(failure).__name__)


def give_back_of(session: Session, person_id: int, actor: Actor, *, now: datetime) -> int:
    """The same for one person, at once, when an administrator ends a membership of theirs or disables the
    account."""
    today = _today(now)
    mine = session.scalars(
        select(UserTask.id)
        .where(UserTask.assignee_id == person_id, _is_claimed(), ~_may_work(today))
        .order_by(UserTask.application_id, UserTask.id)
    ).all()
    return sum(_give_back(session, task_id, actor, today, now) for task_id in mine)


def _orphaned(today: date) -> Select[int]:
    """Claimed tasks of people who have an ended membership and none that lets them work on it. Looked for from the
    memberships that ended: few, however many tasks there are."""
    return (
        select(UserTask.id)
        .join(Membership, Membership.person_id == UserTask.assignee_id)
        .where(Membership.to_day < today, _is_claimed(), ~_may_work(today))
        .distinct()
        .order_by(UserTask.id)
    )


def _is_claimed() -> ColumnElement[bool]:
    return and_(UserTask.status == TaskStatus.CLAIMED, UserTask.group != APPLICANT)


def _may_work(today: date) -> ColumnElement[bool]:
    """Whether the one who has a task still belongs to its group, or to one it escalated to, and may sign in."""
    of_the_head = and_(UserTask.escalated_to == ADMINISTRATOR, _Held.group == HEAD)
    disabled = exists().where(Person.id == UserTask.assignee_id, Person.disabled_at.is_not(None))
    return ~disabled & exists().where(
        _Held.person_id == UserTask.assignee_id,
        or_(_Held.group == UserTask.group, _Held.group == UserTask.escalated_to, of_the_head),
        is_held(UserTask.office_id, today, _Held),
    )


def _give_back(session: Session, task_id: int, actor: Actor, today: date, now: datetime) -> bool:
    """Under the lock of the case: whether there was still something to give back."""
    row = session.execute(
        select(UserTask, Application)
        .join(Application, Application.id == UserTask.application_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id == task_id, _is_claimed(), ~_may_work(today))
        .with_for_update(of=(ProcessInstance, Application, UserTask))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return False
    task, application = row
    task.status, task.assignee_id, task.claimed_at = TaskStatus.READY, None, None
    events.record(session, application, "claim_released", actor, at=now, element_id=task.element_id)
    session.flush()
    return True


def _today(now: datetime) -> date:
    day = localise.local(now)
    return day.date() if isinstance(day, datetime) else day
