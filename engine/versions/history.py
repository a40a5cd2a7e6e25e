"""The history of a ministry: what analysts, approvers and the operator did to its services, appended and chained.

Like the history of a case (``engine.case.events``): each event's hash covers its own columns and the hash before it,
and the head of the chain stands in the row of the ministry, so that a changed, missing or last event is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NoSuchMinistry
from engine.packages import nearest
from engine.people.actors import Actor
from storage.offices import Ministry
from storage.releases import MinistryEvent


@dataclass(frozen=True, slots=True)
class BrokenEvent:
    """Where the history of a ministry does not hold, and why."""

    ministry_key: str
    seq: int
    reason: str


def lock_ministry(session: Session, ministry_key: str) -> Ministry:
    """The row of a ministry, locked: who publishes, approves or writes history does so in turn. ``NoSuchMinistry``."""
    ministry = session.scalar(
        select(Ministry).where(Ministry.key == ministry_key).with_for_update().execution_options(populate_existing=True)
    )
    if ministry is None:
        known = session.scalars(select(Ministry.key).order_by(Ministry.key))
        raise NoSuchMinistry(ministry=ministry_key, ministries=nearest(ministry_key, known))
    return ministry


def record(
    session: Session,
    ministry: Ministry,
    kind: str,
    actor: Actor,
    *,
    at: datetime,
    release_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Appends one event. The caller holds the ministry locked, so the head in its row is the truth."""
    event = MinistryEvent(
        ministry_key=ministry.key,
        seq=ministry.event_seq + 1,
        at=at,
        kind=kind,
        actor_id=actor.person_id,
        actor_role=actor.role,
        release_id=release_id,
        data=dict(data or {}),
        previous_hash=ministry.event_hash,
        hash="",
    )
    event.hash = chain_hash(event)
    ministry.event_seq, ministry.event_hash = event.seq, event.hash
    session.add(event)
    session.flush()


def chain_hash(event: MinistryEvent) -> str:
    """SHA-256 over the event's columns in a fixed order and the hash before it."""
    covered = [
        event.ministry_key,
        event.seq,
        event.at.astimezone(UTC).isoformat(),
        event.kind,
        event.actor_id,
        event.actor_role,
        event.release_id,
        event.data,
        event.previous_hash,
    ]
    return hashlib.sha256(orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)).hexdigest()


def verify_ministries(session: Session) -> Iterator[BrokenEvent]:
    """Every break in the history of every ministry: a changed event, a missing one, a head that does not fit."""
    heads = {row.key: row.event_hash for row in session.execute(select(Ministry.key, Ministry.event_hash))}
    seen: dict[str, tuple[int, str]] = {}
    events = select(MinistryEvent).order_by(MinistryEvent.ministry_key, MinistryEvent.seq)
    for event in session.scalars(events.execution_options(yield_per=500)):
        seq, previous = seen.get(event.ministry_key, (0, ""))
        if event.seq != seq + 1 or event.previous_hash != previous:
            yield BrokenEvent(event.ministry_key, event.seq, "an event before this one is missing")
        elif event.hash != chain_hash(event):
            yield BrokenEvent(event.ministry_key, event.seq, "the event was changed")
        seen[event.ministry_key] = (event.seq, event.hash)
    for ministry_key, head in sorted(heads.items()):
        seq, last = seen.get(ministry_key, (0, ""))
        if last != head:
            yield BrokenEvent(ministry_key, seq + 1, "the last events are missing")
