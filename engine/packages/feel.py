"""The part of FEEL (OMG DMN 1.3, chapter 10) that packages may use, and an explicit refusal of everything else.

Two small languages over numbers, texts, ``true``, ``false`` and ``null``; amounts are a third
(``engine.packages.amounts``):

* a condition, for ``conditional.hide`` and required documents: ``rooms > 10 and kind != "homestay"``;
* a unary test, for the cells of a decision table: ``-``, ``"A"``, ``"A", "B"``, ``< 5``, ``[5..20]``, ``not("A")``,
  ``[2026-01-01..2026-06-30]``.

They are computed by the core, with numbers that are exact and answers that may be missing: a comparison with an answer
that is not there is false (FEEL's null), except ``!=``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.bpmn import (
    OF_ANSWERS,
    Cell,
    Evaluator,
    Expression,
    ExpressionInvalid,
    Reason,
    compared_in,
    compile_exact,
    flaws_of,
    literal_of,
    read_cell,
)
from engine.khmer import Bilingual
from engine.packages.feel_words import (
    A_VALUE_EXPECTED,
    MARK,
    BadExpression,
    Word,
    check_groups,
    is_day,
    refusal,
    words_of,
)

__all__ = ["BadExpression", "Condition", "UnaryTests", "parse_condition", "parse_unary_tests"]

_COMPARISONS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no question about the answers; ``names`` are the answers it looks at."""

    source: str
    names: frozenset[str]
    _expression: Expression

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the condition is true for these answers; an answer that is missing counts as null."""
        return _computed(self._expression, answers) is True

    @property
    def compared(self) -> tuple[tuple[str, Any], ...]:
        """Each answer with each value that it is compared with."""
        return tuple((name.removeprefix(MARK), value) for name, value in compared_in(self._expression))


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """One cell of a decision table; ``literals`` are all values that it compares with, and ``orders`` says whether by
    their order. ``flaws`` is what nobody means in it (by the rules of ``bpmn.flaws_of``)."""

    source: str
    literals: tuple[Any, ...]
    orders: bool
    flaws: tuple[str, ...]
    _cell: Cell

    def accept(self, value: Any) -> bool:
        """Whether the cell matches the value."""
        return self._cell.accepts_alone(Evaluator({}, reading=OF_ANSWERS), value)


def parse_condition(source: str) -> Condition:
    """The condition in ``source``, with or without the leading ``=`` of form-js; raises BadExpression."""
    words = words_of(source, source.strip().removeprefix("="))
    check_groups(source, words)
    if any(word.kind == "day" for word in words):
        raise refusal(source, _DAY_IN_QUOTES)
    expression = _compiled(source, _in_core(words))
    _check_condition(source, expression.tree)
    return Condition(source, _names(expression), expression)


def parse_unary_tests(source: str) -> UnaryTests:
    """The cell of a decision table; an empty cell and ``-`` accept everything; raises BadExpression."""
    words = words_of(source, source)
    cell = read_cell(_in_core(words), lambda part: _compiled(source, part))
    bounds = [test.bounds for test in cell.tests]
    if None in bounds or any(word.kind == "name" and word.written in ("and", "or") for word in words):
        raise refusal(source, _VALUE_OR_RANGE)
    for ends in filter(None, bounds):
        _check_range(source, ends)
    signs = [(sign, literal) for ends in bounds for sign, literal in ends or ()]
    orders = any(sign not in ("==", "!=") for sign, _ in signs)
    return UnaryTests(source, tuple(literal for _, literal in signs), orders, tuple(flaws_of(cell)), cell)


def _in_core(words: list[Word]) -> str:
    return " ".join(word.in_core for word in words)


def _compiled(source: str, in_core: str) -> Expression:
    try:
        return compile_exact(in_core)
    except ExpressionInvalid as invalid:
        raise refusal(source, unmarked(invalid.reason)) from invalid


def unmarked(reason: Reason) -> Bilingual:
    """Why the core cannot read an expression, with the names as their author wrote them."""
    return Bilingual(*(_MARKED.sub("", words) for words in (reason.km, reason)))


def _names(expression: Expression) -> frozenset[str]:
    return frozenset(name.removeprefix(MARK) for name in expression.names)


def _computed(expression: Expression, answers: Mapping[str, Any]) -> Any:
    seen = {MARK + name: answers[name] for name in _names(expression) if name in answers}
    return Evaluator({}, reading=OF_ANSWERS).value_of(expression, seen)


def _check_range(source: str, ends: tuple[tuple[str, Any], ...]) -> None:
    low, high = ends[0][1], ends[-1][1]
    comparable = (_is_number(low) and _is_number(high)) or (_is_day(low) and _is_day(high))
    if len(ends) > 1 and not (comparable and low <= high):
        raise refusal(source, _SMALLER_FIRST)


def _check_condition(source: str, tree: ast.expr) -> None:
    if isinstance(tree, ast.BoolOp):
        for part in tree.values:
            _check_condition(source, part)
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        _check_condition(source, tree.operand)
    elif isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], _COMPARISONS):
        _check_operand(source, tree.left)
        _check_operand(source, tree.comparators[0])
    else:
        _check_operand(source, tree)


def _check_operand(source: str, tree: ast.expr) -> None:
    """A name or a literal; what else the core could compute is no part of these languages."""
    if not isinstance(tree, ast.Name) and literal_of(tree) is None:
        raise refusal(source, A_VALUE_EXPECTED)


def _is_day(value: object) -> bool:
    return isinstance(value, str) and is_day(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


_MARKED: Final = re.compile(MARK + "(?=[A-Za-z_])")
_DAY_IN_QUOTES: Final = Bilingual("ថ្ងៃត្រូវដាក់ក្នុងសញ្ញា “…” នៅទីនេះ", "a day stands in quotes here")
_VALUE_OR_RANGE: Final = Bilingual(
    "ទីនេះត្រូវជាតម្លៃ ការប្រៀបធៀបនឹងតម្លៃ ឬចន្លោះរវាងតម្លៃពីរ",
    "a value is expected, a comparison with one, or a range between two",
)
_SMALLER_FIRST: Final = Bilingual(
    "ចន្លោះទៅពីលេខតូចទៅលេខធំ ឬពីថ្ងៃមុនទៅថ្ងៃក្រោយ",
    "a range goes from a smaller to a larger number, or from one day to a later one",
)
