"""Clocks: how many run, are due soon, are late or stand still, by office, service and task; and each one, due first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.pages import Page, page_of
from storage.applications import Application
from storage.clocks import OPEN_CLOCK, Clock, ClockKind, ClockStatus
from storage.offices import Office
from storage.people import Person
from storage.processes import UserTask

STATES = ("breached", "warned", "running", "paused")
KINDS = (ClockKind.NORM, ClockKind.TERM, ClockKind.TASK)


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """Which clocks: every field that is empty lets all through. ``office`` is a code, ``element`` an element id."""

    office: str = ""
    service: str = ""
    kind: str = ""
    element: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ClockGroup:
    """The clocks of one promise (``kind`` norm, term or task) of one service at one office; ``task`` names the user
    task of a clock of that kind."""

    office_code: str
    office: Bilingual
    service_key: str
    service: Bilingual
    kind: str
    element_id: str
    task: Bilingual | None
    breached: int
    warned: int
    running: int
    paused: int


@dataclass(frozen=True, slots=True)
class ClockBoard:
    """All groups, those with late clocks first, and the totals by state."""

    groups: tuple[ClockGroup, ...]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of one case."""

    application_key: str
    reference: str
    office: Bilingual
    service: Bilingual
    kind: str
    task: Bilingual | None
    term: str
    state: str
    started_at: datetime
    due_at: datetime | None
    new_due_at: datetime | None
    assignee: Bilingual | None


def clock_board(session: Session, names: Names, actor: Actor, wanted: ClockFilter, *, now: datetime) -> ClockBoard:
    """Counts of the open clocks that the administrator may see; one statement."""
    counts = [func.sum(case((in_state, 1), else_=0)).label(f"n_{name}") for name, in_state in _states(now).items()]
    rows = session.execute(
        select(
            Clock.office_id,
            Application.service_key,
            Clock.kind,
            UserTask.element_id,
            func.max(UserTask.name).label("task_name"),
            *counts,
        )
        .join(Application, Application.id == Clock.application_id)
        .join(Office, Office.id == Clock.office_id)
        .outerjoin(UserTask, UserTask.id == Clock.user_task_id)
        .where(*_chosen(actor, wanted, now))
        .group_by(Clock.office_id, Application.service_key, Clock.kind, UserTask.element_id)
    ).all()
    groups = sorted((_group(row, names) for row in rows), key=_worst_first)
    return ClockBoard(tuple(groups), {state: sum(getattr(group, state) for group in groups) for state in STATES})


def clock_lines(
    session: Session, names: Names, actor: Actor, wanted: ClockFilter, *, page: int, now: datetime
) -> Page[ClockLine]:
    """The clocks themselves, the earliest due first, those that stand still last; two statements."""
    statement = (
        select(Clock, Application.key, Application.reference, Application.service_key, UserTask, Person)
        .join(Application, Application.id == Clock.application_id)
        .join(Office, Office.id == Clock.office_id)
        .outerjoin(UserTask, UserTask.id == Clock.user_task_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(*_chosen(actor, wanted, now))
        .order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)
    )
    return page_of(session, statement, lambda row: _line(row, names, now), page)


def _chosen(actor: Actor, wanted: ClockFilter, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Open clocks at the administrator's offices that pass the filter."""
    offices = actor.offices(ADMINISTRATOR)
    conditions: list[ColumnElement[bool]] = [Clock.status.in_(OPEN_CLOCK)]
    if offices is not None:
        conditions.append(Clock.office_id.in_(offices))
    columns = (
        (Office.code, wanted.office),
        (Application.service_key, wanted.service),
        (Clock.kind, wanted.kind),
        (UserTask.element_id, wanted.element),
    )
    conditions += [column == value for column, value in columns if value]
    if wanted.state in STATES:
        conditions.append(_states(now)[wanted.state])
    return conditions


def _states(now: datetime) -> Mapping[str, ColumnElement[bool]]:
    """Each open clock is in exactly one state. What is due counts as late at once, also before the next sweep, and what
    was broken stays late while it stands still."""
    paused = Clock.status == ClockStatus.PAUSED
    late = or_(Clock.breached_at.is_not(None), and_(Clock.due_at.is_not(None), Clock.due_at < now))
    soon = or_(Clock.warned_at.is_not(None), and_(Clock.warn_at.is_not(None), Clock.warn_at <= now))
    return {
        "breached": late,
        "warned": and_(not_(paused), not_(late), soon),
        "running": and_(not_(paused), not_(late), not_(soon)),
        "paused": and_(paused, not_(late)),
    }


def _group(row: Any, names: Names) -> ClockGroup:
    office = names.offices[row.office_id]
    return ClockGroup(
        office_code=office.code,
        office=office.name,
        service_key=row.service_key,
        service=names.service(row.service_key),
        kind=row.kind,
        element_id=row.element_id or "",
        task=names.element(row.service_key, row.element_id, row.task_name) if row.element_id else None,
        **{state: int(getattr(row, f"n_{state}")) for state in STATES},
    )


def _worst_first(group: ClockGroup) -> tuple[int, int, str, str, int, str]:
    return (
        -group.breached,
        -group.warned,
        group.office_code,
        group.service_key,
        KINDS.index(group.kind),
        group.element_id,
    )


def _line(row: Any, names: Names, now: datetime) -> ClockLine:
    clock, application_key, reference, service_key, task, assignee = row
    return ClockLine(
        application_key=application_key,
        reference=reference or "",
        office=names.offices[clock.office_id].name,
        service=names.service(service_key),
        kind=clock.kind,
        task=names.element(service_key, task.element_id, task.name) if task else None,
        term=clock.term,
        state=_state_of(clock, now),
        started_at=clock.started_at,
        due_at=clock.due_at,
        new_due_at=clock.new_due_at,
        assignee=Bilingual(assignee.name_km, assignee.name_latin) if assignee else None,
    )


def _state_of(clock: Clock, now: datetime) -> str:
    if clock.breached_at or (clock.due_at and clock.due_at < now):
        return "breached"
    if clock.status == ClockStatus.PAUSED:
        return "paused"
    return "warned" if clock.warned_at or (clock.warn_at and clock.warn_at <= now) else "running"
