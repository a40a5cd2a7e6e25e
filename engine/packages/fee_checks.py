"""Whether a fee table answers every possible case, and with one rule only: found by trying one value of each kind.

Cells only compare with literals, so between two neighbouring literals every value is treated alike. Trying each
literal, one value in every interval between them, and every choice of a select covers all cases of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any, Final

from engine.packages.fees import FeeTable
from engine.packages.forms import Component
from engine.packages.problems import Problem, error, warning

_MOST_CASES: Final = 50_000


def check_coverage(table: FeeTable, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """The first case without a fee, and the first with two where the table is UNIQUE; `asked` are the questions."""
    tried = [_candidates(table, place, asked[name]) for place, name in enumerate(table.inputs)]
    if prod(map(len, tried)) > _MOST_CASES:
        yield warning(table.file, "fee-coverage", "The table is too large to be checked for gaps and overlaps.")
        return
    gap_told = overlap_told = False
    for values in product(*tried):
        found = [row for row in table.rows if row.matches(values)]
        case = ", ".join(f"{name} = {_said(value)}" for name, value in zip(table.inputs, values, strict=True))
        if not found and not gap_told:
            gap_told = True
            yield error(table.file, "fee-gap", f"No rule gives a fee when {case}; add one.")
        if len(found) > 1 and table.hit_policy == "UNIQUE" and not overlap_told:
            overlap_told = True
            rules = " and ".join(row.id for row in found)
            yield error(
                table.file,
                "fee-overlap",
                f"{rules} both match when {case}, which UNIQUE forbids; change one, or use FIRST or COLLECT.",
                line=found[1].source_line,
            )


def _candidates(table: FeeTable, place: int, component: Component) -> list[Any]:
    """One value of every kind that this question may be answered with, null when it may be left out."""
    missing = [] if component.required and component.hide is None else [None]
    if component.type == "checkbox":
        return [True, False]
    if component.options:
        return [option.value for option in component.options] + missing
    literals = {literal for row in table.rows for literal in row.tests[place].literals}
    numbers = sorted(
        {
            Decimal(literal)
            for literal in literals
            if isinstance(literal, (int, Decimal)) and not isinstance(literal, bool)
        }
    )
    if component.type in ("number", "money"):
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
