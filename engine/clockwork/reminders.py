"""Reminders: who was asked something and has not answered yet is told once more, before the day of the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.case import asking
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.claiming import Soonest, soonest
from engine.clockwork.batches import IS_RUNNING, Due
from engine.house import House
from engine.people.actors import THE_CLOCK
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, UserTask


def remind(session: Session, house: House, cases: Sequence[Case], *, now: datetime) -> int:
    """Reminds the applicants of everything in these locked cases whose reminder is due; in how many. One that is
    suspended reminds nobody."""
    ids = [case.instance.id for case in cases if case.instance.status == InstanceStatus.RUNNING]
    due = defaultdict(list)
    rows = select(UserTask).where(UserTask.instance_id.in_(ids), _waits(), UserTask.remind_at <= now)
    for task in session.scalars(rows.order_by(UserTask.id)):
        due[task.instance_id].append(task)
    for case in cases:
        if case.instance.id in due:
            asking.remind(Turn(session, house, case, THE_CLOCK, now), due[case.instance.id])
    return len(due)


def next_due(after: datetime | None = None) -> Soonest:
    """The next moment at which somebody is reminded."""
    running = select(ProcessInstance.id).where(ProcessInstance.status == InstanceStatus.RUNNING)
    return soonest(UserTask.remind_at, _waits(), UserTask.instance_id.in_(running), after=after)


def _waits() -> ColumnElement[bool]:
    return UserTask.remind_at.is_not(None) & UserTask.status.in_(OPEN_TASK)


DUE = Due(
    UserTask.remind_at,
    UserTask.id,
    ProcessInstance.id == UserTask.instance_id,
    which=lambda now: _waits() & (UserTask.remind_at <= now) & IS_RUNNING,
)
