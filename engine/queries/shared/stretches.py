"""Long lists read by their order: a page begins beside an item, so it costs the same wherever it lies.

A list is made of *ways*: each is a condition that one index answers in the order of the list, and an item may lie on
several. A page is the first of each way, put in order and cut; the database reads no more than that. Counting stops at
a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import (
    ColumnExpressionArgument,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    func,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

Item = TypeVar("Item")
Columns = tuple[SQLColumnExpression[Any], ...]
Way = tuple[ColumnExpressionArgument[bool], ...]

_KEY: Final = "key_in_list"
_MOST_DIGITS: Final = 18
MOST_COUNTED: Final = 1_000
"""How far lists are counted. A count beyond it is ``MOST_COUNTED + 1`` and says that there are more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of a list: what follows the item with the key ``after``, what lies ahead of the one with the key
    ``before``, else the beginning. ``number`` is which page that is by the reader's own count."""

    after: str = ""
    before: str = ""
    number: int = 1


BEGINNING: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Item]):
    """A page of a list: ``before`` and ``after`` are the keys of the items beside which its neighbours begin, empty
    where there is none. It is page ``number`` of ``pages`` (both from 1) as far as its reader counted; of a list too
    long to be counted ``pages`` is empty."""

    items: tuple[Item, ...] = ()
    number: int = 1
    pages: int | None = 1
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered: by ``moment``, the items without one last, where it has one; then by ``id``; from the end
    where it is ``newest_first``. ``key`` is what items are called outside: a text, or the id itself."""

    id: SQLColumnExpression[int]
    key: SQLColumnExpression[Any]
    moment: SQLColumnExpression[datetime | None] | None = None
    newest_first: bool = False

    @property
    def columns(self) -> Columns:
        return (self.id,) if self.moment is None else (self.moment, self.id)

    def place(self, session: Session, key: str) -> tuple[Any, ...] | None:
        """Where the item with this key lies in the list; ``None`` for one that there is not."""
        is_id = self.key is self.id
        if is_id and not (key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS):
            return None
        row = session.execute(select(*self.columns).where(self.key == (int(key) if is_id else key))).one_or_none()
        return None if row is None else tuple(row)

    def beyond(self, place: tuple[Any, ...] | None, *, backwards: bool) -> tuple[Way, ...]:
        """What lies behind this place, or ahead of it, as parts of one way: those with a moment, and those without."""
        if place is None:
            return ((),)
        if self.moment is None:
            return ((self.id < place[0] if backwards else self.id > place[0],),)
        moment, number = place
        if moment is None:
            same = self.moment.is_(None), self.id < number if backwards else self.id > number
            return (same, (self.moment.is_not(None),)) if backwards else (same,)
        beside = tuple_(self.moment, self.id)
        there = beside < (moment, number) if backwards else beside > (moment, number)
        return ((there,),) if backwards else ((there,), (self.moment.is_(None),))


def ordered(columns: Columns, *, backwards: bool = False) -> Columns:
    """The same order over any rows that have the columns of an ``Order``: the last is the id, which none is without."""
    *moments, number = columns
    if backwards:
        return (*(column.desc().nulls_first() for column in moments), number.desc())
    return (*(column.asc().nulls_last() for column in moments), number.asc())


def firsts(
    ways: Sequence[Way], order: Order, most: int, place: tuple[Any, ...] | None = None, *, backwards: bool = False
) -> Subquery:
    """The columns of the order of the first so many items on these ways behind a place, or ahead of it."""
    backwards = backwards != order.newest_first
    parts = [
        select(*order.columns).where(*way, *there).order_by(*ordered(order.columns, backwards=backwards)).limit(most)
        for way in ways
        for there in order.beyond(place, backwards=backwards)
    ]
    if len(parts) == 1:
        return parts[0].subquery()
    together = union(*(select(part.subquery()) for part in parts)).subquery()
    return select(together).order_by(*ordered(tuple(together.c), backwards=backwards)).limit(most).subquery()


def counted(ways: Sequence[Way], order: Order) -> ScalarSelect[int]:
    """How many items lie on these ways, as far as they are counted."""
    return select(func.count()).select_from(firsts(ways, order, MOST_COUNTED + 1)).scalar_subquery()


def count_of(session: Session, ways: Sequence[Way], order: Order) -> int:
    """The same, asked; one statement."""
    return (session.scalar(select(counted(ways, order))) or 0) if ways else 0


def stretch_of(
    session: Session,
    rows: Select[*tuple[Any, ...]],
    read: Callable[[Any], Item],
    wanted: Wanted,
    *,
    ways: Sequence[Way],
    order: Order,
    size: int,
    total: int,
) -> Stretch[Item]:
    """The page of the list of ``total`` items on these ways, each row of ``rows`` turned into an item by ``read``. One
    statement for the first page, two for others. Where nothing is left behind or ahead of an item: the first page."""
    if not ways or not total:
        return Stretch()
    beside, backwards = wanted.after or wanted.before, not wanted.after
    place = order.place(session, beside) if beside else None

    def found(place: tuple[Any, ...] | None, *, backwards: bool = False) -> list[Any]:
        top = firsts(ways, order, size + 1, place, backwards=backwards)
        whole = rows.join(top, top.c.id == order.id).add_columns(order.key.label(_KEY))
        down = backwards != order.newest_first
        return list(session.execute(whole.order_by(*ordered(order.columns, backwards=down))))

    shown = found(place, backwards=backwards) if place else []
    if len(shown) <= (size if backwards else 0):
        place, backwards, shown = None, False, found(None)
    cut = shown[:size][::-1] if backwards else shown[:size]
    has_more = len(shown) > size
    return Stretch(
        tuple(read(row) for row in cut),
        number=max(wanted.number, 2) if place else 1,
        pages=-(-total // size) if total <= MOST_COUNTED else None,
        before=str(cut[0]._mapping[_KEY]) if place else "",
        after=str(cut[-1]._mapping[_KEY]) if has_more or backwards else "",
    )
