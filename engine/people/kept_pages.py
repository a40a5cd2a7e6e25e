"""Pages that could not be taken: kept for the person who filled them in, a day long, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.kept_pages import KeptPage
from storage.people import Person

KEPT_FOR: Final = timedelta(days=1)
MOST_PAGES: Final = 5
"""Pages of one person; the oldest gives way."""
MOST_FIELDS: Final = 600
LONGEST: Final = 1_000_000
"""Signs of all fields together: the longest form with a drawn signature fits."""

Fields = Sequence[tuple[str, str]]


def keep(session: Session, person_id: int, page: str, fields: Fields, *, now: datetime) -> bool:
    """Keeps what was typed in place of what was kept for this page before; whether it is not too much."""
    if len(fields) > MOST_FIELDS or sum(len(name) + len(text) for name, text in fields) > LONGEST:
        return False
    if session.get(Person, person_id, with_for_update=True) is None:
        return False
    let_go(session, person_id, page)
    session.execute(delete(KeptPage).where(KeptPage.kept_at < now - KEPT_FOR))
    session.add(KeptPage(person_id=person_id, page=page, fields=[list(pair) for pair in fields], kept_at=now))
    session.flush()
    mine = select(KeptPage.id).where(KeptPage.person_id == person_id).order_by(KeptPage.id.desc())
    session.execute(delete(KeptPage).where(KeptPage.id.in_(session.scalars(mine.offset(MOST_PAGES)).all())))
    return True


def kept(session: Session, person_id: int, page: str, *, now: datetime) -> Fields:
    """What this person had typed on the page; empty when nothing is kept, or no longer."""
    found = session.scalar(
        select(KeptPage).where(
            KeptPage.person_id == person_id, KeptPage.page == page, KeptPage.kept_at >= now - KEPT_FOR
        )
    )
    return [(str(name), str(text)) for name, text in found.fields] if found else []


def let_go(session: Session, person_id: int, page: str) -> None:
    """The page was taken: nothing of it is kept any more."""
    session.execute(delete(KeptPage).where(KeptPage.person_id == person_id, KeptPage.page == page))
