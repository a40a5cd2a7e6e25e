"""The grammar of the supported part of FEEL: from a source text to a tree of nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Literal = int | Decimal | str | bool | None
Bounds = tuple[tuple[str, Literal], ...]  # comparisons that a value must satisfy all
_LONGEST: Final = 500
_DEEPEST: Final = 20
_MOST_TOKENS: Final = 120
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)
          |"(?P<text>[^"\\]*)"
          |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
          |(?P<sign>\.\.|!=|<=|>=|[-+*=<>(),\[\]]))""",
    re.VERBOSE,
)
COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_CONSTANTS: Final[dict[str, Literal]] = {"true": True, "false": False, "null": None}
_RESERVED: Final = {*_CONSTANTS, "and", "or", "not", "in", "if", "then", "else", "for", "some", "every", "function"}


class BadExpression(ValueError):
    """An expression outside the supported part of FEEL; the message quotes it and says what may be written."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a parsed expression: an operator with its parts, a name, or a literal."""

    kind: str
    parts: tuple[Node, ...] = ()
    held: Any = None


class Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.names: set[str] = set()
        self.depth = 0
        self.at = 0
        if len(text) > _LONGEST:
            raise BadExpression(f"An expression has at most {_LONGEST} characters; split it.")
        self.tokens = self._tokens(text.rstrip())
        if len(self.tokens) > _MOST_TOKENS:
            raise BadExpression(f"“{source[:40]}…” has more than {_MOST_TOKENS} parts; split it.")

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

    def condition(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.refuse("it is nested too deep")
        choices = [self.conjunction()]
        while self.take("or"):
            choices.append(self.conjunction())
        self.depth -= 1
        return choices[0] if len(choices) == 1 else Node("or", tuple(choices))

    def conjunction(self) -> Node:
        parts = [self.statement()]
        while self.take("and"):
            parts.append(self.statement())
        return parts[0] if len(parts) == 1 else Node("and", tuple(parts))

    def statement(self) -> Node:
        if self.take("not"):
            self.expect("(")
            inner = self.condition()
            self.expect(")")
            return Node("not", (inner,))
        if self.take("("):
            inner = self.condition()
            self.expect(")")
            return inner
        left = self.operand()
        kind, sign = self.peek()
        if kind == "sign" and sign in COMPARISONS:
            self.at += 1
            return Node("compare", (left, self.operand()), sign)
        return left

    def operand(self) -> Node:
        kind, text = self.peek()
        if kind == "name" and text not in _RESERVED:
            self.at += 1
            self.names.add(text)
            return Node("name", held=text)
        return Node("literal", held=self.literal())

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

    def test(self) -> Bounds:
        kind, text = self.peek()
        if kind == "sign" and text in COMPARISONS:
            self.at += 1
            return ((text, self.literal()),)
        if kind == "sign" and text in ("[", "(", "]"):
            return self.range()
        return (("=", self.literal()),)

    def range(self) -> Bounds:
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
        return ((">=" if opening == "[" else ">", low), ("<=" if closing == "]" else "<", high))

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.refuse("it is nested too deep")
        total = self.product()
        while self.peek() in (("sign", "+"), ("sign", "-")):
            sign = self.peek()[1]
            self.at += 1
            total = Node(sign, (total, self.product()))
        self.depth -= 1
        return total

    def product(self) -> Node:
        product = self.factor()
        while self.take("*"):
            product = Node("*", (product, self.factor()))
        return product

    def factor(self) -> Node:
        if self.take("("):
            inner = self.sum()
            self.expect(")")
            return inner
        factor = self.operand()
        if factor.kind == "literal" and (isinstance(factor.held, (bool, str)) or factor.held is None):
            raise self.refuse("only numbers and names can be computed with")
        return factor
