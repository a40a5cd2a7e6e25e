"""After an office's hours or holidays changed: every promise that still runs there is reckoned again.

A promise that is already broken stays broken, and its new day moves like any other. Timers that an analyst drew into a
diagram are moments fixed when the case reached them; they are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from engine.case.messages import tell_about
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.house import House
from engine.people.actors import THE_CLOCK, Actor
from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.calendars import read_calendar
from storage.applications import Application
from storage.clocks import OPEN_CLOCK, Clock, ClockKind
from storage.offices import Office
from storage.people import Person
from storage.processes import LIVE_INSTANCE, ProcessInstance, UserTask

LONGEST_TRANSACTION = timedelta(minutes=1)
"""Long past this, nothing that began before a change is still to be committed."""


@dataclass(frozen=True, slots=True)
class MovedDay:
    """The promised day of an application before and after a change of the calendar."""

    reference: str
    was: datetime
    becomes: datetime


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many clocks got another due or warning moment, in how many cases, and how many applicants are told a new day.
    ``days`` are those of the applications whose promised day moves, the earliest first."""

    cases: int
    clocks: int
    people: int = 0
    days: tuple[MovedDay, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _Moved:
    clock: Clock
    task: UserTask | None
    due_before: datetime | None


@dataclass(frozen=True, slots=True)
class _Change:
    """What changed: the new calendars, and the day that was entered or removed, if it was one."""

    calendars: Mapping[int, WorkingTime]
    day: date | None
    now: datetime


def recompute(
    session: Session, house: House, offices: Sequence[Office], actor: Actor, *, day: date | None = None, now: datetime
) -> Recomputed:
    """Gives the calendars of these offices a new revision and reckons their open clocks again, in this transaction.

    The caller has locked the offices, written the change (of this ``day``, or of many) and flushed it. Each case whose
    moments changed gets the event ``deadlines_recomputed`` with what they were and are, and its applicant is told the
    new day, earlier or later. A change never breaks a promise by itself: where a day that has passed turns out to have
    been a working day, it does not count for a promise that it would make late.
    """
    for office in offices:
        office.calendar_revision += 1
        office.calendar_changed_at = now
    session.flush()
    return _reckon_again(session, house, offices, actor, day=day, now=now)


def catch_up(house: House, *, now: datetime) -> Recomputed:
    """Reckons once more, a little after a change, what was promised in transactions that had begun before it.

    On PostgreSQL such a transaction still sees the old calendar when it commits. Writers of SQLite wait for each other,
    so there it finds nothing.
    """
    changed = select(Office).where(Office.calendar_changed_at <= now - LONGEST_TRANSACTION)
    with house.database.reading() as session:
        if session.scalar(changed.with_only_columns(Office.id).limit(1)) is None:
            return Recomputed(0, 0)
    with house.database.transaction() as session:
        offices = session.scalars(changed.order_by(Office.id).with_for_update(key_share=True, skip_locked=True)).all()
        for office in offices:
            office.calendar_changed_at = None
        session.flush()
        return _reckon_again(session, house, offices, THE_CLOCK, day=None, now=now)


def _reckon_again(
    session: Session, house: House, offices: Sequence[Office], actor: Actor, *, day: date | None, now: datetime
) -> Recomputed:
    change = _Change({office.id: read_calendar(session, office) for office in offices}, day, now)
    cases = _locked_cases(session, house, change)
    changed = clocks = 0
    days = []
    for application_id, held in _open_clocks(session, list(change.calendars)):
        case = cases.get(application_id)
        moved = _reckoned(held, change) if case else []
        if case is None or not moved:
            continue
        turn = Turn(session, house, case, actor, now)
        _record(turn, moved)
        changed, clocks = changed + 1, clocks + len(moved)
        if (shifted := _tell(turn, [clock for clock, _ in held])) is not None:
            days.append(shifted)
    return Recomputed(changed, clocks, len(days), tuple(sorted(days, key=lambda each: each.becomes)))


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


def _locked_cases(session: Session, house: House, change: _Change) -> Mapping[int, Case]:
    """The open cases of these offices and those that have work there, locked in the same order by everybody, so that no
    two wait for each other."""
    work_there = select(Clock.application_id).where(
        Clock.office_id.in_(list(change.calendars)), Clock.status.in_(OPEN_CLOCK)
    )
    rows = session.execute(
        select(Application, ProcessInstance, Office, Person)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .join(Office, Office.id == Application.office_id)
        .join(Person, Person.id == Application.applicant_id)
        .where(
            or_(Application.office_id.in_(list(change.calendars)), Application.id.in_(work_there)),
            ProcessInstance.status.in_(LIVE_INSTANCE),
        )
        .order_by(Application.id)
        .with_for_update(of=(ProcessInstance, Application))
        .execution_options(populate_existing=True)
    )
    return {
        application.id: Case(
            application,
            instance,
            office,
            applicant,
            house.catalog.of(session, instance.definition_id),
            # Of this transaction: it may be taken back, and is not kept.
            change.calendars.get(office.id) or house.calendars.of(session, office),
        )
        for application, instance, office, applicant in rows
    }


def _open_clocks(
    session: Session, office_ids: Sequence[int]
) -> Iterator[tuple[int, list[Row[Clock, UserTask | None]]]]:
    """Every open clock of the cases that have one at these offices, case by case."""
    there = select(Clock.application_id).where(Clock.office_id.in_(office_ids), Clock.status.in_(OPEN_CLOCK))
    rows = session.execute(
        select(Clock, UserTask)
        .outerjoin(UserTask, UserTask.id == Clock.user_task_id)
        .where(Clock.application_id.in_(there), Clock.status.in_(OPEN_CLOCK))
        .order_by(Clock.application_id, Clock.id)
        .execution_options(populate_existing=True)
    )
    for application_id, held in groupby(rows, key=lambda row: row[0].application_id):
        yield application_id, list(held)


def _reckoned(held: Sequence[Row[Clock, UserTask | None]], change: _Change) -> list[_Moved]:
    moved = []
    for clock, task in held:
        if clock.office_id not in change.calendars:
            continue
        before = (clock.watch_at, clock.warn_at)
        _reckon(clock, change)
        if before != (clock.watch_at, clock.warn_at):
            moved.append(_Moved(clock, task, before[0]))
            if task is not None:
                task.due_at = clock.due_at
    return moved


def _reckon(clock: Clock, change: _Change) -> None:
    """The moments of a clock by the new calendar. A day up to now that would make it late does not count."""
    calendar, now, ledger = change.calendars[clock.office_id], change.now, clock.ledger
    was_late = clock.watch_at is not None and clock.watch_at < now
    promises.reckon(clock, calendar)
    if change.day is None or change.day > calendar.local_date(now) or was_late or not _is_late(clock, calendar, now):
        return
    promises.leave_out(clock, [change.day], calendar, now)
    if _is_late(clock, calendar, now):  # for another reason
        clock.ledger = ledger
        promises.reckon(clock, calendar)


def _is_late(clock: Clock, calendar: WorkingTime, now: datetime) -> bool:
    """Whether the clock is late now, or would be at once when it ran on."""
    day = promises.day_if_it_ran(clock, calendar, now)
    return day is not None and day < now


def _record(turn: Turn, moved: Sequence[_Moved]) -> None:
    data = [
        {
            "clock": each.clock.kind,
            "element": each.task.element_id if each.task else "",
            "was": each.due_before.isoformat() if each.due_before else None,
            "is": each.clock.watch_at.isoformat() if each.clock.watch_at else None,
        }
        for each in moved
    ]
    turn.record("deadlines_recomputed", data={"clocks": data})
