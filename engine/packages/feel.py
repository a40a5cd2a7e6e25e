"""The part of FEEL (OMG DMN 1.3, chapter 10) that packages may use, and an explicit refusal of everything else.

Three small languages over numbers, texts, `true`, `false` and `null`:

* a condition, for `conditional.hide` and required documents: `rooms > 10 and kind != "homestay"`;
* a unary test, for the cells of a decision table: `-`, `"A"`, `"A", "B"`, `< 5`, `[5..20]`, `not("A")`;
* an amount, for quantities and prices: `rooms * 2`, `15000`.

A comparison with an answer that is not there is false (FEEL's null), except `!=`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Literal = int | Decimal | str | bool | None
_LONGEST: Final = 500
_DEEPEST: Final = 20
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+(?!\.))?)
          |"(?P<text>[^"\\]*)"
          |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
          |(?P<sign>\.\.|!=|<=|>=|[-+*=<>(),\[\]]))""",
    re.VERBOSE,
)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CONSTANTS: Final[dict[str, Literal]] = {"true": True, "false": False, "null": None}
_RESERVED: Final = {*_CONSTANTS, "and", "or", "not", "in", "if", "then", "else", "for", "some", "every", "function"}


class BadExpression(ValueError):
    """An expression outside the supported part of FEEL; the message quotes it and says what may be written."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no question about the answers; `names` are the answers it looks at."""

    source: str
    names: frozenset[str]
    _tree: _Node

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the condition is true for these answers; an answer that is missing counts as null."""
        return _truth(self._tree, answers)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number computed from the answers; `names` are the answers it needs."""

    source: str
    names: frozenset[str]
    _tree: _Node

    def value(self, answers: Mapping[str, Any]) -> Decimal:
        """The number; raises BadExpression when a needed answer is missing or is no number."""
        return _number(self._tree, answers, self.source)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """One cell of a decision table."""

    source: str
    literals: tuple[Literal, ...]
    _alternatives: tuple[_Test, ...]
    _negated: bool

    def accept(self, value: Any) -> bool:
        """Whether the cell matches the value."""
        return any(test.accepts(value) for test in self._alternatives) != self._negated


@dataclass(frozen=True, slots=True)
class _Node:
    """A node of a parsed expression: an operator with its parts, a name, or a literal."""

    kind: str
    parts: tuple[_Node, ...] = ()
    held: Any = None


@dataclass(frozen=True, slots=True)
class _Test:
    """A closed comparison list that a value must satisfy entirely; empty for `-`."""

    bounds: tuple[tuple[str, Literal], ...]

    def accepts(self, value: Any) -> bool:
        return all(_compare(sign, value, bound) for sign, bound in self.bounds)


def parse_condition(source: str) -> Condition:
    """The condition in `source`, with or without the leading `=` of form-js; raises BadExpression."""
    parser = _Parser(source, source.strip().removeprefix("="))
    tree = parser.condition()
    parser.finish()
    return Condition(source, frozenset(parser.names), tree)


def parse_amount(source: str) -> Amount:
    """The arithmetic in `source`: numbers, names, `+`, `-`, `*`, parentheses; raises BadExpression."""
    parser = _Parser(source, source)
    tree = parser.sum()
    parser.finish()
    return Amount(source, frozenset(parser.names), tree)


