"""Numbers that are kept beside the rows they are counted from: what a set of them is, and where one differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums by ``key`` of ``numbers``, the changes that are not in them yet, and the same counted from the rows.
    ``lets_go``: a sum of nothing is no row, where there is a key for every day."""

    kept: type[Any]
    change: type[Any]
    key: Sequence[str]
    numbers: Sequence[str]
    counted: Callable[[], Iterator[Select[*tuple[Any, ...]]]]
    lets_go: bool = False

    def parts(self) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
        """What is folded and what is not: a number is the sum of both, read in one statement."""
        names = (*self.key, *self.numbers)
        folded, fresh = (select(*(getattr(of, name) for name in names)) for of in (self.kept, self.change))
        return folded, fresh


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what the rows come to: of which sums, of what, and by how much it is too high."""

    table: str
    key: tuple[Any, ...]
    number: str
    too_high: int
