"""What an applicant is asked in the middle of a case: until when, told at once, and told once more before that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.case import collecting, seats
from engine.case.messages import day_told, tell_about
from engine.case.turn import Turn
from engine.packages import TaskSettings
from engine.packages.texts import MessageTexts
from engine.working_time.calendar import WorkingTime
from storage.processes import TaskKind, UserTask


def days_of(
    settings: TaskSettings, calendar: WorkingTime, ready_at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Until when the applicant should have done a task that was ready at this moment, and when they are reminded;
    ``None`` where there is no such day."""
    if settings.due is None or not settings.has_day_for_applicant:
        return None, None
    reminded = settings.reminded_after
    return calendar.add(ready_at, settings.due), calendar.add(ready_at, reminded) if reminded else None


def ask(turn: Turn, added: Sequence[UserTask]) -> None:
    """Tells the applicant about each new task with questions for them, or in which they choose a session. While there
    is none to choose, no day runs for that, and they are told that they will hear."""
    for task in added:
        settings = turn.case.published.package.tasks[task.element_id]
        if settings.is_chosen_by_applicant and not seats.has_choice(turn, settings.session):
            task.due_at, task.remind_at = None, None
            _tell(turn, task, turn.house.texts["session_none"], "asked")
        elif settings.is_asked_of_applicant or settings.is_chosen_by_applicant:
            asked = turn.house.texts["answer_asked_by" if task.due_at else "answer_asked"]
            _tell(turn, task, asked, "asked")


def remind(turn: Turn, tasks: Sequence[UserTask]) -> None:
    """Tells the applicant once more about each of these tasks, unless its day has come already, or there is nothing to
    choose; of a result that waits as ``engine.case.collecting`` says."""
    for task in tasks:
        if task.kind == TaskKind.HANDOVER:
            collecting.remind(turn, task)
            continue
        task.remind_at = None
        session_key = turn.case.published.package.tasks[task.element_id].session
        can_do = session_key is None or seats.has_choice(turn, session_key)
        if task.due_at is not None and task.due_at >= turn.now and can_do:
            turn.record("reminded", element_id=task.element_id)
            _tell(turn, task, turn.house.texts["answer_reminded"], "reminded")


def tell_lapsed(turn: Turn) -> None:
    """Tells the applicant that the application ended because no answer came."""
    turn_key = f"{turn.case.application.id}/lapsed"
    tell_about(turn, turn.case.applicant, turn.house.texts["application_lapsed"], key=turn_key)


def _tell(turn: Turn, task: UserTask, message: MessageTexts, fact: str) -> None:
    person, name = turn.case.applicant, turn.case.published.package.tasks[task.element_id].name
    day = day_told(task.due_at, person.language)
    key = f"{turn.case.application.id}/{fact}/{task.key}"
    tell_about(turn, person, message, key=key, reason=name(person.language), **day)
