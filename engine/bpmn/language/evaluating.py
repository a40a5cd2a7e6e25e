"""The expression language, computed: a walk over the few kinds of parts that it has, bounded in work and result.

Sources are short and have no loops, so only values can make an expression expensive. Whatever looks through values
counts their entries first, with repetition, and a text or list never grows unseen: no expression takes long. Values
have no methods or attributes here, only entries; a part of any other kind than those listed has no value at all.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.bpmn.language.arithmetic import BINARY, EXACT, SIGNS, as_decimal, computed
from engine.bpmn.language.comparing import ORDERS, holds, is_number, is_whole, order, same
from engine.bpmn.language.days import in_time
from engine.bpmn.language.expressions import CONSTANTS, Expression
from engine.bpmn.language.functions import BpmnErrorRaised, Function
from engine.bpmn.language.reasons import Reason, Unfit, because, kind_of
from engine.bpmn.language.values import LARGEST_VALUE, Work, plain

_WORK_OF_A_PART: Final = 10
"""What computing one part of an expression counts, in entries looked at."""
_LOOKED_THROUGH: Final = frozenset({str, list, dict})


class ExpressionFailed(Exception):
    """The expression is well formed but could not be computed; ``used`` are the variables that it read."""

    def __init__(self, expression: str, reason: Reason, used: Mapping[str, Any] | None = None) -> None:
        self.expression, self.reason, self.used = expression, reason, dict(used or {})
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Reading:
    """How values are read.

    ``exact``: numbers are decimals, never rounded. ``forgiving``: an answer that is not there is nothing, a comparison
    that nothing or values of different kinds do not allow is false, and only ``true`` counts as true.
    """

    exact: bool = False
    forgiving: bool = False


IN_DIAGRAMS: Final = Reading()
"""What decides where a case goes: a variable that does not exist is a failure, so that nobody is sent the wrong way."""
OF_ANSWERS: Final = Reading(exact=True, forgiving=True)
"""What a form asks and a fee costs: answers may be missing while the form is filled in, and riel are counted."""


def _used(expression: Expression, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: variables[name] for name in expression.names if name in variables}


class Evaluator:
    """Computes expressions with these functions; ``work`` bounds all of them together."""

    __slots__ = ("_names", "_numbers", "functions", "reading", "work")

    def __init__(
        self, functions: Mapping[str, Function], work: Work | None = None, reading: Reading = IN_DIAGRAMS
    ) -> None:
        self.functions = functions
        self.work = work or Work()
        self.reading = reading
        self._numbers = EXACT if reading.exact else BINARY
        self._names: Mapping[str, Any] = {}

    def value_of(self, expression: Expression, variables: Mapping[str, Any]) -> Any:
        """The expression's value: plain JSON, or a Decimal where numbers are exact. BpmnErrorRaised passes through;
        all else is ExpressionFailed."""
        self._names = variables
        self.work.begin()
        try:
            self.work.spend(expression.size * _WORK_OF_A_PART)
            found = self._value(expression.tree)
            return found if type(found) is Decimal else plain(found, self.work)
        except (BpmnErrorRaised, ExpressionFailed):
            raise
        except Unfit as unfit:
            raise ExpressionFailed(expression.source, unfit.reason, _used(expression, variables)) from None
        except RecursionError:
            raise ExpressionFailed(expression.source, because("nested"), _used(expression, variables)) from None

    def counts_as_true(self, value: Any) -> bool:
        """Whether a condition with this value holds."""
        return value is True if self.reading.forgiving else bool(value)

    def as_read(self, value: Any) -> Any:
        """A value from outside, with the numbers of this reading."""
        return as_decimal(value) if self.reading.exact else value

    def _value(self, node: ast.expr) -> Any:
        visit = _PARTS.get(type(node))
        if visit is None:
            raise Unfit(because("part", part=type(node).__name__))
        return visit(self, node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in self._names:
            return self.as_read(self._names[node.id])
        if self.reading.forgiving:
            return None
        raise Unfit(because("variable-missing", name=node.id))

    def _attribute(self, node: ast.Attribute) -> Any:
        record = self._value(node.value)
        if not isinstance(record, Mapping):
            raise Unfit(because("entry-of", name=node.attr, kind=kind_of(record)))
        if node.attr not in record:
            raise Unfit(because("entry-named", name=node.attr))
        return record[node.attr]

    def _subscript(self, node: ast.Subscript) -> Any:
        whole, place = self._value(node.value), self._value(node.slice)
        if isinstance(whole, dict) and isinstance(place, str):
            if place not in whole:
                raise Unfit(because("entry-none"))
            return whole[place]
        if not isinstance(whole, (str, list)) or not (is_whole(place) or isinstance(place, slice)):
            raise Unfit(because("place-kind", kind=kind_of(whole), place=kind_of(place)))
        if isinstance(place, slice):
            self.work.spend(len(whole))
        try:
            return whole[place]
        except (IndexError, ValueError, TypeError):
            raise Unfit(because("place-range")) from None

    def _slice(self, node: ast.Slice) -> slice:
        return slice(self._end(node.lower), self._end(node.upper), self._end(node.step))

    def _end(self, node: ast.expr | None) -> Any:
        place = None if node is None else self._value(node)
        if place is not None and not is_whole(place):
            raise Unfit(because("place-range"))
        return place

    def _call(self, node: ast.Call) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = self.functions.get(name)
        if function is None or node.keywords:
            raise Unfit(because("function-missing", name=name))
        values = [self._value(value) for value in node.args]
        if not function.shallow:
            for value in values:
                self.work.look_through(value)
        if function.counts_days:
            self.work.spend(function.weight(values))
        try:
            return function(*values)
        except (BpmnErrorRaised, Unfit):
            raise
        except Exception as failure:  # whatever a function of the caller raises is a failure of this expression alone
            raise Unfit(because("function-failed", name=name, detail=str(failure)[:200])) from None

    def _list(self, node: ast.List | ast.Tuple) -> Any:
        return [self._value(entry) for entry in node.elts]

    def _dict(self, node: ast.Dict) -> Any:
        record = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = None if key is None else self._value(key)
            if not isinstance(name, str):
                raise Unfit(because("key-kind"))
            record[name] = self._value(value)
        return record

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self._value(node.operand)
        if isinstance(node.op, ast.Not):
            return not self.counts_as_true(value)
        sign, compute = _SIGNS.get(type(node.op), ("", None))
        if compute is None or not is_number(value):
            raise Unfit(because("sign", sign=sign, right=kind_of(value)))
        return compute(value)

    def _binary(self, node: ast.BinOp) -> Any:
        left, right = self._value(node.left), self._value(node.right)
        if is_number(left) and is_number(right):
            return computed(self._numbers, type(node.op), left, right)
        sign = SIGNS.get(type(node.op), "")
        found = in_time(sign, left, right)
        if found is not None:
            return found
        if sign == "+" and isinstance(left, (str, list)) and type(left) is type(right):
            return self._grown(len(left) + len(right), lambda: left + right)
        if sign == "*" and is_whole(left):
            left, right = right, left
        if sign == "*" and isinstance(left, (str, list)) and is_whole(right):
            return self._grown(len(left) * max(right, 0), lambda: left * right)
        raise Unfit(because("operator", left=kind_of(left), sign=sign, right=kind_of(right)))

    def _grown(self, size: int, make: Callable[[], Any]) -> Any:
        if size > LARGEST_VALUE:
            raise Unfit(because("value-large"))
        self.work.spend(size)
        return make()

    def _joined(self, node: ast.BoolOp) -> Any:
        """The first value that decides, else the last."""
        decides = isinstance(node.op, ast.Or)
        for part in node.values:
            value = self._value(part)
            if self.counts_as_true(value) is decides:
                break
        return value

    def _choice(self, node: ast.IfExp) -> Any:
        return self._value(node.body if self.counts_as_true(self._value(node.test)) else node.orelse)

    def _comparison(self, node: ast.Compare) -> bool:
        left = self._value(node.left)
        for comparison, other in zip(node.ops, node.comparators, strict=True):
            right = self._value(other)
            if not self._compared(type(comparison), left, right):
                return False
            left = right
        return True

    def _compared(self, comparison: type[ast.cmpop], left: Any, right: Any) -> bool:
        sign, compare = _COMPARISONS[comparison]
        if type(left) in _LOOKED_THROUGH:
            self.work.look_through(left)
        if type(right) in _LOOKED_THROUGH:
            self.work.look_through(right)
        try:
            return compare(left, right)
        except TypeError:
            if self.reading.forgiving:
                return False
            raise Unfit(because("operator", left=kind_of(left), sign=sign, right=kind_of(right))) from None


def _ordered(sign: str) -> Callable[[Any, Any], bool]:
    right_order = ORDERS[sign]
    return lambda left, right: right_order(order(left, right), 0)


_SIGNS: Final[Mapping[type[ast.unaryop], tuple[str, Callable[[Any], Any] | None]]] = {
    ast.USub: ("-", operator.neg),
    ast.UAdd: ("+", operator.pos),
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]]] = {
    ast.Eq: ("==", same),
    ast.NotEq: ("!=", lambda left, right: not same(left, right)),
    ast.Lt: ("<", _ordered("<")),
    ast.LtE: ("<=", _ordered("<=")),
    ast.Gt: (">", _ordered(">")),
    ast.GtE: (">=", _ordered(">=")),
    ast.In: ("in", lambda left, right: holds(right, left)),
    ast.NotIn: ("not in", lambda left, right: not holds(right, left)),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
}
_PARTS: Final[Mapping[type[ast.AST], Callable[[Evaluator, Any], Any]]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Subscript: Evaluator._subscript,
    ast.Slice: Evaluator._slice,
    ast.Call: Evaluator._call,
    ast.List: Evaluator._list,
    ast.Tuple: Evaluator._list,
    ast.Dict: Evaluator._dict,
    ast.UnaryOp: Evaluator._unary,
    ast.BinOp: Evaluator._binary,
    ast.BoolOp: Evaluator._joined,
    ast.IfExp: Evaluator._choice,
    ast.Compare: Evaluator._comparison,
}
"""All parts that have a value."""
