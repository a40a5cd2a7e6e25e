"""Decision tables (OMG DMN 1.3, decision tables only) that business rule tasks evaluate.

Input cells are unary tests: `-`, values, `< 5`, ranges `[1..5)`, lists of those, `not(…)`, or a condition about `?`.
Everything in them, and every input and output, is an expression of the house's own language.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.bpmn.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.expressions import Expression
from engine.bpmn.reasons import because

VALUE: Final = "the_value_tested"
"""The name under which a cell sees the value it tests."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """An input cell: true when one of its tests is, or none when it is negated. No tests: always true."""

    tests: tuple[Expression, ...]
    negated: bool = False

    def accepts(self, evaluator: Evaluator, names: Mapping[str, Any]) -> bool:
        """Whether the value that `names` holds as VALUE passes."""
        if not self.tests:
            return True
        return any(bool(evaluator.value_of(test, names)) for test in self.tests) is not self.negated


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row: one cell for each input, one expression for each output."""

    cells: tuple[Cell, ...]
    results: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A decision table. `outputs` are names of variables, each with the value when no rule matches."""

    id: str
    policy: str
    aggregation: str | None
    inputs: tuple[Expression, ...]
    outputs: tuple[tuple[str, Expression | None], ...]
    rules: tuple[Rule, ...]

    @property
    def reads(self) -> frozenset[str]:
        """Variables that the table reads."""
        cells = [test for rule in self.rules for cell in rule.cells for test in cell.tests]
        results = [result for rule in self.rules for result in rule.results if result is not None]
        names = {name for expression in (*self.inputs, *cells, *results) for name in expression.names}
        return frozenset(names - {VALUE})


def decide(decision: Decision, evaluator: Evaluator, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs for these variables. Raises ExpressionFailed, also when UNIQUE or ANY is broken."""
    values = [evaluator.value_of(expression, variables) for expression in decision.inputs]
    matching = [rule for rule in decision.rules if _matches(rule, values, evaluator, variables)]
    rows = [_row(decision, rule, evaluator, variables) for rule in matching[: _wanted(decision, matching)]]
    if decision.policy in ("COLLECT", "RULE ORDER"):
        return _collected(decision, rows)
    if decision.policy == "ANY" and any(row != rows[0] for row in rows):
        raise ExpressionFailed(decision.id, because("rules-disagree", policy="ANY"))
    if rows:
        return rows[0]
    return {name: evaluator.value_of(other, variables) if other else None for name, other in decision.outputs}


def _wanted(decision: Decision, matching: list[Rule]) -> int:
    if decision.policy == "UNIQUE" and len(matching) > 1:
        raise ExpressionFailed(decision.id, because("rules-several", policy="UNIQUE"))
    return 1 if decision.policy == "FIRST" else len(matching)


def _matches(rule: Rule, values: list[Any], evaluator: Evaluator, variables: Mapping[str, Any]) -> bool:
    for cell, value in zip(rule.cells, values, strict=True):
        names = ChainMap({VALUE: value}, dict(variables))
        if not cell.accepts(evaluator, names):
            return False
    return True


def _row(decision: Decision, rule: Rule, evaluator: Evaluator, variables: Mapping[str, Any]) -> dict[str, Any]:
    pairs = zip(decision.outputs, rule.results, strict=True)
    return {name: evaluator.value_of(result, variables) if result else None for (name, _), result in pairs}


def _collected(decision: Decision, rows: list[dict[str, Any]]) -> dict[str, Any]:
    gathered = {name: [row[name] for row in rows] for name, _ in decision.outputs}
    if decision.aggregation is None:
        return dict(gathered)
    try:
        return {name: _AGGREGATIONS[decision.aggregation](values) for name, values in gathered.items()}
    except TypeError:
        raise ExpressionFailed(decision.id, because("aggregation", name=decision.aggregation)) from None


_AGGREGATIONS: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "SUM": sum,
    "COUNT": len,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
}
POLICIES: Final = ("UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER")
AGGREGATIONS: Final = tuple(_AGGREGATIONS)
