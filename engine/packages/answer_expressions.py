"""Expressions over the answers of a form: what its rules ask, and what its computed answers are.

``last_day >= first_day``, ``count(vehicles) = vehicle_count``, ``sum(animals.heads) * 2``, ``days(first, today())``.
Numbers are fractions of whole numbers, so nothing is rounded on the way; days and times are texts in their order. What
is computed with an answer that is not there is not there either, and a comparison with one is neither true nor false:
only ``= null`` and ``!= null`` ask whether it is. ``and``, ``or`` and ``not`` follow Kleene's logic, as FEEL's do (OMG
DMN 1.3, chapter 10).
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.feel_words import MARK, TOO_DEEP, BadExpression, not_supported
from engine.packages.names import nearest

_LONGEST: Final = 500
_DEEPEST: Final = 20
_MOST: Final = 2**63 - 1
_MOST_VALUES: Final = 20
_WORD: Final = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,9})?)
          |"(?P<text>[^"\\]*)"
          |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
          |(?P<sign>!=|<=|>=|=(?!=)|[-+*/<>(),.]))""",
    re.VERBOSE,
)
_KEPT: Final = {"true": "True", "false": "False", "null": "None", "and": "and", "or": "or", "not": "not"}
FUNCTIONS: Final[Mapping[str, tuple[int, int]]] = {
    "count": (1, 1),
    "days": (2, 2),
    "max": (2, _MOST_VALUES),
    "min": (2, _MOST_VALUES),
    "sum": (1, 1),
    "today": (0, 0),
}
"""What an expression may call, with how many values each takes."""
ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
ORDERS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
SAME: Final[Mapping[type[ast.cmpop], bool]] = {ast.Eq: True, ast.NotEq: False}
_REMEDY: Final = Bilingual(
    "សូមប្រើឈ្មោះសំណួរ លេខ “អត្ថបទ” true, false, null, + - * / ការប្រៀបធៀប and/or/not, count(list), sum(list.part), "
    "days(from, to), min, max, today()។",
    "Use names of questions, numbers, “texts”, true, false, null, + - * /, comparisons, and/or/not, count(list), "
    "sum(list.part), days(from, to), min, max, today().",
)
_LENGTH: Final = Bilingual(
    f"កន្សោមមួយមានពី 1 ដល់ {_LONGEST} តួអក្សរ។ សូមបំបែកវា។", f"An expression has 1 to {_LONGEST} characters; split it."
)
_UNREADABLE: Final = Bilingual("មិនអាចអានបាន", "it cannot be read")
_EXPECTED: Final = Bilingual("ទីនេះត្រូវជាឈ្មោះ តម្លៃ ឬការប្រៀបធៀបពីរ", "a name, a value or a comparison of two is expected")
_OF_LIST: Final = Bilingual("count ត្រូវការឈ្មោះបញ្ជី", "count takes the name of a list")
_OF_PARTS: Final = Bilingual(
    "sum ត្រូវការសំណួរមួយក្នុងបញ្ជី ដូចជា sum(animals.heads)", "sum takes a question of a list, like sum(animals.heads)"
)


@dataclass(frozen=True, slots=True)
class AnswerExpression:
    """An expression, read: ``names`` are the questions that it looks at, lists of rows among them."""

    source: str
    names: frozenset[str]
    tree: ast.expr

    def value(self, answers: Mapping[str, Any], today: date) -> Any:
        """A Fraction, a text, true or false; None where an answer that it needs is not there, or is of another kind."""
        return _Reckoning(answers, today).value(self.tree)

    @property
    def divides(self) -> bool:
        """Whether anything is divided, so that it may have no value although all answers are there."""
        return any(isinstance(node, ast.Div) for node in ast.walk(self.tree))


