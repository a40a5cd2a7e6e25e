"""What became of a rehearsed case, and where that differs from what its scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import bpmn
from engine.packages.scenarios import Expectation
from engine.working_time.terms import Term


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What became of a scenario; ``differences`` are sentences, empty when everything was as expected. ``stopped_at``
    counts the step, from 0, that could not be taken; the start is -1. ``term`` is the legal one for its answers,
    ``levels`` those of the offices that had the case, in order."""

    name: str
    differences: tuple[str, ...]
    path: tuple[str, ...]
    stages: tuple[str, ...]
    fee: int | None
    fees: Mapping[str, int]
    working_days: int
    outcome: str | None
    waits_at: tuple[str, ...]
    operations: tuple[str, ...]
    messages: tuple[str, ...]
    issued: int
    valid_until: str | None
    holder: str | None
    variables: Mapping[str, Any]
    term: Term
    levels: tuple[str, ...]
    stopped_at: int | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def differences_of(expect: Expectation, result: ScenarioResult) -> Iterator[str]:
    """Every difference as a sentence."""
    named = ("stages", "fee", "working_days", "outcome", "operations", "messages", "issued", "valid_until")
    for name in (*named, "holder", "term", "levels"):
        expected, happened = getattr(expect, name), getattr(result, name)
        if expected is not None and expected != happened:
            yield f"{name}: expected {_said(expected)}, but it was {_said(happened)}."
    for key, amount in (expect.fees or {}).items():
        if result.fees.get(key) != amount:
            yield f"fees: expected {key} = {amount}, but it was {result.fees.get(key, 'not there')}."
    if expect.waits_at is not None and tuple(sorted(expect.waits_at)) != result.waits_at:
        yield f"waits_at: expected {_said(expect.waits_at)}, but it was {_said(result.waits_at)}."
    for name, value in expect.variables.items():
        if not bpmn.same(result.variables.get(name), value):
            yield f"variables: expected {name} = {value}, but it was {result.variables.get(name, 'not there')}."
    if expect.path is not None:
        passed = iter(result.path)
        missing = next((element for element in expect.path if element not in passed), None)
        if missing is not None:
            yield f"path: “{missing}” was not passed in its place; passed: {_said(result.path)}."


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, tuple) else str(value)
