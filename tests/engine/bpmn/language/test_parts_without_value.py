"""What reading would refuse has no value either: the evaluator does not trust that a tree was read by the reader."""

from __future__ import annotations

import ast
import os
from collections import UserDict
from types import SimpleNamespace
from typing import Any

import pytest

from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import Expression
from engine.bpmn.language.functions import BUILT_IN

HOSTILE: dict[str, Any] = {
    "x": {"y": 1},
    "text": "abc",
    "numbers": [3, 1, 2],
    "module": os,
    "function": os.system,
    "kind": type,
    "thing": SimpleNamespace(secret=1),
    "evaluator": Evaluator(BUILT_IN),
}


def unread(source: str) -> Expression:
    """The tree as Python reads it, past the reader of the language."""
    return Expression(source, ast.parse(source, mode="eval").body, frozenset(), frozenset(), 1)


@pytest.mark.parametrize(
    "source",
    [
        "lambda: 1",
        "(lambda: 1)()",
        "[one for one in numbers]",
        "{one for one in numbers}",
        "{one: one for one in numbers}",
        "(one for one in numbers)",
        "f'{x}'",
        "f'{text:>9999999}'",
        "(y := 1)",
        "[*numbers]",
        "max(*numbers)",
        "{**x}",
        "{1, 2}",
        "max(numbers, key=len)",
        "max(numbers, default=1)",
        "2 ** 9",
        "1 << 9",
        "1 | 2",
        "~1",
        "numbers @ numbers",
        "__import__('os')",
        "open('x')",
        "text.upper()",
        "text.__class__",
        "x.__class__",
        "x.items",
        "x.get('y')",
        "numbers.sort",
        "numbers.__len__",
        "len.__self__",
        "max.__globals__",
        "''.__class__.__mro__",
        "'{0.__class__}'.format(x)",
        "module.system('true')",
        "module.system",
        "module",
        "function('true')",
        "function",
        "kind('X')",
        "thing.secret",
        "evaluator.functions",
        "evaluator",
        "numbers[evaluator]",
        "{module: 1}",
        "[module]",
        "module == 1 or module",
        "x[0]()",
        "(max if true else min)(1, 2)",
        "await x",
        "...",
        "b'x'",
        "1j",
    ],
)
def test_a_part_outside_the_language_has_no_value(source: str) -> None:
    with pytest.raises(ExpressionFailed):
        Evaluator(BUILT_IN).value_of(unread(source), HOSTILE)


def test_names_that_look_like_the_inside_of_python_are_names_of_entries_only() -> None:
    record = {"__class__": "an entry", "keys": "another"}
    assert Evaluator({}).value_of(unread("r.__class__ + r.keys"), {"r": record}) == "an entryanother"


def test_a_mapping_of_the_caller_is_asked_for_entries_only() -> None:
    caller: Any = UserDict({"data": "an entry"})
    assert Evaluator({}).value_of(unread("r.data"), {"r": caller}) == "an entry"


def test_a_tree_too_deep_for_the_machine_is_a_failure_and_no_crash() -> None:
    tree: ast.expr = ast.Constant(1)
    for _ in range(50_000):
        tree = ast.UnaryOp(ast.USub(), tree)
    with pytest.raises(ExpressionFailed, match="nested"):
        Evaluator({}).value_of(Expression("deep", tree, frozenset(), frozenset(), 1), {})
    while isinstance(tree, ast.UnaryOp):  # taken apart one by one: freeing it at once would recurse as deep
        tree = tree.operand
