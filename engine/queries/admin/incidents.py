"""Incidents for administrators: steps that failed and wait for somebody to take them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.catalog.masking import MASKED, shown
from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.packages import ServicePackage
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from engine.queries.shared.stretches import MOST_COUNTED
from storage.applications import Application
from storage.people import Person
from storage.processes import Incident, IncidentStatus


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """A step that failed: in which case, at which element, why, and how often. ``kind`` is the operation that failed,
    ``what`` the part of the element. ``variables`` are those it used; there and in ``input``, the step that a retry
    takes again, values that may be personal are masked."""

    id: int
    application_key: str
    reference: str
    office: Bilingual
    service: Bilingual
    element_id: str
    element: Bilingual
    kind: str
    what: str
    expression: str
    variables: Mapping[str, str]
    reason: Bilingual
    input: Mapping[str, Any]
    status: str
    attempts: int
    raised_at: datetime
    resolved_at: datetime | None
    resolved_by: Bilingual | None


def incident_counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """How many incidents of the administrator's offices are open and resolved, as far as they are counted."""
    counts = session.execute(select(*(_counted(actor, state) for state in IncidentStatus))).one()
    return dict(zip(IncidentStatus, counts, strict=True))


def incident_lines(
    session: Session, names: Names, actor: Actor, *, status: str, page: int, size: int = PAGE_SIZE
) -> Page[IncidentLine]:
    """Incidents with this status, the oldest first while they are open, the newest first once resolved."""
    order = Incident.raised_at if status == IncidentStatus.OPEN else Incident.resolved_at.desc()
    statement = _visible(actor).where(Incident.status == status).order_by(order, Incident.id)
    return page_of(session, statement, lambda row: _line(row, names), page, size=size)


def _counted(actor: Actor, status: IncidentStatus) -> ScalarSelect[int]:
    some = _visible(actor).where(Incident.status == status).with_only_columns(Incident.id).limit(MOST_COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def incident(session: Session, names: Names, actor: Actor, incident_id: int) -> IncidentLine:
    """One incident; ``NotFound`` when there is none at the administrator's offices."""
    row = session.execute(_visible(actor).where(Incident.id == incident_id)).one_or_none()
    if row is None:
        raise NotFound
    return _line(row, names)


def _visible(actor: Actor) -> Select[*tuple[Any, ...]]:
    offices = actor.offices(ADMINISTRATOR)
    statement = (
        select(Incident, Application, Person)
        .join(Application, Application.id == Incident.application_id)
        .outerjoin(Person, Person.id == Incident.resolved_by_id)
        .where(not_apart(actor, Application.id))
    )
    return statement if offices is None else statement.where(Application.office_id.in_(offices))


def _line(row: Any, names: Names) -> IncidentLine:
    found, application, resolver = row
    return IncidentLine(
        id=found.id,
        application_key=application.key,
        reference=application.reference or "",
        office=names.offices[application.office_id].name,
        service=names.service(application.service_key),
        element_id=found.element_id,
        element=names.element(application.service_key, found.element_id, found.element_name),
        kind=found.kind,
        what=found.what,
        expression=found.expression,
        variables=found.variables,
        reason=Bilingual(found.reason_km or found.reason, found.reason),
        input=_masked(found.input, names.services.get(application.service_key)),
        status=found.status,
        attempts=found.attempts,
        raised_at=found.raised_at,
        resolved_at=found.resolved_at,
        resolved_by=Bilingual(resolver.name_km, resolver.name_latin) if resolver else None,
    )


def _masked(step: Mapping[str, Any], package: ServicePackage | None) -> Mapping[str, Any]:
    """The step as a page may show it."""
    values = step.get("variables", {})
    return {**step, "variables": shown(package, values) if package else dict.fromkeys(values, MASKED)}
