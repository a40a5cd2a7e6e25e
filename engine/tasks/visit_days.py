"""The days of visits: which can be planned, and what is kept once a task has planned one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from engine.case.turn import Turn
from engine.errors import BadAnswers, Refused
from engine.errors.visits import VisitDayClosed, VisitInThePast, VisitTooFar
from engine.packages import TaskSettings
from engine.packages.visit_checks import follows
from engine.working_time.calendar import WorkingTime
from storage.processes import OPEN_TASK, UserTask
from storage.visits import DayPart, Visit

MOST_DAYS: Final = 180
"""So many days ahead a visit is planned at most."""


def require_day(calendar: WorkingTime, day: date, *, today: date) -> None:
    """``VisitInThePast``, ``VisitTooFar``, ``VisitDayClosed`` for a day on which nobody goes there."""
    if day < today:
        raise VisitInThePast
    if day > today + timedelta(days=MOST_DAYS):
        raise VisitTooFar(most=MOST_DAYS)
    if not calendar.is_working_day(day):
        raise VisitDayClosed(day=day)


def require_planned_day(turn: Turn, settings: TaskSettings, said: object) -> None:
    """The same of what the form of a task answers that plans a visit; ``BadAnswers`` beside its question."""
    calendar = turn.case.calendar
    try:
        require_day(calendar, date.fromisoformat(str(said)), today=calendar.local_date(turn.now))
    except Refused as refused:
        raise BadAnswers({settings.plans or "": refused}) from refused


def new_visit(turn: Turn, task: UserTask, day: date, part: DayPart) -> Visit:
    """The day of a visit, kept."""
    visit = Visit(
        user_task_id=task.id,
        office_id=task.office_id,
        day=day,
        day_part=part,
        planned_at=turn.now,
        planned_by_id=turn.actor.person_id,
    )
    turn.session.add(visit)
    return visit


def keep_planned_day(turn: Turn, settings: TaskSettings, said: object, part: DayPart = DayPart.ANY) -> None:
    """Keeps what a completed task has planned as the day of the visits that have become ready in its process; its
    drawing tells the applicant. Two statements where there are any."""
    tasks = turn.case.published.package.tasks
    turn.session.flush()
    theirs = [key for key, other in tasks.items() if follows(settings, other)]
    ready = select(UserTask).outerjoin(Visit, Visit.user_task_id == UserTask.id)
    here = UserTask.application_id == turn.case.application.id, UserTask.element_id.in_(theirs)
    for task in turn.session.scalars(ready.where(*here, UserTask.status.in_(OPEN_TASK), Visit.user_task_id.is_(None))):
        new_visit(turn, task, date.fromisoformat(str(said)), part)
