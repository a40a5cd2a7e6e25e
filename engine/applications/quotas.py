"""How much one application and one person may put into the house, so that nobody fills it for everybody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import QuotaReached
from engine.people.actors import Actor
from storage.applications import Application, ApplicationStatus, Channel, Document

MOST_DOCUMENTS: Final = 50
"""Files that lie in one application, replaced ones of an application that was sent included."""
MOST_OCTETS: Final = 200 * 1024 * 1024
"""Their octets together."""
MOST_UPLOADS: Final = 100
"""Files that somebody who is no officer may send in 24 hours."""
MOST_DRAFTS: Final = 20
"""Drafts that an applicant may have open."""
LIMITS: Final = {
    "files": MOST_DOCUMENTS,
    "megabytes": MOST_OCTETS // 1024 // 1024,
    "uploads": MOST_UPLOADS,
    "drafts": MOST_DRAFTS,
}
"""The facts of ``QuotaReached``."""
_DAY: Final = timedelta(hours=24)


def require_room(session: Session, actor: Actor, application: Application, size: int, *, now: datetime) -> None:
    """``QuotaReached`` for a file of ``size`` octets that is too much for the application, or too many for a day."""
    kept = select(func.count(Document.id), func.coalesce(func.sum(Document.size), 0))
    here = Document.application_id == application.id, Document.size > 0
    count, octets = session.execute(kept.where(*here)).one()
    if count >= MOST_DOCUMENTS or octets + size > MOST_OCTETS:
        raise QuotaReached(**LIMITS)
    if actor.is_officer:
        return
    sent = select(func.count(Document.id)).where(
        Document.uploaded_by_id == actor.doer_id, Document.uploaded_at > now - _DAY
    )
    if session.scalars(sent).one() >= MOST_UPLOADS:
        raise QuotaReached(**LIMITS)


def require_few_drafts(session: Session, applicant_id: int, channel: Channel) -> None:
    """``QuotaReached`` when the applicant has as many open as one may have; drafts at the counter do not count."""
    mine = select(func.count(Application.id)).where(
        Application.applicant_id == applicant_id,
        Application.status == ApplicationStatus.DRAFT,
        Application.channel == Channel.ONLINE,
    )
    if channel == Channel.ONLINE and session.scalars(mine).one() >= MOST_DRAFTS:
        raise QuotaReached(**LIMITS)
