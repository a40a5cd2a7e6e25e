"""The clocks of a case whose chosen session lies ahead: what can only be done on that day begins to count when the
session begins, and until then the promise stands still where nothing else is left to do.

The moment stands in the ledger of each clock beforehand, so its days are known at once and nothing has to be done when
the session begins. Another choice moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from engine.case.catching_up import catch_up
from engine.case.holding import calendar_at
from engine.case.turn import Turn
from engine.errors import NotYetItsDay
from engine.packages import Chosen, TaskSettings, not_before, promise_stands, waiting_tasks
from engine.working_time import promises
from storage.clocks import OPEN_CLOCK, Clock, ClockKind
from storage.processes import OPEN_TASK, InstanceStatus, UserTask
from storage.sessions import OfficeSession, Seat, SeatStatus


def chosen(turn: Turn) -> Chosen:
    """When the sessions begin that the case has chosen and that lie ahead, by key; None for one that was lost. One
    statement, none for a service without sessions and for a case without a seat."""
    case = turn.case
    if case.is_seatless or not case.published.package.manifest.sessions:
        return {}
    ahead = (Seat.status == SeatStatus.HELD) & (OfficeSession.starts_at > turn.now)
    rows = turn.session.execute(
        select(Seat.session_key, Seat.status, OfficeSession.starts_at)
        .join(OfficeSession, OfficeSession.id == Seat.session_id)
        .where(Seat.application_id == case.application.id, or_(ahead, Seat.status == SeatStatus.LOST))
    )
    return {key: begins if status == SeatStatus.HELD else None for key, status, begins in rows}


def day_to_come(turn: Turn, element_id: str) -> datetime | None:
    """When the session begins at which an open task is done, while its day is still to come."""
    return not_before(turn.case.published.package, element_id, chosen(turn), turn.now, turn.case.calendar)


def require_its_day(turn: Turn, element_id: str) -> None:
    """Raises ``NotYetItsDay`` for a task that is done at a session whose day is still to come."""
    day = day_to_come(turn, element_id)
    if day is not None:
        raise NotYetItsDay(day=turn.case.calendar.local_date(day))


def follow(turn: Turn) -> None:
    """The clocks of a case of which another session was chosen, or lost, or that goes on after it was suspended."""
    turn.session.flush()
    case, ahead = turn.case, chosen(turn)
    if case.instance.status != InstanceStatus.RUNNING or not ahead:
        return
    rows = turn.session.scalars(
        select(UserTask).where(UserTask.instance_id == case.instance.id, UserTask.status.in_(OPEN_TASK))
    )
    clocks = promises.open_clocks(turn.session, case.application.id)
    catch_up(turn, clocks)
    stand_promises(turn, [case.published.package.tasks[row.element_id] for row in rows], clocks, ahead)
    stand_tasks(turn, ahead)


def stand_promises(turn: Turn, tasks: Sequence[TaskSettings], clocks: Sequence[Clock], ahead: Chosen) -> None:
    """Time stands still for the promises while only the applicant can go on (answer, pay, correct or collect), and
    until the day on which the office can."""
    case = turn.case
    promised = [clock for clock in clocks if clock.kind != ClockKind.TASK and clock.status in OPEN_CLOCK]
    stands = promise_stands(case.published.package, tasks, ahead, turn.now)
    restarts = case.published.package.manifest.clock.restarts_after_correction
    promises.stand(promised, case.calendar, stands.reason, until=stands.until, restarts=restarts, now=turn.now)
    if promised:
        case.application.promised_at = promises.promised_at(clocks)


def stand_tasks(turn: Turn, ahead: Chosen) -> None:
    """The clocks of the open tasks that can only be done when a session has begun, and the days that inboxes show."""
    waiting = waiting_tasks(turn.case.published.package, ahead, turn.now) if ahead else {}
    if not waiting:
        return
    turn.session.flush()
    rows = turn.session.execute(
        select(Clock, UserTask)
        .join(UserTask, UserTask.id == Clock.user_task_id)
        .where(Clock.application_id == turn.case.application.id, Clock.status.in_(OPEN_CLOCK))
        .where(UserTask.element_id.in_(waiting), UserTask.status.in_(OPEN_TASK))
        .order_by(Clock.id)
    ).all()
    for clock, task in rows:
        stands, calendar = waiting[task.element_id], calendar_at(turn, clock.office_id)
        promises.stand([clock], calendar, stands.reason, until=stands.until, now=turn.now)
        task.due_at = clock.due_at
