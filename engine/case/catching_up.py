"""A case whose clocks are behind the calendar of their offices: they are reckoned again before anything else is done
with them, whoever comes first, a worker that goes through all cases or somebody's step.

So a case shows the days of before the change on all its clocks, or the new ones on all. A promise that is already
broken stays broken, and its new day moves like any other. Timers that an analyst drew into a diagram are moments fixed
when the case reached them; they are not touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.case import events
from engine.case.holding import calendar_at
from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.people.actors import Actor
from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from storage.calendar_changes import CalendarChange
from storage.chains import Climb
from storage.clocks import Clock, ClockKind
from storage.processes import UserTask

Changes = Mapping[int, Sequence[CalendarChange]]
"""Changes of calendars by the id of their office, oldest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What whoever goes through many cases has read for all of them: the changes, and tasks by their ids."""

    changes: Changes
    tasks: Mapping[int, UserTask]


@dataclass(frozen=True, slots=True)
class MovedDay:
    """The promised day of an application before and after a change of the calendar."""

    reference: str
    was: datetime
    becomes: datetime


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """How many clocks of a case got another due or warning moment, and the promised day, when the applicant is told
    another."""

    clocks: int = 0
    day: MovedDay | None = None


@dataclass(frozen=True, slots=True)
class _Moved:
    clock: Clock
    task: UserTask | None
    due_before: datetime | None


def catch_up(turn: Turn, clocks: Sequence[Clock], known: Known | None = None) -> CaughtUp:
    """Reckons those of the open clocks of a case that are behind, all of them together. No statement while
    nothing is behind, unless a clock runs at another office.

    When their moments change, the case gets the event ``deadlines_recomputed`` with what they were and are, in the name
    of whoever made the newest change, and its applicant is told the new day, earlier or later. A change never breaks a
    promise by itself: where a day that had passed when it was made turns out to have been a working day, it does not
    count for a promise that it would make late.
    """
    behind = [(clock, calendar) for clock in clocks if is_behind(clock, calendar := calendar_at(turn, clock.office_id))]
    if not behind:
        return CaughtUp()
    if known is None:
        known = Known(changes_since(turn.session, [clock for clock, _ in behind]), {})
    moved: list[_Moved] = []
    made: list[CalendarChange] = []
    for clock, calendar in behind:
        since = _unknown_to(clock, calendar, known.changes)
        before = (clock.watch_at, clock.warn_at)
        _reckon(clock, calendar, since)
        if before != (clock.watch_at, clock.warn_at):
            moved.append(_Moved(clock, _task_of(turn.session, clock, known.tasks), before[0]))
            made += since
    _look_at_rungs(turn, [clock for clock, _ in behind if clock.breached_at is not None])
    if not moved:
        return CaughtUp()
    _record(turn, moved, max(made, key=lambda change: (change.made_at, change.id)))
    return CaughtUp(len(moved), _tell(turn, clocks))


def _look_at_rungs(turn: Turn, broken: Collection[Clock]) -> None:
    """Those that go up a chain are looked at by the next sweep: by the new calendar their rung may come earlier."""
    if not broken:
        return
    waits = Climb.clock_id.in_([clock.id for clock in broken]), Climb.next_at > turn.now
    statement = update(Climb).where(*waits).values(next_at=turn.now)
    turn.session.execute(statement.execution_options(synchronize_session=False))


def is_behind(clock: Clock, calendar: WorkingTime) -> bool:
    """Whether the moments of a clock may be those of an earlier calendar of its office."""
    return clock.calendar_revision < calendar.revision


def changes_since(session: Session, behind: Collection[Clock]) -> Changes:
    """The changes that these clocks do not know yet, and perhaps some that they do; one statement."""
    oldest = min(clock.calendar_revision for clock in behind)
    rows = session.scalars(
        select(CalendarChange)
        .where(CalendarChange.office_id.in_({clock.office_id for clock in behind}), CalendarChange.revision > oldest)
        .order_by(CalendarChange.revision)
    )
    found: dict[int, list[CalendarChange]] = defaultdict(list)
    for row in rows:
        found[row.office_id].append(row)
    return found


def stays(clock: Clock, calendar: WorkingTime, changes: Changes) -> bool:
    """Whether a clock is known to keep its moments without being reckoned: all that changed lies behind its day."""
    days = [change.day for change in _unknown_to(clock, calendar, changes)]
    if not days:
        return True
    known = [day for day in days if day is not None]
    if len(known) < len(days) or clock.watch_at is None or clock.breached_at is not None:
        return False  # of a broken one the rung that comes next counts days behind its own
    return clock.watch_at < datetime.combine(min(known), time(), calendar.zone)


def _unknown_to(clock: Clock, calendar: WorkingTime, changes: Changes) -> Sequence[CalendarChange]:
    known, newest = clock.calendar_revision, calendar.revision
    return [change for change in changes.get(clock.office_id, ()) if known < change.revision <= newest]


def _reckon(clock: Clock, calendar: WorkingTime, changes: Sequence[CalendarChange]) -> None:
    """The moments of a clock by the new calendar, as they would have been reckoned at the moment of the change. A day
    up to then that would make it late does not count. A clock whose calendar is not known to have changed stays as it
    is."""
    if not changes:
        clock.calendar_revision = calendar.revision
        return
    began, at, ledger = changes[0].made_at, changes[-1].made_at, clock.ledger
    was_late = clock.watch_at is not None and clock.watch_at < began
    promises.reckon(clock, calendar)
    if was_late:
        return
    passed = sorted({each.day for each in changes if each.day is not None and each.day <= calendar.local_date(at)})
    for day in passed:
        if not _is_late(clock, calendar, at):
            return
        promises.leave_out(clock, [day], calendar, at)
    if passed and _is_late(clock, calendar, at):  # for another reason
        clock.ledger = ledger
        promises.reckon(clock, calendar)


def _is_late(clock: Clock, calendar: WorkingTime, at: datetime) -> bool:
    """Whether the clock is late at that moment, or would be at once when it ran on."""
    day = promises.day_if_it_ran(clock, calendar, at)
    return day is not None and day < at


def _task_of(session: Session, clock: Clock, tasks: Mapping[int, UserTask]) -> UserTask | None:
    """The task of a clock, which shows its day."""
    if clock.user_task_id is None:
        return None
    task = tasks.get(clock.user_task_id) or session.get_one(UserTask, clock.user_task_id)
    task.due_at = clock.due_at
    return task


def _record(turn: Turn, moved: Iterable[_Moved], change: CalendarChange) -> None:
    data = [
        {
            "clock": each.clock.kind,
            "element": each.task.element_id if each.task else "",
            "was": each.due_before.isoformat() if each.due_before else None,
            "is": each.clock.watch_at.isoformat() if each.clock.watch_at else None,
        }
        for each in moved
    ]
    who = _who_made(change)
    application = turn.case.application
    events.record(turn.session, application, "deadlines_recomputed", who, at=turn.now, data={"clocks": data})


def _who_made(change: CalendarChange) -> Actor:
    """Whoever made a change, as what they were then."""
    if change.made_by_id is None:
        return Actor(None, name_latin=change.made_as)
    return Actor(change.made_by_id, memberships=frozenset((group, None) for group in change.made_as.split("+")))


def _tell(turn: Turn, clocks: Sequence[Clock]) -> MovedDay | None:
    """Writes down the promised day again, and tells the applicant when it is another."""
    case, application = turn.case, turn.case.application
    was = application.promised_at
    if not any(clock.kind != ClockKind.TASK for clock in clocks):
        return None
    becomes = application.promised_at = promises.promised_at(clocks)
    if was is None or becomes is None or case.calendar.local_date(was) == case.calendar.local_date(becomes):
        return None
    key = f"{application.id}/day_moved/{application.event_seq}"
    tell_about(turn, case.applicant, turn.house.texts["day_moved"], key=key)
    return MovedDay(application.reference or "", was, becomes)
