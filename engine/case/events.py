"""The history of a case: every event appended once, chained by hash, personal data beside the chain.

The chain of an application starts at the empty hash; each event's hash covers its own columns and the hash before it
(the linking of Haber and Stornetta, "How to time-stamp a digital document", 1991). Personal data enters only through a
salted hash, so erasing it leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.events import CaseEvent

FOR: Final = "for"
"""Under this name the data of an event holds the person in whose place somebody acted."""


def record(
    session: Session,
    application: Application,
    kind: str,
    actor: Actor,
    *,
    at: datetime,
    element_id: str = "",
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Appends one event. The caller holds the lock of the case, so the head on the application row is the truth. What
    somebody does in the place of an absent colleague says so in its data."""
    salt = secrets.token_hex(16) if personal else ""
    event = CaseEvent(
        application_id=application.id,
        seq=application.event_seq + 1,
        at=at,
        kind=kind,
        actor_id=actor.doer_id,
        actor_role=actor.role,
        element_id=element_id,
        data=dict(data or {}) | ({} if actor.instead is None else {FOR: actor.instead.person_id}),
        personal=dict(personal) if personal else None,
        salt=salt,
        personal_hash=_personal_hash(salt, personal) if personal else "",
        previous_hash=application.event_hash,
        hash="",
    )
    event.hash = chain_hash(event)
    application.event_seq, application.event_hash = event.seq, event.hash
    session.add(event)
    return event


def chain_hash(event: CaseEvent | Row[Any]) -> str:
    """SHA-256 over the event's columns in a fixed order and the hash before it."""
    covered = [
        event.application_id,
        event.seq,
        event.at.astimezone(UTC).isoformat(),  # as storage gives it back, whatever zone it was recorded in
        event.kind,
        event.actor_id,
        event.actor_role,
        event.element_id,
        event.data,
        event.personal_hash,
        event.previous_hash,
    ]
    return hashlib.sha256(orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _personal_hash(salt: str, personal: Mapping[str, Any]) -> str:
    return hashlib.sha256(salt.encode() + orjson.dumps(dict(personal), option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Where a chain does not hold, and why."""

    application_id: int
    seq: int
    reason: str


def verify_chains(session: Session, application_id: int | None = None) -> Iterator[BrokenLink]:
    """Every break in every chain, or in that of one application: a changed event, a missing one, changed personal data,
    a head that does not fit."""
    wanted = select(Application.id, Application.event_hash)
    # Rows and no objects: these are many, and nothing is done to them.
    history = select(CaseEvent.__table__).order_by(CaseEvent.application_id, CaseEvent.seq)
    if application_id is not None:
        wanted = wanted.where(Application.id == application_id)
        history = history.where(CaseEvent.application_id == application_id)
    heads = {row.id: row.event_hash for row in session.execute(wanted)}
    seen: dict[int, tuple[int, str]] = {}
    events = session.execute(history.execution_options(yield_per=500))
    for event in events:
        seq, previous = seen.get(event.application_id, (0, ""))
        if event.seq != seq + 1 or event.previous_hash != previous:
            yield BrokenLink(event.application_id, event.seq, "an event before this one is missing")
        elif event.hash != chain_hash(event):
            yield BrokenLink(event.application_id, event.seq, "the event was changed")
        elif event.personal is not None and event.personal_hash != _personal_hash(event.salt, event.personal):
            yield BrokenLink(event.application_id, event.seq, "the personal data of the event was changed")
        seen[event.application_id] = (event.seq, event.hash)
    for owner, head in heads.items():
        seq, last = seen.get(owner, (0, ""))
        if last != head:
            yield BrokenLink(owner, seq + 1, "the last events are missing")
