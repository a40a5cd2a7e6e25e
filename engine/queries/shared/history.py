"""The history of one case as an administrator reads it: every event, who caused it, and whether the chain holds.

No personal data: of what lies beside the chain only the names of the fields are given, and applicants are called so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.events import verify_chains
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.applications import Application
from storage.events import CaseEvent
from storage.offices import Office
from storage.people import Person
from storage.processes import Incident, IncidentStatus, ProcessInstance, WaitingMessage


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event. ``who`` is the officer, None for the applicant and the clock; ``role`` says which. ``element`` names
    where in the process; ``personal_fields`` are the fields kept beside the chain, ``erased`` when they are gone."""

    seq: int
    at: datetime
    kind: str
    role: str
    who: Bilingual | None
    element_id: str
    element: Bilingual | None
    stage: Bilingual | None
    data: Mapping[str, Any]
    personal_fields: tuple[str, ...]
    erased: bool
    hash: str


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where the history does not hold: at which event, and what ``engine.case.events`` found there."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case and its events, the newest first. ``breaks`` is empty when the chain holds; ``waiting_messages`` are the
    names of messages it sent that no other case has taken yet."""

    application_key: str
    reference: str
    service: Bilingual
    version: int
    office: Bilingual
    status: str
    outcome: str
    stage: Bilingual | None
    process_status: str
    steps: int
    state_bytes: int
    open_incidents: tuple[int, ...]
    waiting_messages: tuple[str, ...]
    events: tuple[EventLine, ...]
    breaks: tuple[ChainBreak, ...]


def case_history(session: Session, house: House, actor: Actor, application_key: str) -> CaseHistory:
    """The history of the case with this key; ``NotFound`` for a draft and for a case of another administrator's."""
    row = session.execute(
        select(Application, Office, ProcessInstance)
        .join(Office, Office.id == Application.office_id)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.key == application_key)
    ).one_or_none()
    if row is None or not actor.acts_for(ADMINISTRATOR, row[1].id):
        raise NotFound
    application, office, instance = row
    published = house.catalog.of(session, instance.definition_id)
    events = session.execute(
        select(CaseEvent, Person)
        .outerjoin(Person, Person.id == CaseEvent.actor_id)
        .where(CaseEvent.application_id == application.id)
        .order_by(CaseEvent.seq.desc())
    ).all()
    incidents = session.scalars(
        select(Incident.id).where(Incident.application_id == application.id, Incident.status == IncidentStatus.OPEN)
    )
    waiting = session.scalars(
        select(WaitingMessage.name).where(
            WaitingMessage.sender_id == application.id, WaitingMessage.target_id.is_(None)
        )
    )
    return CaseHistory(
        application_key=application.key,
        reference=application.reference or "",
        service=published.package.manifest.title,
        version=published.version,
        office=office_name(office),
        status=application.status,
        outcome=application.outcome,
        stage=published.package.texts.stages.get(application.stage),
        process_status=instance.status,
        steps=instance.revision,
        state_bytes=len(instance.state),
        open_incidents=tuple(incidents),
        waiting_messages=tuple(waiting),
        events=tuple(_line(event, person, application, published) for event, person in events),
        breaks=tuple(ChainBreak(link.seq, link.reason) for link in verify_chains(session, application.id)),
    )


def recent_events(
    session: Session, application: Application, published: Published, *, limit: int
) -> tuple[EventLine, ...]:
    """The newest events of a case for its officers, without the bare steps of the engine; one statement."""
    rows = session.execute(
        select(CaseEvent, Person)
        .outerjoin(Person, Person.id == CaseEvent.actor_id)
        .where(CaseEvent.application_id == application.id, CaseEvent.kind != "step")
        .order_by(CaseEvent.seq.desc())
        .limit(limit)
    ).all()
    return tuple(_line(event, person, application, published) for event, person in rows)


def _line(event: CaseEvent, person: Person | None, application: Application, published: Published) -> EventLine:
    officer = person is not None and person.id != application.applicant_id
    texts = published.package.texts
    return EventLine(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        role=event.actor_role,
        who=Bilingual(person.name_km, person.name_latin) if person is not None and officer else None,
        element_id=event.element_id,
        element=_element(event.element_id, published),
        stage=texts.stages.get(str(event.data.get("stage", ""))),
        data=event.data,
        personal_fields=tuple(sorted(event.personal or ())),
        erased=event.personal is None and bool(event.personal_hash),
        hash=event.hash,
    )


def _element(element_id: str, published: Published) -> Bilingual | None:
    if not element_id:
        return None
    task = published.package.tasks.get(element_id)
    return task.name if task else published.package.texts.elements.get(element_id)
