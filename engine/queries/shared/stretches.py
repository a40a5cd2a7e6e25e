"""Long lists read by their order: a page begins beside an item, so it costs the same wherever it lies.

A list is made of *ways*: each is a condition that one index answers in the order of the list, and an item may lie on
several. A page is the first of each way, put in order and cut; the database reads no more than that. Counting stops at
a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, Literal, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnExpressionArgument,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage import asking
from storage.asking import Question

Item = TypeVar("Item")
Columns = tuple[SQLColumnExpression[Any], ...]
Way = tuple[ColumnExpressionArgument[bool], ...]

KEY: Final = "key_in_list"
KEPT: Final = 32
"""How many statements of a kind a process keeps put together: a few hundred kB each, for those that are asked most."""
_BY: Final = "value_of_place"
_ID: Final = "id_of_place"
_MOST_DIGITS: Final = 18
Form = Literal["beginning", "beside", "without"]
"""Where a page begins: at the beginning, or beside an item with a value in the order or without one."""
MOST_COUNTED: Final = 1_000
"""How far lists are counted. A count beyond it is ``MOST_COUNTED + 1`` and says that there are more."""


MOST_TURNED: Final = 1_000
"""So many pages somebody may have turned of a list that is too long to be counted."""


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


def page_number(wanted: Wanted, pages: int | None, *, is_last: bool) -> int:
    """Which page beside an item the reader is told it is: by their own count, which a link carried, as far as the list
    allows it now."""
    most = MOST_TURNED if pages is None else pages if is_last else pages - 1
    return max(2, min(wanted.number, most))


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered: by ``by``, a moment or a name, the items without one last, where it has one; then by
    ``id``; from the end where it is ``newest_first``. ``key`` is what items are called outside: a text, or the id
    itself."""

    id: SQLColumnExpression[int]
    key: SQLColumnExpression[Any]
    by: InstrumentedAttribute[Any] | None = None
    newest_first: bool = False

    @property
    def columns(self) -> Columns:
        return (self.id,) if self.by is None else (self.by, self.id)

    def place(self, session: Session, key: str) -> tuple[Any, ...] | None:
        """Where the item with this key lies in the list; ``None`` for one that there is not."""
        is_id = self.key is self.id
        if is_id and not (key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS):
            return None
        row = session.execute(select(*self.columns).where(self.key == (int(key) if is_id else key))).one_or_none()
        return None if row is None else tuple(row)

    def beyond(self, form: Form, *, backwards: bool) -> tuple[Way, ...]:
        """What lies behind a place, or ahead of it, as parts of one way: those with a value, and those without."""
        number: BindParameter[int] = bindparam(_ID)
        if form == "beginning":
            return ((),)
        beside = self.id < number if backwards else self.id > number
        if self.by is None:
            return ((beside,),)
        if form == "without":
            same = self.by.is_(None), beside
            return (same, (self.by.is_not(None),)) if backwards else (same,)
        here, there = tuple_(self.by, self.id), tuple_(bindparam(_BY, type_=self.by.type), number)
        return ((here < there,),) if backwards else ((here > there,), (self.by.is_(None),))


def ordered(columns: Columns, *, backwards: bool = False) -> Columns:
    """The same order over any rows that have the columns of an ``Order``: the last is the id, which none is without."""
    *values, number = columns
    if backwards:
        return (*(column.desc().nulls_first() for column in values), number.desc())
    return (*(column.asc().nulls_last() for column in values), number.asc())


def beside_place(place: tuple[Any, ...] | None) -> tuple[Form, Mapping[str, object]]:
    """Where a page beside this place begins, and the values that stand for the place."""
    value, number = (None, *(place or (None,)))[-2:]
    form: Form = "beginning" if place is None else "without" if value is None else "beside"
    return form, {_BY: value, _ID: number}


