"""Lists of which only some items are wanted, by what no index answers: they are looked at one by one in the order of
the list, and after ``MOST_LOOKED`` the page ends with what was found. Its reader is told, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.queries.shared.stretches import (
    KEPT,
    KEY,
    Form,
    Order,
    Stretch,
    Wanted,
    Way,
    at_most,
    beside_place,
    firsts,
    ordered,
)

Item = TypeVar("Item")
MOST_LOOKED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is wanted of the items on some ways: each of ``tests``, over ``tested``, which has no more than they need.
    Of those that are wanted ``rows`` are read. ``is_kept``: the same objects come again, so its statements are kept."""

    rows: Select[*tuple[Any, ...]]
    tested: Select[*tuple[Any, ...]]
    ways: tuple[Way, ...]
    order: Order
    tests: tuple[ColumnElement[bool], ...]
    is_kept: bool = True

    def page(self, form: Form, size: int, most: int, *, backwards: bool) -> Select[*tuple[Any, ...]]:
        """The first so many that are wanted among the first ``most``, which are looked at. In the order of the looking,
        so that it ends with the last of them and nothing has to be put in order."""
        looked = firsts(self.ways, self.order, most, form, backwards=backwards)
        tested = self.tested.with_only_columns(*looked.c).join(looked, looked.c.id == self.order.id).where(*self.tests)
        wanted = at_most(tested.order_by(*ordered(tuple(looked.c), backwards=backwards)), size).subquery()
        whole = self.rows.join(wanted, wanted.c.id == self.order.id).add_columns(self.order.key.label(KEY))
        return whole.order_by(*ordered(tuple(wanted.c), backwards=backwards))

    def last_looked_at(self, form: Form, *, backwards: bool) -> Select[*tuple[Any, ...]]:
        """The key of the item at which looking ended; nothing where the list ended before."""
        looked = firsts(self.ways, self.order, MOST_LOOKED, form, backwards=backwards)
        last = select(looked.c.id).order_by(*ordered(tuple(looked.c), backwards=backwards)).offset(MOST_LOOKED - 1)
        return select(self.order.key).where(self.order.id == last.limit(1).scalar_subquery())

    def count(self) -> Select[*tuple[Any, ...]]:
        """How many are wanted among the first that are looked at, and how many these are."""
        looked = firsts(self.ways, self.order, MOST_LOOKED, backwards=self.order.newest_first)
        found = (
            self.tested.with_only_columns(func.count()).join(looked, looked.c.id == self.order.id).where(*self.tests)
        )
        number = select(func.count()).select_from(looked).scalar_subquery()
        return select(found.scalar_subquery(), number)


@lru_cache(maxsize=KEPT)
def _page(sieve: Sieve, form: Form, size: int, most: int, *, backwards: bool) -> Select[*tuple[Any, ...]]:
    return sieve.page(form, size, most, backwards=backwards)


@dataclass(frozen=True, slots=True)
class Sifted:
    """``stretch`` is the page. ``is_cut``: it ends, or begins, where looking ended, and not with the list."""

    stretch: Stretch[Any]
    is_cut: bool = False


def sifted(
    session: Session,
    sieve: Sieve,
    read: Callable[[Any], Item],
    wanted: Wanted,
    values: Mapping[str, object],
    *,
    size: int,
) -> Sifted:
    """The page of what is wanted. At most two statements for the first page, and one more for others."""
    if not sieve.ways:
        return Sifted(Stretch())
    beside, backwards = wanted.after or wanted.before, not wanted.after
    place = sieve.order.place(session, beside) if beside else None
    backwards = backwards and place is not None
    turned = backwards != sieve.order.newest_first
    form, here = beside_place(place)
    values = {**values, **here}
    put_together = _page if sieve.is_kept else Sieve.page
    rows = list(session.execute(put_together(sieve, form, size + 1, MOST_LOOKED, backwards=turned), values))
    end = ""
    if len(rows) <= size:
        end = session.scalar(sieve.last_looked_at(form, backwards=turned), values) or ""
        if backwards and not end:
            return sifted(session, sieve, read, Wanted(), values, size=size)
    return Sifted(_stretch(rows, read, wanted, end, size, backwards=backwards, has_place=place is not None), bool(end))


def _stretch(
    rows: list[Any],
    read: Callable[[Any], Item],
    wanted: Wanted,
    end: str,
    size: int,
    *,
    backwards: bool,
    has_place: bool,
) -> Stretch[Item]:
    shown = rows[:size]
    far = str(shown[-1]._mapping[KEY]) if len(rows) > size else end
    near = (str(shown[0]._mapping[KEY]) if shown else wanted.before or wanted.after) if has_place else ""
    items = tuple(read(row) for row in (shown[::-1] if backwards else shown))
    number = max(2, wanted.number) if has_place else 1
    before, after = (far, near) if backwards else (near, far)
    return Stretch(items, number=number, pages=None if before or after else 1, before=before, after=after)
