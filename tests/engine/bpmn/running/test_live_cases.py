"""Cases in memory between their steps: within the memory they are reckoned at, and without the step that left them."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from typing import Any

import pytest

from engine import bpmn
from engine.bpmn.running.live import memory_of
from tests.engine.bpmn.drawings.drawing import MONDAY, S, boundary, document, flows, timer, user

SMALL = document(
    S + user("a") + boundary("late", "a", timer("Duration", "PT1H")) + user("b") + flows("s > a", "late > b")
)
MANY = document(
    S
    + '<userTask id="t"><multiInstanceLoopCharacteristics><loopCardinality>200</loopCardinality>'
    + "</multiInstanceLoopCharacteristics></userTask>"
    + flows("s > t")
)


@pytest.mark.parametrize(
    ("drawing", "variables"),
    [
        (SMALL, {"rooms": 12}),
        (MANY, {}),
        (SMALL, {"rows": [{"a": n} for n in range(300)]}),
        (SMALL, {"rows": [[]] * 300}),
    ],
)
def test_a_case_in_memory_takes_no_more_than_it_is_reckoned_at(drawing: bytes, variables: dict[str, Any]) -> None:
    definition = bpmn.parse({"f": drawing})
    live = bpmn.LiveCache()
    bpmn.start(definition, variables, now=MONDAY)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        reckoned = 0
        for number in range(20):
            reckoned += memory_of(bpmn.start(definition, {**variables, "n": number}, now=MONDAY, live=live).state)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(live) == 20
    assert after - before < reckoned


def test_a_case_in_memory_lets_go_of_what_its_last_step_was_given() -> None:
    class Calendar:
        def days(self) -> int:
            return 3

    calendar, live = Calendar(), bpmn.LiveCache()
    seen = weakref.ref(calendar)
    definition = bpmn.parse({"f": SMALL})
    state = bpmn.start(definition, {}, now=MONDAY, functions={"days": calendar.days}, live=live).state
    del calendar
    gc.collect()
    assert seen() is None
    assert bpmn.complete(definition, state, "2", {}, now=MONDAY, live=live).status == "completed"
