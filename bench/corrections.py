"""What a thousand rounds of correction do to the cost of a step and to the size of a case."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.officer_step import NOW, SOURCE
from bench.rows import Row
from bench.timing import quickest
from engine import bpmn
from engine.packages import load_package

ROUNDS = 1000
GUESTHOUSE = Path(__file__).parents[1] / "processes" / "tourism" / "guesthouse_licence"
LICENCE_ANSWERS: Mapping[str, Mapping[str, Any]] = {"check": {"result": "return"}}
GUESTHOUSE_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "check": {"check_result": "ok"},
    "review": {"review_result": "correction"},
    "inspect": {"inspection_result": "ok"},
}


class Walk:
    """A case whose tasks are done one after the other, each with its answers; service tasks answer at once."""

    def __init__(
        self,
        process: bpmn.ProcessDefinition,
        variables: Mapping[str, Any],
        answers: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.process = process
        self.answers = answers
        self.passed: deque[str] = deque()
        self.largest = 0
        functions = {"working_days": lambda _: "2026-12-01", "working_hours": lambda _: "2026-12-01"}
        self.functions = functions
        self.snapshot = self._settled(bpmn.start(process, variables, now=NOW, functions=functions))

    def complete(self, task_id: str, variables: Mapping[str, Any]) -> bpmn.Snapshot:
        state, functions = self.snapshot.state, self.functions
        return bpmn.complete(self.process, state, task_id, variables, now=NOW, functions=functions)

    def on(self) -> str:
        """Completes the first task that waits; which element it was."""
        task = self.snapshot.tasks[0]
        self.snapshot = self._settled(self.complete(task.id, self.answers.get(task.element_id, {})))
        return task.element_id

    def rounds(self, number: int, element: str) -> None:
        """Goes on until the element was done so many times more."""
        while number:
            number -= self.on() == element

    def _settled(self, snapshot: bpmn.Snapshot) -> bpmn.Snapshot:
        self.snapshot = snapshot
        self.largest = max(self.largest, len(snapshot.state))
        for effect in snapshot.effects:
            if effect.task_id:
                self._settled(self.complete(effect.task_id, {}))
        return self.snapshot


def rows() -> Iterator[Row]:
    """The cost of a step after a thousand corrections, and the bytes of a case."""
    young = Walk(bpmn.parse({"licence.bpmn": SOURCE}), {"rooms": 12}, LICENCE_ANSWERS)
    old = Walk(young.process, {"rooms": 12}, LICENCE_ANSWERS)
    young.on(), old.on()
    old.rounds(ROUNDS, "apply")
    first, last = quickest(40, lambda: _ten_steps(young), lambda: _ten_steps(old))
    note = f"{first * 100:.3f} ms, then {last * 100:.3f} ms"
    yield Row(f"step at {ROUNDS:,} corrections ÷ at none", last / first, must=1.5, aim=1.1, sense="at most", note=note)
    yield from _sizes("bench process", young, old)
    yield from _sizes("guesthouse package", *_guesthouse())


def _ten_steps(walk: Walk) -> None:
    for _ in range(10):
        walk.complete(walk.snapshot.tasks[0].id, {"result": "return"})


def _guesthouse() -> tuple[Walk, Walk]:
    process = load_package(GUESTHOUSE).process
    young, old = (Walk(process, {"rooms": 12}, GUESTHOUSE_ANSWERS) for _ in range(2))
    young.rounds(1, "correct")
    old.rounds(ROUNDS, "correct")
    return young, old


def _sizes(whose: str, young: Walk, old: Walk) -> Iterator[Row]:
    yield Row(f"state, routing data only: {whose}", young.largest, " bytes", must=3000, sense="at most")
    what = f"state after {ROUNDS:,} corrections: {whose}"
    yield Row(what, old.largest, " bytes", must=6000, sense="at most")
