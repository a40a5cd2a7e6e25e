"""Choosing a session: by the applicant, with them at the counter, or by the officer whose task it is; and changing it.

The seat is taken in the same transaction in which the task is completed, so nobody has one without the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.applicant_forms import may_answer
from engine.bpmn import Step
from engine.case import days_ahead, seats
from engine.case.holding import responsible
from engine.case.opening import Case, lock_case_by_key, lock_task
from engine.case.turn import Turn
from engine.errors import (
    CaseEnded,
    CaseSuspended,
    ChangeNotOffered,
    ChangeTooLate,
    NoSessionChosen,
    NotFound,
    TaskAlreadyClaimed,
    TaskGone,
    TaskNotClaimed,
)
from engine.flow.advance import advance
from engine.house import House
from engine.packages import SessionRule, TaskSettings
from engine.packages.groups import APPLICANT, FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.tasks.user_tasks import finish, require_access, require_other_person
from storage.processes import OPEN_TASK, InstanceStatus, TaskStatus, UserTask
from storage.sessions import OfficeSession, Seat, SeatStatus

AT_THE_COUNTER = (FRONT_OFFICE, HEAD)
"""Who changes an appointment with its applicant at the office where the case came in."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose case a session was chosen in, by its key and its applicant, and whether the case went on."""

    application_key: str
    applicant_id: int
    reference: str
    went_on: bool = True


def choose(session: Session, house: House, actor: Actor, task_key: str, session_key: str, *, now: datetime) -> Chosen:
    """Takes a seat in a session and completes the task that asks for it. The same choice twice is harmless.

    ``NotFound`` for a task that asks for no session and for somebody whose it is not, ``TaskGone`` once another one was
    chosen, ``TaskNotClaimed``; what a session can be refused for is said at ``seats.take``.
    """
    case, task = lock_task(session, house, task_key)
    settings = case.published.package.tasks[task.element_id]
    rule = case.published.package.manifest.session(settings.session)
    if rule is None:
        raise NotFound
    actor = _require_theirs(session, case, task, settings, actor)
    chosen = _found(session, session_key)
    done = Chosen(case.application.key, case.applicant.id, case.application.reference or "")
    before = seats.current(session, case.application.id, rule.key)
    if task.status == TaskStatus.COMPLETED and before is not None and before.session_id == chosen:
        return done
    _require_open(task, settings, actor)
    turn = Turn(session, house, case, actor, now)
    row = _seated(turn, rule, chosen, before, task.element_id)
    if settings.group == APPLICANT and actor.person_id != case.applicant.id:
        turn.record("answered_at_counter", element_id=task.element_id)
    gone = finish(turn, task, seats.seen_by_diagram(turn, rule, row))
    return Chosen(done.application_key, done.applicant_id, done.reference, gone.went_on)


def change(
    session: Session, house: House, actor: Actor, application_key: str, kind: str, *, session_key: str, now: datetime
) -> Chosen:
    """Takes a seat in another session of this ``kind``, and frees the one before; the same one twice is harmless. Who
    lost a seat because the office cancelled its session chooses again here.

    ``NotFound`` where nothing was chosen before and for somebody whose it is not, ``ChangeNotOffered``,
    ``ChangeTooLate``, ``CaseEnded``, ``CaseSuspended``; what a session can be refused for is said at ``seats.take``.
    """
    case = lock_case_by_key(session, house, application_key)
    rule = case.published.package.manifest.session(kind)
    before = seats.current(session, case.application.id, kind)
    if rule is None or before is None or not may_change(session, case, rule, actor):
        raise NotFound
    chosen = _found(session, session_key)
    turn = Turn(session, house, case, actor, now)
    if before.status == SeatStatus.HELD and before.session_id == chosen:
        return Chosen(case.application.key, case.applicant.id, case.application.reference or "")
    _require_running(case)
    if before.status == SeatStatus.HELD:
        require_changeable(turn, rule, session.get_one(OfficeSession, before.session_id))
    row = _seated(turn, rule, chosen, before, "")
    went_on = True
    days_ahead.follow(turn)
    if variables := seats.seen_by_diagram(turn, rule, row):
        went_on = advance(turn, Step("correct", variables=variables))
    return Chosen(case.application.key, case.applicant.id, case.application.reference or "", went_on)


def may_change(session: Session, case: Case, rule: SessionRule, actor: Actor) -> bool:
    """Whether the actor changes what was chosen: the applicant where it was theirs to choose, the counter and the head
    with them, and the officers whose task it is; nobody as an officer in their own case."""
    asking = list(_asking(case, rule))
    if actor.person_id == case.applicant.id:
        return any(task.group == APPLICANT for task in asking)
    if may_answer(session, case.application, actor) or actor.acts_for(HEAD, case.office.id):
        return True
    for task in asking:
        office = responsible(session, case.office, task.level, case.published.package.ministry.key)
        if office is not None and actor.acts_for(task.group, office.id):
            return True
    return False


def require_changeable(turn: Turn, rule: SessionRule, row: OfficeSession) -> None:
    """Raises ``ChangeNotOffered`` or ``ChangeTooLate`` when the seat in this session is no longer exchanged."""
    if rule.changeable is None:
        raise ChangeNotOffered
    office = seats.publisher(turn.session, turn.case, rule)
    calendar = turn.house.calendars.of(turn.session, office) if office else turn.case.calendar
    until = rule.open_until(row.starts_at, calendar)
    if turn.now >= until:
        raise ChangeTooLate(until=until)


def _asking(case: Case, rule: SessionRule) -> Iterator[TaskSettings]:
    return (task for task in case.published.package.tasks.values() if task.session == rule.key)


def _found(session: Session, key: str) -> int:
    """The id of the session under this key; ``NoSessionChosen`` when nothing was chosen, or what is none."""
    found = session.scalar(select(OfficeSession.id).where(OfficeSession.key == key))
    if found is None:
        raise NoSessionChosen
    return found


def _seated(turn: Turn, rule: SessionRule, chosen: int, before: Seat | None, element_id: str) -> OfficeSession:
    """Takes the seat, writes it down and tells the applicant."""
    rows = seats.locked(turn.session, [chosen, *([before.session_id] if before else [])])
    row = rows[chosen]
    seat = seats.take(turn, rule, row)
    data = seats.of_event(rule, row)
    if before:
        turn.record("session_changed", element_id=element_id, data=data)
    else:
        turn.record("session_chosen", element_id=element_id, data=data)
    seats.tell_of(turn, row, turn.house.texts["session_chosen"], key=f"session_chosen/{seat.id}")
    return row


def _require_theirs(session: Session, case: Case, task: UserTask, settings: TaskSettings, actor: Actor) -> Actor:
    """The actor as they work on the task."""
    if settings.group != APPLICANT:
        acting = require_access(case, task, actor)
        require_other_person(session, case, settings, acting)
        return acting
    if not may_answer(session, case.application, actor):
        raise NotFound
    return actor


def _require_open(task: UserTask, settings: TaskSettings, actor: Actor) -> None:
    if task.status not in OPEN_TASK:
        raise TaskGone
    if settings.group != APPLICANT and task.assignee_id != actor.holder_id:
        raise TaskAlreadyClaimed if task.assignee_id else TaskNotClaimed


def _require_running(case: Case) -> None:
    if case.instance.status == InstanceStatus.SUSPENDED:
        raise CaseSuspended
    if case.instance.status != InstanceStatus.RUNNING:
        raise CaseEnded
