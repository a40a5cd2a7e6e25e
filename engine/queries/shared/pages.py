"""Long lists, one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PAGE_SIZE = 50

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list: page ``number`` of ``pages`` (both from 1), and how many there are in ``total``."""

    items: tuple[Item, ...]
    number: int
    pages: int
    total: int


def page_of(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    read: Callable[[Any], Item],
    number: int,
    *,
    size: int = PAGE_SIZE,
    total: int | None = None,
) -> Page[Item]:
    """One page of an ordered statement, each row turned into an item by ``read``. Two statements, however long the
    list, one where the caller knows the ``total``; a number beyond the last page gives the last."""
    if total is None:
        total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    rows: Sequence[Any] = session.execute(statement.limit(size).offset((number - 1) * size)).all() if total else ()
    return Page(tuple(read(row) for row in rows), number, pages, total)
