"""What an expression compares a name with, where that is written down: ``kind == "hotel"``, ``kind in ["a", "b"]``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from engine.bpmn.language.cells import Literal, literal_of
from engine.bpmn.language.expressions import CONSTANTS, Expression


def compared_in(expression: Expression) -> Iterator[tuple[str, Literal]]:
    """Every name with each number, text, truth value or nothing with which it is compared, wherever that is."""
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Compare):
            for left, right in pairwise([node.left, *node.comparators]):
                yield from _pair(left, right)
                yield from _pair(right, left)


def _pair(name: ast.expr, other: ast.expr) -> Iterator[tuple[str, Literal]]:
    if not isinstance(name, ast.Name) or name.id in CONSTANTS:
        return
    for part in other.elts if isinstance(other, (ast.List, ast.Tuple)) else [other]:
        literal = literal_of(part)
        if literal is not None:
            yield name.id, literal[0]


def ordered_in(expression: Expression) -> frozenset[str]:
    """Every name that is compared by order (``<``, ``>=``), unless the expression also compares it with nothing."""
    ordered: set[str] = set()
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Compare) and any(isinstance(sign, _ORDERS) for sign in node.ops):
            names = (part.id for part in (node.left, *node.comparators) if isinstance(part, ast.Name))
            ordered.update(name for name in names if name not in CONSTANTS)
    return frozenset(ordered - {name for name, value in compared_in(expression) if value is None})


_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
