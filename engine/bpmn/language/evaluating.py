"""The expression language, computed: simpleeval with closed operators and functions, bounded in work and result.

Sources are short and have no loops, so only values can make an expression expensive. Whatever looks through values
counts their entries first, with repetition, and a text or list never grows unseen: no expression takes long.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

import simpleeval

from engine.bpmn.language.expressions import CONSTANTS, Expression
from engine.bpmn.language.functions import BpmnErrorRaised, Function
from engine.bpmn.language.reasons import Reason, Unfit, because, kind_of
from engine.bpmn.language.values import LARGEST_VALUE, Work, number_within, plain

_WORK_OF_A_PART: Final = 10
"""What computing one part of an expression counts, in entries looked at."""
_Operator = Callable[[Any, Any], Any]


class ExpressionFailed(Exception):
    """The expression is well formed but could not be computed; `used` are the variables that it read."""

    def __init__(self, expression: str, reason: Reason, used: Mapping[str, Any] | None = None) -> None:
        self.expression, self.reason, self.used = expression, reason, dict(used or {})
        super().__init__(reason)


def _used(expression: Expression, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: variables[name] for name in expression.names if name in variables}


class Evaluator(simpleeval.EvalWithCompoundTypes):  # type: ignore[misc]
    """Computes expressions with these functions; `work` bounds all of them together."""

    def __init__(self, functions: Mapping[str, Function], work: Work | None = None) -> None:
        super().__init__(operators={}, functions={}, names={})
        self.functions = functions
        self.work = work or Work()
        self.nodes[ast.Tuple] = self._eval_list

    def value_of(self, expression: Expression, variables: Mapping[str, Any]) -> Any:
        """The expression's value, plain JSON only. BpmnErrorRaised passes through; all else is ExpressionFailed."""
        self.names = variables
        self.work.begin()
        try:
            self.work.spend(expression.size * _WORK_OF_A_PART)
            return plain(self.eval(expression.source, expression.tree), self.work)
        except (BpmnErrorRaised, ExpressionFailed):
            raise
        except Unfit as unfit:
            raise ExpressionFailed(expression.source, unfit.reason, _used(expression, variables)) from None
        except RecursionError:
            raise ExpressionFailed(expression.source, because("nested"), _used(expression, variables)) from None

    def _check_disallowed_items(self, item: Any) -> None:
        """The language cannot produce modules or functions, so values need no walk after every step."""

    def _eval_name(self, node: ast.Name) -> Any:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in self.names:
            return self.names[node.id]
        raise Unfit(because("variable-missing", name=node.id))

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        record = self._eval(node.value)
        if not isinstance(record, Mapping):
            raise Unfit(because("entry-of", name=node.attr, kind=kind_of(record)))
        if node.attr not in record:
            raise Unfit(because("entry-named", name=node.attr))
        return record[node.attr]

    def _eval_subscript(self, node: ast.Subscript) -> Any:
        whole, place = self._eval(node.value), self._eval(node.slice)
        if isinstance(whole, dict) and isinstance(place, str):
            if place not in whole:
                raise Unfit(because("entry-none"))
            return whole[place]
        if not isinstance(whole, (str, list)) or not isinstance(place, (int, slice)):
            raise Unfit(because("place-kind", kind=kind_of(whole), place=kind_of(place)))
        if isinstance(place, slice):
            self.work.spend(len(whole))
        try:
            return whole[place]
        except (IndexError, ValueError, TypeError):
            raise Unfit(because("place-range")) from None

    def _eval_call(self, node: ast.Call) -> Any:
        name = node.func.id  # type: ignore[attr-defined]
        function = self.functions.get(name)
        if function is None:
            raise Unfit(because("function-missing", name=name))
        values = [self._eval(value) for value in node.args]
        if not function.shallow:
            for value in values:
                self.work.look_through(value)
        self.work.spend(function.weight(values))
        try:
            return function(*values)
        except (BpmnErrorRaised, Unfit):
            raise
        except Exception as failure:  # whatever a function of the caller raises is a failure of this expression alone
            raise Unfit(because("function-failed", name=name, detail=str(failure)[:200])) from None

    def _eval_list(self, node: ast.List | ast.Tuple) -> Any:
        return [self._eval(entry) for entry in node.elts]

    def _eval_dict(self, node: ast.Dict) -> Any:
        record = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = self._eval(key)
            if not isinstance(name, str):
                raise Unfit(because("key-kind"))
            record[name] = self._eval(value)
        return record

    def _eval_unaryop(self, node: ast.UnaryOp) -> Any:
        value = self._eval(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        sign, compute = _SIGNS[type(node.op)]
        if not isinstance(value, (int, float)):
            raise Unfit(because("sign", sign=sign, right=kind_of(value)))
        return compute(value)

    def _eval_binop(self, node: ast.BinOp) -> Any:
        left, right = self._eval(node.left), self._eval(node.right)
        sign, compute = _ARITHMETIC[type(node.op)]
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            return _arithmetic(compute, left, right)
        if sign == "+" and isinstance(left, (str, list)) and type(left) is type(right):
            return self._grown(len(left) + len(right), lambda: left + right)
        if sign == "*" and isinstance(left, int):
            left, right = right, left
        if sign == "*" and isinstance(left, (str, list)) and isinstance(right, int):
            return self._grown(len(left) * max(right, 0), lambda: left * right)
        raise Unfit(because("operator", left=kind_of(left), sign=sign, right=kind_of(right)))

    def _grown(self, size: int, make: Callable[[], Any]) -> Any:
        if size > LARGEST_VALUE:
            raise Unfit(because("value-large"))
        self.work.spend(size)
        return make()

    def _eval_compare(self, node: ast.Compare) -> bool:
        left = self._eval(node.left)
        for comparison, other in zip(node.ops, node.comparators, strict=True):
            right = self._eval(other)
            if not self._compared(type(comparison), left, right):
                return False
            left = right
        return True

    def _compared(self, comparison: type[ast.cmpop], left: Any, right: Any) -> bool:
        sign, compare = _COMPARISONS[comparison]
        for value in (left, right):
            if isinstance(value, (str, list, dict)):
                self.work.look_through(value)
        try:
            return bool(compare(left, right))
        except TypeError:
            raise Unfit(because("operator", left=kind_of(left), sign=sign, right=kind_of(right))) from None


def _arithmetic(compute: _Operator, left: float, right: float) -> int | float:
    try:
        return number_within(compute(left, right))
    except ZeroDivisionError:
        raise Unfit(because("zero")) from None
    except OverflowError:
        raise Unfit(because("number-large")) from None


_SIGNS: Final[Mapping[type[ast.unaryop], tuple[str, Callable[[Any], Any]]]] = {
    ast.USub: ("-", operator.neg),
    ast.UAdd: ("+", operator.pos),
}
_ARITHMETIC: Final[Mapping[type[ast.operator], tuple[str, _Operator]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[str, _Operator]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.In: ("in", lambda left, right: operator.contains(right, left)),
    ast.NotIn: ("not in", lambda left, right: not operator.contains(right, left)),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
}
