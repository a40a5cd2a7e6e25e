"""Trials of many cases that nobody needs any more: old ones, and those of a service beyond so many, go with their
rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from storage.releases import ReleaseItem
from storage.trials import OPEN_TRIAL, Trial, TrialCase

KEPT_FOR: Final = timedelta(days=180)
"""So long a trial stays after it ended; who needs its numbers longer asks again."""
KEPT: Final = 50
"""Of each service so many stay, the newest."""
TOGETHER: Final = 20
"""Trials that go in one transaction, with at most 5,000 rows each."""


def clear(session: Session, *, now: datetime) -> int:
    """Takes away the oldest trials that are over and are kept no longer; how many, ``TOGETHER`` at most. One of exactly
    the files that a release changes stays, however old: its gate and its approver refer to it."""
    found = session.scalars(_to_go(now)).all()
    if found:
        session.execute(delete(TrialCase).where(TrialCase.trial_id.in_(found)))
        session.execute(delete(Trial).where(Trial.id.in_(found)))
    return len(found)


def _to_go(now: datetime) -> Select[tuple[int]]:
    released = select(ReleaseItem.digest).where(ReleaseItem.archive.is_not(None))
    place = func.row_number().over(partition_by=Trial.service_key, order_by=Trial.id.desc())
    over = (
        select(Trial.id, Trial.finished_at, place.label("place"))
        .where(Trial.status.not_in(OPEN_TRIAL), Trial.digest.not_in(released), Trial.release_id.is_(None))
        .subquery()
    )
    is_old = (over.c.place > KEPT) | (over.c.finished_at < now - KEPT_FOR)
    return select(over.c.id).where(is_old).order_by(over.c.id).limit(TOGETHER)
