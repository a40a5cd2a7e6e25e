"""Adds to sums that are kept as rows: one that is not there yet begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.base import Base


def add_up(
    session: Session, kept: type[Base], key: Sequence[str], numbers: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Adds the ``numbers`` of these rows to those of the same ``key``; one statement, which holds what it changes until
    the transaction ends. Whoever gives rows in the order of their keys waits for another at most."""
    into = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    adding = into(kept)
    more = {name: getattr(kept, name) + adding.excluded[name] for name in numbers}
    session.execute(adding.on_conflict_do_update(index_elements=list(key), set_=more), list(rows))
