"""What can be told of an expression before any case runs."""

from __future__ import annotations

import ast
from typing import Any

from engine.bpmn.language.evaluating import Evaluator
from engine.bpmn.language.expressions import CONSTANTS, Expression
from engine.bpmn.language.functions import BUILT_IN


def constant_of(expression: Expression) -> tuple[Any] | None:
    """The value that the expression has in every case, in a tuple; None where variables, the moment or the office
    decide. Raises ExpressionFailed for one that fails in every case, such as ``1 / 0``. ``kind_of`` names its kind."""
    if expression.names or not expression.functions <= BUILT_IN.keys() - {"bpmn_error"}:
        return None
    return (Evaluator(BUILT_IN).value_of(expression, {}),)


def bare_word(expression: Expression) -> str | None:
    """The name of a variable, where the expression is nothing else: perhaps a text whose quotes were forgotten."""
    tree = expression.tree
    return tree.id if isinstance(tree, ast.Name) and tree.id not in CONSTANTS else None
