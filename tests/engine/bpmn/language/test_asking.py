"""A decision asked by itself gives what a business rule task is given."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import MONDAY
from tests.engine.bpmn.language.test_decisions import table

RULES = [("< 5", "1"), (">= 3", "rooms * 2")]


def decision(policy: str) -> bpmn.Decision:
    return bpmn.decisions_in({"fees.dmn": table(RULES, policy)["fees.dmn"]})["fee"]


@pytest.mark.parametrize("policy", ["FIRST", "COLLECT"])
@pytest.mark.parametrize("rooms", [2, 4, 9])
def test_its_outputs_are_those_of_the_process_and_the_rules_that_count_are_named(policy: str, rooms: int) -> None:
    asked = bpmn.ask(decision(policy), {"rooms": rooms}, now=MONDAY)
    run = bpmn.start(bpmn.parse(table(RULES, policy)), {"rooms": rooms}, now=MONDAY)
    assert asked.outputs["fee"] == run.variables["fee"]
    assert set(asked.rules) == set(run.rules)


def test_what_it_reads_is_known_before() -> None:
    assert decision("FIRST").reads == {"rooms"}


@pytest.mark.parametrize(("policy", "variables"), [("UNIQUE", {"rooms": 4}), ("FIRST", {}), ("FIRST", {"rooms": "a"})])
def test_a_decision_that_cannot_decide_names_itself_and_says_why(policy: str, variables: dict[str, object]) -> None:
    with pytest.raises(bpmn.StepFailed) as refused:
        bpmn.ask(decision(policy), variables, now=MONDAY)
    assert refused.value.element_id == "fee"
    assert refused.value.reason.km


@pytest.mark.parametrize("data", [b"", b"<a/>", b"<a", table([("?? ??", "1")])["fees.dmn"]])
def test_files_without_a_decision_that_can_be_asked_have_none(data: bytes) -> None:
    assert dict(bpmn.decisions_in({"fees.dmn": data})) == {}
