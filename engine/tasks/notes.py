"""Notes of officers on a case: for themselves, or for all officers who read it; never for the applicant."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.case.opening import lock_case_by_key
from engine.case.readers import may_read
from engine.case.turn import Turn
from engine.errors import NotFound
from engine.errors.desk import TooManyNotes, WordsMissing
from engine.house import House
from engine.khmer import tidy
from engine.people.actors import Actor
from engine.references import new_key
from storage.applications import Application
from storage.colleagues import CaseNote, NoteKind

LONGEST: Final = 2_000
MOST: Final = 30
"""Notes of one officer on one case."""


def write_note(
    session: Session, house: House, actor: Actor, application_key: str, body: str, *, kind: NoteKind, now: datetime
) -> None:
    """Keeps a note. That one for all was written is an event of the case, without its words. ``NotFound`` for a case
    that the actor does not read, ``WordsMissing``, ``TooManyNotes``."""
    words = written(body)
    case = lock_case_by_key(session, house, application_key)
    if actor.person_id is None or not may_read(session, case.application, actor):
        raise NotFound
    mine = CaseNote.application_id == case.application.id, CaseNote.person_id == actor.person_id
    standing = select(func.count()).select_from(CaseNote).where(*mine, CaseNote.withdrawn_at.is_(None))
    if (session.scalar(standing) or 0) >= MOST:
        raise TooManyNotes(most=MOST)
    session.add(
        CaseNote(
            key=new_key(),
            application_id=case.application.id,
            person_id=actor.person_id,
            kind=kind,
            body=words,
            at=now,
        )
    )
    if kind == NoteKind.SHARED:
        Turn(session, house, case, actor, now).record("note_written")


def withdraw_note(session: Session, house: House, actor: Actor, note_key: str, *, now: datetime) -> str:
    """The writer takes a note back: its words go, the fact stays. Gives the key of the case; harmless when it was taken
    back before. ``NotFound`` for everybody else."""
    row = session.execute(
        select(CaseNote, Application.key)
        .join(Application, Application.id == CaseNote.application_id)
        .where(CaseNote.key == note_key, CaseNote.person_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    case = lock_case_by_key(session, house, row[1])
    if not may_read(session, case.application, actor):
        raise NotFound
    note = session.get_one(CaseNote, row[0].id, populate_existing=True)
    if note.withdrawn_at is None:
        note.body, note.withdrawn_at = "", now
        if note.kind == NoteKind.SHARED:
            Turn(session, house, case, actor, now).record("note_withdrawn")
    return str(row[1])


def written(text: str) -> str:
    """What somebody wrote, cut at so many signs; its lines stay. ``WordsMissing`` when there is nothing."""
    words = "\n".join(tidy(line) for line in text.replace("\r\n", "\n")[:LONGEST].splitlines()).strip()
    if not words:
        raise WordsMissing
    return words
