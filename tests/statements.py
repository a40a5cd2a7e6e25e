"""Counting the statements that something costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from storage.database import Database

FRAME = ("BEGIN", "PRAGMA", "COMMIT", "SAVEPOINT", "RELEASE")


@dataclass
class Counted:
    """The statements so far, without those that open and close transactions."""

    texts: list[str] = field(default_factory=list)

    @property
    def statements(self) -> int:
        return len(self.texts)


@contextmanager
def counted(database: Database) -> Iterator[Counted]:
    """Counts what the database is asked in the block."""
    found = Counted()

    def note(_conn: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if not sql.startswith(FRAME):
            found.texts.append(sql)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
