"""Marks in long lists: from one of them the next page is read at once, however many rows lie before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from storage.base import Id, Moment

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of a list that is ordered by a moment, and by its number where that is the same."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _BEGAN) // timedelta(microseconds=1)}-{self.id}"

    def after(self, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """The rows after this one."""
        found: ColumnElement[bool] = tuple_(at, row_id) > self._values()
        return found

    def before(self, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """The rows before this one."""
        found: ColumnElement[bool] = tuple_(at, row_id) < self._values()
        return found

    def _values(self) -> Any:
        return tuple_(literal(self.at, Moment()), literal(self.id, Id))


def mark_of(text: str) -> Mark | None:
    """The mark that an address holds; ``None`` for what is none."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    try:
        return Mark(_BEGAN + timedelta(microseconds=int(written[1])), int(written[2]))
    except OverflowError:
        return None
