"""To which offices an application can be forwarded, and from where the drafts of a counter came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.filing import Filing
from engine.applications.forwarding import may_forward
from engine.applications.places import offices_of_place
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.people.actors import Actor
from storage.applications import Application, ApplicationStatus
from storage.forwardings import Forwarding
from storage.offices import Office, OfficeService


@dataclass(frozen=True, slots=True)
class ForwardPage:
    """An application that somebody wants to send on: from which office, to which it can go (code and name), and which
    of them the place of business leads to (its code, empty where it leads to none or here)."""

    key: str
    reference: str
    service: Bilingual
    office: Bilingual
    is_draft: bool
    offices: tuple[tuple[str, Bilingual], ...]
    of_place: str


@dataclass(frozen=True, slots=True)
class CameFrom:
    """From which office a draft was forwarded last, and why."""

    office: Bilingual
    reason: str


def forward_page(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> ForwardPage:
    """``NotFound`` for applications that are not the actor's to send on, and for those that have ended."""
    row = session.execute(
        select(Application, Office)
        .join(Office, Office.id == Application.office_id)
        .where(Application.key == key, Application.status != ApplicationStatus.ENDED)
    ).one_or_none()
    if row is None or not may_forward(session, row[0], actor):
        raise NotFound
    application, office = row
    published = house.catalog.of(session, application.definition_id)
    filing = Filing(application, office, published, house.calendars.of(session, office))
    manifest, today = published.package.manifest, filing.calendar.local_date(now)
    there = session.scalars(
        select(Office)
        .join(OfficeService, OfficeService.office_id == Office.id)
        .where(Office.id != office.id, Office.closed_from.is_(None), Office.level.in_(manifest.office_levels))
        .where(OfficeService.service_key == application.service_key, OfficeService.is_offered(today))
        .order_by(Office.code)
    ).unique()
    of_place = offices_of_place(session, filing, now=now)
    leads_here = not of_place or any(one.id == office.id for one in of_place)
    return ForwardPage(
        key=application.key,
        reference=application.reference or "",
        service=manifest.title,
        office=office_name(office),
        is_draft=application.status == ApplicationStatus.DRAFT,
        offices=tuple((one.code, office_name(one)) for one in there),
        of_place="" if leads_here else of_place[0].code,
    )


def came_from(session: Session, application_ids: Sequence[int]) -> Mapping[int, CameFrom]:
    """The last office from which each of these came, of those that were forwarded; one statement."""
    wanted = (
        select(Forwarding, Office)
        .join(Office, Office.id == Forwarding.from_office_id)
        .where(Forwarding.application_id.in_(application_ids))
        .order_by(Forwarding.id)
    )
    return {row.application_id: CameFrom(office_name(office), row.reason) for row, office in session.execute(wanted)}
