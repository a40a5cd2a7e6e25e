"""Who else has a draft open: each page says now and then that it is there, and is told of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.studio.bounds import check_path
from engine.studio.keeping import find
from storage.package_drafts import DraftReader, DraftSave
from storage.people import Person

AT_MOST_EVERY: Final = timedelta(seconds=15)
"""A page says more often than that only that it shows another file now."""
SILENT: Final = timedelta(seconds=60)
"""Whoever was silent for so long has gone."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who has the draft open: at which file (empty: at none of its own), and when they last saved
    anything of the draft (None: never)."""

    name: Bilingual
    file: str
    saved_at: datetime | None


def is_news(session: Session, actor: Actor, key: str, file: str, *, now: datetime) -> bool:
    """Whether it is to be written down that somebody has a draft open at this file. ``NotFound``, ``PathRefused``."""
    if file:
        check_path(file)
    here = select(DraftReader.file, DraftReader.seen_at).where(
        DraftReader.draft_id == find(session, actor, key).id, DraftReader.person_id == actor.person_id
    )
    row = session.execute(here).one_or_none()
    return row is None or row.file != file or row.seen_at <= now - AT_MOST_EVERY


def note(session: Session, actor: Actor, key: str, file: str, *, now: datetime) -> None:
    """Writes down that somebody has a draft open at this file."""
    draft = find(session, actor, key)
    mine = DraftReader.draft_id == draft.id, DraftReader.person_id == actor.person_id
    told = update(DraftReader).where(*mine).values(file=file, seen_at=now).returning(DraftReader.person_id)
    if session.scalar(told) is not None:
        return
    try:
        with session.begin_nested():
            row = {"draft_id": draft.id, "person_id": actor.person_id, "file": file, "seen_at": now}
            session.execute(insert(DraftReader).values(row))
    except IntegrityError:
        session.execute(told)  # another page of theirs said it at the same moment


def others(session: Session, actor: Actor, key: str, *, now: datetime) -> tuple[Other, ...]:
    """Who else has a draft open, by their names; two statements."""
    draft = find(session, actor, key)
    saved = (
        select(func.max(DraftSave.saved_at))
        .where(DraftSave.draft_id == draft.id, DraftSave.saved_by_id == DraftReader.person_id)
        .correlate(DraftReader)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Person.name_km, Person.name_latin, DraftReader.file, saved.label("saved_at"))
        .join(Person, Person.id == DraftReader.person_id)
        .where(DraftReader.draft_id == draft.id, DraftReader.person_id != actor.person_id)
        .where(DraftReader.seen_at > now - SILENT)
        .order_by(Person.name_latin, Person.id)
    )
    return tuple(Other(_name(row.name_km, row.name_latin), row.file, row.saved_at) for row in rows)


def forget_silent(session: Session, *, now: datetime) -> None:
    """Nothing is kept of whoever has gone."""
    session.execute(delete(DraftReader).where(DraftReader.seen_at <= now - SILENT))


def _name(km: str | None, latin: str | None) -> Bilingual:
    return Bilingual(km or latin or "", latin or km or "")
