"""Up to where an officer has read a case, so that it can say what is new to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Integer, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage import asking
from storage.asking import Question
from storage.at_work import LastLook
from storage.base import Id, Moment
from storage.loading import given

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
    looking = _LOOKING[session.get_bind().dialect.name]
    whose = {"application_id": application_id, "person_id": actor.person_id}
    said = asking.row(session, looking, **whose, event_seq=event_seq, at=now, sat_down=now - SITTING)
    return Since(said.since_at, said.since_seq) if said.since_at is not None else None


def _looking(insert: Any) -> Question:
    """Notes a look in one statement, also where the same page is opened in two tabs at once: the first is a new row, a
    later one moves on, and one behind a sitting puts down since when things are new."""
    look, at, seq = LastLook.__table__.c, given("at", Moment()), given("event_seq", Integer())
    first = {"application_id": given("application_id", Id), "person_id": given("person_id", Id)}
    is_new_sitting = look.at < given("sat_down", Moment())
    moved = {
        "since_seq": case((is_new_sitting, look.event_seq), else_=look.since_seq),
        "since_at": case((is_new_sitting, look.at), else_=look.since_at),
        "event_seq": case((look.event_seq > seq, look.event_seq), else_=seq),
        "at": case((look.at > at, look.at), else_=at),
    }
    looked = insert(LastLook).values(**first, event_seq=seq, at=at, since_seq=0)
    kept = looked.on_conflict_do_update(index_elements=[look.application_id, look.person_id], set_=moved)
    return Question(kept.returning(look.since_at, look.since_seq))


_LOOKING: Final = {"sqlite": _looking(sqlite.insert), "postgresql": _looking(postgresql.insert)}
