"""The day from which a certificate can be renewed: its holder is told, once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.holders import holder_of
from engine.case.messages import day_told
from engine.claiming import Soonest, one_by_one, soonest
from engine.house import House
from engine.namesakes import office_name
from engine.people.telling import tell
from engine.results.standing import state_of
from storage.applications import Application, Certificate
from storage.offices import Office

BATCH: Final = 100
log = structlog.get_logger("owso.renewals")


def tell_due(house: House, *, now: datetime) -> int:
    """Tells whose certificates can be renewed since today or earlier, at most a batch; how many were told. Each in its
    own transaction: one that fails is logged, and the others go on."""
    due = select(Certificate.id).where(Certificate.renewal_due_at <= now).order_by(Certificate.renewal_due_at)

    def tell(session: Session, certificate_id: int) -> bool:
        return _tell(session, house, certificate_id, now=now)

    return one_by_one(house.database, due, Certificate.id, tell, most=BATCH, broke=_not_told)


def _not_told(certificate_id: int, failure: Exception) -> None:
    log.error("renewal_not_told", certificate=certificate_id, failure=type(failure).__name__)


def next_due(after: datetime | None = None) -> Soonest:
    """When the next holder is to be told."""
    return soonest(Certificate.renewal_due_at, after=after)


def _tell(session: Session, house: House, certificate_id: int, *, now: datetime) -> bool:
    """Whether the holder was told now: another worker may have done so, and nobody is told of what is over."""
    row = session.execute(
        select(Certificate, Application, Office)
        .join(Application, Application.id == Certificate.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(Certificate.id == certificate_id)
        .with_for_update(of=Certificate, skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row[0].renewal_due_at is None:
        return False
    certificate, application, office = row
    certificate.renewal_due_at = None
    holder = holder_of(session, certificate, application)
    if state_of(certificate, now) != "valid" or certificate.expires_at is None or holder is None:
        return False
    language = holder.language
    facts = {
        "certificate": certificate.number,
        "service": certificate.title_en if language == "en" else certificate.title_km,
        "office": office_name(office)(language),
        "applicant": holder.name_latin if language == "en" else holder.name_km,
        "reference": application.reference or "",
        **day_told(certificate.expires_at, language),
    }
    key = f"certificate/{certificate.id}/renewal"
    message = house.texts["renewal_open"]
    tell(session, holder, message, facts, application_id=application.id, key=key, now=now)
    return True
