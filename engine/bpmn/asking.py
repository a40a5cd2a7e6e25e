"""A decision asked by itself, without a process: for whoever writes one and wants to see what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.errors import StepFailed
from engine.bpmn.language.decisions import Decision, decide
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.functions import BUILT_IN, clock_functions, office_functions
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.assemble import Assembly


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decision gives: its outputs by name, and the rules that counted, as decision and number from 1."""

    outputs: Mapping[str, Any]
    rules: tuple[tuple[str, int], ...]


def decisions_in(files: Mapping[str, bytes]) -> Mapping[str, Decision]:
    """The decisions in these files that can be asked, by id; any bytes give an answer."""
    return Assembly(files, Findings()).decisions


def ask(
    decision: Decision,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Asked:
    """What the decision gives for these variables, as a business rule task would get it. Raises StepFailed, whose
    element is the decision."""
    known = {**BUILT_IN, **clock_functions(now), **office_functions(functions or {})}
    counted: dict[tuple[str, int], None] = {}
    try:
        outputs = decide(decision, Evaluator(known), variables, counted)
    except ExpressionFailed as failure:
        raise StepFailed(decision.id, failure.expression, failure.reason, failure.used) from None
    return Asked(outputs, tuple(counted))
