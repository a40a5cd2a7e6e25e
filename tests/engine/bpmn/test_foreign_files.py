"""Files as other tools write them: what is only style is accepted, what cannot be run is said once and by its name.

The drawings are our own, small, in the manner of each tool.
"""

from __future__ import annotations

from engine import bpmn
from engine.bpmn import Problem
from tests.engine.bpmn.drawing import E, S, document, flows, user

_BIZAGI = '<extensionElements><b:Look xmlns:b="http://tool.example/bpmn20"><b:Colour/></b:Look></extensionElements>'


def problems_of(body: str, root: str = "") -> tuple[Problem, ...]:
    return bpmn.check({"a.bpmn": document(body, root)})


def test_extensions_of_a_tool_at_every_element_are_one_note() -> None:
    tasks = "".join(f'<userTask id="t{number}">{_BIZAGI}</userTask>' for number in range(5))
    problems = problems_of(S + tasks + E + flows("s > t0 > t1 > t2 > t3 > t4 > e"))
    assert [(one.severity, one.rule, one.element_id) for one in problems] == [("note", "foreign-extension", "t0")]
    assert problems[0].message.endswith("The same at 4 more elements.")
    assert problems[0].message_km.endswith("ដូចគ្នានៅធាតុ 4 ទៀត។")


def test_an_error_is_not_crowded_out_by_notes() -> None:
    chain = [f"t{number}" for number in range(300)]
    gateways = "".join(f'<exclusiveGateway id="{name}"/>' for name in chain)
    problems = problems_of(S + gateways + '<scriptTask id="last"/>' + E + flows(" > ".join(["s", *chain, "last", "e"])))
    assert [one.rule for one in problems if one.severity == "error"] == ["script-missing"]
    assert problems[0].severity == "error"


def test_a_name_over_several_lines_is_told_on_one() -> None:
    (problem,) = problems_of(S + '<scriptTask id="t" name="Write the&#10;label"/>' + E + flows("s > t > e"))
    assert problem.element_name == "Write the label"


def test_an_element_without_a_name_is_called_by_what_it_stands_between() -> None:
    body = S + user("t").replace("/>", ' name="Weigh"/>') + '<scriptTask id="x"/>' + E + flows("s > t > x > e")
    (problem,) = problems_of(body)
    assert problem.element_name == "Weigh → scriptTask"
