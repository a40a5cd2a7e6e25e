"""Counts of failed attempts in the database, where all servers find them. Each is a row of its own, counted up in one
statement, so what two servers count at once adds up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.people.pauses import Count, Pace, moment
from storage.attempts import AttemptCount

LONGEST_KEPT: Final = timedelta(days=1)
"""No pace keeps failures for longer."""
TOGETHER: Final = 10_000


def counts_of(session: Session, keys: Collection[str]) -> Mapping[str, Count]:
    """The counts with these keys, those that there are."""
    wanted = select(AttemptCount.key, AttemptCount.failed_at, AttemptCount.empty_at).where(AttemptCount.key.in_(keys))
    return {key: Count(failed_at, empty_at) for key, failed_at, empty_at in session.execute(wanted)}


def count_up(session: Session, failed: Mapping[str, Pace], *, now: datetime) -> None:
    """Counts one more failure under each key."""
    for key in sorted(failed):  # in one order, so that no two wait for each other
        _count(session, key, failed[key], now)


def forget(session: Session, keys: Collection[str]) -> None:
    """Nothing failed under these keys any more."""
    session.execute(delete(AttemptCount).where(AttemptCount.key.in_(keys)))


def clear(session: Session) -> None:
    """Nothing is kept of failures that are long forgotten. Reckoned from the newest one of all, because the clock of
    the office may have been moved, and attempts are counted by the machine's."""
    newest = session.scalar(select(func.max(AttemptCount.failed_at)))
    if newest is not None:
        before = newest - LONGEST_KEPT // timedelta(milliseconds=1)
        old = select(AttemptCount.key).where(AttemptCount.failed_at < before).limit(TOGETHER)
        session.execute(delete(AttemptCount).where(AttemptCount.key.in_(old.scalar_subquery())))


def _count(session: Session, key: str, pace: Pace, now: datetime) -> None:
    """As ``pauses.one_more``, reckoned by the database."""
    at, most = moment(now), moment(now) + pace.most * pace.step
    began = case((AttemptCount.empty_at > at, AttemptCount.empty_at), else_=at) + pace.step
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    counted = insert(AttemptCount).values(key=key, failed_at=at, empty_at=at + pace.step)
    up = {"failed_at": at, "empty_at": case((began > most, most), else_=began)}
    session.execute(counted.on_conflict_do_update(index_elements=[AttemptCount.key], set_=up))
