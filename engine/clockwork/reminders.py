"""Reminders: who was asked something and has not answered yet is told once more, before the day of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.case import asking
from engine.case.opening import try_lock_case
from engine.case.turn import Turn
from engine.claiming import soonest
from engine.house import House
from engine.people.actors import THE_CLOCK
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, UserTask


def remind(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """Reminds the applicant of everything in the case whose reminder is due."""
    case = try_lock_case(session, house, application_id)
    if case is None or case.instance.status != InstanceStatus.RUNNING:
        return False
    tasks = session.scalars(
        select(UserTask)
        .where(UserTask.instance_id == case.instance.id, *_waits(), UserTask.remind_at <= now)
        .order_by(UserTask.id)
    ).all()
    asking.remind(Turn(session, house, case, THE_CLOCK, now), tasks)
    return bool(tasks)


def cases_to_remind(session: Session, now: datetime, *, most: int) -> Sequence[int]:
    """The cases in which somebody is to be reminded now; one that is suspended reminds nobody."""
    due = select(UserTask.application_id).where(*_waits(), UserTask.remind_at <= now)
    return session.scalars(due.order_by(UserTask.remind_at, UserTask.id).limit(most)).all()


def next_due(session: Session, *, after: datetime | None = None) -> datetime | None:
    """The next moment at which somebody is reminded."""
    return soonest(session, UserTask.remind_at, *_waits(), after=after)


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (
        UserTask.remind_at.is_not(None),
        UserTask.status.in_(OPEN_TASK),
        UserTask.instance_id.in_(select(ProcessInstance.id).where(ProcessInstance.status == InstanceStatus.RUNNING)),
    )
