"""Timers of running cases: those that are due go off, in the order in which they fell due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, union_all
from sqlalchemy.orm import Session

from engine.bpmn import Step
from engine.case.opening import Case, Together
from engine.case.turn import Turn
from engine.clockwork.batches import IS_RUNNING, Due
from engine.flow.advance import advance
from engine.house import House
from engine.people.actors import THE_CLOCK
from engine.sessions import waiting
from storage.applications import Application
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from storage.payments import DueFee
from storage.processes import (
    OPEN_TASK,
    Incident,
    IncidentKind,
    IncidentStatus,
    InstanceStatus,
    ProcessInstance,
    TaskKind,
    Timer,
    UserTask,
)
from storage.sessions import CURRENT_SEAT, Seat
from storage.together import change_together, write_together

_STOPPED = exists().where(
    Incident.instance_id == Timer.instance_id,
    Incident.status == IncidentStatus.OPEN,
    Incident.kind == IncidentKind.TIMERS,
)
DUE = Due(
    Timer.due_at,
    Timer.id,
    ProcessInstance.id == Timer.instance_id,
    which=lambda now: (Timer.due_at <= now) & IS_RUNNING & ~_STOPPED,
)


def fire(session: Session, house: House, cases: Sequence[Case], *, now: datetime) -> int:
    """Fires the due timers of these locked cases, where nobody has done so meanwhile; of how many cases. They write
    what their steps change together, but for those that have a seat in a session or are asked to choose one: each of
    them may be about the same seats."""
    timers, due = _timers(session, cases, now)
    held = [case for case in cases if case.instance.id in due]
    if not held:
        return 0
    seated = _seated(session, held)
    alone = [case for case in held if len(held) == 1 or case.application.id in seated]
    _read_clocks(session, held)
    fired = _fire_together(session, house, [case for case in held if case not in alone], timers, now)
    return fired + sum(_fire_alone(session, house, case, now) for case in alone)


def _fire_together(
    session: Session, house: House, cases: Sequence[Case], timers: Mapping[int, Sequence[int]], now: datetime
) -> int:
    if not cases:
        return 0
    together = Together(timers)
    _read_fees(session, cases)
    for case in cases:
        case.together, case.is_seatless = together, True
    fired = sum(advance(Turn(session, house, case, THE_CLOCK, now), Step("timers")) for case in cases)
    _write(session, together)
    return fired


def _write(session: Session, together: Together) -> None:
    """What several cases have changed. Nobody reads their rows any more."""
    if together.gone:
        session.execute(delete(Timer).where(Timer.id.in_(together.gone)))
    change_together(session, Application, Clock, ProcessInstance, UserTask)
    write_together(session, CaseEvent, Notification)


def _read_clocks(session: Session, cases: Sequence[Case]) -> None:
    """The open clocks of all of them, in one statement."""
    clocks = defaultdict(list)
    wanted = Clock.application_id.in_([case.application.id for case in cases]), Clock.is_open()
    for clock in session.scalars(select(Clock).where(*wanted).order_by(Clock.id)):
        clocks[clock.application_id].append(clock)
    for case in cases:
        case.clocks = clocks[case.application.id]


def _seated(session: Session, cases: Sequence[Case]) -> Collection[int]:
    """The applications among these that have a seat in a session or are asked to choose one; one statement."""
    ids = [case.application.id for case in cases]
    seats = select(Seat.application_id).where(Seat.application_id.in_(ids), Seat.status.in_(CURRENT_SEAT))
    choosing = UserTask.kind == TaskKind.APPOINTMENT, UserTask.status.in_(OPEN_TASK)
    asked = select(UserTask.application_id).where(UserTask.application_id.in_(ids), *choosing)
    return set(session.scalars(union_all(seats, asked)))


def _read_fees(session: Session, cases: Sequence[Case]) -> None:
    """The fees of all of them, in one statement."""
    fees = defaultdict(list)
    wanted = DueFee.application_id.in_([case.application.id for case in cases])
    for fee in session.scalars(select(DueFee).where(wanted).order_by(DueFee.id)):
        fees[fee.application_id].append(fee)
    for case in cases:
        case.fees = fees[case.application.id]


def _timers(
    session: Session, cases: Sequence[Case], now: datetime
) -> tuple[Mapping[int, Sequence[int]], Collection[int]]:
    """The timers of each running instance by their ids, and the instances of which one is due; one statement."""
    ids = [case.instance.id for case in cases if case.instance.status == InstanceStatus.RUNNING]
    timers, due = defaultdict(list), set()
    for timer_id, instance_id, due_at in session.execute(
        select(Timer.id, Timer.instance_id, Timer.due_at).where(Timer.instance_id.in_(ids))
    ):
        timers[instance_id].append(timer_id)
        if due_at <= now:
            due.add(instance_id)
    return timers, due


def _fire_alone(session: Session, house: House, case: Case, now: datetime) -> bool:
    if case.published.package.manifest.sessions and waiting.put_off(session, house, case, now=now):
        session.flush()
        if not _timers(session, [case], now)[1]:
            return True
    fired = advance(Turn(session, house, case, THE_CLOCK, now), Step("timers"))
    session.flush()  # the next case may be about the same seats
    return fired
