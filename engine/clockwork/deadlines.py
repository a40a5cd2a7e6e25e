"""Warnings and breaches of the clocks of one case: the citizen is told first, then the office, then it escalates.

A new day that was set after a breach is a promise like the first: it is watched, and when it is broken too the case
goes one level higher, as often as that happens. However many clocks of a case come to the same moment, each person gets
one message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.case.holding import calendar_at
from engine.case.messages import day_told, tell_about
from engine.case.opening import Case, try_lock_case
from engine.case.standing import stand_still
from engine.case.turn import Turn
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, APPLICANT, HEAD, escalation
from engine.people.actors import THE_CLOCK
from engine.people.members import members
from engine.working_time import promises
from engine.working_time.terms import parse_term
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.messages import Notification
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask

DEFAULT_EXTENSION = "2 working days"
_ABOVE: Final[Mapping[str, tuple[str, ...]]] = {HEAD: (ADMINISTRATOR,), ADMINISTRATOR: ()}
_WEIGHT: Final = {ClockKind.NORM: 0, ClockKind.TERM: 1, ClockKind.TASK: 2}
"""Which clock a message is about when several come to the same moment: what the applicant was promised, first."""


def warn(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """Warns the officers and the head about every clock of the case whose warning moment has come."""
    case = try_lock_case(session, house, application_id)
    if case is None:
        return False
    turn = Turn(session, house, case, THE_CLOCK, now)
    stand_still(turn)
    due = [
        clock
        for clock in promises.open_clocks(session, application_id)
        if clock.status == ClockStatus.RUNNING
        and not (clock.warned_at or clock.breached_at)
        and clock.warn_at
        and clock.warn_at <= now
    ]
    for clock in due:
        clock.warned_at = now
        _record(turn, "warned", clock, clock.due_at)
    just_told = select(Notification.person_id).where(
        Notification.application_id == application_id, Notification.created_at == now
    )
    _tell_office(turn, due, "task_warned", without=set(session.scalars(just_told)))
    return bool(due)


def breach(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """For every clock whose day has passed, the first or a new one: tells the applicant when their day moves, then the
    office, and escalates."""
    case = try_lock_case(session, house, application_id)
    if case is None:
        return False
    turn = Turn(session, house, case, THE_CLOCK, now)
    stand_still(turn)
    running = promises.open_clocks(session, application_id)
    broken = [
        clock for clock in running if clock.status == ClockStatus.RUNNING and clock.watch_at and clock.watch_at < now
    ]
    if not broken:
        return False
    extended = ((clock, clock.extension or DEFAULT_EXTENSION) for clock in broken)
    new_day, by = max((calendar_at(turn, clock.office_id).add(now, parse_term(term)), term) for clock, term in extended)
    again = any(clock.breaches for clock in broken)
    told = _tell_applicant(turn, running, new_day)
    _tell_office(turn, broken, "promise_broken_again_head" if again else "promise_broken_head")
    for clock in broken:
        missed = clock.watch_at
        promises.extend(clock, by, new_day, told=told, now=now)
        task = _open_task(session, clock)
        if task is not None and (clock.escalate_to or clock.breaches > 1):
            task.escalated_to = _level(clock, clock.breaches)
        if clock.breaches == 1:
            _record(turn, "breached", clock, missed)
        else:
            _record(turn, "breached_again", clock, missed)
    return True


def _tell_applicant(turn: Turn, running: Sequence[Clock], new_day: datetime) -> bool:
    """Tells the applicant the new day before anybody else; whether they were told. What is late inside the office
    breaks no promise to the applicant while the day they were told still stands, or when none was promised."""
    case, promised = turn.case, turn.case.application.promised_at
    if promised is None or new_day <= promised or all(clock.kind == ClockKind.TASK for clock in running):
        return False
    again = any(clock.told_at for clock in running)
    case.application.promised_at = new_day  # which is the date that the message names
    tell_about(
        turn,
        case.applicant,
        turn.house.texts["promise_broken_again" if again else "promise_broken"],
        key=f"{case.application.id}/broken/{case.application.event_seq}",
    )
    turn.session.flush()
    return True


def _level(clock: Clock, breaches: int) -> str:
    """The group that a clock has come to when its day was broken so often: the one that the package names or the head,
    then the head, then the administrators."""
    first = clock.escalate_to or HEAD
    levels = (first, *_ABOVE.get(first, (HEAD, ADMINISTRATOR)))
    return levels[min(breaches, len(levels)) - 1]


def _open_task(session: Session, clock: Clock) -> UserTask | None:
    return session.get(UserTask, clock.user_task_id) if clock.user_task_id else None


def _record(turn: Turn, kind: str, clock: Clock, due_at: datetime | None) -> None:
    task = _open_task(turn.session, clock)
    data: dict[str, Any] = {
        "clock": clock.kind,
        "term": clock.term,
        "due_at": due_at.isoformat() if due_at else None,
    }
    if clock.new_due_at is not None:
        data |= {"new_due_at": clock.new_due_at.isoformat(), "told": clock.told_at == turn.now}
    turn.record(kind, element_id=task.element_id if task else "", data=data)


def _tell_office(turn: Turn, clocks: Sequence[Clock], text: str, *, without: AbstractSet[int] = frozenset()) -> None:
    """One message for each officer whom any of the clocks concerns, about the one that weighs most for them.
    ``without`` are those who were told of this case at this very moment already."""
    case = turn.case
    concerned: dict[int, tuple[Person, Clock]] = {}
    for clock in sorted(clocks, key=lambda each: (_WEIGHT[each.kind], each.id)):
        for person in _office_people(turn.session, case, clock, turn.now):
            if person.id not in without:
                concerned.setdefault(person.id, (person, clock))
    key = f"{case.application.id}/{text}/{case.application.event_seq}"
    for person, clock in concerned.values():
        due = day_told(clock.watch_at, person.language)
        tell_about(turn, person, turn.house.texts[text], key=key, **due)


def _office_people(session: Session, case: Case, clock: Clock, now: datetime) -> Sequence[Person]:
    """The officers who have the task (before a promise to the applicant is late: all who have a task of the case), or
    the group that should take it, always the head of the office at which the clock runs, and the levels that a breach
    has reached. Where an office has nobody of these, the administrators."""
    today, office_id = case.calendar.local_date(now), clock.office_id
    groups = {HEAD, *(_level(clock, times) for times in range(1, clock.breaches + 2))}
    concerned: list[ColumnElement[bool]] = [Person.id.in_(members(groups, office_id, today))]
    for task in _tasks_of(session, case, clock, now):
        if task.assignee_id is None:
            concerned.append(Person.id.in_(members((task.group,), task.office_id, today)))
        else:  # who has left since is not told any more
            theirs = members((task.group, *escalation(task.escalated_to)), task.office_id, today)
            concerned.append((Person.id == task.assignee_id) & Person.id.in_(theirs))
    told = select(Person).where(or_(*concerned)).order_by(Person.id)
    instead = select(Person).where(Person.id.in_(members((ADMINISTRATOR,), office_id, today))).order_by(Person.id)
    return session.scalars(told).all() or session.scalars(instead).all()


def _tasks_of(session: Session, case: Case, clock: Clock, now: datetime) -> Sequence[UserTask]:
    """The task of a clock; while a promise to the applicant can still be kept, every task that the office has open."""
    if clock.user_task_id is not None:
        return [session.get_one(UserTask, clock.user_task_id)]
    if clock.watch_at is None or clock.watch_at < now:
        return []
    return session.scalars(
        select(UserTask).where(
            UserTask.application_id == case.application.id,
            UserTask.status.in_(OPEN_TASK),
            UserTask.group != APPLICANT,
        )
    ).all()
