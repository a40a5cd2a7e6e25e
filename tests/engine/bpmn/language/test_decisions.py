"""Decision tables behind business rule tasks."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, message, rules_broken, user

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
    values: str = "",
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
        f'</text></inputExpression></input><output name="{output}">{values}</output>{rows}</decisionTable></decision>'
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
        ("(1..5]", [2, 5], [1, 6]),
        ('"a","b"', ["a", "b"], ["c"]),
        ('not("a")', ["b"], ["a"]),
        ("not(< 3, [5..6])", [3, 4, 7], [2, 5]),
        ("-5", [-5], [5]),
        ("not (1, 2)", [3], [1, 2]),
        ("base_list", [[3, 4], 3], [5]),
        ("append(base_list, 5)", [3, 5], [6]),
        ("null", [None], [0]),
        ('< date("2026-05-01")', ["2026-04-30"], ["2026-05-01"]),
        ('[date("2026-05-01")..date("2026-05-31")]', ["2026-05-31"], ["2026-06-01"]),
        ("? = 4 or ? > 8", [4, 9], [5]),
        ("[1..2], [4..5]", [1, 5], [3]),
        ("(1..5[, 8", [2, 8], [1, 5]),
        ("]1..5], ]7..9[", [5, 8], [1, 7, 9]),
        ("not([1..5[, 8)", [5], [1, 8]),
        ("not((1..5])", [1], [5]),
        ("!= 5", [4], [5]),
        ("'[1..2', 'x, (y'", ["[1..2", "x, (y"], ["1"]),
        ("if base > 5 then 3 else 4", [3], [4]),
    ],
)
def test_a_cell_accepts_what_it_says(test: str, fits: list[object], not_fits: list[object]) -> None:
    definition = bpmn.parse(table([(test, "1")]))
    for value in fits:
        assert Player(definition, {"rooms": value, "base": 10, "base_list": [3, 4]}).variables["fee"] == 1, value
    for value in not_fits:
        assert Player(definition, {"rooms": value, "base": 10, "base_list": [3, 4]}).variables["fee"] is None, value


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
        ("OUTPUT ORDER", "", [2, 3, 1]),
        ("PRIORITY", "", 2),
        ("COLLECT", 'aggregation="SUM"', 6),
        ("COLLECT", 'aggregation="MIN"', 1),
        ("COLLECT", 'aggregation="MAX"', 3),
        ("COLLECT", 'aggregation="COUNT"', 3),
    ],
)
def test_every_hit_policy_gives_what_it_means(policy: str, extra: str, expected: object) -> None:
    values = "<outputValues><text>2, 3, 1</text></outputValues>"
    files = table([("< 5", "1"), ("< 6", "3"), ("-", "2"), ("> 7", "9")], policy, extra=extra, values=values)
    assert Player(files, {"rooms": 3}).variables["fee"] == expected


@pytest.mark.parametrize(
    ("policy", "extra", "expected"),
    [
        ("FIRST", "", None),
        ("RULE ORDER", "", []),
        ("PRIORITY", "", None),
        ("COLLECT", 'aggregation="SUM"', None),
        ("COLLECT", 'aggregation="MAX"', None),
        ("COLLECT", 'aggregation="COUNT"', 0),
    ],
)
def test_every_hit_policy_says_what_no_rule_gives(policy: str, extra: str, expected: object) -> None:
    values = "<outputValues><text>1</text></outputValues>"
    assert Player(table([("< 0", "1")], policy, extra=extra, values=values), {"rooms": 3}).variables["fee"] == expected
    default = values + "<defaultOutputEntry><text>7</text></defaultOutputEntry>"
    assert Player(table([("< 0", "1")], policy, extra=extra, values=default), {"rooms": 3}).variables["fee"] == 7


def test_any_accepts_rules_that_agree_only() -> None:
    definition = bpmn.parse(table([("< 5", "1"), ("< 9", "1"), ("3", "2")], "ANY"))
    assert Player(definition, {"rooms": 4}).variables["fee"] == 1
    with pytest.raises(bpmn.StepFailed, match="disagree"):
        Player(definition, {"rooms": 3})


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        (table([("-", "1")], "LAST"), "decision-policy"),
        (table([("-", "1")], "PRIORITY"), "decision-ranks"),
        (table([("-", "1")], "OUTPUT ORDER"), "decision-ranks"),
        (table([("not(1), 2", "1")]), "expression-invalid"),
        (table([("rooms > 5", "1")]), "expression-invalid"),
        (table([("1, rooms > 5 and true", "1")]), "expression-invalid"),
        (table([("rooms[1]", "1")]), "expression-invalid"),
        (table([("-", "import os")]), "expression-invalid"),
        (table([("__import__('os')", "1")]), "expression-invalid"),
        (table([("-", "1")], output="not a name"), "decision-output"),
        (table([("-", "1")], output="class"), "decision-output"),
        (table([("-", "1")], source="x.__class__"), "expression-invalid"),
        ({"process.bpmn": PROCESS}, "decision-unknown"),
        ({"process.bpmn": document(S + '<businessRuleTask id="a"/>' + flows("s > a"))}, "decision-missing"),
        ({**table([("-", "1")]), "fees.dmn": b"<!DOCTYPE x><x/>"}, "document-type"),
        (
            {
                **table([("-", "1")]),
                "fees.dmn": table([("-", "1")])["fees.dmn"].replace(b"<output ", b"<o ").replace(b"</output>", b"</o>"),
            },
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


DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" {}>{}</definitions>'


def decision(own: str, content: str, *needs: str, name: str = "") -> str:
    """A decision that needs others; ``content`` is a formula, or a table."""
    required = "".join(
        f'<informationRequirement><requiredDecision href="{need}"/></informationRequirement>' for need in needs
    )
    inner = (
        content if content.startswith("<") else f"<literalExpression><text>{escape(content)}</text></literalExpression>"
    )
    variable = f'<variable name="{name}"/>' if name else ""
    return f'<decision id="{own}" name="{own}">{variable}{required}{inner}</decision>'


def rows(source: str, output: str, *pairs: tuple[str, str]) -> str:
    """A decision table with one input and one output."""
    rules = "".join(
        f"<rule><inputEntry><text>{escape(test)}</text></inputEntry>"
        f"<outputEntry><text>{escape(result)}</text></outputEntry></rule>"
        for test, result in pairs
    )
    return (
        f"<decisionTable><input><inputExpression><text>{source}</text></inputExpression></input>"
        f"<output {output}/>{rules}</decisionTable>"
    )


def linked(*decisions: str, attributes: str = "", **more: bytes) -> dict[str, bytes]:
    return {"process.bpmn": PROCESS, "fees.dmn": DMN.format(attributes, "".join(decisions)).encode(), **more}


SIZE = decision("size", rows("rooms", 'name="size_class"', ("<= 8", '"small"'), ("> 8", '"large"')))
BASE = decision("base", 'if size_class = "small" then 50000 else 80000', "#size", name="BasePrice")
FEE = decision("fee", rows("size_class", "", ("-", "BasePrice + rooms * 1000")), "#size", "#base", name="total")


def test_a_decision_uses_the_answers_of_those_it_needs() -> None:
    definition = bpmn.parse(linked(FEE, BASE, SIZE))
    assert Player(definition, {"rooms": 4}).variables == {"rooms": 4, "total": 54_000}
    assert Player(definition, {"rooms": 10}).variables == {"rooms": 10, "total": 90_000}
    assert (definition.variables_read, definition.variables_written) == ({"rooms"}, {"total"})


def test_decisions_in_other_files_are_found() -> None:
    files = linked(FEE, BASE.replace("#size", "sizes.dmn#size"), **{"sizes.dmn": DMN.format("", SIZE).encode()})
    assert Player(files, {"rooms": 4}).variables["total"] == 54_000


def test_a_decision_of_one_expression_gives_its_value() -> None:
    assert Player(linked(decision("fee", "rooms * 15000")), {"rooms": 3}).variables["fee"] == 45_000


def test_the_value_of_a_table_with_several_outputs_is_a_record_for_others() -> None:
    two = (
        "<decisionTable><input><inputExpression><text>rooms</text></inputExpression></input>"
        '<output name="low"/><output name="high"/><rule><inputEntry><text>-</text></inputEntry>'
        "<outputEntry><text>1</text></outputEntry><outputEntry><text>rooms</text></outputEntry></rule></decisionTable>"
    )
    files = linked(decision("span", two, name="span"), decision("fee", "span.high - low", "#span"))
    assert Player(files, {"rooms": 5}).variables == {"rooms": 5, "fee": 4}


def test_linked_decisions_are_asked_anew_in_every_round_of_a_loop() -> None:
    inside = '<startEvent id="ss"/><exclusiveGateway id="m"/><exclusiveGateway id="x" default="flow_1_0_x"/>' + TASK
    inside += user("u") + '<endEvent id="se"/>'
    inside += flows("ss > m > decide > x", "x > se", "x > u: total < 90000", "u > m")
    body = f'<subProcess id="sub">{inside}</subProcess>'
    process = document(S + body + E + flows("s > sub > e").replace("flow_", "o_"))
    player = Player({**linked(FEE, BASE, SIZE), "process.bpmn": process}, {"rooms": 4})
    assert player.do("u", rooms=5).ready == ["u"]
    assert player.do("u", rooms=12).variables["total"] == 92_000
    assert player.status == "completed"


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        (linked(FEE, BASE), "decision-required"),
        (linked(decision("fee", "1", "#other"), decision("other", "1", "#fee")), "decision-circle"),
        (linked(*(decision(f"d{n}", "1", f"#d{n + 1}") for n in range(120)), decision("d120", "1")), "decision-circle"),
        (
            linked(*(decision(f"d{n}", "1", f"#d{n - 1}") for n in range(1, 120)), decision("d0", "1")),
            "decision-circle",
        ),
        (linked(SIZE, SIZE), "decision-twice"),
        (linked(decision("fee", "<context/>")), "decision-form"),
        (linked(decision("fee", "1").replace("<literal", "<knowledgeRequirement/><literal")), "decision-form"),
        (linked(decision("fee", "1"), attributes='expressionLanguage="groovy"'), "expression-language"),
    ],
)
def test_decisions_that_cannot_be_linked_are_refused(files: dict[str, bytes], rule: str) -> None:
    assert rule in rules_broken(files)


def test_decisions_that_share_what_they_need_ask_it_once() -> None:
    """A ladder of thirty steps has a thousand million ways down; each rung is asked once."""
    rungs = [
        decision(
            f"{side}{step}", f"{other} + {own}", f"#{side}{step - 1}", f"#{across}{step - 1}", name=f"{side}{step}"
        )
        for step in range(1, 30)
        for side, across in (("a", "b"), ("b", "a"))
        for own, other in ((f"{side}{step - 1}", f"{across}{step - 1}"),)
    ]
    ground = [decision("a0", "rooms"), decision("b0", "0")]
    top = decision("fee", "a29", "#a29")
    definition = bpmn.parse(linked(*reversed(rungs), *ground, top))
    assert definition.variables_read == {"rooms"}
    assert Player(definition, {"rooms": 3}).variables["fee"] == 3 * 2**28


def test_a_result_without_a_rank_stops_the_step() -> None:
    files = table([("-", "rooms")], "PRIORITY", values="<outputValues><text>1,2</text></outputValues>")
    assert Player(files, {"rooms": 2}).variables["fee"] == 2
    with pytest.raises(bpmn.StepFailed, match="not among the values"):
        Player(files, {"rooms": 3})


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


def test_a_parallel_event_gateway_waits_for_its_other_events_too() -> None:
    player = Player(document(GATEWAY.format('eventGatewayType="Parallel"'), MESSAGES), start_event="two")
    assert player.ready == ["b"]
    assert player.send("first").ready == ["a", "b"]


@pytest.mark.parametrize("cell", ["inputEntry", "outputEntry"])
@pytest.mark.parametrize(("language", "refused"), [("groovy", True), ("FEEL", False), ("", False)])
def test_an_empty_cell_in_another_language_is_refused(cell: str, language: str, refused: bool) -> None:
    """What it means stands elsewhere; taking it for a cell that accepts anything would decide otherwise."""
    named = f'<{cell} expressionLanguage="{language}"'.encode()
    files = {name: data.replace(f"<{cell}".encode(), named) for name, data in table([("", "")]).items()}
    assert ("expression-language" in rules_broken(files)) is refused
