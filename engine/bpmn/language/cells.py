"""Input cells of decision tables, whatever the table decides: read once, and computed by whoever asks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.bpmn.language.comparing import order, same
from engine.bpmn.language.evaluating import Evaluator
from engine.bpmn.language.expressions import CONSTANTS, Expression
from engine.bpmn.language.moments import duration_of, moment_of
from engine.bpmn.language.unary_tests import VALUE, tests_of

Literal = int | float | Decimal | str | bool | None
Bounds = tuple[tuple[str, Literal], ...]
"""Comparisons with literals that a value must satisfy all, each with its sign."""


@dataclass(frozen=True, slots=True, eq=False)
class UnaryTest:
    """A condition about VALUE, or (``gives``) an expression that gives the value wanted, or a list of those wanted."""

    expression: Expression
    gives: bool = False

    def holds(self, evaluator: Evaluator, value: Any, names: Mapping[str, Any]) -> bool:
        """Whether the value passes; ``names`` hold it as VALUE too."""
        found = evaluator.value_of(self.expression, names)
        if not self.gives:
            return evaluator.counts_as_true(found)
        evaluator.work.look_through(found)
        wanted = found if isinstance(found, list) and not isinstance(value, list) else [found]
        return any(same(one, evaluator.as_read(value)) for one in wanted)

    @property
    def bounds(self) -> Bounds | None:
        """The literals that the value is compared with; None where anything else decides."""
        if self.gives:
            return _bound("==", self.expression.tree)
        return _bounds(self.expression.tree)

    @property
    def is_condition(self) -> bool:
        """Whether a condition stands where the value wanted is expected, so that it compares its own answer."""
        tree = self.expression.tree
        negated = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
        return self.gives and (negated or isinstance(tree, (ast.Compare, ast.BoolOp)))


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """An input cell: true when one of its tests holds, or none when it is negated. No tests: always true."""

    tests: tuple[UnaryTest, ...]
    negated: bool = False

    def accepts(self, evaluator: Evaluator, value: Any, names: Mapping[str, Any]) -> bool:
        """Whether the value passes; ``names`` hold it as VALUE too."""
        if not self.tests:
            return True
        return any(test.holds(evaluator, value, names) for test in self.tests) is not self.negated

    def accepts_alone(self, evaluator: Evaluator, value: Any) -> bool:
        """Whether the value passes a cell that looks at nothing else."""
        return self.accepts(evaluator, value, {VALUE: value})


def read_cell(written: str, compiled: Callable[[str], Expression | None]) -> Cell:
    """The cell; ``compiled`` reads one expression and gives None (or raises) where it cannot."""
    sources, negated = tests_of(written)
    tests = ((compiled(source), gives) for source, gives in sources)
    return Cell(tuple(UnaryTest(expression, gives) for expression, gives in tests if expression is not None), negated)


def literal_of(tree: ast.expr) -> tuple[Literal] | None:
    """The number, text, truth value or nothing that is written there; None where anything else is."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        number = tree.operand.value if isinstance(tree.operand, ast.Constant) else None
        if isinstance(number, bool) or not isinstance(number, (int, float, Decimal)):
            return None
        return (-number,)
    if isinstance(tree, ast.Name) and tree.id in CONSTANTS:
        return (CONSTANTS[tree.id],)
    value: Any = tree.value if isinstance(tree, ast.Constant) else ...
    return None if value is ... else (value,)


def flaws_of(cell: Cell) -> list[str]:
    """What nobody means, by its rule: no value passes (``cell-empty``), something is compared that has no order
    (``cell-order``), or a value is listed twice (``cell-twice``)."""
    bounds = [ends for test in cell.tests if (ends := test.bounds) is not None]
    found = [flaw for ends in bounds if (flaw := _flaw(ends))]
    listed = {tuple((sign, _identity(literal)) for sign, literal in ends) for ends in bounds}
    if not found and len(listed) < len(bounds):
        found.append("cell-twice")
    return list(dict.fromkeys(found))


def _flaw(ends: Bounds) -> str | None:
    lows = [(literal, sign == ">") for sign, literal in ends if sign in (">", ">=")]
    highs = [(literal, sign == "<") for sign, literal in ends if sign in ("<", "<=")]
    try:
        for literal, _ in (*lows, *highs):
            order(literal, literal)
        crossed = [
            order(low, high) + (low_open or high_open) > 0 for low, low_open in lows for high, high_open in highs
        ]
    except TypeError:
        return "cell-order"
    return "cell-empty" if any(crossed) else None


def _identity(literal: Literal) -> tuple[object, ...]:
    """Equal for literals that are the same value, and for no others."""
    if isinstance(literal, str):
        return "text", moment_of(literal) or duration_of(literal) or literal
    return "truth" if isinstance(literal, bool) else "number", literal


def _bounds(tree: ast.expr) -> Bounds | None:
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        parts = [_bounds(part) for part in tree.values]
        return None if None in parts else tuple(bound for part in parts for bound in part or ())
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or type(tree.ops[0]) not in _SIGNS:
        return None
    about_the_value = isinstance(tree.left, ast.Name) and tree.left.id == VALUE
    return _bound(_SIGNS[type(tree.ops[0])], tree.comparators[0]) if about_the_value else None


def _bound(sign: str, tree: ast.expr) -> Bounds | None:
    literal = literal_of(tree)
    return None if literal is None else ((sign, literal[0]),)


_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
