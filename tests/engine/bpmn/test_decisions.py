"""Decision tables behind business rule tasks."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest

from engine import bpmn
from tests.engine.bpmn.drawing import E, Player, S, document, flows, message, rules_broken, user

TASK = (
    '<businessRuleTask id="decide"><extensionElements>'
    "<spiffworkflow:calledDecisionId>fee</spiffworkflow:calledDecisionId></extensionElements></businessRuleTask>"
)
PROCESS = document(S + TASK + E + flows("s > decide > e"))


def table(
    rules: Sequence[tuple[str, str]],
    policy: str = "UNIQUE",
    source: str = "rooms",
    output: str = "fee",
    extra: str = "",
) -> dict[str, bytes]:
    rows = "".join(
        f"<rule><inputEntry><text>{escape(test)}</text></inputEntry>"
        f"<outputEntry><text>{escape(result)}</text></outputEntry></rule>"
        for test, result in rules
    )
    dmn = (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        f'<decision id="fee" name="Fee"><decisionTable hitPolicy="{policy}" {extra}><input><inputExpression>'
        f"<text>{source}"
        f'</text></inputExpression></input><output name="{output}"/>{rows}</decisionTable></decision>'
        "</definitions>"
    )
    return {"process.bpmn": PROCESS, "fees.dmn": dmn.encode()}


@pytest.mark.parametrize(
    ("test", "fits", "not_fits"),
    [
        ("-", [0, 5], []),
        ("", [0, 5], []),
        ("5", [5], [4]),
        ("< 5", [4], [5]),
        (">= 5", [5], [4]),
        ("[1..5]", [1, 5], [0, 6]),
        ("(1..5)", [2, 4], [1, 5]),
        ("]1..5[", [2, 4], [1, 5]),
        ("[1..base]", [10], [11]),
        ("1, 3, > 8", [1, 3, 9], [2, 8]),
        ("not(1, 2)", [3], [1, 2]),
        ("? % 2 == 0", [4], [5]),
        ("'a,b', \"c\"", ["a,b", "c"], ["a"]),
        ("true", [True], [False]),
        ("max(1, 2)", [2], [1]),
    ],
)
def test_a_cell_accepts_what_it_says(test: str, fits: list[object], not_fits: list[object]) -> None:
    definition = bpmn.parse(table([(test, "1")]))
    for value in fits:
        assert Player(definition, {"rooms": value, "base": 10}).variables["fee"] == 1, value
    for value in not_fits:
        assert Player(definition, {"rooms": value, "base": 10}).variables["fee"] is None, value


def test_the_result_may_be_computed() -> None:
    assert Player(table([("-", "max(100000, rooms * 15000)")]), {"rooms": 9}).variables["fee"] == 135_000


def test_unique_is_enforced() -> None:
    definition = bpmn.parse(table([("< 5", "1"), ("< 9", "2")]))
    assert Player(definition, {"rooms": 7}).variables["fee"] == 2
    with pytest.raises(bpmn.StepFailed, match="UNIQUE") as failure:
        Player(definition, {"rooms": 3})
    assert failure.value.element_id == "decide"


@pytest.mark.parametrize(
    ("policy", "extra", "expected"),
    [
        ("FIRST", "", 1),
        ("RULE ORDER", "", [1, 3, 2]),
        ("COLLECT", "", [1, 3, 2]),
        ("COLLECT", 'aggregation="SUM"', 6),
        ("COLLECT", 'aggregation="MIN"', 1),
        ("COLLECT", 'aggregation="MAX"', 3),
        ("COLLECT", 'aggregation="COUNT"', 3),
    ],
)
def test_every_hit_policy_gives_what_it_means(policy: str, extra: str, expected: object) -> None:
    files = table([("< 5", "1"), ("< 6", "3"), ("-", "2"), ("> 7", "9")], policy, extra=extra)
    assert Player(files, {"rooms": 3}).variables["fee"] == expected


def test_any_accepts_rules_that_agree_only() -> None:
    definition = bpmn.parse(table([("< 5", "1"), ("< 9", "1"), ("3", "2")], "ANY"))
    assert Player(definition, {"rooms": 4}).variables["fee"] == 1
    with pytest.raises(bpmn.StepFailed, match="disagree"):
        Player(definition, {"rooms": 3})


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        (table([("-", "1")], "PRIORITY"), "decision-policy"),
        (table([("-", "import os")]), "expression-invalid"),
        (table([("__import__('os')", "1")]), "expression-invalid"),
        (table([("-", "1")], output="not a name"), "decision-output"),
        (table([("-", "1")], source="x.__class__"), "expression-invalid"),
        ({"process.bpmn": PROCESS}, "decision-unknown"),
        ({"process.bpmn": document(S + '<businessRuleTask id="a"/>' + flows("s > a"))}, "decision-missing"),
        ({**table([("-", "1")]), "fees.dmn": b"<!DOCTYPE x><x/>"}, "document-type"),
        (
            {**table([("-", "1")]), "fees.dmn": table([("-", "1")])["fees.dmn"].replace(b"<output ", b"<o ")},
            "decision-form",
        ),
        (
            {**table([("-", "1")]), "fees.dmn": table([("-", "1")])["fees.dmn"].replace(b"<inputEntry", b"<i")},
            "not-xml",
        ),
    ],
)
def test_a_decision_that_cannot_be_evaluated_is_refused(files: dict[str, bytes], rule: str) -> None:
    assert rule in rules_broken(files)


GATEWAY = (
    '<eventBasedGateway id="g" instantiate="true" {}/>'
    f'<intermediateCatchEvent id="one">{message("m1")}</intermediateCatchEvent>'
    f'<intermediateCatchEvent id="two">{message("m2")}</intermediateCatchEvent>'
    + user("a", "b")
    + flows("g > one > a", "g > two > b")
)
MESSAGES = '<message id="m1" name="first"/><message id="m2" name="second"/>'


def test_an_event_gateway_may_begin_the_process_with_one_of_its_events() -> None:
    player = Player(document(GATEWAY.format(""), MESSAGES), start_event="two")
    assert player.passed == ["g", "two"]
    assert player.ready == ["b"]
    with pytest.raises(bpmn.StartNotPossible):
        Player(player.definition)


def test_a_parallel_event_gateway_waits_for_its_other_events_too() -> None:
    player = Player(document(GATEWAY.format('eventGatewayType="Parallel"'), MESSAGES), start_event="two")
    assert player.ready == ["b"]
    assert player.send("first").ready == ["a", "b"]
