"""The pages of one's own certificates, and of renewing or changing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.applications.continuing import service_for
from engine.errors import CannotContinue, NotSignedIn, NotTheirCertificate
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.people.actors import Actor
from engine.queries.public.services import OfficeOffering, offices_offering
from engine.queries.shared.held import Held, held_by
from engine.results.register import service_of_number
from storage.continuations import ContinuationKind


@dataclass(frozen=True, slots=True)
class ContinuingPage:
    """The certificate that is renewed or changed, the service that does so, and the offices that offer it;
    ``office_id`` is the one to propose."""

    held: Held
    service: Bilingual
    offices: tuple[OfficeOffering, ...]
    office_id: int | None


def certificates_page(session: Session, house: House, actor: Actor, *, now: datetime) -> tuple[Held, ...]:
    """What the actor holds."""
    if actor.person_id is None:
        raise NotSignedIn
    return held_by(session, house, actor.person_id, now=now)


def continuing_page(
    session: Session, house: House, actor: Actor, number: str, kind: ContinuationKind, *, now: datetime
) -> ContinuingPage:
    """``NotTheirCertificate`` for what the actor does not hold, ``CannotContinue`` where no service does so."""
    held = next((one for one in certificates_page(session, house, actor, now=now) if one.number == number), None)
    if held is None:
        raise NotTheirCertificate
    published = service_for(session, house, service_of_number(session, number), kind, now=now)
    if published is None:
        raise CannotContinue
    today = now.astimezone(PHNOM_PENH).date()
    offices = offices_offering(session, house, published.service_key, today, now=now)
    near = next((one.id for one in offices if one.id == held.office_id), None)
    return ContinuingPage(held, published.package.manifest.title, offices, near or next((o.id for o in offices), None))
