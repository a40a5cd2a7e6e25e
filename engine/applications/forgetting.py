"""Files of drafts that nobody needs any more leave the file store; what another row names stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Column, ColumnElement, exists, select
from sqlalchemy.orm import Session

from engine.house import House
from storage.applications import Document
from storage.database import afterwards
from storage.tables import Base

LEFT_FOR: Final = timedelta(days=1)
"""How long a file may lie unnamed: far longer than from writing a file to keeping the row that names it."""
HASH: Final = re.compile("[0-9a-f]{64}")
log = structlog.get_logger("owso.files")


def keep_after(session: Session, house: House, content: bytes) -> None:
    """Has the bytes of a row written once more when the row is there: somebody may have forgotten the same bytes just
    before. Nothing happens where they lie already."""
    afterwards(session, partial(_keep, house, content))


def forget_after(session: Session, house: House, digests: Collection[str]) -> None:
    """Takes these files away as soon as this transaction is kept, unless another row names them then."""
    afterwards(session, partial(_forget, house, tuple(dict.fromkeys(digests))))


def _keep(house: House, content: bytes) -> None:
    try:
        house.files.put(content)
    except OSError as failure:  # the row's own writing had succeeded: only the second look failed
        log.error("file_not_looked_at", failure=type(failure).__name__)


def _forget(house: House, digests: Collection[str]) -> None:
    """Put aside first, then asked for: whoever keeps the same bytes meanwhile either has a row by now, or writes them
    anew after it."""
    for digest in digests:
        try:
            with house.files.put_aside(digest) as aside, house.database.reading() as session:
                aside.is_needed = _is_named(session, digest)
        except Exception as failure:  # the draft is gone all the same; the file stays
            log.error("file_not_forgotten", failure=type(failure).__name__)


def forget_unnamed(house: House, shelf: int) -> int:
    """Takes away the files on a shelf of the store that no row names and that were not written for a day, and what was
    left by a writing that was cut off; how many. A file that is about to be named was written just now."""
    gone = 0
    for name in house.files.old_on_shelf(shelf, older=LEFT_FOR):
        try:
            if HASH.fullmatch(name):
                gone += _forget_old(house, name)
            else:
                house.files.clear_left_over(shelf, name)
                gone += 1
        except OSError as failure:  # it stays until the shelf is looked at again
            log.error("file_not_forgotten", failure=type(failure).__name__)
    return gone


def _forget_old(house: House, digest: str) -> bool:
    """Asked first, so that a file in use is hardly ever put aside; asked again then, as whoever wrote it meanwhile
    made it young."""
    with house.database.reading() as session:
        if _is_named(session, digest):
            return False
    with house.files.put_aside(digest) as aside, house.database.reading() as session:
        aside.is_needed = aside.age < LEFT_FOR or _is_named(session, digest)
    return not aside.is_needed


def _is_named(session: Session, digest: str) -> bool:
    return any(session.scalar(select(exists().where(naming(column, digest)))) for column in file_columns())


def file_columns() -> Iterator[Column[str]]:
    """Every column that names a file of the store, of any table: its name says so."""
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if column.name.endswith("sha256"))


def naming(column: Column[str], digest: str) -> ColumnElement[bool]:
    """Rows that name this file there. A document whose file went from a draft keeps its row, and names nothing."""
    named = column == digest
    return named & (Document.size > 0) if column.table is Document.__table__ else named
