"""The security log: appended in the transaction of what it tells, sealed behind it.

Writing a line locks nothing that another line waits for. A sweep seals what was written since: it numbers the lines and
chains their hashes, like the history of a case (``engine.case.events``), with the end of the chain in a row of its own.
From then on a changed, missing or last line is noticed; for the seconds before, a line is only as safe as the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from engine.people.actors import Actor
from storage.security_log import SecurityEvent, SecurityKind, SecuritySeal

BATCH: Final = 500
THE_SEAL: Final = 1


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """Where the log does not hold, and why."""

    seq: int
    reason: str


def note(
    session: Session,
    kind: SecurityKind,
    actor: Actor,
    *,
    person_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    at: datetime,
) -> None:
    """Writes a line about a person, or about nobody; it stands or falls with the transaction that it is part of."""
    session.add(
        SecurityEvent(
            at=at,
            kind=kind,
            actor_id=actor.doer_id,
            actor_role="" if actor.person_id is not None else actor.role,
            person_id=person_id,
            address=actor.place.address,
            browser=actor.place.browser,
            data=dict(data or {}),
        )
    )
    session.flush()


def seal_new(house: House, *, now: datetime) -> int:  # noqa: ARG001
    """Seals what was written since, in pieces; how many lines. One worker does so at a time."""
    with house.database.reading() as session:
        if not _unsealed(session, 1):
            return 0
    sealed, piece = 0, BATCH
    while piece == BATCH:
        with house.database.transaction() as session:
            piece = _seal(session)
        sealed += piece
    return sealed


def sealed_after(session: Session, seq: int, *, limit: int = BATCH) -> tuple[Mapping[str, Any], ...]:
    """The sealed lines behind one, in the order of their numbers: whoever asks again with the last misses none. Each
    with everything that its hash covers, and the hash, so that the chain can be verified where it is collected."""
    wanted = select(SecurityEvent).where(SecurityEvent.seq > seq).order_by(SecurityEvent.seq)
    return tuple(_written(line) for line in session.scalars(wanted.limit(limit)))


def verify(session: Session) -> Iterator[BrokenLine]:
    """Every break in the log: a changed line, a missing one, an end that does not fit."""
    seq, last = 0, ""
    wanted = select(SecurityEvent).where(SecurityEvent.seq.is_not(None)).order_by(SecurityEvent.seq)
    for line in session.scalars(wanted.execution_options(yield_per=500)):
        number = line.seq or 0
        if number != seq + 1 or line.previous_hash != last:
            yield BrokenLine(number, "a line before this one is missing")
        elif line.hash != line_hash(line):
            yield BrokenLine(number, "the line was changed")
        seq, last = number, line.hash
    end = session.get(SecuritySeal, THE_SEAL)
    if (end.seq, end.hash) != (seq, last) if end is not None else seq > 0:
        yield BrokenLine(seq + 1, "the last lines are missing")


def line_hash(line: SecurityEvent) -> str:
    """SHA-256 over what a sealed line says, in a fixed order as a JSON array, and over the hash before it."""
    covered = [value for name, value in _written(line).items() if name != "hash"]
    return hashlib.sha256(orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _written(line: SecurityEvent) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": line.at.astimezone(UTC).isoformat(),
        "kind": line.kind,
        "actor": line.actor_id,
        "actor_role": line.actor_role,
        "person": line.person_id,
        "address": line.address,
        "browser": line.browser,
        "data": line.data,
        "previous_hash": line.previous_hash,
        "hash": line.hash,
    }


def _seal(session: Session) -> int:
    end = session.get(SecuritySeal, THE_SEAL, with_for_update=True)
    if end is None:
        end = SecuritySeal(id=THE_SEAL, seq=0, hash="")
        session.add(end)
        session.flush()  # two at once: one of them fails here, and finds it at the next sweep
    found = _unsealed(session, BATCH)
    for line in found:
        line.seq, line.previous_hash = end.seq + 1, end.hash
        line.hash = line_hash(line)
        end.seq, end.hash = line.seq, line.hash
    session.flush()
    return len(found)


def _unsealed(session: Session, limit: int) -> Sequence[SecurityEvent]:
    wanted = select(SecurityEvent).where(SecurityEvent.seq.is_(None)).order_by(SecurityEvent.id)
    return session.scalars(wanted.limit(limit)).all()
