"""The files that an officer has asked for, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.exports.rights import still_has
from engine.people.actors import Actor
from storage.prepared_files import OPEN_FILE, FileFailure, FileStatus, PreparedFile


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as its person sees it; ``may_fetch``: they may still do what it was made with. ``address`` is the page of
    the list. ``size`` in octets."""

    key: str
    name: str
    address: str
    status: FileStatus
    failure: FileFailure | None
    lines: int
    total: int | None
    size: int
    asked_at: datetime
    ended_at: datetime | None
    fetched_at: datetime | None
    goes_at: datetime
    may_fetch: bool

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.status in OPEN_FILE


def my_files(session: Session, actor: Actor, *, now: datetime) -> tuple[FileLine, ...]:
    """The actor's own, the newest first; one statement. They are few (``engine.exports.asking.MOST_FILES``)."""
    mine = PreparedFile.person_id == actor.person_id, PreparedFile.goes_at > now
    rows = session.scalars(select(PreparedFile).where(*mine).order_by(PreparedFile.id.desc()))
    return tuple(_line(row, actor) for row in rows)


def my_file(session: Session, actor: Actor, key: str, *, now: datetime) -> FileLine:
    """One of them; ``NotFound`` for anybody else's, and for one that is kept no longer."""
    mine = PreparedFile.person_id == actor.person_id, PreparedFile.goes_at > now
    row = session.scalars(select(PreparedFile).where(PreparedFile.key == key, *mine)).one_or_none()
    if row is None:
        raise NotFound
    return _line(row, actor)


def _line(row: PreparedFile, actor: Actor) -> FileLine:
    return FileLine(
        key=row.key,
        name=f"{row.name}.{row.end}",
        address=row.address,
        status=row.status,
        failure=row.failure_kind,
        lines=row.lines,
        total=row.total,
        size=row.size,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        fetched_at=row.fetched_at,
        goes_at=row.goes_at,
        may_fetch=row.status == FileStatus.READY and still_has(actor, row.rights),
    )
