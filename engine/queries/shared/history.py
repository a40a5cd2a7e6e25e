"""The history of one case as an administrator reads it: every event, who caused it, and whether the chain holds.

No personal data: of what lies beside the chain only the names of the fields are given, and applicants are called so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, Row, bindparam, select
from sqlalchemy.orm import Session

from engine.case.events import FOR, verify_chains
from engine.case.kept_apart import is_apart
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.pages import Page, page_of
from engine.queries.shared.people import person_name
from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.events import CaseEvent
from storage.offices import Office
from storage.people import Person
from storage.processes import Incident, IncidentStatus, ProcessInstance, WaitingMessage

PAGE_SIZE: Final = 100
_OF_CASE: Final = (
    select(CaseEvent, Person).outerjoin(Person, Person.id == CaseEvent.actor_id).order_by(CaseEvent.seq.desc())
)
"""Events and who caused them, the newest first."""
MOST_PRINTED: Final = 2_000
"""Events on a page that is to be printed: a page draws about ten of them in a millisecond."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event. ``who`` is the officer, None for the applicant and the clock; ``role`` says which. ``instead`` is the
    absent colleague in whose place they acted. ``element`` names where in the process; ``personal_fields`` are the
    fields kept beside the chain, ``erased`` when they are gone; ``by_id`` is the account that did it, whosever it is.
    """

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
    by_id: int | None = None
    instead: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where the history does not hold: at which event, and what ``engine.case.events`` found there."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case and a page of its events, the newest first. ``breaks``, of all its events, is empty when the chain holds;
    ``waiting_messages`` are the names of messages it sent that no other case has taken yet."""

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
    events: Page[EventLine]
    breaks: tuple[ChainBreak, ...]


def case_history(
    session: Session, house: House, actor: Actor, application_key: str, number: int = 1, *, size: int = PAGE_SIZE
) -> CaseHistory:
    """Page ``number`` of the history of the case with this key, with ``size`` events; ``NotFound`` for a draft and for
    a case of another administrator's."""
    application, office, instance = _case(session, actor, application_key)
    published = house.catalog.of(session, instance.definition_id)
    incidents = session.scalars(
        select(Incident.id).where(Incident.application_id == application.id, Incident.status == IncidentStatus.OPEN)
    )
    waiting = session.scalars(
        select(WaitingMessage.name).where(
            WaitingMessage.sender_id == application.id, WaitingMessage.target_id.is_(None)
        )
    )
    lines = page_of(
        session,
        _OF_CASE.where(CaseEvent.application_id == application.id),
        lambda row: _line(row[0], row[1], application, published),
        number,
        size=size,
    )
    lines = replace(lines, items=with_absent(session, lines.items))
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
        events=lines,
        breaks=tuple(ChainBreak(link.seq, link.reason) for link in verify_chains(session, application.id)),
    )


def whole_history(
    session: Session, house: House, actor: Actor, application_key: str
) -> tuple[str, tuple[EventLine, ...]]:
    """The reference of the case and all its events, the oldest first, for a file; raises what ``case_history`` does."""
    application, _, instance = _case(session, actor, application_key)
    published = house.catalog.of(session, instance.definition_id)
    rows = session.execute(_OF_CASE.where(CaseEvent.application_id == application.id)).all()
    lines = tuple(_line(event, person, application, published) for event, person in reversed(rows))
    return application.reference or "", with_absent(session, lines)


def _case(session: Session, actor: Actor, application_key: str) -> Row[Application, Office, ProcessInstance]:
    row = session.execute(
        select(Application, Office, ProcessInstance)
        .join(Office, Office.id == Application.office_id)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.key == application_key)
    ).one_or_none()
    if row is None or not actor.acts_for(ADMINISTRATOR, row[1].id) or is_apart(session, row[0], actor):
        raise NotFound
    return row


_TOLD: Final = Question(
    select(*CaseEvent.__table__.columns, Person.id, Person.name_km, Person.name_latin)
    .outerjoin(Person, Person.id == CaseEvent.actor_id)
    .where(CaseEvent.application_id == bindparam("application_id"), CaseEvent.kind != "step")
    .order_by(CaseEvent.seq.desc())
    .limit(bindparam("most", type_=Integer()))
)
"""Those that officers are told, each with who caused it."""


def recent_events(
    session: Session, application: Application, published: Published, *, limit: int
) -> tuple[EventLine, ...]:
    """The newest events of a case for its officers, without the bare steps of the engine; one statement."""
    rows = asking.rows(session, _TOLD, application_id=application.id, most=limit)
    lines = tuple(_line(row, row if row.id is not None else None, application, published) for row in rows)
    return with_absent(session, lines)


def with_absent(session: Session, lines: Sequence[EventLine]) -> tuple[EventLine, ...]:
    """The lines with the names of those in whose place somebody acted; one statement where there are any."""
    people = {line.data[FOR] for line in lines if FOR in line.data}
    if not people:
        return tuple(lines)
    found = session.execute(select(Person.id, Person.name_km, Person.name_latin).where(Person.id.in_(people)))
    names = {row.id: person_name(row.name_km, row.name_latin) for row in found}
    return tuple(replace(line, instead=names.get(line.data[FOR])) if FOR in line.data else line for line in lines)


def _line(event: Any, person: Any, application: Application, published: Published) -> EventLine:
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
        by_id=event.actor_id,
    )


def _element(element_id: str, published: Published) -> Bilingual | None:
    if not element_id:
        return None
    task = published.package.tasks.get(element_id)
    return task.name if task else published.package.texts.elements.get(element_id)
