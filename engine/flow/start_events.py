"""Which events begin cases without an application: those of the version of each service that is in effect.

They are written down when a version is published. A message begins one case, a signal one of every service that listens
for it, both at the office of the case that threw it; a timer begins one at every office that offers the service.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.turn import Turn
from engine.catalog.in_effect import is_in_effect
from engine.house import House
from storage.follow_ups import FollowUp, StartEvent, StartKind
from storage.offices import Office, OfficeService
from storage.processes import ProcessDefinition

MOST_GENERATIONS: Final = 100
"""So many cases may begin one another in a row: a renewal each year goes on for a century, a circle of automatic
processes stops."""

log = structlog.get_logger("owso.start_events")


def register(session: Session, definition: ProcessDefinition, process: bpmn.ProcessDefinition) -> None:
    """Writes down the start events of a new version. Its timers count from the moment it takes effect."""
    for start in process.starts:
        if start.kind not in tuple(StartKind):
            continue
        place = f"{start.element_id}#{start.number}" if start.number else start.element_id
        name = start.name or ""
        first = bpmn.first_start(name, definition.effective_from) if start.kind == StartKind.TIMER else None
        session.add(
            StartEvent(
                definition_id=definition.id,
                element_id=place,
                kind=start.kind,
                name=name,
                due_at=first.due_at if first else None,
                left=first.left if first else 0,
            )
        )


def begun_by(
    session: Session, house: House, kind: StartKind, name: str, office_id: int, *, now: datetime
) -> list[StartEvent]:
    """The start events that this message or signal sets off at an office, by service: those of services that the office
    offers today."""
    office = session.get_one(Office, office_id)
    day = house.calendars.of(session, office).local_date(now)
    found = session.scalars(
        select(StartEvent)
        .join(ProcessDefinition, ProcessDefinition.id == StartEvent.definition_id)
        .where(StartEvent.kind == kind, StartEvent.name == name, is_in_effect(now, office_id))
        .where(ProcessDefinition.service_key.in_(_offered(office_id, day)))
        .order_by(ProcessDefinition.service_key, StartEvent.id)
    ).all()
    return [start for start in found if office.level in _levels(session, house, start.definition_id)]


def _levels(session: Session, house: House, definition_id: int) -> tuple[str, ...]:
    """The levels of the offices that a version is for."""
    return house.catalog.of(session, definition_id).package.manifest.office_levels


def next_generation(session: Session, application_id: int) -> int | None:
    """The generation of a case that this application's case begins; ``None``, and a line in the log, after too many."""
    own = session.scalar(select(FollowUp.generation).where(FollowUp.application_id == application_id)) or 0
    if own < MOST_GENERATIONS:
        return own + 1
    log.error("too_many_generations", application=application_id)
    return None


def address_signal(turn: Turn, effect: bpmn.Effect) -> None:
    """Plans a case of every service whose process begins with this signal."""
    session, case = turn.session, turn.case
    generation = next_generation(session, case.application.id)
    if generation is None:
        return
    for start in begun_by(session, turn.house, StartKind.SIGNAL, effect.name, case.office.id, now=turn.now):
        session.add(
            FollowUp(
                definition_id=start.definition_id,
                element_id=start.element_id,
                kind=StartKind.SIGNAL,
                name=effect.name,
                office_id=case.office.id,
                applicant_id=case.applicant.id,
                sender_id=case.application.id,
                payload=dict(effect.payload),
                due_at=turn.now,
                generation=generation,
            )
        )


def next_timer(session: Session, *, now: datetime, without: frozenset[int] = frozenset()) -> int | None:
    """The start timer that fell due first, leaving these out."""
    return session.scalar(
        select(StartEvent.id)
        .where(StartEvent.due_at <= now, StartEvent.id.not_in(without))
        .order_by(StartEvent.due_at, StartEvent.id)
        .limit(1)
    )


def fire(session: Session, house: House, start_id: int, *, now: datetime) -> bool:
    """Plans the cases of one due moment, one for every office that offers the service on that day, and sets the timer
    to its next moment. False when another worker has it or has done so.

    A moment belongs to the version that is in effect then: the timer of an older one is over.
    """
    row = session.scalar(
        select(StartEvent)
        .where(StartEvent.id == start_id, StartEvent.due_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None or row.due_at is None:
        return False
    due = row.due_at
    definition = session.get_one(ProcessDefinition, row.definition_id)
    if not session.scalar(select(ProcessDefinition.id).where(ProcessDefinition.id == definition.id, is_in_effect(due))):
        row.due_at, row.left = None, 0
        return True
    for office_id in _offering(session, house, definition, due):
        session.add(_planned(row, office_id, due))
    after = bpmn.start_after(row.name, definition.effective_from, due, row.left)
    row.due_at, row.left = (after.due_at, after.left) if after else (None, 0)
    return True


def _offering(session: Session, house: House, definition: ProcessDefinition, due: datetime) -> list[int]:
    """The offices that have this version then, offer the service on that day and are of a level that it is for, by
    code."""
    levels = _levels(session, house, definition.id)
    rows = session.execute(
        select(Office, OfficeService)
        .join(OfficeService, OfficeService.office_id == Office.id)
        .join(ProcessDefinition, ProcessDefinition.service_key == OfficeService.service_key)
        .where(ProcessDefinition.id == definition.id, is_in_effect(due, Office.id), Office.level.in_(levels))
        .order_by(Office.code)
    ).all()
    found: dict[int, None] = {}
    for office, offer in rows:
        day = house.calendars.of(session, office).local_date(due)
        if offer.offered_from <= day and (offer.offered_to is None or offer.offered_to >= day):
            found[office.id] = None
    return list(found)


def _planned(row: StartEvent, office_id: int, due: datetime) -> FollowUp:
    return FollowUp(
        definition_id=row.definition_id,
        element_id=row.element_id,
        kind=StartKind.TIMER,
        name=row.name,
        office_id=office_id,
        payload={},
        due_at=due,
    )


def _offered(office_id: int, day: date) -> Select[str]:
    return select(OfficeService.service_key).where(
        OfficeService.office_id == office_id,
        OfficeService.is_offered(day),
    )
