"""What a draft keeps is bounded: of old saves the last of each day stays, and later the last of each month.

A save with words stays whatever its age, and so do the first and the newest. Versions, releases and trials hold their
files themselves, so they lose nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.localise import local
from engine.studio.saving import forget
from storage.package_drafts import DraftSave, DraftStatus, PackageDraft

DAYS_AFTER: Final = timedelta(days=90)
"""Older saves are thinned to the last of each day."""
MONTHS_AFTER: Final = timedelta(days=730)
"""Still older ones to the last of each month."""
CLOSED_AFTER: Final = timedelta(days=365)
"""Of a draft that was put away so long ago only the first save, the newest and those with words are kept."""


def thin(session: Session, draft_id: int, *, now: datetime) -> int:
    """Takes away what is too much of a draft, and the contents that no save has any more; how many saves went."""
    draft = session.get(PackageDraft, draft_id, with_for_update=True)
    if draft is None:
        return 0
    wanted = select(DraftSave.id, DraftSave.number, DraftSave.saved_at, DraftSave.words)
    rows = session.execute(wanted.where(DraftSave.draft_id == draft.id).order_by(DraftSave.number)).all()
    span = _end if _is_put_away(draft, now) else _span(now)
    gone = list(_too_much([(row.id, row.saved_at, row.words) for row in rows], span))
    if gone:
        going = select(DraftSave.files).where(DraftSave.id.in_(gone))
        digests = {digest for files in session.scalars(going) for digest, _ in files.values()}
        session.execute(delete(DraftSave).where(DraftSave.id.in_(gone)))
        forget(session, draft.id, digests)
    return len(gone)


Line = tuple[int, datetime, str]
"""A save: its id, its moment, its words."""
Span = Callable[[datetime], str | None]
"""The stretch of time of which one save stays; None where all do."""


def _too_much(lines: Sequence[Line], span: Span) -> Iterator[int]:
    for place, (save_id, saved_at, words) in enumerate(lines[1:-1], start=1):
        stretch = span(saved_at)
        if stretch is not None and not words and stretch == span(lines[place + 1][1]):
            yield save_id


def _span(now: datetime) -> Span:
    def span(saved_at: datetime) -> str | None:
        age = now - saved_at
        if age < DAYS_AFTER:
            return None
        return f"{local(saved_at):%Y-%m-%d}" if age < MONTHS_AFTER else f"{local(saved_at):%Y-%m}"

    return span


def _end(_saved_at: datetime) -> str:
    return ""


def _is_put_away(draft: PackageDraft, now: datetime) -> bool:
    return draft.status == DraftStatus.CLOSED and draft.touched_at <= now - CLOSED_AFTER
