"""The part of FEEL (OMG DMN 1.3, chapter 10) that packages may use, and an explicit refusal of everything else.

Three small languages over numbers, texts, `true`, `false` and `null`:

* a condition, for `conditional.hide` and required documents: `rooms > 10 and kind != "homestay"`;
* a unary test, for the cells of a decision table: `-`, `"A"`, `"A", "B"`, `< 5`, `[5..20]`, `not("A")`;
* an amount, for quantities and prices: `rooms * 2`, `15000`.

A comparison with an answer that is not there is false (FEEL's null), except `!=`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.packages.feel_grammar import BadExpression, Bounds, Literal, Node, Parser

__all__ = ["Amount", "BadExpression", "Condition", "UnaryTests", "parse_amount", "parse_condition", "parse_unary_tests"]

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no question about the answers; `names` are the answers it looks at."""

    source: str
    names: frozenset[str]
    _tree: Node

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the condition is true for these answers; an answer that is missing counts as null."""
        return _truth(self._tree, answers)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number computed from the answers; `names` are the answers it needs."""

    source: str
    names: frozenset[str]
    _tree: Node

    def value(self, answers: Mapping[str, Any]) -> Decimal:
        """The number; raises BadExpression when a needed answer is missing or is no number."""
        return _number(self._tree, answers, self.source)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """One cell of a decision table."""

    source: str
    literals: tuple[Literal, ...]
    _alternatives: tuple[Bounds, ...]
    _negated: bool

    def accept(self, value: Any) -> bool:
        """Whether the cell matches the value."""
        return any(_within(value, bounds) for bounds in self._alternatives) != self._negated


def parse_condition(source: str) -> Condition:
    """The condition in `source`, with or without the leading `=` of form-js; raises BadExpression."""
    parser = Parser(source, source.strip().removeprefix("="))
    tree = parser.condition()
    parser.finish()
    return Condition(source, frozenset(parser.names), tree)


def parse_amount(source: str) -> Amount:
    """The arithmetic in `source`: numbers, names, `+`, `-`, `*`, parentheses; raises BadExpression."""
    parser = Parser(source, source)
    tree = parser.sum()
    parser.finish()
    return Amount(source, frozenset(parser.names), tree)


def parse_unary_tests(source: str) -> UnaryTests:
    """The cell of a decision table; an empty cell and `-` accept everything; raises BadExpression."""
    if source.strip() in ("", "-"):
        return UnaryTests(source, (), ((),), False)
    parser = Parser(source, source)
    negated = parser.take("not")
    if negated:
        parser.expect("(")
    tests = [parser.test()]
    while parser.take(","):
        tests.append(parser.test())
    if negated:
        parser.expect(")")
    parser.finish()
    literals = tuple(bound for bounds in tests for _, bound in bounds)
    return UnaryTests(source, literals, tuple(tests), negated)


def _truth(node: Node, answers: Mapping[str, Any]) -> bool:
    if node.kind == "or":
        return any(_truth(part, answers) for part in node.parts)
    if node.kind == "and":
        return all(_truth(part, answers) for part in node.parts)
    if node.kind == "not":
        return not _truth(node.parts[0], answers)
    if node.kind == "compare":
        left, right = (_value(part, answers) for part in node.parts)
        return _compare(node.held, left, right)
    return _value(node, answers) is True


def _value(node: Node, answers: Mapping[str, Any]) -> Any:
    return answers.get(node.held) if node.kind == "name" else node.held


def _within(value: Any, bounds: Bounds) -> bool:
    return all(_compare(sign, value, bound) for sign, bound in bounds)


def _compare(sign: str, left: Any, right: Any) -> bool:
    """FEEL comparison: values of different kinds are never equal and never ordered."""
    if _kind(left) != _kind(right):
        return sign == "!="
    if sign not in ("=", "!=") and _kind(left) not in ("number", "text"):
        return False
    if _kind(left) == "number":
        left, right = _decimal(left), _decimal(right)
    return _COMPARE[sign](left, right)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    return "text" if isinstance(value, str) else type(value).__name__


def _decimal(value: float | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _number(node: Node, answers: Mapping[str, Any], source: str) -> Decimal:
    if node.kind in _ARITHMETIC:
        left, right = (_number(part, answers, source) for part in node.parts)
        return _ARITHMETIC[node.kind](left, right)
    value = _value(node, answers)
    if _kind(value) != "number":
        raise BadExpression(f"“{source}”: “{node.held}” is not a number in these answers.")
    return _decimal(value)
