"""Up to where an officer has read a case, so that it can say what is new to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.at_work import LastLook
from storage.together import inserting

SITTING: Final = timedelta(minutes=30)
"""Whoever opens the case again within this time goes on reading: what was new stays marked."""


@dataclass(frozen=True, slots=True)
class Since:
    """When the reader last looked, before this sitting, and up to which event."""

    at: datetime
    event_seq: int


def looked(session: Session, actor: Actor, application_id: int, event_seq: int, *, now: datetime) -> Since | None:
    """Notes that the actor has read the case up to this event, and gives since when what happened is new to them;
    ``None`` when they open it for the first time."""
    if actor.person_id is None:
        return None
    row = session.get(LastLook, (application_id, actor.person_id))
    if row is None:
        insert = inserting(session)
        whose = {"application_id": application_id, "person_id": actor.person_id}
        first = insert(LastLook).values(**whose, event_seq=event_seq, at=now, since_seq=0)
        session.execute(first.on_conflict_do_nothing())  # the same page twice, in two tabs at once
        return None
    if now - row.at > SITTING:
        row.since_seq, row.since_at = row.event_seq, row.at
    row.event_seq, row.at = max(row.event_seq, event_seq), max(row.at, now)
    return Since(row.since_at, row.since_seq) if row.since_at is not None else None
