"""Whether a decision table answers every possible case, and with one rule only: found by trying one value of each kind.

Cells only compare with literals, so between two neighbouring literals every value is treated alike. Trying each
literal, one value in every interval between them, and every choice of a select covers all cases of the table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import pairwise, product
from math import prod
from operator import and_
from typing import Any, Final, Literal

from engine.packages.feel import UnaryTests
from engine.packages.forms import Component, Limit

_MOST_CASES: Final = 50_000
_MOST_ASKED: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: one cell for each input, and the line of the file on which it begins."""

    id: str
    tests: tuple[UnaryTests, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A case in words that no rule answers, or that several do; or that the table is too large to try every case."""

    kind: Literal["gap", "overlap", "too-large"]
    case: str
    rows: tuple[Row, ...]


def find(
    inputs: tuple[str, ...], rows: tuple[Row, ...], asked: Mapping[str, Component], *, left_out: bool
) -> Iterator[Finding]:
    """The first gap and the first overlap; ``asked`` are the questions behind the inputs, ``left_out`` whether
    cases are tried in which an answer that may be left out is."""
    tried = [candidates(rows, place, asked[name], left_out) for place, name in enumerate(inputs)]
    if prod(map(len, tried)) > _MOST_CASES or is_too_large(rows, tried):
        yield Finding("too-large", "", ())
        return
    told: set[str] = set()
    accepted = [accepting(rows, place, values) for place, values in enumerate(tried)]
    for values in product(*(range(len(column)) for column in tried)):
        matching = reduce(and_, (masks[value] for masks, value in zip(accepted, values, strict=True)), _all(rows))
        kind: Literal["gap", "overlap"] = "overlap" if matching else "gap"
        if matching.bit_count() != 1 and kind not in told:
            told.add(kind)
            said = (_said(column[value]) for column, value in zip(tried, values, strict=True))
            case = ", ".join(f"{name} = {value}" for name, value in zip(inputs, said, strict=True))
            yield Finding(kind, case, tuple(row for place, row in enumerate(rows) if matching >> place & 1))


def may_be_left_out(component: Component) -> bool:
    """Whether there are cases without an answer to this question."""
    return component.kind.scalar != "boolean" and not (component.required and component.hide is None)


def _all(rows: tuple[Row, ...]) -> int:
    return (1 << len(rows)) - 1


def is_too_large(rows: tuple[Row, ...], tried: list[list[Any]]) -> bool:
    """Whether asking every cell for every value of its column takes longer than anybody waits."""
    return len(rows) * sum(map(len, tried)) > _MOST_ASKED


def accepting(rows: tuple[Row, ...], place: int, values: list[Any]) -> list[int]:
    """For each value of a column the rows whose cell accepts it, as bits."""
    cells = {row.tests[place].source: row.tests[place] for row in rows}
    accepted = {source: _accepted(cell, values) for source, cell in cells.items()}
    columns = [accepted[row.tests[place].source] for row in rows]
    return [sum(1 << at for at, column in enumerate(columns) if column[number]) for number in range(len(values))]


def _accepted(cell: UnaryTests, values: list[Any]) -> list[bool]:
    """Whether a cell accepts each value; of the numbers between two that it compares with, one alone is asked."""
    marks = sorted(Decimal(one) for one in cell.literals if isinstance(one, (int, Decimal)))
    known: dict[tuple[int, int], bool] = {}
    found = []
    for value in values:
        if not isinstance(value, Decimal):
            found.append(cell.accept(value))
            continue
        between = bisect_left(marks, value), bisect_right(marks, value)
        if between not in known:
            known[between] = cell.accept(value)
        found.append(known[between])
    return found


def candidates(rows: tuple[Row, ...], place: int, component: Component, left_out: bool) -> list[Any]:
    """One value of every kind that this question may be answered with, null when it may be left out."""
    missing = [None] if left_out and may_be_left_out(component) else []
    if component.kind.scalar == "boolean":
        return [True, False]
    if component.options:
        return [option.value for option in component.options] + missing
    literals = {literal for row in rows for literal in row.tests[place].literals}
    numbers = sorted(
        {
            Decimal(literal)
            for literal in literals
            if isinstance(literal, (int, Decimal)) and not isinstance(literal, bool)
        }
    )
    if component.kind.scalar == "number":
        return _numbers(numbers, component) + missing
    texts = sorted(literal for literal in literals if isinstance(literal, str))
    around = _around(texts, component) if any(row.tests[place].orders for row in rows) else []
    return [*texts, "".join(texts) + "…", *around, *missing]


def _around(texts: list[str], component: Component) -> list[str]:
    """A text before the first and one behind each; of days and times of day those beside each, within the limits.

    Limits that move with the day of the application (``today``) let pass what they let pass then: nothing is tried
    beyond the days of the table on that side.
    """
    beside = component.kind.beside
    if beside is None:
        before = [chr(ord(text[0]) - 1) for text in texts[:1] if text > "!"]
        return [*before, *(text + "…" for text in texts)]
    found = [near for text in texts for near in beside(text)]
    low, high = _end(component.minimum, texts[:1], beside), _end(component.maximum, texts[-1:], beside)
    return [text for text in found if (not low or low <= text) and (not high or text <= high)]


def _end(limit: Limit | None, outermost: list[str], beside: Callable[[str], tuple[str, ...]]) -> str:
    """The limit, or the outermost day of the table where the limit moves; empty where there is none."""
    fixed = isinstance(limit, str) and beside(limit)
    return str(limit) if fixed else "".join(outermost) if limit is not None else ""


def _numbers(marks: list[Decimal], component: Component) -> list[Any]:
    step = Decimal(1).scaleb(-component.decimals)
    low = component.minimum if isinstance(component.minimum, Decimal) else min([*marks, Decimal(0)]) - step
    high = component.maximum if isinstance(component.maximum, Decimal) else max([*marks, Decimal(0)]) + step
    points = sorted({low, high, *marks})
    between = [(first + second) / 2 for first, second in pairwise(points) if second - first > step]
    inside = {point.quantize(step) for point in [*points, *between]}
    return sorted(point for point in inside if low <= point <= high)


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value)
