"""Timers of running cases: those that are due go off, in the order in which they fell due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.bpmn import Step
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.clockwork.batches import IS_RUNNING, Due
from engine.flow.advance import advance
from engine.house import House
from engine.people.actors import THE_CLOCK
from engine.sessions import waiting
from storage.clocks import Clock
from storage.processes import Incident, IncidentKind, IncidentStatus, InstanceStatus, ProcessInstance, Timer

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
    """Fires the due timers of these locked cases, where nobody has done so meanwhile; of how many cases."""
    due = _with_due(session, cases, now)
    held = [case for case in cases if case.instance.id in due]
    _read_clocks(session, held)
    return sum(_fire(session, house, case, now) for case in held)


def _read_clocks(session: Session, cases: Sequence[Case]) -> None:
    """The open clocks of all of them, in one statement."""
    clocks = defaultdict(list)
    wanted = Clock.application_id.in_([case.application.id for case in cases]), Clock.is_open()
    for clock in session.scalars(select(Clock).where(*wanted).order_by(Clock.id)):
        clocks[clock.application_id].append(clock)
    for case in cases:
        case.clocks = clocks[case.application.id]


def _with_due(session: Session, cases: Sequence[Case], now: datetime) -> Collection[int]:
    ids = [case.instance.id for case in cases if case.instance.status == InstanceStatus.RUNNING]
    return set(session.scalars(select(Timer.instance_id).where(Timer.instance_id.in_(ids), Timer.due_at <= now)))


def _fire(session: Session, house: House, case: Case, now: datetime) -> bool:
    if not case.published.package.manifest.sessions:
        return advance(Turn(session, house, case, THE_CLOCK, now), Step("timers"))
    if waiting.put_off(session, house, case, now=now):
        session.flush()
        if not _with_due(session, [case], now):
            return True
    fired = advance(Turn(session, house, case, THE_CLOCK, now), Step("timers"))
    session.flush()  # the next case may be about the same seats
    return fired
