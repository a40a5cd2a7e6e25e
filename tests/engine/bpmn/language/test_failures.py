"""What a failed step tells: where, which expression, with which variables; and where values come from."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import MONDAY, E, S, document, flows, script, user

CONDITIONS = '<exclusiveGateway id="way"/>'


def failure(body: str, **variables: object) -> bpmn.StepFailed:
    definition = bpmn.parse({"test.bpmn": document(body)})
    with pytest.raises(bpmn.StepFailed) as failed:
        bpmn.start(definition, variables, now=MONDAY)
    return failed.value


def test_a_failed_script_line_tells_the_variables_it_read() -> None:
    body = S + script("sum", "half = rooms / 2\nshare = half / guests") + E + flows("s > sum > e")
    failed = failure(body, rooms=8, guests=0, other="nothing to do with it")
    assert (failed.element_id, failed.expression, failed.used) == (
        "sum",
        "share = half / guests",
        {"half": 4, "guests": 0},
    )
    assert failed.reason.km


def test_a_gateway_without_a_way_tells_what_all_its_conditions_read() -> None:
    body = (
        S
        + CONDITIONS
        + user("a", "b")
        + E
        + flows("s > way", "way > a: rooms > 9", "way > b: beds > 9", "a > e", "b > e")
    )
    failed = failure(body, rooms=8, beds=2)
    assert (failed.element_id, failed.expression) == ("way", "rooms > 9; beds > 9")
    assert failed.used == {"rooms": 8, "beds": 2}


def test_a_variable_that_does_not_exist_is_not_made_up() -> None:
    failed = failure(S + script("sum", "share = rooms / guests") + E + flows("s > sum > e"), rooms=8)
    assert failed.used == {"rooms": 8}


def test_a_variable_computed_from_known_ones_is_known_and_nothing_else() -> None:
    answered = (
        '<serviceTask id="ask"><extensionElements><spiffworkflow:serviceTaskOperator id="registry.ask" '
        'resultVariable="answer"/></extensionElements></serviceTask>'
    )
    lines = "double = rooms * 2\nmore = double + more0\nname = answer.name\nmixed = double\nmixed = name"
    body = S + answered + script("sum", f"more0 = 1\n{lines}") + E + flows("s > ask > sum > e")
    definition = bpmn.parse({"test.bpmn": document(body)})
    assert bpmn.computed_from(definition, {"rooms"}) == {"rooms", "double", "more0", "more"}
