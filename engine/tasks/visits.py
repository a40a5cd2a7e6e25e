"""Visits: an officer plans the day on which they go there, moves it, calls it off; the applicant is told each time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.case.holding import calendar_at
from engine.case.interests import require_no_interest
from engine.case.messages import tell_about
from engine.case.opening import Case, lock_task
from engine.case.turn import Turn
from engine.case.visit_words import day_of_visit
from engine.errors import BadAnswers, NotAllowed, NotFound, TaskGone, TaskNotClaimed
from engine.errors.visits import VisitAsksMore, VisitDayMissing, VisitNotPlanned, VisitPlanned
from engine.house import House
from engine.packages import TaskSettings
from engine.packages.groups import APPLICANT, HEAD
from engine.packages.texts import MessageTexts
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.tasks import user_tasks
from engine.tasks.holders import taken
from engine.tasks.user_tasks import require_access, require_other_person
from engine.tasks.visit_days import new_visit, require_day
from storage.processes import OPEN_TASK, TaskStatus, UserTask
from storage.visits import DayPart, Visit


@dataclass(frozen=True, slots=True)
class Slot:
    """A day for a visit, and when on it; no day where none was written that exists."""

    day: date | None
    part: DayPart = DayPart.ANY


@dataclass(frozen=True, slots=True)
class _Held:
    """A visit in somebody's turn: its task, what the package says of it, and the day that it has."""

    turn: Turn
    task: UserTask
    settings: TaskSettings
    planned: Visit | None


def plan(session: Session, house: House, actor: Actor, task_key: str, slot: Slot, *, now: datetime) -> str:
    """Plans a visit, or completes the task that plans it; gives the reference of its case. Whoever plans what nobody
    has takes it; the head of the office plans what an officer has, whose it stays. The same day once more is harmless.

    ``TaskTaken`` says which colleague has it; ``VisitPlanned`` which day it has by now; ``VisitDayMissing``,
    ``VisitInThePast``, ``VisitTooFar``, ``VisitDayClosed``; ``VisitAsksMore`` where the task that plans asks for more
    than a day; ``NotFound`` for what is neither.
    """
    case, task = lock_task(session, house, task_key)
    settings = case.published.package.tasks.get(task.element_id)
    if settings is None or not (settings.visit or settings.plans):
        raise NotFound
    turn = Turn(session, house, case, actor, now)
    day = _required_day(turn, task, slot)
    turn = _taking(turn, task, settings)
    if settings.plans:
        return _complete_plan(turn, actor, task, settings, Slot(day, slot.part))
    planned = session.get(Visit, task.id)
    if planned is not None and (planned.day, planned.day_part) != (day, slot.part):
        raise VisitPlanned(day=planned.day)
    if planned is None:
        new_visit(turn, task, day, slot.part)
        _record(_Held(turn, task, settings, None), "visit_planned", day, slot.part)
        _tell(turn, task, house.texts["visit_day"], day)
    return case.application.reference or ""


def move(session: Session, house: House, actor: Actor, task_key: str, slot: Slot, *, reason: str, now: datetime) -> str:
    """Another day for a visit, with the reason that the applicant reads; the same day once more is harmless.
    ``VisitNotPlanned`` when it has none by now; else as ``plan``; ``ReasonMissing``."""
    held = _held(session, house, actor, task_key, now)
    visit, day = _required(held), _required_day(held.turn, held.task, slot)
    if (visit.day, visit.day_part) == (day, slot.part):
        return held.turn.case.application.reference or ""
    said = reason_given(reason)
    visit.day, visit.day_part, visit.planned_at, visit.planned_by_id = day, slot.part, now, actor.person_id or 0
    _record(held, "visit_moved", day, slot.part, said)
    _tell(held.turn, held.task, house.texts["visit_moved"], day, reason=said)
    return held.turn.case.application.reference or ""


def call_off(session: Session, house: House, actor: Actor, task_key: str, reason: str, *, now: datetime) -> str:
    """A visit has no day any more, with the reason that the applicant reads: it is planned again later. As ``move``."""
    held = _held(session, house, actor, task_key, now)
    visit, said = _required(held), reason_given(reason)
    session.delete(visit)
    _record(held, "visit_called_off", visit.day, visit.day_part, said)
    _tell(held.turn, held.task, house.texts["visit_off"], visit.day, reason=said)
    return held.turn.case.application.reference or ""


