"""Decisions (OMG DMN 1.3: decision tables, literal expressions, required decisions) that business rule tasks ask.

Input cells are unary tests: ``-``, values, ``< 5``, ranges ``[1..5)``, lists of those, ``not(…)``, or a condition about
``?``. Everything in them, and every input and output, is an expression of the house's own language, or of FEEL where
that means the same.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from engine.bpmn.language.cells import Cell
from engine.bpmn.language.comparing import extreme, is_number, same
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import Expression
from engine.bpmn.language.functions import total
from engine.bpmn.language.reasons import Unfit, because
from engine.bpmn.language.unary_tests import VALUE


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row: one cell for each input, one expression for each output."""

    cells: tuple[Cell, ...]
    results: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A decision table, or one expression (``formula``).

    ``outputs`` are names of variables, each with the value when no rule matches. ``ranks`` holds, by output, its values
    in order of priority. ``needs`` names the decisions whose outputs are variables for this one, and so is the value of
    each under its ``name``. ``required`` are these and all that they need in turn, each behind those it needs itself.
    """

    id: str
    policy: str
    aggregation: str | None
    inputs: tuple[Expression, ...]
    outputs: tuple[tuple[str, Expression | None], ...]
    rules: tuple[Rule, ...]
    formula: Expression | None = None
    ranks: tuple[tuple[Expression, ...], ...] = ()
    name: str = ""
    needs: tuple[str, ...] = ()
    required: tuple[Decision, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """Variables that the decision and those it requires read."""
        asked = {one.id: one for one in (*self.required, self)}
        found: set[str] = set()
        for one in asked.values():
            needed = [asked[own] for own in one.needs]
            given = {name for each in needed for name in (each.name, *(name for name, _ in each.outputs))}
            found |= {name for expression in one.expressions for name in expression.names} - given
        return frozenset(found - {VALUE})

    @property
    def asked(self) -> frozenset[str]:
        """Names that the inputs of this decision alone read."""
        return frozenset(name for expression in self.inputs for name in expression.names)

    @property
    def expressions(self) -> list[Expression]:
        """Every expression of this decision alone."""
        cells = [test.expression for rule in self.rules for cell in rule.cells for test in cell.tests]
        results = [result for rule in self.rules for result in rule.results if result is not None]
        others = [default for _, default in self.outputs if default is not None]
        ranked = [value for listed in self.ranks for value in listed]
        return [*self.inputs, *cells, *results, *others, *ranked, *([self.formula] if self.formula else [])]

    def as_variables(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What decisions that require this one see of its answer."""
        if self.name in answer or (len(answer) > 1 and self.policy in _SEVERAL):
            return dict(answer)
        return {self.name: next(iter(answer.values())) if len(answer) == 1 else dict(answer), **answer}


def decide(
    decision: Decision,
    evaluator: Evaluator,
    variables: Mapping[str, Any],
    counted: MutableMapping[tuple[str, int], None] | None = None,
) -> dict[str, Any]:
    """The outputs for these variables. Raises ExpressionFailed, also where rules break the hit policy. ``counted``
    takes the rules that matched, as decision and number from 1."""
    seen, counted = dict(variables), {} if counted is None else counted
    given: dict[str, dict[str, Any]] = {}
    for one in decision.required:
        given[one.id] = one.as_variables(_decided(one, evaluator, _with(given, one, seen), counted))
    return _decided(decision, evaluator, _with(given, decision, seen), counted)


def _with(given: Mapping[str, Mapping[str, Any]], decision: Decision, seen: dict[str, Any]) -> Mapping[str, Any]:
    """The variables, and what the decisions needed have given."""
    return {**seen, **{name: value for own in decision.needs for name, value in given[own].items()}}


def _decided(
    decision: Decision,
    evaluator: Evaluator,
    variables: Mapping[str, Any],
    counted: MutableMapping[tuple[str, int], None],
) -> dict[str, Any]:
    """The outputs of this decision alone; a failure names it, and the rule where there is one."""
    place = _Place(counted)
    try:
        return _answer(decision, evaluator, variables, place)
    except ExpressionFailed as failure:
        rule = "in-decision" if place.rule is None else "in-rule"
        reason = because(rule, decision=decision.id, rule=place.rule, reason=failure.reason)
        used = failure.used or {name: variables[name] for name in decision.asked if name in variables}
        raise ExpressionFailed(failure.expression, reason, used) from None


@dataclass(slots=True)
class _Place:
    """The rule that is being looked at, counted from 1 as drawn, and those that counted."""

    counted: MutableMapping[tuple[str, int], None]
    rule: int | None = None


