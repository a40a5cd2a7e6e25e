"""What keeps an installation in order: its tables at the newest version."""

from __future__ import annotations

from storage.database import Database
from storage.migrations import is_current, upgrade


def migrate(database: Database) -> bool:
    """Bring the tables to the newest version; whether anything had to be done."""
    if is_current(database):
        return False
    upgrade(database)
    return True
