"""All cases that no rule of a decision table answers, or that several do, each as the cells of a rule for just these.

Values that every cell of a column treats alike are looked at once, so that many cases are told as few: the same values
as ``engine.packages.coverage`` tries, put together again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import product
from math import prod
from operator import and_
from typing import Any, Final

from engine.packages.coverage import Row, accepting, candidates, is_too_large
from engine.packages.feel_words import is_day
from engine.packages.forms import Component

MOST_TOLD: Final = 20
"""So many gaps, and so many overlaps, are told of a table; more help nobody."""
_MOST_LOOKED_AT: Final = 50_000
ANYTHING: Final = "-"
_Values = frozenset[int]
_Box = tuple[_Values, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that are answered alike: a cell for each input that accepts exactly their values, and the rules that
    match, by their ids; none for a gap."""

    cells: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a table leaves open and what it answers twice. ``is_whole``: every case was looked at, and all is told."""

    gaps: tuple[Cases, ...]
    overlaps: tuple[Cases, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Column:
    """An input: the values tried, and those that all rules treat alike, each with these rules as bits."""

    component: Component
    values: Sequence[Any]
    marks: frozenset[Decimal]
    groups: tuple[tuple[int, _Values], ...]


def answered(
    inputs: tuple[str, ...], rows: tuple[Row, ...], asked: Mapping[str, Component], *, left_out: bool
) -> Answered:
    """The gaps and overlaps of a table; ``asked`` are the questions behind the inputs, ``left_out`` whether cases count
    in which an answer that may be left out is."""
    tried = [candidates(rows, place, asked[name], left_out) for place, name in enumerate(inputs)]
    if is_too_large(rows, tried):
        return Answered((), (), is_whole=False)
    columns = [_column(rows, place, asked[name], tried[place]) for place, name in enumerate(inputs)]
    if prod(len(column.groups) for column in columns) > _MOST_LOOKED_AT:
        return Answered((), (), is_whole=False)
    found: dict[int, list[_Box]] = {}
    for groups in product(*(column.groups for column in columns)):
        matching = reduce(and_, (mask for mask, _ in groups), (1 << len(rows)) - 1)
        if matching.bit_count() != 1:
            found.setdefault(matching, []).append(tuple(values for _, values in groups))
    gaps = [Cases(_cells(columns, box), ()) for box in _joined(found.pop(0, []))]
    overlaps = [
        Cases(_cells(columns, box), tuple(row.id for place, row in enumerate(rows) if matching >> place & 1))
        for matching, boxes in found.items()
        for box in _joined(boxes)
    ]
    is_whole = max(len(gaps), len(overlaps)) <= MOST_TOLD
    return Answered(tuple(gaps[:MOST_TOLD]), tuple(overlaps[:MOST_TOLD]), is_whole)


def _column(rows: tuple[Row, ...], place: int, component: Component, values: list[Any]) -> _Column:
    groups: dict[int, set[int]] = {}
    for at, mask in enumerate(accepting(rows, place, values)):
        groups.setdefault(mask, set()).add(at)
    literals = (literal for row in rows for literal in row.tests[place].literals)
    marks = frozenset(Decimal(one) for one in literals if isinstance(one, (int, Decimal)) and not isinstance(one, bool))
    return _Column(component, values, marks, tuple((mask, frozenset(ats)) for mask, ats in groups.items()))


def _joined(boxes: Sequence[_Box]) -> list[_Box]:
    """The same cases in fewer boxes: those that differ in one column alone become one, the last column first: what a
    table is divided by stands in its first columns."""
    joined = list(boxes)
    for place in reversed(range(len(boxes[0]) if boxes else 0)):
        together: dict[_Box, _Values] = {}
        for box in joined:
            others = (*box[:place], *box[place + 1 :])
            together[others] = together.get(others, frozenset()) | box[place]
        joined = [(*others[:place], values, *others[place:]) for others, values in together.items()]
    return joined


def _cells(columns: Sequence[_Column], box: _Box) -> tuple[str, ...]:
    return tuple(_cell(column, values) for column, values in zip(columns, box, strict=True))


def _cell(column: _Column, ats: _Values) -> str:
    """A cell that accepts these of the values and what lies between them."""
    if len(ats) == len(column.values):
        return ANYTHING
    missing = any(column.values[at] is None for at in ats)
    there = [at for at, value in enumerate(column.values) if value is not None]
    given = [at for at in there if at in ats]
    if missing and not given:
        return "null"
    if len(given) == len(there):
        return "not(null)"
    ordered = column.component.kind.scalar == "number" or column.component.kind.beside is not None
    listed = list(_ranges(column, there, given) if ordered else _listed(column, there, given))
    return ", ".join([*(["null"] if missing else []), *listed])


def _listed(column: _Column, there: Sequence[int], given: Sequence[int]) -> Iterator[str]:
    """Choices and texts by name; texts that no cell names by those that they are not."""
    if column.component.options or column.component.kind.scalar == "boolean":
        yield from (written(column.values[at]) for at in given)
        return
    named = [at for at in there if not str(column.values[at]).endswith("…")]
    if any(at not in named for at in given):
        others = ", ".join(written(column.values[at]) for at in named if at not in given)
        yield f"not({others})" if others else ANYTHING
    else:
        yield from (written(column.values[at]) for at in given)


def _ranges(column: _Column, there: Sequence[int], given: Sequence[int]) -> Iterator[str]:
    """Numbers and days, those that follow each other as a range."""
    order = sorted((at for at in there if not str(column.values[at]).endswith("…")), key=lambda at: column.values[at])
    values = [column.values[at] for at in order]
    wanted = [at in given for at in order]
    place = 0
    while place < len(values):
        end = place
        while end < len(values) and wanted[end]:
            end += 1
        if end > place:
            yield _range(_low(column, values, place), _high(column, values, end - 1))
        place = end + 1


def _low(column: _Column, values: Sequence[Any], place: int) -> Any:
    """The least value of a range that begins there; None where it has no beginning."""
    if place == 0:
        return values[0] if isinstance(column.component.minimum, Decimal) else None
    return values[place] if _is_mark(column, values, place) else values[place - 1] + _step(column)


def _high(column: _Column, values: Sequence[Any], place: int) -> Any:
    """The greatest value of a range that ends there; None where it has no end."""
    if place == len(values) - 1:
        return values[-1] if isinstance(column.component.maximum, Decimal) else None
    return values[place] if _is_mark(column, values, place) else values[place + 1] - _step(column)


def _is_mark(column: _Column, values: Sequence[Any], place: int) -> bool:
    """Whether a value stands for itself alone; days beside those of a table do."""
    return not isinstance(values[place], Decimal) or values[place] in column.marks


def _step(column: _Column) -> Decimal:
    return Decimal(1).scaleb(-column.component.decimals)


def _range(low: Any, high: Any) -> str:
    if low is None:
        return f"<= {written(high)}"
    if high is None:
        return f">= {written(low)}"
    return written(low) if low == high else f"[{written(low)}..{written(high)}]"


def written(value: Any) -> str:
    """A value as a cell says it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    text = str(value)
    return text if is_day(text) else f'"{text}"'
