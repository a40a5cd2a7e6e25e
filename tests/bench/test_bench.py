"""The benchmarks say what they found and whether it held; what they measure runs."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from bench import drawings, large, officer_step, other_engine
from bench.nation.files import most_memory
from bench.rows import Row, table, verdict
from bench.timing import undisturbed
from engine import bpmn

FASTER = Row("a step", 12.3, must=5, aim=10, note="0.1 ms")
SMALLER = Row("a state", 3500, " bytes", must=3000, sense="at most")
UNKNOWN = Row("another engine", None, must=15)
INFORMS = Row("an inbox", 1.04)


def test_a_bound_holds_in_its_own_sense() -> None:
    assert [row.held for row in (FASTER, SMALLER, UNKNOWN, INFORMS)] == [True, False, None, None]
    assert replace(FASTER, reached=5).held
    assert replace(SMALLER, reached=3000).held


@pytest.mark.parametrize("missing", [SMALLER, UNKNOWN])
def test_a_run_fails_when_a_bound_did_not_hold_or_was_not_measured(missing: Row) -> None:
    assert verdict([FASTER, INFORMS]) == 0
    assert verdict([FASTER, missing, INFORMS]) == 1


def test_the_table_says_what_was_reached_and_what_must_be() -> None:
    lines = [" ".join(line.split()) for line in table([FASTER, SMALLER, UNKNOWN, INFORMS]).splitlines()]
    assert lines[2] == "a step 12.3 × ≥ 5 × ≥ 10 × yes 0.1 ms"
    assert lines[3] == "a state 3,500 bytes ≤ 3,000 bytes NO"
    assert lines[4] == "another engine not measured ≥ 15 × ?"
    assert lines[5] == "an inbox 1.04 ×"


def test_a_step_counts_as_quick_as_it_was_in_any_case() -> None:
    assert undisturbed([[3.0, 9.0], [5.0, 1.0]]) == 2.0


def test_the_engines_that_are_compared_take_the_same_case_to_its_end() -> None:
    stock, ours, live = officer_step.Stock(), officer_step.Ours(), officer_step.Ours(live=bpmn.LiveCache())
    steps = len(list(officer_step.path_of_a_case(officer_step.CORRECTIONS)))
    assert [len(officer_step.plain_case(engine)) for engine in (stock, ours, live)] == [steps] * 3
    assert ours.tasks == live.tasks == {}


def test_the_other_engine_is_pinned_exactly_and_gets_the_same_inputs() -> None:
    wanted = json.loads((other_engine.FOLDER / "package.json").read_text())["dependencies"]["bpmn-engine"]
    locked = json.loads((other_engine.FOLDER / "package-lock.json").read_text())["packages"]
    assert wanted == locked["node_modules/bpmn-engine"]["version"]
    assert all("integrity" in package for path, package in locked.items() if path)
    ours = officer_step.Ours(other_engine.DRAWING.read_bytes())
    state = ours.begin()
    for element, variables in other_engine.INPUTS:
        state = ours.step(state, element, variables)
    assert json.loads(state)[2] == "completed"


@pytest.mark.parametrize(
    "drawing",
    [
        drawings.chain(5, "scriptTask"),
        drawings.branches(5, "scriptTask"),
        drawings.instances(5, "scriptTask", sequential=False),
        drawings.instances(5, "scriptTask", sequential=True),
    ],
)
def test_the_large_drawings_run_at_any_size(drawing: bytes) -> None:
    large.completed(bpmn.parse({"f.bpmn": drawing}))


def test_the_drawing_that_is_read_has_as_many_elements_as_it_says() -> None:
    assert len(bpmn.parse({"f.bpmn": drawings.district(3)}).elements) == 3 * 6 + 2


def test_the_most_memory_of_a_process_stays_when_it_has_given_back_what_it_took() -> None:
    before = most_memory(os.getpid())
    taken = bytearray(b"x") * int((before + 50) * 1_000_000)
    del taken
    assert most_memory(os.getpid()) >= before + 50
