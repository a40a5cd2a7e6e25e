"""The two kinds of numbers: those of diagrams (IEEE 754), and decimals in which money is counted."""

from __future__ import annotations

import ast
import decimal
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.bpmn.language.reasons import Unfit, because
from engine.bpmn.language.values import number_within

Numbers = Mapping[type[ast.operator], Callable[[Any, Any], Any]]

SIGNS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}

BINARY: Final[Numbers] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
"""Whole numbers and fractions as every replay computes them."""

_DECIMAL: Final = decimal.Context(prec=1_000, traps=[decimal.Inexact, decimal.InvalidOperation])
EXACT: Final[Numbers] = {ast.Add: _DECIMAL.add, ast.Sub: _DECIMAL.subtract, ast.Mult: _DECIMAL.multiply}
"""Decimals that are never rounded, and therefore never divided."""


def computed(numbers: Numbers, operation: type[ast.operator], left: Any, right: Any) -> Any:
    """The result; raises Unfit where there is none within bounds, or where these numbers have no such operation."""
    compute = numbers.get(operation)
    if compute is None:
        raise Unfit(because("part", part=SIGNS.get(operation, operation.__name__)))
    try:
        return number_within(compute(left, right))
    except ZeroDivisionError:
        raise Unfit(because("zero")) from None
    except (OverflowError, decimal.DecimalException):
        raise Unfit(because("number-large")) from None


def as_decimal(value: Any) -> Any:
    """The value with every fraction as the decimal that people write for it: 0.1 is a tenth."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [as_decimal(entry) for entry in value]
    return {name: as_decimal(entry) for name, entry in value.items()} if isinstance(value, dict) else value
