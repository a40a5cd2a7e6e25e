"""Decisions and called processes of a package: given to the process, checked against it, and rehearsed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages import build_package, check_files, run_scenarios
from engine.packages.coverage import Row, find
from engine.packages.feel import parse_unary_tests
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.forms import Component
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.bpmn.drawings.drawing import MONDAY
from tests.engine.bpmn.language.test_decisions import table
from tests.engine.packages.small import APPLY, changed, free_of_charge
from tests.properties import given, settings, st

RISK = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
  <decision id="risk" name="How closely to look">
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="ie" typeRef="number"><text>tables</text></inputExpression></input>
      <output id="o" name="visit" typeRef="string" />
      <rule id="small"><inputEntry id="a1"><text>&lt;= 4</text></inputEntry>
        <outputEntry id="b1"><text>"none"</text></outputEntry></rule>
      <rule id="large"><inputEntry id="a2"><text>[5..20]</text></inputEntry>
        <outputEntry id="b2"><text>"once"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""
RULE_TASK = """\
<businessRuleTask id="weigh" name="Weigh">
      <extensionElements><s:calledDecisionId>risk</s:calledDecisionId></extensionElements>
      <incoming>f1</incoming><outgoing>g1</outgoing>
    </businessRuleTask>
    <exclusiveGateway id="visited" default="g2">
      <incoming>g1</incoming><outgoing>g2</outgoing><outgoing>g3</outgoing>
    </exclusiveGateway>
    <callActivity id="look" calledElement="inspection"><incoming>g3</incoming><outgoing>g4</outgoing></callActivity>
    <sequenceFlow id="g1" sourceRef="weigh" targetRef="visited" />
    <sequenceFlow id="g2" sourceRef="visited" targetRef="check" />
    <sequenceFlow id="g3" sourceRef="visited" targetRef="look">
      <conditionExpression xsi:type="tFormalExpression">visit == "once"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="g4" sourceRef="look" targetRef="check" />
    <userTask id="check" name="Check">"""
INSPECTION = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" id="more" targetNamespace="urn:t">
  <process id="inspection" name="Inspection" isExecutable="true">
    <laneSet id="lanes2"><lane id="l3" name="Front office"><flowNodeRef>visit_there</flowNodeRef></lane></laneSet>
    <startEvent id="go"><outgoing>h1</outgoing></startEvent>
    <userTask id="visit_there" name="Visit">
      <extensionElements><s:properties><s:property name="form" value="check" /></s:properties></extensionElements>
      <incoming>h1</incoming><outgoing>h2</outgoing>
    </userTask>
    <endEvent id="been"><incoming>h2</incoming></endEvent>
    <sequenceFlow id="h1" sourceRef="go" targetRef="visit_there" />
    <sequenceFlow id="h2" sourceRef="visit_there" targetRef="been" />
  </process>
</definitions>
"""
SCENARIOS = """\
answers:
  some: {name: តូបនំ, tables: 3}
scenarios:
  - name: a small stall is not visited
    starts: 2026-03-02 09:00
    answers: some
    expect: {path: [begin, weigh, visited], waits_at: [check], variables: {visit: none}}
  - name: a large one is
    starts: 2026-03-02 09:00
    answers: some
    but: {tables: 5}
    steps: [{complete: visit_there, at: 2026-03-03 09:00, answers: {result: ok}}]
    expect: {path: [weigh, visit_there, been, look], waits_at: [check], variables: {visit: once, tables: 5}}
"""
FILES = free_of_charge()
SITE = "  visit_there: {km: ចុះពិនិត្យ, en: Visit}\n"


def package(**replaced: str) -> dict[str, bytes]:
    """The small service with a decision and a called process; ``replaced`` gives other contents of those files."""
    process = FILES["process.bpmn"].decode()
    process = process.replace('<userTask id="check" name="Check">', RULE_TASK)
    process = process.replace('sourceRef="begin" targetRef="check"', 'sourceRef="begin" targetRef="weigh"')
    process = process.replace(
        "<incoming>f1</incoming><incoming>f4</incoming>",
        "<incoming>f4</incoming><incoming>g2</incoming><incoming>g4</incoming>",
    )
    texts = FILES["texts.yaml"].decode().replace("elements:\n", "elements:\n" + SITE)
    written = {
        "process.bpmn": process,
        "texts.yaml": texts,
        "inspection.bpmn": INSPECTION,
        "decisions/risk.dmn": RISK,
        "tests.yaml": SCENARIOS,
        **{name.replace("__", "/"): text for name, text in replaced.items()},
    }
    return {**FILES, **{name: text.encode() for name, text in written.items()}}


def problems(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in check_files(files) if problem.severity != "note"]


def test_a_package_with_a_decision_and_a_called_process_is_right() -> None:
    assert problems(package()) == []


def test_a_business_rule_task_runs_and_its_output_leads_the_way() -> None:
    results = run_scenarios(build_package(package()), WorkingTime(USUAL_WEEK, frozenset()))
    assert [result.differences for result in results] == [(), ()]
    assert results[1].path.count("visit_there") == 1


