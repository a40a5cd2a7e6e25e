"""Counting the statements that something costs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
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


@cache
def counting(module: Path) -> frozenset[str]:
    """The functions of this module that count, themselves or by others of it."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = {
        one.name: {part.id for part in ast.walk(one) if isinstance(part, ast.Name)}
        for one in tree.body
        if isinstance(one, ast.FunctionDef)
    }
    found: set[str] = set()
    while more := {name for name, named in names.items() if named & {"counted", *found}} - found:
        found |= more
    return frozenset(found)
