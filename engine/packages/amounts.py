"""Quantities and prices of fee tables: exact arithmetic over numbers and names, and its few functions.

``rooms * 15000``, ``begun(heads, 100) * 2000``, ``max(area / 2, 10)``. Everything is computed in fractions of whole
numbers, so that nothing is rounded but where the author says so.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from engine.bpmn import Expression, ExpressionInvalid, compile_exact, literal_of
from engine.khmer import Bilingual
from engine.packages.feel import unmarked
from engine.packages.feel_words import A_VALUE_EXPECTED, MARK, BadExpression, Word, refusal, words_of

MOST: Final = 2**63 - 1
_EXACT: Final = Context(prec=1_000, traps=[Inexact])
_MOST_VALUES: Final = 20


def _begun(number: Fraction, size: Fraction) -> Fraction:
    """How many lots of this size are begun: 0 for nothing, 1 up to one whole lot, 2 above it."""
    if size <= 0:
        raise ZeroDivisionError
    return Fraction(math.ceil(number / size))


@dataclass(frozen=True, slots=True)
class _Function:
    least: int
    most: int
    call: Callable[..., Fraction]
    is_whole: bool


FUNCTIONS: Final[Mapping[str, _Function]] = {
    "round_up": _Function(1, 1, lambda number: Fraction(math.ceil(number)), True),
    "round_down": _Function(1, 1, lambda number: Fraction(math.floor(number)), True),
    "round_half_up": _Function(1, 1, lambda number: Fraction(math.floor(number + Fraction(1, 2))), True),
    "begun": _Function(2, 2, _begun, True),
    "min": _Function(2, _MOST_VALUES, min, False),
    "max": _Function(2, _MOST_VALUES, max, False),
}
"""What an amount may call, with how many values each takes, and whether it gives a whole number whatever it gets."""

_COMPUTED: Final[Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number computed from answers; ``names`` are the answers it needs."""

    source: str
    names: frozenset[str]
    _expression: Expression

    def value(self, answers: Mapping[str, Any]) -> Decimal:
        """The number, exactly; raises BadExpression when a needed answer is missing or is no number, and where the
        number has no end (``10 / 3``) or no value (``10 / 0``)."""
        return _decimal(self.source, self.fraction(answers))

    def fraction(self, answers: Mapping[str, Any]) -> Fraction:
        """The number as a fraction, which has no end to write; raises BadExpression as ``value`` does."""
        for name in sorted(self.names):
            if isinstance(answers.get(name), bool) or not isinstance(answers.get(name), (int, float, Decimal)):
                raise _unfit(
                    self.source, f"“{name}” មិនមែនជាលេខក្នុងចម្លើយទាំងនេះទេ", f"“{name}” is not a number in these answers"
                )
        try:
            return self._computed(self._expression.tree, answers)
        except ZeroDivisionError as zero:
            raise _unfit(self.source, "មិនអាចចែកនឹង 0 បានទេ", "nothing can be divided by 0") from zero

    def is_whole(self, whole: frozenset[str]) -> bool:
        """Whether it is a whole number whenever the answers ``whole`` are, as it is written; False: that depends."""
        return _is_whole(self._expression.tree, whole)

    @property
    def divides(self) -> bool:
        """Whether anything is divided, so that some values may be fractions and others not."""
        return any(isinstance(node, ast.Div) for node in ast.walk(self._expression.tree))

    def _computed(self, tree: ast.expr, answers: Mapping[str, Any]) -> Fraction:
        if isinstance(tree, ast.BinOp):
            left, right = self._computed(tree.left, answers), self._computed(tree.right, answers)
            found = _COMPUTED[type(tree.op)](left, right)
        elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            found = FUNCTIONS[tree.func.id].call(*(self._computed(value, answers) for value in tree.args))
        elif isinstance(tree, ast.Name):
            found = Fraction(str(answers[tree.id.removeprefix(MARK)]))
        else:
            found = Fraction((literal_of(tree) or (0,))[0] or 0)
        if abs(found) > MOST:
            raise _unfit(self.source, "លេខធំពេក", "the number is too large")
        return found


def parse_amount(source: str) -> Amount:
    """The arithmetic in ``source``: numbers, names, ``+``, ``-``, ``*``, ``/``, parentheses, FUNCTIONS; raises
    BadExpression."""
    words = words_of(source, source)
    in_core = " ".join(_in_core(word, following) for word, following in pairwise([*words, Word("end", "")]))
    try:
        expression = compile_exact(in_core, {name: (one.least, one.most) for name, one in FUNCTIONS.items()})
    except ExpressionInvalid as invalid:
        raise refusal(source, unmarked(invalid.reason)) from invalid
    _check(source, expression.tree)
    return Amount(source, frozenset(name.removeprefix(MARK) for name in expression.names), expression)


def _in_core(word: Word, following: Word) -> str:
    is_call = word.kind == "name" and following.kind == "sign" and following.written == "("
    return word.written if is_call and word.written in FUNCTIONS else word.in_core


def _check(source: str, tree: ast.expr) -> None:
    if isinstance(tree, ast.BinOp) and type(tree.op) in _COMPUTED:
        _check(source, tree.left)
        _check(source, tree.right)
        return
    if isinstance(tree, ast.Call):
        for value in tree.args:
            _check(source, value)
        return
    literal = literal_of(tree)
    if not isinstance(tree, ast.Name) and literal is None:
        raise refusal(source, A_VALUE_EXPECTED)
    if literal is not None and (isinstance(literal[0], bool) or not isinstance(literal[0], (int, Decimal))):
        raise refusal(source, _ONLY_NUMBERS)


def _is_whole(tree: ast.expr, whole: frozenset[str]) -> bool:
    if isinstance(tree, ast.BinOp):
        parts = _is_whole(tree.left, whole) and _is_whole(tree.right, whole)
        return parts and not isinstance(tree.op, ast.Div)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        return FUNCTIONS[tree.func.id].is_whole or all(_is_whole(value, whole) for value in tree.args)
    if isinstance(tree, ast.Name):
        return tree.id.removeprefix(MARK) in whole
    return Fraction((literal_of(tree) or (0,))[0] or 0).denominator == 1


def _decimal(source: str, number: Fraction) -> Decimal:
    try:
        return _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    except Inexact as endless:
        raise BadExpression(
            Bilingual(
                f"“{source}” គ្មានទីបញ្ចប់ ({float(number):.4f}…)។ សូមសរសេររបៀបបង្គត់ (round_up, round_down, round_half_up)។",
                f"“{source}” has no end ({float(number):.4f}…); say how it is rounded "
                "(round_up, round_down, round_half_up).",
            )
        ) from endless


def _unfit(source: str, km: str, en: str) -> BadExpression:
    return BadExpression(Bilingual(f"“{source}”៖ {km}។", f"“{source}”: {en}."))


_ONLY_NUMBERS: Final = Bilingual("អាចគណនាបានតែលេខ និងឈ្មោះប៉ុណ្ណោះ", "only numbers and names can be computed with")