def test_a_scenario_says_which_variable_came_out_otherwise() -> None:
    wrong = SCENARIOS.replace("visit: none", "visit: never")
    result = run_scenarios(build_package(package(**{"tests.yaml": wrong})), WorkingTime(USUAL_WEEK, frozenset()))[0]
    assert result.differences == ("variables: expected visit = never, but it was none.",)


def test_a_scenario_does_not_take_a_truth_value_for_a_number() -> None:
    truth = {"decisions/risk.dmn": RISK.replace('"none"', "true").replace('"once"', "false")}
    expecting = SCENARIOS.replace("visit: none", "visit: 1").replace("visit: once", "visit: false")
    results = run_scenarios(build_package(package(**truth, **{"tests.yaml": expecting})), WorkingTime(USUAL_WEEK))
    assert results[0].differences == ("variables: expected visit = 1, but it was true.",)


def test_the_digest_of_a_version_covers_its_decisions() -> None:
    other = package(decisions__risk_dmn=RISK) | {"decisions/risk.dmn": RISK.replace("once", "twice").encode()}
    assert build_package(package()).digest != build_package(other).digest
    assert build_package(package()).process.digest != build_package(other).process.digest


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"decisions/risk.dmn": RISK.replace('id="risk"', 'id="other"')}, "decision-unknown"),
    ({"inspection.bpmn": INSPECTION.replace('id="inspection"', 'id="other"')}, "inspection"),
    ({"decisions/risk.dmn": RISK.replace('typeRef="number"', 'typeRef="string"')}, "“tables” is declared as string"),
    ({"decisions/risk.dmn": RISK.replace('"once"', "1")}, "Rule large gives 1 for “visit”"),
    (
        {"decisions/risk.dmn": RISK.replace('name="visit"', 'name="tables"')},
        "The output “tables” is declared as string, but a form gives a number",
    ),
    ({"decisions/risk.dmn": RISK.replace("<text>tables", "<text>chairs")}, "The diagram reads “chairs”"),
    ({"decisions/risk.dmn": RISK.replace("[5..20]", "[5..")}, "risk.dmn"),
    (
        {"decisions/more.dmn": RISK.replace('id="risk"', 'id="spare"')},
        "asks the decision “spare”",
    ),
    ({"decisions/risk.dmn": RISK.replace("[5..20]", "[4..20]")}, "small and large both match when tables = 4"),
    ({"decisions/risk.dmn": RISK.replace("[5..20]", "[6..20]")}, "“risk” applies when tables = 5"),
    (
        {"forms/apply.json": APPLY.replace('"required": true, "min": 1', '"min": 1')},
        "The answer “tables” may be left out",
    ),
    ({"decisions/risk.txt": "x"}, "is no part of a package"),
    ({"inspection.bpmn": INSPECTION.replace('value="check"', 'value="visit"')}, "There is no form “visit”"),
    ({"inspection.bpmn": INSPECTION.replace("visit_there</flow", "go</flow")}, "inspection.bpmn"),
    ({"decisions/risk.dmn": "<definitions"}, "decisions/risk.dmn"),
]


@pytest.mark.parametrize(("files", "message"), MISTAKES)
def test_a_mistake_is_named(files: dict[str, str], message: str) -> None:
    found = problems(package(**files))
    assert any(message in problem for problem in found), found


def test_a_table_with_a_default_has_no_gap() -> None:
    default = 'typeRef="string"><defaultOutputEntry id="de"><text>"none"</text></defaultOutputEntry></output>'
    gap = RISK.replace("[5..20]", "[6..20]").replace('typeRef="string" />', default)
    assert problems(package(**{"decisions/risk.dmn": gap})) == []


def test_a_call_of_a_process_that_no_file_holds_is_refused() -> None:
    files = package()
    del files["inspection.bpmn"]
    files["texts.yaml"] = files["texts.yaml"].replace(SITE.encode(), b"")
    assert [problem for problem in problems(files) if "inspection" in problem]


def test_a_decision_that_takes_two_rules_at_once_stops_the_step() -> None:
    both = package(**{"decisions/risk.dmn": RISK.replace("[5..20]", "[1..20]")})
    result = run_scenarios(build_package(both), WorkingTime(USUAL_WEEK, frozenset()))[0]
    assert "risk" in result.differences[0]


def test_a_package_without_decisions_has_none() -> None:
    assert build_package(changed("texts.yaml", "A sample service", "A service")).decisions == ()


