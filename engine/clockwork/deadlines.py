"""Warnings and breaches of the clocks of one case: the citizen is told first, then the office, then it escalates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.case.messages import day_text, tell_about
from engine.case.opening import Case, try_lock_case
from engine.case.turn import Turn
from engine.house import House
from engine.packages.groups import HEAD
from engine.people.actors import THE_CLOCK
from engine.working_time import promises
from engine.working_time.terms import parse_term
from storage.clocks import Clock
from storage.people import Membership, Person
from storage.processes import UserTask

DEFAULT_EXTENSION = "2 working days"


def warn(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """Warns the officers and the head about every clock of the case whose warning moment has come."""
    case = try_lock_case(session, house, application_id)
    if case is None:
        return False
    turn = Turn(session, house, case, THE_CLOCK, now)
    due = [
        clock
        for clock in promises.open_clocks(session, application_id)
        if clock.status == promises.RUNNING
        and not (clock.warned_at or clock.breached_at)
        and clock.warn_at
        and clock.warn_at <= now
    ]
    for clock in due:
        clock.warned_at = now
        task = _open_task(session, clock)
        _record(turn, "warned", clock, task)
        _tell_office(turn, clock, task, "task_warned")
    return bool(due)


def breach(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """For every clock that ran out: tells the applicant when their day moves, then the head, and escalates."""
    case = try_lock_case(session, house, application_id)
    if case is None:
        return False
    broken = [
        clock
        for clock in promises.open_clocks(session, application_id)
        if clock.status == promises.RUNNING and not clock.breached_at and clock.due_at and clock.due_at < now
    ]
    if not broken:
        return False
    turn = Turn(session, house, case, THE_CLOCK, now)
    new_day = max(_new_day(case, clock, now) for clock in broken)
    _tell_applicant(turn, broken, new_day)
    for clock in broken:
        clock.breached_at, clock.new_due_at = clock.due_at, new_day
        task = _open_task(session, clock)
        if task is not None and clock.escalate_to:
            task.escalated_to = clock.escalate_to
        _record(turn, "breached", clock, task)
        _tell_office(turn, clock, task, "promise_broken_head")
    return True


def _tell_applicant(turn: Turn, broken: Sequence[Clock], new_day: datetime) -> None:
    """Tells the applicant the new day before anybody else. A task that is late inside the office breaks no promise to
    the applicant while the day they were told still stands."""
    case = turn.case
    promised = case.application.promised_at
    if promised is not None and new_day <= promised and all(clock.kind == "task" for clock in broken):
        return
    case.application.promised_at = max(new_day, promised or new_day)
    key = f"{case.application.id}/broken/{broken[0].id}"
    day = _day(case, case.application.promised_at, case.applicant.language)
    tell_about(turn, case.applicant, turn.house.texts["promise_broken"], key=key, **{"date": day})
    turn.session.flush()


def _new_day(case: Case, clock: Clock, now: datetime) -> datetime:
    return case.calendar.add(now, parse_term(clock.extension or DEFAULT_EXTENSION))


def _day(case: Case, moment: datetime, language: str) -> str:
    return day_text(moment.astimezone(case.calendar.zone), language)


def _open_task(session: Session, clock: Clock) -> UserTask | None:
    return session.get(UserTask, clock.user_task_id) if clock.user_task_id else None


def _record(turn: Turn, kind: str, clock: Clock, task: UserTask | None) -> None:
    due_at = clock.due_at.isoformat() if clock.due_at else None
    data = {"clock": clock.kind, "term": clock.term, "due_at": due_at}
    turn.record(kind, element_id=task.element_id if task else "", data=data)


def _tell_office(turn: Turn, clock: Clock, task: UserTask | None, text: str) -> None:
    case = turn.case
    for person in _office_people(turn, clock, task):
        due = _day(case, clock.due_at, person.language) if clock.due_at else ""
        key = f"{case.application.id}/{text}/{clock.id}"
        tell_about(turn, person, turn.house.texts[text], key=key, **{"date": due})


def _office_people(turn: Turn, clock: Clock, task: UserTask | None) -> Sequence[Person]:
    """The officer who has the task, or the group that should take it, and always the head of the office."""
    office, today = turn.case.office, turn.case.calendar.local_date(turn.now)
    groups = {HEAD, clock.escalate_to} - {""}
    if task is not None and task.assignee_id is None:
        groups.add(task.group)
    members = (
        select(Membership.person_id)
        .where(Membership.group.in_(groups), Membership.office_id == office.id, Membership.from_day <= today)
        .where(or_(Membership.to_day.is_(None), Membership.to_day >= today))
    )
    wanted: ColumnElement[bool] = Person.id.in_(members)
    if task is not None and task.assignee_id is not None:
        wanted = or_(wanted, Person.id == task.assignee_id)
    return turn.session.scalars(select(Person).where(wanted).order_by(Person.id)).all()