def parse_answer_expression(source: str) -> AnswerExpression:
    """The expression in ``source``, with or without the leading ``=`` of form-js; raises BadExpression."""
    text = source.strip().removeprefix("=")
    if not text or len(text) > _LONGEST:
        raise BadExpression(_LENGTH)
    try:
        tree = ast.parse(" ".join(_in_python(source, text)), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as unreadable:
        raise _refusal(source, _UNREADABLE) from unreadable
    _check(source, tree, 0)
    return AnswerExpression(source, frozenset(_names(tree)), tree)


def name_of(node: ast.expr) -> str:
    """The question that a name in the tree stands for; empty for anything else."""
    return node.id.removeprefix(MARK) if isinstance(node, ast.Name) else ""


def function_of(node: ast.Call) -> str:
    """The function that is called."""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _in_python(source: str, text: str) -> Iterator[str]:
    position, words = 0, []
    while position < len(text.rstrip()):
        found = _WORD.match(text, position)
        if found is None or found.lastgroup is None:
            raise _refusal(source, not_supported(text[position:].strip()[:20]))
        words.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    for place, (kind, written) in enumerate(words):
        if kind == "text":
            yield repr(written)
        elif kind == "number":
            yield written if "." in written else str(int(written))
        elif kind == "name":
            called = words[place + 1 : place + 2] == [("sign", "(")]
            yield _KEPT.get(written) or (written if called else MARK + written)
        else:
            yield "==" if written == "=" else written


def _check(source: str, node: ast.expr, depth: int) -> None:
    """Refuses whatever the language has not, wherever it stands."""
    if depth > _DEEPEST:
        raise _refusal(source, TOO_DEEP)
    for part in _parts(source, node):
        _check(source, part, depth + 1)


def _parts(source: str, node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BoolOp(values=values):
            return values
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in ARITHMETIC:
            return [left, right]
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in ORDERS or type(sign) in SAME:
            return [left, right]
        case ast.Call(keywords=[]):
            return _called(source, node)
        case ast.Constant(value=value) if value is None or isinstance(value, (bool, int, float, str)):
            return []
        case ast.Name():
            return []
    raise _refusal(source, _EXPECTED)


def _called(source: str, node: ast.Call) -> list[ast.expr]:
    name = function_of(node)
    if name not in FUNCTIONS:
        there = nearest(name, FUNCTIONS)
        why = Bilingual(f"គ្មានអនុគមន៍ “{name}” ទេ; មាន៖ {there}", f"there is no function “{name}”; there are: {there}")
        raise _refusal(source, why)
    least, most = FUNCTIONS[name]
    if not least <= len(node.args) <= most:
        number = str(least) if least == most else f"{least}–{most}"
        raise _refusal(source, Bilingual(f"{name} ត្រូវការតម្លៃ {number}", f"{name} takes {number} values"))
    if name == "count" and not name_of(node.args[0]):
        raise _refusal(source, _OF_LIST)
    if name == "sum":
        if not isinstance(node.args[0], ast.Attribute) or not name_of(node.args[0].value):
            raise _refusal(source, _OF_PARTS)
        return []
    return node.args


def _names(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id.startswith(MARK):
            yield name_of(node)


def _refusal(source: str, why: Bilingual) -> BadExpression:
    return BadExpression(Bilingual(f"“{source}”៖ {why.km}។ {_REMEDY.km}", f"“{source}”: {why.en}. {_REMEDY.en}"))


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """One expression being computed for these answers."""

    answers: Mapping[str, Any]
    today: date

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return _as_read(value)
            case ast.Name():
                return _as_read(self.answers.get(name_of(node)))
            case ast.BoolOp(op=sign, values=values):
                return self._joined(isinstance(sign, ast.Or), values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                found = self.value(operand)
                return (not found) if isinstance(found, bool) else None
            case ast.UnaryOp(operand=operand):
                found = self.value(operand)
                return -found if isinstance(found, Fraction) else None
            case ast.BinOp(left=left, op=sign, right=right):
                return _computed(type(sign), self.value(left), self.value(right))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self._compared(type(sign), left, right)
            case ast.Call():
                return self._called(function_of(node), node.args)
        return None

    def _joined(self, is_or: bool, values: list[ast.expr]) -> bool | None:
        found = [self.value(part) for part in values]
        if any(one is is_or for one in found):
            return is_or
        return (not is_or) if all(isinstance(one, bool) for one in found) else None

    def _compared(self, sign: type[ast.cmpop], left: ast.expr, right: ast.expr) -> bool | None:
        one, other = self.value(left), self.value(right)
        if sign in SAME and (_is_null(left) or _is_null(right)):
            return (one is None and other is None) == SAME[sign]
        if one is None or other is None or type(one) is not type(other):
            return None
        return (one == other) == SAME[sign] if sign in SAME else ORDERS[sign](one, other)

    def _called(self, name: str, values: list[ast.expr]) -> Any:
        if name == "today":
            return self.today.isoformat()
        if name == "count":
            rows = self.answers.get(name_of(values[0]))
            return Fraction(len(rows)) if isinstance(rows, list) else None
        if name == "sum":
            return self._sum(values[0])
        found = [self.value(part) for part in values]
        if name == "days":
            return _days(*found)
        if not all(isinstance(one, Fraction) for one in found):
            return None
        return (max if name == "max" else min)(found)

    def _sum(self, path: ast.expr) -> Fraction | None:
        """What the rows have of it together; a row without an answer adds nothing."""
        if not isinstance(path, ast.Attribute):
            return None
        rows, part = self.answers.get(name_of(path.value)), path.attr.removeprefix(MARK)
        if not isinstance(rows, list):
            return None
        found = (_as_read(row.get(part)) for row in rows if isinstance(row, Mapping))
        return sum((one for one in found if isinstance(one, Fraction)), Fraction(0))


def _as_read(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None if value == "" else value
    return Fraction(str(value))


def _is_null(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _computed(sign: type[ast.operator], left: Any, right: Any) -> Fraction | None:
    if not isinstance(left, Fraction) or not isinstance(right, Fraction) or (sign is ast.Div and not right):
        return None
    found = ARITHMETIC[sign](left, right)
    return found if abs(found) <= _MOST else None


def _days(begin: Any, end: Any) -> Fraction | None:
    try:
        return Fraction((date.fromisoformat(end) - date.fromisoformat(begin)).days)
    except (TypeError, ValueError):
        return None
