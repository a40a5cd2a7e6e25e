"""Fetching a file that is ready: asked again whether its person may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors.prepared_files import FileNotReady, RightsEnded
from engine.exports.asking import own, page_of
from engine.exports.rights import still_has
from engine.people import security_log
from engine.people.actors import Actor
from storage.prepared_files import FileStatus
from storage.security_log import SecurityKind


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file to be handed out: its name with the end, its hash in the store and its octets."""

    name: str
    end: str
    sha256: str
    size: int


def fetch(session: Session, actor: Actor, key: str, *, now: datetime) -> Fetched:
    """The actor's own file, written into the security log with what it holds. ``NotFound``, ``FileNotReady``;
    ``RightsEnded`` where the actor may not do any more what it was made with."""
    row = own(session, actor, key, now=now)
    if row.status != FileStatus.READY or row.sha256 is None:
        raise FileNotReady
    if not still_has(actor, row.rights):
        raise RightsEnded
    row.fetched_at = now
    name = f"{row.name}.{row.end}"
    about = {"what": name, "of": page_of(row.address), "lines": row.lines, "size": row.size}
    security_log.note(session, SecurityKind.EXPORTED, actor, data=about, at=now)
    return Fetched(name, row.end, row.sha256, row.size)
