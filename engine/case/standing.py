"""Promises that should stand still and do not: those of cases that an earlier release had left waiting for their
applicant alone. A step puts the clocks of its case right; these had none since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.case.catching_up import catch_up
from engine.case.opening import try_lock_case
from engine.case.turn import Turn
from engine.house import House
from engine.packages import missing
from engine.packages.groups import APPLICANT
from engine.people.actors import THE_CLOCK
from engine.working_time import promises
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, TaskKind, UserTask

_THEIRS = (TaskKind.PAYMENT, TaskKind.CORRECTION, TaskKind.HANDOVER)


def stand_still(turn: Turn, clocks: Sequence[Clock], rows: Sequence[UserTask]) -> bool:
    """Has the running ones of a case's open clocks stand still since the applicant alone can go on, and those of their
    tasks since these are ready; whether any ran. ``rows`` are its open tasks."""
    case = turn.case
    if case.instance.status != InstanceStatus.RUNNING:
        return False
    catch_up(turn, clocks)
    running = [clock for clock in clocks if clock.status == ClockStatus.RUNNING]
    if not running:
        return False
    stood = False
    settings = {row.id: case.published.package.tasks[row.element_id] for row in rows}
    for row in rows:
        own = [clock for clock in running if clock.user_task_id == row.id]
        stood |= _pause(turn, own, missing([settings[row.id]]), row.ready_at)
        if own and missing([settings[row.id]]):
            row.due_at = None
    promised = [clock for clock in running if clock.kind != ClockKind.TASK]
    since = max((row.ready_at for row in rows), default=turn.now)
    unpaid = case.published.package.manifest.clock.pauses_while_unpaid
    if promised and _pause(turn, promised, missing(list(settings.values()), pauses_while_unpaid=unpaid), since):
        case.application.promised_at = promises.promised_at(promised)
        stood = True
    return stood


def put_right(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """The same for one case; whether anything ran. Nothing is done while another worker has the case."""
    case = try_lock_case(session, house, application_id)
    if case is None:
        return False
    open_tasks = select(UserTask).where(UserTask.instance_id == case.instance.id, UserTask.status.in_(OPEN_TASK))
    clocks = promises.open_clocks(session, application_id)
    return stand_still(Turn(session, house, case, THE_CLOCK, now), clocks, session.scalars(open_tasks).all())


def that_may_run_wrongly(session: Session, *, after: int, until: int) -> Sequence[int]:
    """Of the applications ``after`` one ``until`` another, by their ids: running cases with a running clock and a task
    that only their applicant can bring about."""
    theirs = exists().where(
        UserTask.instance_id == ProcessInstance.id,
        UserTask.status.in_(OPEN_TASK),
        UserTask.kind.in_(_THEIRS) | (UserTask.group == APPLICANT),
    )
    return session.scalars(
        select(Clock.application_id)
        .join(ProcessInstance, ProcessInstance.application_id == Clock.application_id)
        .where(Clock.status == ClockStatus.RUNNING, theirs, ProcessInstance.status == InstanceStatus.RUNNING)
        .where(Clock.application_id > after, Clock.application_id <= until)
        .order_by(Clock.application_id)
        .distinct()
    ).all()


def _pause(turn: Turn, clocks: Sequence[Clock], reason: str, since: datetime) -> bool:
    if not reason:
        return False
    for clock in clocks:
        began = promises.intervals(clock)[-1].started_at
        promises.pause([clock], turn.case.calendar, reason, min(max(since, began), turn.now))
    return bool(clocks)