def at_most(wanted: Select[*tuple[Any, ...]], most: int) -> Select[*tuple[Any, ...]]:
    """The first so many of these. The number stands in the statement itself: of one that is bound PostgreSQL takes it
    that a tenth of all is wanted, and either goes about it so or plans each time anew, which takes longer than reading.
    """
    return wanted.limit(literal_column(str(most), Integer))


def firsts(ways: Sequence[Way], order: Order, most: int, form: Form = "beginning", *, backwards: bool) -> Subquery:
    """The columns of the order of the first so many items on these ways behind a place, or ahead of it."""
    parts = [
        at_most(select(*order.columns).where(*way, *there).order_by(*ordered(order.columns, backwards=backwards)), most)
        for way in ways
        for there in order.beyond(form, backwards=backwards)
    ]
    if len(parts) == 1:
        return parts[0].subquery()
    together = union(*(select(part.subquery()) for part in parts)).subquery()
    return at_most(select(together).order_by(*ordered(tuple(together.c), backwards=backwards)), most).subquery()


@lru_cache(maxsize=KEPT)
def _page(
    rows: Select[*tuple[Any, ...]], ways: tuple[Way, ...], order: Order, most: int, form: Form, *, backwards: bool
) -> Question:
    """The statement for a page of this form, put together once: it is the same for many readers."""
    top = firsts(ways, order, most, form, backwards=backwards)
    whole = rows.join(top, top.c.id == order.id).add_columns(order.key.label(KEY))
    return Question(whole.order_by(*ordered(order.columns, backwards=backwards)))


def counted(ways: Sequence[Way], order: Order) -> ScalarSelect[int]:
    """How many items lie on these ways, as far as they are counted."""
    first = firsts(ways, order, MOST_COUNTED + 1, backwards=order.newest_first)
    return select(func.count()).select_from(first).scalar_subquery()


def count_of(session: Session, ways: tuple[Way, ...], order: Order, values: Mapping[str, object]) -> int:
    """The same, asked; one statement."""
    return int(asking.row(session, _counting(ways, order), **values)[0]) if ways else 0


@lru_cache(maxsize=KEPT)
def _counting(ways: tuple[Way, ...], order: Order) -> Question:
    return Question(select(counted(ways, order)))


def stretch_of(
    session: Session,
    rows: Select[*tuple[Any, ...]],
    read: Callable[[Any], Item],
    wanted: Wanted,
    *,
    ways: tuple[Way, ...],
    values: Mapping[str, object],
    order: Order,
    size: int,
    total: int,
) -> Stretch[Item]:
    """The page of the list of ``total`` items on these ways, in which ``values`` stand, each row of ``rows`` turned
    into an item by ``read``. One statement for the first page, two for others. Where nothing is left behind or ahead of
    an item: the first page.

    The statement is kept, and found again by ``rows`` and ``ways`` themselves: who asks makes them once."""
    if not ways or not total:
        return Stretch()
    beside, backwards = wanted.after or wanted.before, not wanted.after
    place = order.place(session, beside) if beside else None

    def found(place: tuple[Any, ...] | None, *, backwards: bool = False) -> list[Any]:
        form, beside = beside_place(place)
        page = _page(rows, ways, order, size + 1, form, backwards=backwards != order.newest_first)
        return asking.rows(session, page, **values, **beside)

    shown = found(place, backwards=backwards) if place else []
    if len(shown) <= (size if backwards else 0):
        place, backwards, shown = None, False, found(None)
    cut = shown[:size][::-1] if backwards else shown[:size]
    goes_on = backwards or len(shown) > size
    pages = -(-total // size) if total <= MOST_COUNTED else None
    return Stretch(
        tuple(read(row) for row in cut),
        number=page_number(wanted, pages, is_last=not goes_on) if place else 1,
        pages=pages,
        before=str(getattr(cut[0], KEY)) if place else "",
        after=str(getattr(cut[-1], KEY)) if goes_on else "",
    )
