"""Whether a decision table answers every possible case, and with one rule only: found by trying one value of each kind.

Cells only compare with literals, so between two neighbouring literals every value is treated alike. Trying each
literal, one value in every interval between them, and every choice of a select covers all cases of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any, Final, Literal

from engine.packages.feel import UnaryTests
from engine.packages.forms import Component

_MOST_CASES: Final = 50_000


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
    """The first gap and the first overlap; `asked` are the questions behind the inputs, `left_out` whether cases are
    tried in which an answer that may be left out is."""
    tried = [_candidates(rows, place, asked[name], left_out) for place, name in enumerate(inputs)]
    if prod(map(len, tried)) > _MOST_CASES:
        yield Finding("too-large", "", ())
        return
    told: set[str] = set()
    for values in product(*tried):
        found = tuple(row for row in rows if _matches(row, values))
        kind: Literal["gap", "overlap"] = "overlap" if found else "gap"
        if len(found) != 1 and kind not in told:
            told.add(kind)
            case = ", ".join(f"{name} = {_said(value)}" for name, value in zip(inputs, values, strict=True))
            yield Finding(kind, case, found)


def may_be_left_out(component: Component) -> bool:
    """Whether there are cases without an answer to this question."""
    return component.kind.scalar != "boolean" and not (component.required and component.hide is None)


def _matches(row: Row, values: tuple[Any, ...]) -> bool:
    return all(test.accept(value) for test, value in zip(row.tests, values, strict=True))


def _candidates(rows: tuple[Row, ...], place: int, component: Component, left_out: bool) -> list[Any]:
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
    texts = [literal for literal in literals if isinstance(literal, str)]
    return [*texts, "".join(texts) + "…", *missing]


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
