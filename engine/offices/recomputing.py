"""After an office's hours or holidays changed: every promise that still runs there is reckoned again.

A promise that is already broken stays broken: the applicant was told so, and a new day. Timers that an analyst drew
into a diagram are moments fixed when the case reached them; they are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.case import events
from engine.house import House
from engine.people.actors import THE_CLOCK, Actor
from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.calendars import read_calendar
from storage.applications import Application
from storage.clocks import OPEN_CLOCK, Clock
from storage.offices import Office
from storage.processes import InstanceStatus, ProcessInstance, UserTask

LONGEST_TRANSACTION = timedelta(minutes=1)
"""Long past this, nothing that began before a change is still to be committed."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many clocks got another due or warning moment, in how many cases."""

    cases: int
    clocks: int


@dataclass(frozen=True, slots=True)
class _Moved:
    clock: Clock
    task: UserTask | None
    due_before: datetime | None


def recompute(session: Session, offices: Sequence[Office], actor: Actor, *, now: datetime) -> Recomputed:
    """Gives the calendars of these offices a new revision and reckons their open clocks again, in this transaction.

    The caller has locked the offices, written the change and flushed it. Each case whose moments changed gets the event
    ``deadlines_recomputed`` with what they were and are.
    """
    for office in offices:
        office.calendar_revision += 1
        office.calendar_changed_at = now
    session.flush()
    return _reckon_again(session, offices, actor, now)


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
        return _reckon_again(session, offices, THE_CLOCK, now)


def _reckon_again(session: Session, offices: Sequence[Office], actor: Actor, now: datetime) -> Recomputed:
    calendars = {office.id: read_calendar(session, office) for office in offices}
    applications = _locked_cases(session, [office.id for office in offices])
    cases = clocks = 0
    for application_id, held in _open_clocks(session, list(calendars)):
        application = applications.get(application_id)
        moved = _reckoned(held, calendars) if application else []
        if application is not None and moved:
            application.promised_at = promises.promised_at([clock for clock, _ in held])
            _record(session, application, moved, actor, now)
            cases, clocks = cases + 1, clocks + len(moved)
    return Recomputed(cases, clocks)


def _locked_cases(session: Session, office_ids: Sequence[int]) -> Mapping[int, Application]:
    """The running cases of these offices, locked in the same order by everybody, so that no two wait for each other."""
    rows = session.scalars(
        select(Application)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.office_id.in_(office_ids), ProcessInstance.status == InstanceStatus.RUNNING)
        .order_by(Application.id)
        .with_for_update(of=(ProcessInstance, Application))
        .execution_options(populate_existing=True)
    )
    return {application.id: application for application in rows}


def _open_clocks(
    session: Session, office_ids: Sequence[int]
) -> Iterator[tuple[int, list[Row[Clock, UserTask | None]]]]:
    rows = session.execute(
        select(Clock, UserTask)
        .outerjoin(UserTask, UserTask.id == Clock.user_task_id)
        .where(Clock.office_id.in_(office_ids), Clock.status.in_(OPEN_CLOCK))
        .order_by(Clock.application_id, Clock.id)
        .execution_options(populate_existing=True)
    )
    for application_id, held in groupby(rows, key=lambda row: row[0].application_id):
        yield application_id, list(held)


def _reckoned(held: Sequence[Row[Clock, UserTask | None]], calendars: Mapping[int, WorkingTime]) -> list[_Moved]:
    moved = []
    for clock, task in held:
        if clock.breached_at is not None:
            continue
        before = (clock.due_at, clock.warn_at)
        promises.reckon(clock, calendars[clock.office_id])
        if before != (clock.due_at, clock.warn_at):
            moved.append(_Moved(clock, task, before[0]))
            if task is not None:
                task.due_at = clock.due_at
    return moved


def _record(session: Session, application: Application, moved: Sequence[_Moved], actor: Actor, now: datetime) -> None:
    data = [
        {
            "clock": each.clock.kind,
            "element": each.task.element_id if each.task else "",
            "was": each.due_before.isoformat() if each.due_before else None,
            "is": each.clock.due_at.isoformat() if each.clock.due_at else None,
        }
        for each in moved
    ]
    events.record(session, application, "deadlines_recomputed", actor, at=now, data={"clocks": data})