CELLS: dict[str, tuple[list[Any], str]] = {
    "number": (
        [-3, 0, 1, 1.5, 3, 5, 6, 20, 21],
        "-;< 5;<= 5;> 5;>= 5;[5..20];(5..20];[5..20);]5..20[;(5..20);5;5, 6;1.5;< 1.5;-3;< -3;[-3..3];not(5);not(5, 6);"
        "not(< 5);not([5..20]);= 5;!= 5;(5..20[, 1;not((5..20]);not([5..20[, 0);0.5, 1.5",
    ),
    "text": (["", "A", "B", "C", "ខ្មែរ"], '"A";"A", "B";not("A");not("A", "B");< "B";-;null'),
    "boolean": ([True, False], "true;false;not(true);-"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_fee_tables_and_decisions_read_the_same_cells_alike(kind: str) -> None:
    values, cells = CELLS[kind]
    for cell in ("", *cells.split(";")):
        definition = bpmn.parse(table([(cell, "1")], "FIRST"))
        fee = parse_unary_tests(cell)
        for value in values:
            decided = bpmn.start(definition, {"rooms": value}, now=MONDAY).variables["fee"]
            assert (decided == 1) is fee.accept(value), (cell, value)


def question(kind: str, **settings: Any) -> Component:
    """A question that must be answered."""
    return Component("rooms", FIELD_KINDS[kind], Bilingual("ក", "A"), required=True, **settings)


def found_in(cells: list[str], asked: Component) -> set[str]:
    """What the check finds in a table with these cells for that question."""
    rows = tuple(Row(cell, (parse_unary_tests(cell),), None) for cell in cells)
    return {one.kind for one in find(("rooms",), rows, {"rooms": asked}, left_out=False)}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (['>= "2026-03-02"'], {"gap"}),
        (['<= "2026-03-02"'], {"gap"}),
        (['< "2026-03-02"', '> "2026-03-02"'], {"gap"}),
        (['<= "2026-03-02"', '>= "2026-03-02"'], {"overlap"}),
        (['< "2026-03-02"', '>= "2026-03-02"'], set()),
        (['< "2026-03-02"', '"2026-03-02"', '> "2026-03-02"'], set()),
        (['< "2026-03-02"', '> "2026-03-03"'], {"gap"}),
    ],
)
def test_days_before_and_behind_those_of_a_table_are_tried_too(cells: list[str], told: set[str]) -> None:
    assert found_in(cells, question("date")) == told
    times = [cell.replace("2026-03-0", "08:0") for cell in cells]
    assert found_in(times, question("time")) == told


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"minimum": "2026-03-02"}, set()),
        ({"minimum": "2026-03-01"}, {"gap"}),
        ({"minimum": "2026-03-02", "maximum": "2026-03-02"}, set()),
        ({"maximum": "2026-12-31"}, {"gap"}),
        ({"minimum": "today"}, set()),
        ({"maximum": "18 years ago"}, {"gap"}),
    ],
)
def test_days_outside_the_limits_of_the_question_are_not_tried(limits: dict[str, str], told: set[str]) -> None:
    assert found_in(['>= "2026-03-02"'], question("date", **limits)) == told


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (['>= "B"'], {"gap"}),
        (['<= "B"'], {"gap"}),
        (['< "B"', '>= "B"'], set()),
        (['< "B"', '> "B"'], {"gap"}),
        (['"A"', '"B"'], {"gap"}),
        (['"A", "B"', 'not("A", "B")'], set()),
    ],
)
def test_texts_before_and_behind_those_of_a_table_are_tried_too(cells: list[str], told: set[str]) -> None:
    assert found_in(cells, question("text")) == told


ENDS = st.integers(0, 6).map(str) | st.sampled_from(["0.5", "2.5"])
WRITTEN = st.one_of(
    ENDS,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), ENDS),
    st.builds(
        "{}{}..{}{}".format, st.sampled_from("[(]"), st.integers(0, 3), st.integers(4, 6), st.sampled_from("])[")
    ),
    st.just("-"),
)
TESTS = st.one_of(
    st.lists(WRITTEN.filter(lambda one: one != "-"), min_size=1, max_size=2).map(", ".join),
    WRITTEN.filter(lambda one: one != "-").map("not({})".format),
    st.just("-"),
)


@settings(max_examples=60, derandomize=True)
@given(st.lists(TESTS, min_size=1, max_size=4))
def test_the_check_finds_a_gap_or_an_overlap_exactly_where_running_does(cells: list[str]) -> None:
    told = found_in(cells, question("number", minimum=Decimal(0), maximum=Decimal(7), decimals=1))
    definition = bpmn.parse(table([(cell, "1") for cell in cells], "COLLECT"), was_published=True)
    matching = {
        len(bpmn.start(definition, {"rooms": tenths / 10}, now=MONDAY).variables["fee"]) for tenths in range(71)
    }
    assert ("gap" in told) is (0 in matching)
    assert ("overlap" in told) is (max(matching) > 1)


def test_a_called_process_may_have_the_ids_of_the_process_that_calls_it() -> None:
    """Its elements that share an id are settled and rehearsed by the process they are in."""
    shared = {
        "inspection.bpmn": INSPECTION.replace("visit_there", "check"),
        "tests.yaml": SCENARIOS.replace("visit_there", "inspection:check"),
        "texts.yaml": package()["texts.yaml"].decode().replace("  visit_there:", "  inspection:check:"),
    }
    assert problems(package(**shared)) == []
    results = run_scenarios(build_package(package(**shared)), WorkingTime(USUAL_WEEK, frozenset()))
    assert [result.differences for result in results] == [(), ()]
    assert results[1].path.count("inspection:check") == 1