def _held(session: Session, house: House, actor: Actor, task_key: str, now: datetime) -> _Held:
    """A visit of whoever has it, or of the head of its office, locked. ``NotFound``, ``NotAllowed``, ``TaskGone``,
    ``TaskNotClaimed``, ``TaskTaken``, ``InterestDeclared``."""
    case, task = lock_task(session, house, task_key)
    settings = case.published.package.tasks.get(task.element_id)
    if settings is None or not settings.visit or task.group == APPLICANT:
        raise NotFound
    _require_outside(case, actor)
    if not actor.acts_for(HEAD, task.office_id):
        actor = require_access(case, task, actor)
        if task.status in OPEN_TASK and task.assignee_id != actor.holder_id:
            raise taken(session, task) if task.assignee_id else TaskNotClaimed
    require_no_interest(session, case.application, actor)
    if task.status not in OPEN_TASK:
        raise TaskGone
    return _Held(Turn(session, house, case, actor, now), task, settings, session.get(Visit, task.id))


def _require_outside(case: Case, actor: Actor) -> None:
    """``NotAllowed`` in one's own case, and in that of whom one stands for."""
    if case.applicant.id == actor.person_id or actor.stands_for(case.applicant.id):
        raise NotAllowed


def _heads_another(actor: Actor, task: UserTask) -> bool:
    """Whether an officer of the actor has the task."""
    return actor.acts_for(HEAD, task.office_id) and task.assignee_id != actor.person_id


def _required(held: _Held) -> Visit:
    if held.planned is None:
        raise VisitNotPlanned
    return held.planned


def _required_day(turn: Turn, task: UserTask, slot: Slot) -> date:
    """A day on which the office works that has the task."""
    if slot.day is None:
        raise VisitDayMissing
    calendar = calendar_at(turn, task.office_id)
    require_day(calendar, slot.day, today=calendar.local_date(turn.now))
    return slot.day


def _taking(turn: Turn, task: UserTask, settings: TaskSettings) -> Turn:
    """The turn of the actor as they have the task, which is theirs from now on where nobody had it."""
    if settings.visit and task.status == TaskStatus.CLAIMED and _heads_another(turn.actor, task):
        _require_outside(turn.case, turn.actor)
        require_no_interest(turn.session, turn.case.application, turn.actor)
        return turn
    acting = require_access(turn.case, task, turn.actor)
    if task.status not in OPEN_TASK or task.group == APPLICANT:
        raise TaskGone
    if task.status == TaskStatus.CLAIMED and task.assignee_id != acting.holder_id:
        raise taken(turn.session, task)
    require_other_person(turn.session, turn.case, settings, acting)
    theirs = replace(turn, actor=acting)
    if task.status == TaskStatus.READY:
        task.status, task.assignee_id, task.claimed_at = TaskStatus.CLAIMED, acting.holder_id, turn.now
        theirs.record("task_claimed", element_id=task.element_id)
    return theirs


def _complete_plan(turn: Turn, actor: Actor, task: UserTask, settings: TaskSettings, slot: Slot) -> str:
    """Answers the form of a task that plans a visit with the day alone."""
    turn.session.flush()  # completing reads the task as the database has it
    answers = {settings.plans or "": slot.day.isoformat() if slot.day else ""}
    try:
        done = user_tasks.complete(turn.session, turn.house, actor, task.key, answers, part=slot.part, now=turn.now)
    except BadAnswers as refused:
        if refused.errors.keys() <= {settings.plans}:
            raise
        raise VisitAsksMore from refused
    return done.reference


def _record(held: _Held, kind: str, day: date, part: DayPart, reason: str = "") -> None:
    data = {"day": day.isoformat(), "part": part.value}
    personal = {"reason": reason} if reason else None
    held.turn.record(kind, element_id=held.task.element_id, data=data, personal=personal)


def _tell(turn: Turn, task: UserTask, message: MessageTexts, day: date, **more: str) -> None:
    """Each change is told once; the event behind it is its number."""
    applicant = turn.case.applicant
    key = f"{task.key}/visit/{turn.case.application.event_seq}"
    tell_about(turn, applicant, message, key=key, **day_of_visit(day, applicant.language), **more)
