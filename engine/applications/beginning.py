"""What every draft begins with: who applies, through which channel, at which office, for what that office offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.filing import require_offered
from engine.applications.lapsing import touch_draft
from engine.applications.quotas import require_few_drafts
from engine.catalog.published import Published
from engine.errors import NotAllowed, NotFound
from engine.house import House
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.references import new_key
from storage.applications import Application, ApplicationStatus, Channel
from storage.offices import Office
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an application begins: the office, the applicant (locked: a double click makes one draft), the channel, and
    who fills it in."""

    office: Office
    applicant: Person
    channel: Channel
    actor: Actor


def desk_of(session: Session, actor: Actor, office_id: int, applicant_id: int | None) -> Desk:
    """The actor for themselves, or (``applicant_id``) the front office of that office for somebody at the counter."""
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound
    if applicant_id in (None, actor.person_id):
        applicant, channel = session.get(Person, actor.person_id, with_for_update=True), Channel.ONLINE
    else:
        actor.require(office.id, FRONT_OFFICE)
        applicant, channel = session.get(Person, applicant_id, with_for_update=True), Channel.COUNTER
    if applicant is None:
        raise NotAllowed
    return Desk(office, applicant, channel, actor)


def require_begun(session: Session, house: House, desk: Desk, published: Published, *, now: datetime) -> None:
    """Raises ``ServiceNotOffered`` when the office does not offer the service today, or nobody applies for it."""
    today = house.calendars.of(session, desk.office).local_date(now)
    require_offered(session, desk.office, published, today)


def reopened(session: Session, desk: Desk, found: Application, *, now: datetime) -> str:
    """The key of what was begun before; a draft goes to the office chosen last."""
    if found.status == ApplicationStatus.DRAFT:
        found.office_id = desk.office.id
        touch_draft(session, found, now=now)
    return found.key


def new_draft(
    session: Session, desk: Desk, published: Published, answers: Mapping[str, Any], *, now: datetime
) -> Application:
    """A draft that begins with these answers; ``QuotaReached``."""
    require_few_drafts(session, desk.applicant.id, desk.channel)
    draft = Application(
        key=new_key(),
        service_key=published.service_key,
        definition_id=published.definition_id,
        office_id=desk.office.id,
        applicant_id=desk.applicant.id,
        filed_by_id=desk.actor.person_id if desk.channel == Channel.COUNTER else None,
        channel=desk.channel,
        answers=dict(answers),
        created_at=now,
    )
    session.add(draft)
    session.flush()
    touch_draft(session, draft, now=now)
    return draft
