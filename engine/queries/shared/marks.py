"""Marks in long lists: from one of them the next page is read at once, however many rows lie before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted, page_number
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


def beside_mark(
    page: Wanted,
    size: int,
    read: Callable[[Mark | None, bool], Sequence[Any]],
    at: Callable[[Any], tuple[datetime, int]],
) -> Stretch[Any]:
    """The rows of a page that begins beside a mark; where nothing is left there, of the first. ``read`` gives the rows
    of a page and one more in the order of the list: behind a mark, ahead of it where it is told so, or from the
    beginning. ``at`` says where a row lies: its moment and its number."""
    after, before = mark_of(page.after), mark_of(page.before)
    backwards = after is None and before is not None
    mark = after or before
    rows = read(mark, backwards)
    if mark is not None and len(rows) <= (size if backwards else 0):
        page, mark, backwards = BEGINNING, None, False
        rows = read(None, False)
    shown = rows[-size:] if backwards else rows[:size]
    goes_on = backwards or len(rows) > size
    first, last = (str(Mark(*at(shown[end]))) if shown else "" for end in (0, -1))
    number = page_number(page, None, is_last=not goes_on) if mark else 1
    return Stretch(tuple(shown), number, None, before=first if mark else "", after=last if goes_on else "")
