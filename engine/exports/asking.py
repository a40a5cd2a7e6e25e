"""Asking for the file of a long list, stopping it, removing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.applications.forgetting import forget_after
from engine.errors import NotAllowed, NotFound
from engine.errors.prepared_files import TooManyFiles
from engine.house import House
from engine.people import security_log
from engine.people.actors import Actor
from engine.references import new_key
from storage.people import Person
from storage.prepared_files import LONGEST_ADDRESS, OPEN_FILE, FileStatus, PreparedFile
from storage.security_log import SecurityKind

__all__ = ["LONGEST_ADDRESS", "MOST_FILES", "AskedFile", "ask", "clear", "give_up", "own", "remove"]

MOST_FILES: Final = 10
"""So many files one person has at a time, with those that are being made and those that could not be."""


@dataclass(frozen=True, slots=True)
class AskedFile:
    """Which list is wanted as a file: the page that shows it, with what was chosen there; what the file is called, and
    how its name ends. ``total``: how many lines it will have, where that is known."""

    address: str
    name: str
    end: str
    total: int | None = None


def ask(session: Session, house: House, actor: Actor, asked: AskedFile, *, now: datetime) -> str:
    """The key of the file that will be made. Who asks for the same list again while it is being made gets that one.
    Written into the security log. Raises ``NotAllowed`` for whoever works in no office, ``TooManyFiles``."""
    if not actor.is_officer or actor.helper is not None:
        raise NotAllowed
    session.get_one(Person, actor.person_id, with_for_update=True)  # two clicks at once are one file
    mine = session.scalars(select(PreparedFile).where(PreparedFile.person_id == actor.person_id)).all()
    for one in mine:
        if one.status in OPEN_FILE and (one.address, one.end) == (asked.address, asked.end):
            return one.key
    if len(mine) >= MOST_FILES or sum(one.size for one in mine) >= house.keeping.octets:
        raise TooManyFiles
    row = PreparedFile(
        key=new_key(),
        person_id=actor.person_id,
        address=asked.address,
        name=asked.name,
        end=asked.end,
        rights={},
        total=asked.total,
        asked_at=now,
        due_at=now,
        goes_at=now + timedelta(days=house.keeping.days),
    )
    session.add(row)
    about = {"what": f"{asked.name}.{asked.end}", "of": page_of(asked.address)}
    security_log.note(session, SecurityKind.EXPORT_ASKED, actor, data=about, at=now)
    session.flush()
    return row.key


def own(session: Session, actor: Actor, key: str, *, now: datetime) -> PreparedFile:
    """A file of the actor's own, locked; ``NotFound`` for anybody else's, and for one that is kept no longer."""
    row = session.scalars(select(PreparedFile).where(PreparedFile.key == key).with_for_update()).one_or_none()
    if row is None or row.person_id != actor.person_id or row.goes_at <= now:
        raise NotFound
    return row


def give_up(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> bool:
    """Stops the making of a file, or removes one that is not made any more; whether there is still a row of it."""
    row = own(session, actor, key, now=now)
    if row.status in OPEN_FILE:
        row.status, row.ended_at = FileStatus.CANCELLED, now
        return True
    remove(session, house, [row])
    return False


def remove(session: Session, house: House, rows: list[PreparedFile]) -> None:
    """Removes these files, and what the store has of them as soon as that is kept."""
    forget_after(session, house, [row.sha256 for row in rows if row.sha256])
    for row in rows:
        session.delete(row)


def clear(session: Session, house: House, *, now: datetime, most: int = 100) -> int:
    """Removes the files whose time is over, at most so many; how many."""
    over = select(PreparedFile).where(PreparedFile.goes_at <= now).order_by(PreparedFile.goes_at).limit(most)
    rows = list(session.scalars(over.with_for_update(skip_locked=True)))
    remove(session, house, rows)
    return len(rows)


def page_of(address: str) -> str:
    """The page of an address without what was chosen there, which may name somebody: the log keeps that for good."""
    return address.partition("?")[0]


def octets_of_others(session: Session, row: PreparedFile) -> int:
    """How large the other files of the same person are together."""
    others = PreparedFile.person_id == row.person_id, PreparedFile.id != row.id
    return session.scalar(select(func.coalesce(func.sum(PreparedFile.size), 0)).where(*others)) or 0
