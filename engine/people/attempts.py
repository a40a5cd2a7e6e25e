"""Counts of failed attempts in the database, where all servers find them. Each is a row of its own, counted up in one
statement, so what two servers count at once adds up. What an administrator would want to know of it is written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.people import security_log
from engine.people.accounts import person_of_login
from engine.people.actors import Actor, Place
from engine.people.pauses import Count, Pace, moment
from storage.attempts import AttemptCount
from storage.security_log import SecurityKind

LONGEST_KEPT: Final = timedelta(days=1)
"""No pace keeps failures for longer."""
TOGETHER: Final = 10_000


_WITH_KEYS: Final = select(AttemptCount.key, AttemptCount.failed_at, AttemptCount.empty_at).where(
    AttemptCount.key.in_(bindparam("keys", expanding=True))
)


def counts_of(session: Session, keys: Collection[str]) -> Mapping[str, Count]:
    """The counts with these keys, those that there are."""
    found = session.connection().execute(_WITH_KEYS, {"keys": list(keys)})
    return {key: Count(failed_at, empty_at) for key, failed_at, empty_at in found}


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


def note_guessed_at(session: Session, login: str, fingerprint: str, place: Place, *, now: datetime) -> None:
    """Writes into the security log that so many passwords of an account were wrong that strangers wait: whose account,
    or the ``fingerprint`` of a login that nobody has."""
    person = person_of_login(session, login)
    security_log.note(
        session,
        SecurityKind.GUESSED_AT,
        Actor(None, place=place),
        person_id=None if person is None else person.id,
        data={"login": fingerprint} if person is None else {},
        at=now,
    )


def note_place_slowed(session: Session, place: Place, *, now: datetime) -> None:
    """Writes into the security log that so many passwords were wrong from one place that it waits."""
    security_log.note(session, SecurityKind.PLACE_SLOWED, Actor(None, place=place), at=now)


def _count(session: Session, key: str, pace: Pace, now: datetime) -> None:
    """As ``pauses.one_more``, reckoned by the database."""
    at, most = moment(now), moment(now) + pace.most * pace.step
    began = case((AttemptCount.empty_at > at, AttemptCount.empty_at), else_=at) + pace.step
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    counted = insert(AttemptCount).values(key=key, failed_at=at, empty_at=at + pace.step)
    up = {"failed_at": at, "empty_at": case((began > most, most), else_=began)}
    session.execute(counted.on_conflict_do_update(index_elements=[AttemptCount.key], set_=up))
