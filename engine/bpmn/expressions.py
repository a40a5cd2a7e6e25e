"""The expression language of diagrams: simpleeval, cut down to what a rule of an office needs.

Names, numbers, texts, lists, records, comparison, arithmetic, `and or not`, `a if b else c`, and calls of registered
functions by name. No methods, comprehensions, formats, lambdas or names that begin with an underscore. Whatever is
outside is refused when the file is read, so that a running case never meets it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import simpleeval

from engine.bpmn.functions import KNOWN, BpmnErrorRaised
from engine.bpmn.values import LARGEST_NUMBER, LARGEST_VALUE, plain

LONGEST_SOURCE: Final = 2_000
_DEEPEST: Final = 40
_CONSTANTS: Final = {"true": True, "false": False, "null": None, "none": None}

_ALLOWED: Final = (
    ast.Expression, ast.Expr, ast.Constant, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Slice,
    ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
    ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
    ast.Is, ast.IsNot, ast.IfExp, ast.Call, ast.List, ast.Tuple, ast.Dict,
)  # fmt: skip


class ExpressionInvalid(Exception):
    """The text is not an expression of the language; the message says why, for the analyst."""


class ExpressionFailed(Exception):
    """The expression is well formed but could not be computed with these variables."""

    def __init__(self, expression: str, reason: str) -> None:
        self.expression, self.reason = expression, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression: its source, what it reads and what it calls."""

    source: str
    tree: ast.expr
    names: frozenset[str]
    functions: frozenset[str]


def compile_expression(source: str) -> Expression:
    """The expression, ready to be evaluated any number of times; raises ExpressionInvalid."""
    return compile_tree(parse_source(source, "eval").body, source.strip())  # type: ignore[arg-type]


def parse_source(source: str, mode: str) -> ast.Expression | ast.Module:
    """Python's own syntax tree of a bounded source."""
    written = source.strip()
    if not written:
        raise ExpressionInvalid("it is empty")
    if len(written) > LONGEST_SOURCE:
        raise ExpressionInvalid(f"it is longer than {LONGEST_SOURCE} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(written, mode=mode)
    except SyntaxError as mistake:
        raise ExpressionInvalid(f"it cannot be read: {mistake.msg}") from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise ExpressionInvalid("it cannot be read") from None
    if not isinstance(tree, (ast.Expression, ast.Module)):
        raise ExpressionInvalid("it cannot be read")
    return tree


def compile_tree(tree: ast.expr, source: str) -> Expression:
    """Check a syntax tree against the language and note what it reads and calls."""
    names: set[str] = set()
    functions: set[str] = set()
    called: set[ast.AST] = set()
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise ExpressionInvalid(f"it is nested deeper than {_DEEPEST} levels")
        for node in level:
            _check(node, names, functions, called)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    for name in functions:
        if name not in KNOWN:
            raise ExpressionInvalid(f"there is no function named {name}")
    return Expression(source, tree, frozenset(names - _CONSTANTS.keys()), frozenset(functions))


def _check(node: ast.AST, names: set[str], functions: set[str], called: set[ast.AST]) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionInvalid(f"{type(node).__name__} is not part of the expression language")
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name):
            raise ExpressionInvalid("only functions can be called, by their name")
        if node.keywords:
            raise ExpressionInvalid("functions take their values in order, without names")
        functions.add(node.func.id)
        called.add(node.func)
    elif isinstance(node, ast.Name):
        _check_name(node.id)
        if node not in called:
            names.add(node.id)
    elif isinstance(node, ast.Attribute):
        _check_name(node.attr)
    elif isinstance(node, ast.Dict) and None in node.keys:
        raise ExpressionInvalid("** is not part of the expression language")
    elif isinstance(node, ast.Constant):
        _check_constant(node.value)


def _check_name(name: str) -> None:
    if name.startswith("_"):
        raise ExpressionInvalid(f"the name {name} begins with an underscore")


def _check_constant(value: object) -> None:
    if not isinstance(value, (str, int, float, bool, type(None))):
        raise ExpressionInvalid(f"{type(value).__name__} values are not part of the expression language")
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise ExpressionInvalid("a number is too large")


class Evaluator(simpleeval.EvalWithCompoundTypes):  # type: ignore[misc]
    """simpleeval with a closed list of functions, attributes on records only, and bounded results."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(operators=_OPERATORS, functions={}, names={})
        self.functions = dict(functions)

    def value_of(self, expression: Expression, variables: Mapping[str, Any]) -> Any:
        """The expression's value, plain JSON only. BpmnErrorRaised passes through; all else is ExpressionFailed."""
        self.names = variables
        try:
            return plain(self.eval(expression.source, expression.tree))
        except (BpmnErrorRaised, ExpressionFailed):
            raise
        except simpleeval.NameNotDefined as missing:
            raise ExpressionFailed(expression.source, f"there is no variable named {missing.name}") from None
        except simpleeval.FunctionNotDefined as missing:
            raise ExpressionFailed(expression.source, f"the function {missing.func_name} was not supplied") from None
        except RecursionError:
            raise ExpressionFailed(expression.source, "it is nested too deeply") from None
        except Exception as reason:
            # Whatever a registered function or an operator raises is a failure of this expression, never of the house.
            raise ExpressionFailed(expression.source, _in_words(reason)) from None

    def _check_disallowed_items(self, item: Any) -> None:
        """The language cannot produce modules or functions, so values need no walk after every step."""

    def _eval_name(self, node: ast.Name) -> Any:
        if node.id in self.names:
            return self.names[node.id]
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
        raise simpleeval.NameNotDefined(node.id, self.expr)

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        record = self._eval(node.value)
        if not isinstance(record, Mapping) or node.attr not in record:
            raise simpleeval.AttributeDoesNotExist(node.attr, self.expr)
        return record[node.attr]


def _in_words(reason: Exception) -> str:
    if isinstance(reason, ZeroDivisionError):
        return "division by zero"
    if isinstance(reason, KeyError):
        return f"there is no entry {reason}"
    return str(reason)[:300] or type(reason).__name__


def _bounded_add(left: Any, right: Any) -> Any:
    if isinstance(left, (list, str, tuple)) and isinstance(right, (list, str, tuple)):
        _fits(len(left) + len(right))
    return left + right


def _bounded_multiply(left: Any, right: Any) -> Any:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (list, str, tuple)) and isinstance(other, int):
            _fits(len(one) * other)
    return left * right


def _remainder(left: Any, right: Any) -> Any:
    if not isinstance(left, (int, float)):
        raise TypeError("% takes numbers")
    return left % right


def _fits(size: int) -> None:
    if size > LARGEST_VALUE:
        raise ValueError("the value is too large")


_OPERATORS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    **{
        operator: simpleeval.DEFAULT_OPERATORS[operator]
        for operator in (
            ast.Sub, ast.Div, ast.FloorDiv, ast.Eq, ast.NotEq, ast.Gt, ast.Lt, ast.GtE, ast.LtE,
            ast.Not, ast.USub, ast.UAdd, ast.In, ast.NotIn, ast.Is, ast.IsNot,
        )
    },
    ast.Add: _bounded_add,
    ast.Mult: _bounded_multiply,
    ast.Mod: _remainder,
}  # fmt: skip
