"""A decision that fails names its table, the rule, what was written there, and the variables that it looked at."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import Player
from tests.engine.bpmn.language.test_decisions import table


def failing(rows: list[tuple[str, str]], policy: str = "UNIQUE", **variables: object) -> bpmn.StepFailed:
    with pytest.raises(bpmn.StepFailed) as failure:
        Player(bpmn.parse(table(rows, policy)), variables)
    return failure.value


def test_several_rules_are_named_with_what_they_looked_at() -> None:
    failed = failing([("< 5", "1"), ("> 7", "2"), ("< 9", "3")], rooms=3)
    assert "the decision fee: several rules match (1, 3), but the hit policy is UNIQUE" in str(failed.reason)
    assert "(1, 3)" in failed.reason.km
    assert failed.used == {"rooms": 3}


def test_a_cell_that_cannot_be_computed_is_named_with_its_rule() -> None:
    failed = failing([("> 9", "1"), ("< limit", "2")], rooms=3)
    assert failed.reason.startswith("in rule 2 of the decision fee: ")
    assert "limit" in str(failed.expression)


def test_a_result_that_cannot_be_computed_is_named_with_its_rule() -> None:
    failed = failing([("> 9", "1"), ("< 9", "rooms / 0")], rooms=3)
    assert failed.reason == "in rule 2 of the decision fee: division by zero"
    assert (failed.expression, failed.used) == ("rooms / 0", {"rooms": 3})


def test_an_input_that_is_missing_is_named_with_the_decision() -> None:
    failed = failing([("> 9", "1")])
    assert failed.reason.startswith("in the decision fee: ")
    assert failed.expression == "rooms"


def test_rules_below_the_first_that_matches_are_not_looked_at() -> None:
    definition = bpmn.parse(table([("null", "0"), ("< 5", "1")], "FIRST"))
    assert Player(definition, {"rooms": None}).variables["fee"] == 0
    assert Player(definition, {"rooms": 3}).variables["fee"] == 1
    assert failing([("null", "0"), ("< 5", "1")], "UNIQUE", rooms=None).reason.startswith("in rule 2")
