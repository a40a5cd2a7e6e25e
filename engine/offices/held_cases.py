"""Cases with clocks that are behind, a few at a time: held, reckoned, and written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer, load_only

from engine.case.catching_up import CaughtUp, Changes, Known, catch_up, changes_since, is_behind, stays
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.house import House
from engine.people.actors import THE_CLOCK
from engine.working_time.calendar import WorkingTime
from storage.applications import Application
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from storage.offices import Office
from storage.people import Person
from storage.processes import ProcessInstance, UserTask
from storage.together import change_together, write_together


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What was reckoned: so many ``cases`` with so many ``clocks`` got another due or warning moment, and so many
    ``people`` are told a new day. ``looked``: the cases that were looked at, of which so many were ``broken``.
    ``is_all``: nothing is left behind."""

    cases: int = 0
    clocks: int = 0
    people: int = 0
    looked: int = field(default=0, compare=False)
    broken: int = field(default=0, compare=False)
    is_all: bool = True

    def __add__(self, more: Reckoned) -> Reckoned:
        return Reckoned(
            self.cases + more.cases,
            self.clocks + more.clocks,
            self.people + more.people,
            self.looked + more.looked,
            self.broken + more.broken,
            self.is_all and more.is_all,
        )


def reckon(
    session: Session, house: House, office_id: int, application_ids: Sequence[int], *, now: datetime
) -> Reckoned:
    """Reckons what is behind in those of these cases that nobody has in hand; the newest change of the office that is
    known here counts what it moved."""
    caught = list(caught_up(session, house, _free(session, application_ids), now=now))
    done = Reckoned(
        cases=sum(each.clocks > 0 for each in caught),
        clocks=sum(each.clocks for each in caught),
        people=sum(each.day is not None for each in caught),
        looked=len(application_ids),
    )
    change_together(session, Clock, UserTask, Application)
    write_together(session, CaseEvent, Notification)
    if done.clocks:
        _count(session, office_id, done)
    return done


def caught_up(session: Session, house: House, application_ids: Sequence[int], *, now: datetime) -> Iterator[CaughtUp]:
    """What becomes of each of these cases, which nobody else changes meanwhile."""
    clocks = _open_clocks(session, application_ids)
    offices = _offices(session, clocks)
    calendars = {office.id: house.calendars.of(session, office) for office in offices}
    behind = [clock for clock in clocks if is_behind(clock, calendars[clock.office_id])]
    if not behind:
        return
    changes = changes_since(session, behind)
    moving = _that_may_move(behind, calendars, changes)
    cases = _cases(session, house, sorted(moving))
    known = Known(changes, _tasks(session, [clock for clock in behind if clock.application_id in moving]))
    for application_id, of_case in groupby(clocks, key=lambda clock: clock.application_id):
        if case := cases.get(application_id):
            yield catch_up(Turn(session, house, case, THE_CLOCK, now), list(of_case), known)


def _free(session: Session, application_ids: Sequence[int]) -> Sequence[int]:
    """The cases that nobody has in hand, held from now on."""
    return session.scalars(
        select(Application.id)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.id.in_(application_ids))
        .order_by(Application.id)
        .with_for_update(of=(ProcessInstance, Application), skip_locked=True)
    ).all()


def _open_clocks(session: Session, application_ids: Sequence[int]) -> Sequence[Clock]:
    return session.scalars(
        select(Clock)
        .where(Clock.application_id.in_(application_ids), Clock.is_open())
        .order_by(Clock.application_id, Clock.id)
    ).all()


def _offices(session: Session, clocks: Sequence[Clock]) -> Sequence[Office]:
    return session.scalars(select(Office).where(Office.id.in_({clock.office_id for clock in clocks}))).all()


def _that_may_move(behind: Sequence[Clock], calendars: Mapping[int, WorkingTime], changes: Changes) -> frozenset[int]:
    """The cases of which a clock may get another moment; the clocks of the others are known to keep theirs."""
    moving = {clock.application_id for clock in behind if not stays(clock, calendars[clock.office_id], changes)}
    for clock in behind:
        if clock.application_id not in moving:
            clock.calendar_revision = calendars[clock.office_id].revision
    return frozenset(moving)


def _cases(session: Session, house: House, application_ids: Sequence[int]) -> Mapping[int, Case]:
    """The cases without what is not needed here: answers, and where the process stands."""
    if not application_ids:
        return {}
    instance = load_only(ProcessInstance.application_id, ProcessInstance.definition_id, ProcessInstance.status)
    rows = session.execute(
        select(Application, ProcessInstance, Office, Person)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .join(Office, Office.id == Application.office_id)
        .join(Person, Person.id == Application.applicant_id)
        .where(Application.id.in_(application_ids))
        .options(instance, defer(Application.answers))
    )
    return {
        application.id: Case(
            application,
            instance,
            office,
            applicant,
            house.catalog.of(session, instance.definition_id),
            house.calendars.of(session, office),
        )
        for application, instance, office, applicant in rows
    }


def _tasks(session: Session, clocks: Sequence[Clock]) -> Mapping[int, UserTask]:
    ids = [clock.user_task_id for clock in clocks if clock.user_task_id is not None]
    rows = session.scalars(select(UserTask).where(UserTask.id.in_(ids))).all() if ids else ()
    return {task.id: task for task in rows}


def _count(session: Session, office_id: int, done: Reckoned) -> None:
    """Last, because whoever else works for this office waits from here on."""
    newest = select(func.max(CalendarChange.revision)).where(CalendarChange.office_id == office_id).scalar_subquery()
    session.execute(
        update(CalendarChange)
        .where(CalendarChange.office_id == office_id, CalendarChange.revision == newest)
        .values(
            cases=CalendarChange.cases + done.cases,
            clocks=CalendarChange.clocks + done.clocks,
            people=CalendarChange.people + done.people,
        )
        .execution_options(synchronize_session=False)
    )
