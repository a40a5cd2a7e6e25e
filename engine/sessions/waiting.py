"""Those who wait for a session to choose: nobody's time runs out while there is none, and whoever waits is asked anew
when there is one again. A task that is asked anew begins again, with all that is drawn at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import seats
from engine.case.holding import goes_to, may_go_to
from engine.case.opening import Case, lock_case
from engine.case.turn import Turn
from engine.catalog.published import Published
from engine.flow.advance import advance
from engine.house import House
from engine.packages import SessionRule
from engine.packages.groups import APPLICANT
from engine.packages.scenario_sessions import JUST_BEFORE
from engine.people.actors import THE_CLOCK, Actor
from storage.applications import Application
from storage.offices import Office
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, TaskKind, Timer, UserTask
from storage.sessions import OfficeSession, Seat, SeatStatus

_MOST_TIMES: Final = 50
"""How often one is asked anew in one sweep, after a long time in which nobody swept."""


def waiting_tasks(
    session: Session, house: House, office: Office, rule: SessionRule, *, service_key: str
) -> Sequence[UserTask]:
    """The open tasks in which applicants are to choose a session of this kind at this office; one statement, which
    reads those of the offices whose cases may come here."""
    rows = session.execute(
        select(UserTask, ProcessInstance.definition_id, Office)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(Application, Application.id == UserTask.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(UserTask.is_to_be_chosen(), UserTask.group == APPLICANT)
        .where(may_go_to(office))
        .where(Application.service_key == service_key, ProcessInstance.status == InstanceStatus.RUNNING)
        .order_by(UserTask.application_id, UserTask.id)
    ).all()
    return [
        task
        for task, definition_id, window in rows
        if _chooses_here(house.catalog.of(session, definition_id), task, window, office, rule)
    ]


def lost_seats(session: Session, office: Office, rule: SessionRule, *, service_key: str) -> Sequence[Seat]:
    """The seats that were lost with a session of this kind of the office, of those who are to choose again."""
    return session.scalars(
        select(Seat)
        .join(OfficeSession, OfficeSession.id == Seat.session_id)
        .where(Seat.status == SeatStatus.LOST, OfficeSession.office_id == office.id)
        .where(OfficeSession.service_key == service_key, OfficeSession.session_key == rule.key)
        .order_by(Seat.application_id)
    ).all()


def most_free(
    session: Session, house: House, office: Office, rule: SessionRule, *, service_key: str, now: datetime
) -> int:
    """How many seats are left in the session with the most of them."""
    found = seats.open_sessions(session, house, office, rule, service_key, now=now)
    return max((row.seats - row.taken for row in found), default=0)


def tell_losers(session: Session, house: House, actor: Actor, lost: Sequence[Seat], *, now: datetime) -> None:
    """Tells those who lost their seat, and had nothing to choose, that they have something now."""
    for seat in lost:
        turn = Turn(session, house, lock_case(session, house, seat.application_id), actor, now)
        session.refresh(seat)
        if seat.status == SeatStatus.LOST and seats.has_choice(turn, seat.session_key):
            row = session.get_one(OfficeSession, seat.session_id)
            key = f"session_published/{seat.id}/{turn.case.application.event_seq}"
            seats.tell_of(turn, row, house.texts["session_published"], key=key)
            turn.record("asked_anew")


def without_choice(
    session: Session, house: House, office: Office, rule: SessionRule, *, service_key: str, most: int
) -> Sequence[UserTask]:
    """Those of them whose applicants have nothing to choose while no session has more than ``most`` free seats."""
    waiting = waiting_tasks(session, house, office, rule, service_key=service_key)
    rows = select(Application).where(Application.id.in_({task.application_id for task in waiting}))
    needed = {one.id: rule.seats_for(one.answers) for one in session.scalars(rows)}
    return [task for task in waiting if needed[task.application_id] > most]


def ask_anew(session: Session, house: House, actor: Actor, tasks: Sequence[UserTask], *, now: datetime) -> None:
    """Asks the applicants of these tasks once more, if they have something to choose now, with all their days reckoned
    from now."""
    for application_id in dict.fromkeys(task.application_id for task in tasks):
        case = lock_case(session, house, application_id)
        if case.instance.status == InstanceStatus.RUNNING:
            turn = Turn(session, house, case, actor, now)
            for task in _open_of(session, case, [task.id for task in tasks]):
                if seats.has_choice(turn, _session_of(case, task)):
                    _again(turn, task)


def put_off(session: Session, house: House, case: Case, *, now: datetime) -> bool:
    """Asks anew in whichever task of a locked case a timer would end the waiting of an applicant who has nothing to
    choose. As of the moment before: once that has come, the timer goes first. Whether any was."""
    done = False
    for _ in range(_MOST_TIMES):
        if not _put_off_once(session, house, case, now):
            break
        done = True
    return done


def _put_off_once(session: Session, house: House, case: Case, now: datetime) -> bool:
    hosts = {one.element_id: one.host_id for one in bpmn.deadlines(case.published.process)}
    due = session.scalars(
        select(Timer).where(Timer.instance_id == case.instance.id, Timer.due_at <= now).order_by(Timer.due_at)
    ).all()
    ended = {hosts[timer.element_id]: timer.due_at for timer in reversed(due) if timer.element_id in hosts}
    done = False
    for task in _open_of(session, case, None):
        turn = Turn(session, house, case, THE_CLOCK, now)
        if task.element_id in ended and not seats.has_choice(turn, _session_of(case, task)):
            before = ended[task.element_id] - JUST_BEFORE
            done |= _again(Turn(session, house, case, THE_CLOCK, before), task)
    return done


def _again(turn: Turn, task: UserTask) -> bool:
    turn.record("asked_anew", element_id=task.element_id)
    try:
        return advance(turn, Step("move", task_ref=task.task_ref, element_id=task.element_id))
    except (bpmn.MoveNotPossible, bpmn.TaskNotReady):
        return False


def _session_of(case: Case, task: UserTask) -> str | None:
    return case.published.package.tasks[task.element_id].session


def _chooses_here(published: Published, task: UserTask, window: Office, office: Office, rule: SessionRule) -> bool:
    """Whether a task of a case that came in at the office ``window`` asks for a session of this kind of ``office``."""
    package = published.package
    own = package.manifest.session(package.tasks[task.element_id].session)
    return own is not None and own.key == rule.key and goes_to(window, office, own.level, package.ministry.key)


def _open_of(session: Session, case: Case, ids: Sequence[int] | None) -> Iterator[UserTask]:
    """The tasks of a locked case, of these if given, in which its applicant is still to choose."""
    mine = UserTask.instance_id == case.instance.id, UserTask.kind == TaskKind.APPOINTMENT
    wanted = select(UserTask).where(*mine, UserTask.status.in_(OPEN_TASK), UserTask.group == APPLICANT)
    rows = session.scalars(wanted.order_by(UserTask.id).execution_options(populate_existing=True)).all()
    return (row for row in rows if ids is None or row.id in ids)
