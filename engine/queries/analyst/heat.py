"""How a process really runs, for its diagram: at each task how many, how long in working time, and which share late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.errors import NotAllowed
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.people.actors import Actor
from engine.people.ministries import offices_of_service
from engine.queries.analyst.elements import ElementShown, shown
from storage.clocks import Clock
from storage.offices import Office
from storage.processes import OPEN_TASK, ProcessInstance, TaskStatus, UserTask

NEWEST: Final = 500
"""Of each task so many are measured, the newest: more would say the same. They are all counted."""
_READERS: Final = (ANALYST, APPROVER, ADMINISTRATOR)
HOTTEST: Final = 3
"""Degrees of heat, from 1; a task that takes no working time has none."""


@dataclass(frozen=True, slots=True)
class TaskHeat:
    """A task in a period: how many were ``done``, how many are ``waiting`` now; half of the newest took ``minutes`` of
    working time or less (None: none was done), and of those that were ``promised`` so many were ``late``. ``degree`` is
    1 to 3 by the minutes, beside the slowest task."""

    element: ElementShown
    done: int
    waiting: int
    minutes: int | None
    promised: int
    late: int
    degree: int

    @property
    def late_percent(self) -> int | None:
        """The share that was late in whole percent; None where nothing was promised."""
        return round(100 * self.late / self.promised) if self.promised else None


def heat(
    session: Session,
    house: House,
    actor: Actor,
    published: Published,
    *,
    office_id: int | None,
    since: datetime,
    until: datetime,
) -> tuple[TaskHeat, ...]:
    """The tasks of a version that were done at an office (all that this person reads of, without one) from ``since`` on
    and before ``until``, the slowest first; four statements at most, and one for each office that is met first.
    ``NotAllowed`` for an office that is not theirs."""
    offices = offices_read(session, actor, published.service_key, office_id)
    of = [ProcessInstance.definition_id == published.definition_id]
    of += [UserTask.office_id.in_(sorted(offices))] if offices is not None else []
    done = [*of, UserTask.status == TaskStatus.COMPLETED, UserTask.completed_at >= since, UserTask.completed_at < until]
    counted = _counted(session, done)
    waiting = _waiting(session, of)
    minutes = _minutes(session, house, done)
    slowest = max(minutes.values(), default=0)
    found = [
        TaskHeat(
            element=shown(element, published),
            done=counted.get(element, (0, 0, 0))[0],
            waiting=waiting.get(element, 0),
            minutes=minutes.get(element),
            promised=counted.get(element, (0, 0, 0))[1],
            late=counted.get(element, (0, 0, 0))[2],
            degree=degree(minutes.get(element, 0), slowest),
        )
        for element in counted.keys() | waiting.keys()
    ]
    return tuple(sorted(found, key=lambda one: (-(one.minutes or 0), one.element.id)))


def offices_read(session: Session, actor: Actor, service_key: str, office_id: int | None) -> frozenset[int] | None:
    """The offices whose cases of a service are measured: the one that was asked for, or all that somebody reads of
    (None: of every office). ``NotAllowed`` for an office that is not theirs."""
    mine = offices_of_service(session, actor, service_key, *_READERS)
    if office_id is not None and mine is not None and office_id not in mine:
        raise NotAllowed
    return frozenset({office_id}) if office_id is not None else mine


def degree(share: int, most: int) -> int:
    """The third of the most in which it lies, from 1; 0 for nothing."""
    return -(-HOTTEST * share // most) if share else 0


def _counted(session: Session, done: list[ColumnElement[bool]]) -> Mapping[str, tuple[int, int, int]]:
    """By task: how many, how many of them with a promise, how many after it."""
    late = func.sum(case((Clock.breached_at.is_not(None), 1), else_=0))
    wanted = (
        select(UserTask.element_id, func.count(UserTask.id), func.count(Clock.id), late)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Clock, Clock.user_task_id == UserTask.id)
        .where(*done)
        .group_by(UserTask.element_id)
    )
    return {element: (number, promised, int(over)) for element, number, promised, over in session.execute(wanted)}


def _waiting(session: Session, of: list[ColumnElement[bool]]) -> Mapping[str, int]:
    wanted = (
        select(UserTask.element_id, func.count())
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(*of, UserTask.status.in_(OPEN_TASK))
        .group_by(UserTask.element_id)
    )
    return dict(session.execute(wanted).all())


def _minutes(session: Session, house: House, done: list[ColumnElement[bool]]) -> Mapping[str, int]:
    """By task the middle of the working minutes from ready to done, by the calendar of the office that did it."""
    newest = func.row_number().over(partition_by=UserTask.element_id, order_by=UserTask.completed_at.desc())
    ranked = (
        select(UserTask.id, newest.label("place"))
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(*done)
        .subquery()
    )
    wanted: Any = (
        select(UserTask.element_id, UserTask.ready_at, UserTask.completed_at, Office)
        .join(ranked, ranked.c.id == UserTask.id)
        .join(Office, Office.id == UserTask.office_id)
        .where(ranked.c.place <= NEWEST)
    )
    taken: dict[str, list[int]] = {}
    for element, ready_at, completed_at, office in session.execute(wanted):
        calendar = house.calendars.of(session, office)
        taken.setdefault(element, []).append(calendar.working_minutes_between(ready_at, completed_at))
    return {element: median_low(minutes) for element, minutes in taken.items()}
