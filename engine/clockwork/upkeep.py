"""What keeps an installation in order: its tables at the newest version, and no file that nobody needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select, true
from sqlalchemy.exc import IntegrityError

from engine.applications.forgetting import forget_unnamed
from engine.claiming import Queue
from engine.house import House
from storage.chores import Chore, ChoreKind
from storage.database import Database
from storage.files import SHELVES
from storage.migrations import is_current, upgrade

EVERY_FILE_IN: Final = timedelta(days=1)
"""In this time the whole store is gone through, a shelf at a time."""
CHORES: Final = Queue(Chore, Chore.id, Chore.due_at, is_open=lambda _now: true())


def migrate(database: Database) -> bool:
    """Bring the tables to the newest version; whether anything had to be done."""
    if is_current(database):
        return False
    upgrade(database)
    return True


def tidy_due(house: House, *, now: datetime) -> int:
    """Does the piece that is due of what keeps the house in order; how many pieces were done."""
    _begin(house, now)
    return CHORES.work_off(house.database, partial(_tidy, house, now), now=now)


def _begin(house: House, now: datetime) -> None:
    """A new installation has no chores yet."""
    with house.database.reading() as session:
        there = set(session.scalars(select(Chore.kind)))
    for kind in set(ChoreKind) - there:
        try:
            with house.database.transaction() as session:
                session.add(Chore(kind=kind, due_at=now))
        except IntegrityError:
            continue  # another worker began it


def _tidy(house: House, now: datetime, chore: Chore) -> bool:
    shelf = chore.position % SHELVES
    forget_unnamed(house, shelf)
    with house.database.transaction() as session:
        done = session.get_one(Chore, chore.id)
        done.position, done.due_at = (shelf + 1) % SHELVES, now + EVERY_FILE_IN / SHELVES
    return True
