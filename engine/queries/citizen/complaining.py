"""Where somebody complains about what an office did with their application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.catalog.in_effect import newest_for
from engine.queries.citizen.my_application import MyApplication
from engine.queries.public.performance import COMPLAINTS
from storage.applications import Outcome


def complaint_service(session: Session, mine: MyApplication, *, now: datetime) -> str:
    """The key of the service of complaints, for an application that was refused or is late; empty for any other, for
    a complaint itself, and where no such service is published. One statement, and none where nothing went wrong."""
    progress = mine.progress
    went_wrong = progress.outcome == Outcome.REJECTED or progress.is_late or progress.overdue_at is not None
    if not went_wrong or mine.heading.service_key == COMPLAINTS:
        return ""
    return COMPLAINTS if newest_for(session, COMPLAINTS, None, now=now) is not None else ""