def parse_unary_tests(source: str) -> UnaryTests:
    """The cell of a decision table; an empty cell and `-` accept everything; raises BadExpression."""
    if source.strip() in ("", "-"):
        return UnaryTests(source, (), (_Test(()),), False)
    parser = _Parser(source, source)
    negated = parser.take("not")
    if negated:
        parser.expect("(")
    tests = [parser.test()]
    while parser.take(","):
        tests.append(parser.test())
    if negated:
        parser.expect(")")
    parser.finish()
    literals = tuple(bound for test in tests for _, bound in test.bounds)
    return UnaryTests(source, literals, tuple(tests), negated)


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.names: set[str] = set()
        self.depth = 0
        self.at = 0
        if len(text) > _LONGEST:
            raise BadExpression(f"An expression has at most {_LONGEST} characters; split it.")
        self.tokens = list(self._tokens(text.rstrip()))

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        tokens = []
        position = 0
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise self.refuse(f"“{text[position:].strip()[:20]}” is not supported here")
            tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()
        return tokens

    def refuse(self, why: str) -> BadExpression:
        return BadExpression(
            f"“{self.source}”: {why}. Use names, numbers, “texts”, true, false, null, comparisons, and/or/not, "
            "and in tables lists and ranges such as [5..20]."
        )

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, word: str) -> bool:
        kind, text = self.peek()
        if kind in ("sign", "name") and text == word:
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.refuse(f"“{word}” is expected before “{self.peek()[1] or 'the end'}”")

    def finish(self) -> None:
        if self.peek()[0] != "end":
            raise self.refuse(f"“{self.peek()[1]}” is not expected")

    def condition(self) -> _Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.refuse("it is nested too deep")
        choices = [self.conjunction()]
        while self.take("or"):
            choices.append(self.conjunction())
        self.depth -= 1
        return choices[0] if len(choices) == 1 else _Node("or", tuple(choices))

    def conjunction(self) -> _Node:
        parts = [self.statement()]
        while self.take("and"):
            parts.append(self.statement())
        return parts[0] if len(parts) == 1 else _Node("and", tuple(parts))

    def statement(self) -> _Node:
        if self.take("not"):
            self.expect("(")
            inner = self.condition()
            self.expect(")")
            return _Node("not", (inner,))
        if self.take("("):
            inner = self.condition()
            self.expect(")")
            return inner
        left = self.operand()
        kind, sign = self.peek()
        if kind == "sign" and sign in _COMPARE:
            self.at += 1
            return _Node("compare", (left, self.operand()), sign)
        return left

    def operand(self) -> _Node:
        kind, text = self.peek()
        if kind == "name" and text not in _RESERVED:
            self.at += 1
            self.names.add(text)
            return _Node("name", held=text)
        return _Node("literal", held=self.literal())

    def literal(self) -> Literal:
        negative = self.take("-")
        kind, text = self.peek()
        self.at += 1
        if kind == "number":
            number: int | Decimal = Decimal(text) if "." in text else int(text)
            return -number if negative else number
        if not negative and kind == "text":
            return text
        if not negative and kind == "name" and text in _CONSTANTS:
            return _CONSTANTS[text]
        raise self.refuse(f"a value is expected instead of “{text or 'the end'}”")

    def test(self) -> _Test:
        kind, text = self.peek()
        if kind == "sign" and text in _COMPARE:
            self.at += 1
            return _Test(((text, self.literal()),))
        if kind == "sign" and text in ("[", "(", "]"):
            return self.range()
        return _Test((("=", self.literal()),))

    def range(self) -> _Test:
        opening = self.peek()[1]
        self.at += 1
        low = self.literal()
        self.expect("..")
        high = self.literal()
        closing = self.peek()[1]
        if closing not in ("]", ")", "["):
            raise self.refuse("a range ends with “]” or “)”")
        self.at += 1
        if isinstance(low, (str, bool)) or isinstance(high, (str, bool)) or low is None or high is None or low > high:
            raise self.refuse("a range goes from a smaller to a larger number")
        return _Test(((">=" if opening == "[" else ">", low), ("<=" if closing == "]" else "<", high)))

    def sum(self) -> _Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.refuse("it is nested too deep")
        total = self.product()
        while self.peek() in (("sign", "+"), ("sign", "-")):
            sign = self.peek()[1]
            self.at += 1
            total = _Node(sign, (total, self.product()))
        self.depth -= 1
        return total

    def product(self) -> _Node:
        product = self.factor()
        while self.take("*"):
            product = _Node("*", (product, self.factor()))
        return product

    def factor(self) -> _Node:
        if self.take("("):
            inner = self.sum()
            self.expect(")")
            return inner
        factor = self.operand()
        if factor.kind == "literal" and (isinstance(factor.held, (bool, str)) or factor.held is None):
            raise self.refuse("only numbers and names can be computed with")
        return factor


_ARITHMETIC: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def _truth(node: _Node, answers: Mapping[str, Any]) -> bool:
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


def _value(node: _Node, answers: Mapping[str, Any]) -> Any:
    return answers.get(node.held) if node.kind == "name" else node.held


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


def _number(node: _Node, answers: Mapping[str, Any], source: str) -> Decimal:
    if node.kind in _ARITHMETIC:
        left, right = (_number(part, answers, source) for part in node.parts)
        return _ARITHMETIC[node.kind](left, right)
    value = _value(node, answers)
    if _kind(value) != "number":
        raise BadExpression(f"“{source}”: “{node.held}” is not a number in these answers.")
    return _decimal(value)