def _answer(decision: Decision, evaluator: Evaluator, variables: Mapping[str, Any], place: _Place) -> dict[str, Any]:
    if decision.formula is not None:
        return {decision.outputs[0][0]: evaluator.value_of(decision.formula, variables)}
    values = [evaluator.value_of(expression, variables) for expression in decision.inputs]
    names = [ChainMap({VALUE: value}, variables) for value in values]  # type: ignore[arg-type]
    matching = []
    for number, rule in enumerate(decision.rules, 1):
        place.rule = number
        if _matches(rule, values, names, evaluator):
            matching.append((number, rule))
            if decision.policy == "FIRST":
                break  # what stands below need not even make sense for these values
    place.rule, rows = None, []
    for number, rule in _wanted(decision, matching):
        place.rule = number
        place.counted[decision.id, number] = None
        rows.append(_row(decision, rule, evaluator, variables))
    place.rule = None
    defaults = {name: evaluator.value_of(other, variables) if other else None for name, other in decision.outputs}
    if not rows and (decision.policy not in _SEVERAL or any(other for _, other in decision.outputs)):
        return defaults
    if decision.ranks:
        rows = _ranked(decision, rows, evaluator, variables)
    if decision.policy in _SEVERAL:
        return _collected(decision, rows)
    if decision.policy == "ANY" and not all(same(row, rows[0]) for row in rows):
        raise ExpressionFailed(decision.id, because("rules-disagree", rules=_numbers(matching), policy="ANY"))
    return rows[0]


def _wanted(decision: Decision, matching: list[tuple[int, Rule]]) -> list[tuple[int, Rule]]:
    """The rules that count by the hit policy, with their numbers."""
    if decision.policy == "UNIQUE" and len(matching) > 1:
        raise ExpressionFailed(decision.id, because("rules-several", rules=_numbers(matching), policy="UNIQUE"))
    return matching


def _numbers(matching: list[tuple[int, Rule]]) -> str:
    return ", ".join(str(number) for number, _ in matching)


def _matches(rule: Rule, values: list[Any], names: list[ChainMap[str, Any]], evaluator: Evaluator) -> bool:
    columns = zip(rule.cells, values, names, strict=True)
    return all(cell.accepts(evaluator, value, seen) for cell, value, seen in columns)


def _row(decision: Decision, rule: Rule, evaluator: Evaluator, variables: Mapping[str, Any]) -> dict[str, Any]:
    pairs = zip(decision.outputs, rule.results, strict=True)
    return {name: evaluator.value_of(result, variables) if result else None for (name, _), result in pairs}


def _ranked(
    decision: Decision, rows: list[dict[str, Any]], evaluator: Evaluator, variables: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows by priority: the first output counts most, one without listed values not at all (DMN 8.2.11)."""
    orders = {
        name: [evaluator.value_of(value, variables) for value in listed]
        for (name, _), listed in zip(decision.outputs, decision.ranks, strict=True)
        if listed
    }
    return sorted(rows, key=lambda row: [_rank(decision, name, row[name], order) for name, order in orders.items()])


def _rank(decision: Decision, name: str, value: Any, order: list[Any]) -> int:
    place = next((place for place, listed in enumerate(order) if same(listed, value)), None)
    if place is None:
        raise ExpressionFailed(decision.id, because("not-listed", name=name))
    return place


def _collected(decision: Decision, rows: list[dict[str, Any]]) -> dict[str, Any]:
    gathered = {name: [row[name] for row in rows] for name, _ in decision.outputs}
    if decision.aggregation is None:
        return dict(gathered)
    try:
        return {name: _AGGREGATIONS[decision.aggregation](values) for name, values in gathered.items()}
    except TypeError:
        raise ExpressionFailed(decision.id, because("aggregation", name=decision.aggregation)) from None
    except Unfit as unfit:
        raise ExpressionFailed(decision.id, unfit.reason) from None


def _sum(values: list[Any]) -> Any:
    if not all(map(is_number, values)):
        raise TypeError
    return total(values) if values else None


def _extreme(values: list[Any], sign: int) -> Any:
    return extreme(values, sign) if len(values) > 1 else next(iter(values), None)


_AGGREGATIONS: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "SUM": _sum,
    "COUNT": len,
    "MIN": lambda values: _extreme(values, -1),
    "MAX": lambda values: _extreme(values, 1),
}
_SEVERAL: Final = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
BY_PRIORITY: Final = frozenset({"PRIORITY", "OUTPUT ORDER"})
"""Hit policies that need the outputs' values in order."""
POLICIES: Final = frozenset({"UNIQUE", "FIRST", "ANY"}) | _SEVERAL | BY_PRIORITY
AGGREGATIONS: Final = tuple(_AGGREGATIONS)
