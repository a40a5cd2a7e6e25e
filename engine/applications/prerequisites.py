"""What an applicant must hold before an application may be sent: certificates of other services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.applications.filing import Filing
from engine.errors import NotFound, PrerequisiteMissing
from engine.house import House
from engine.khmer import Bilingual
from engine.results.register import holds


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A certificate of a service (its key and title) that is needed: one in force (``valid``) or any; whether the
    applicant holds it."""

    service_key: str
    service: Bilingual
    valid: bool
    is_met: bool


def prerequisites_of(session: Session, house: House, filing: Filing, *, now: datetime) -> tuple[Prerequisite, ...]:
    """What the service requires, as the register stands for the applicant; two statements for each."""
    applicant = filing.application.applicant_id
    return tuple(
        Prerequisite(
            one.certificate_of,
            service_title(session, house, one.certificate_of, now=now),
            one.valid,
            holds(session, applicant, one.certificate_of, valid=one.valid, now=now),
        )
        for one in filing.package.manifest.requires
    )


def require_prerequisites(session: Session, house: House, filing: Filing, *, now: datetime) -> None:
    """Raises ``PrerequisiteMissing`` with the service of the first certificate that the applicant does not hold."""
    for one in prerequisites_of(session, house, filing, now=now):
        if not one.is_met:
            raise PrerequisiteMissing(service=one.service)


def service_title(session: Session, house: House, service_key: str, *, now: datetime) -> Bilingual:
    """What a service is called; its key while it is not published."""
    try:
        return house.catalog.current(session, service_key, now=now).package.manifest.title
    except NotFound:
        return Bilingual(service_key, service_key)
