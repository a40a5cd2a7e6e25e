"""Files as other tools write them: what is only style is accepted, what cannot be run is said once and by its name.

The drawings are our own, small, in the manner of each tool.
"""

from __future__ import annotations

import copy
import random
import re

import pytest
from lxml import etree

from engine import bpmn
from engine.bpmn import Problem
from tests.engine.bpmn.drawings.drawing import HEAD, E, Player, S, boundary, document, flows, timer, user

_BIZAGI = '<extensionElements><b:Look xmlns:b="http://tool.example/bpmn20"><b:Colour/></b:Look></extensionElements>'


TOOL = (
    '<laneSet><lane id="l" name="Clerk"><flowNodeRef>s</flowNodeRef><flowNodeRef>t</flowNodeRef></lane></laneSet>'
    + S
    + f'<userTask id="t" name="Weigh">{_BIZAGI}<incoming>flow_0_0_s</incoming><dataInputAssociation>'
    "<sourceRef>r</sourceRef><targetRef>r</targetRef></dataInputAssociation></userTask>"
    + boundary("x", "t", timer("Duration", "PT1H"))
    + '<exclusiveGateway id="g" gatewayDirection="Diverging" default="flow_1_0_g"/>'
    '<serviceTask id="w" implementation=""/>'
    + '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><textAnnotation id="n"><text>Wait</text>'
    '</textAnnotation><association id="as" sourceRef="n" targetRef="t"/>'
    + E
    + flows("s > t > g > w: n == 1", "g > e", "w > e", "x > e")
)
"""Something of everything that a tool writes."""


def problems_of(body: str, root: str = "") -> tuple[Problem, ...]:
    return bpmn.check({"a.bpmn": document(body, root)})


def test_extensions_of_a_tool_at_every_element_are_one_note() -> None:
    tasks = "".join(f'<userTask id="t{number}">{_BIZAGI}</userTask>' for number in range(5))
    problems = problems_of(S + tasks + E + flows("s > t0 > t1 > t2 > t3 > t4 > e"))
    assert [(one.severity, one.rule, one.element_id) for one in problems] == [("note", "foreign-extension", "t0")]
    assert problems[0].message.endswith("The same elsewhere: 4.")
    assert problems[0].message_km.endswith("នៅកន្លែងផ្សេងក៏ដូចគ្នា៖ 4។")


def test_an_error_is_not_crowded_out_by_notes() -> None:
    imported = '<import importType="http://www.w3.org/2001/XMLSchema" location="{}.xsd" namespace="x"/>'
    imports = "".join(imported.format(number) for number in range(300))
    problems = problems_of(S + '<scriptTask id="last"/>' + E + flows("s > last > e"), imports)
    assert [one.rule for one in problems if one.severity == "error"] == ["script-missing"]
    assert problems[0].severity == "error"


def test_a_name_over_several_lines_is_told_on_one() -> None:
    (problem,) = problems_of(S + '<scriptTask id="t" name="Write the&#10;label"/>' + E + flows("s > t > e"))
    assert problem.element_name == "Write the label"


def test_an_element_without_a_name_is_called_by_what_it_stands_between() -> None:
    body = S + user("t").replace("/>", ' name="Weigh"/>') + '<scriptTask id="x"/>' + E + flows("s > t > x > e")
    (problem,) = problems_of(body)
    assert problem.element_name == "Weigh → scriptTask"


def errors_of(body: str, root: str = "") -> list[tuple[str, str | None]]:
    return [(one.rule, one.element_id) for one in problems_of(body, root) if one.severity == "error"]


CATCH = '<intermediateCatchEvent id="c">{}</intermediateCatchEvent>'


@pytest.mark.parametrize(
    ("definition", "rule"),
    [
        ("<messageEventDefinition/>", "message-missing"),
        ("<signalEventDefinition/>", "signal-missing"),
        ("<timerEventDefinition/>", "timer-parts"),
        ("<timerEventDefinition><timeDate/></timerEventDefinition>", "timer-parts"),
        ("<conditionalEventDefinition><condition/></conditionalEventDefinition>", "condition-missing"),
        ("<conditionalEventDefinition><condition>a b</condition></conditionalEventDefinition>", "expression-invalid"),
    ],
)
def test_an_event_whose_type_is_drawn_but_not_filled_in_is_told_once(definition: str, rule: str) -> None:
    assert errors_of(S + CATCH.format(definition) + E + flows("s > c > e")) == [(rule, "c")]


def test_a_descriptive_choice_is_one_problem_that_lists_its_flows_as_drawn() -> None:
    body = S + '<exclusiveGateway id="g" name="Complete?"/><endEvent id="e" name="Sent&#10;back"/><endEvent id="f"/>'
    body += '<sequenceFlow id="a" sourceRef="s" targetRef="g"/>'
    body += (
        '<sequenceFlow id="b" name="No" sourceRef="g" targetRef="e"/><sequenceFlow id="c" sourceRef="g" targetRef="f"/>'
    )
    (problem,) = problems_of(body)
    assert (problem.rule, problem.element_name) == ("flow-without-condition", "Complete?")
    assert "Complete? → No → Sent back; Complete? → endEvent." in problem.message


def test_a_condition_that_cannot_be_read_is_not_told_again_as_missing() -> None:
    body = S + '<exclusiveGateway id="g" default="flow_2_0_g"/>' + E + '<endEvent id="f"/>'
    assert errors_of(body + flows("s > g", "g > e: a b", "g > f")) == [("expression-invalid", "flow_1_0_g")]


def test_empty_conditions_that_an_editor_left_behind_are_no_conditions() -> None:
    body = S + user("t") + E + flows("s > t > e").replace("></sequenceFlow>", "><conditionExpression/></sequenceFlow>")
    assert problems_of(body) == ()


def test_an_empty_condition_beside_another_flow_leaves_the_choice_open() -> None:
    drawn = flows("s > t", "t > e: ok", "t > f").replace('"f"></', '"f"><conditionExpression/></')
    assert errors_of(S + user("t") + E + '<endEvent id="f"/>' + drawn) == [("condition-empty", "flow_2_0_t")]


def test_a_flow_that_hangs_loose_is_told_without_its_consequences() -> None:
    body = S + user("t", "u") + '<intermediateThrowEvent id="g"/>' + E + flows("s > t", "u > g > e")
    assert errors_of(body + '<sequenceFlow id="loose" sourceRef="t"/>') == [("flow-loose", "loose")]


def test_of_a_loose_part_only_its_beginning_is_told() -> None:
    body = S + user("t", "a", "b", "c") + E + flows("s > t > e", "a > b > c > e")
    assert errors_of(body) == [("start-and-loose", "a")]


def test_of_a_loose_circle_one_element_is_told() -> None:
    body = S + user("t", "a", "b") + E + flows("s > t > e", "a > b > a")
    assert errors_of(body) == [("unreachable", "a")]


def test_a_pool_left_empty_beside_the_process_is_a_note() -> None:
    root = '<collaboration id="c"><participant id="main" name="Main" processRef="frame"/></collaboration>'
    root += '<process id="frame"><laneSet id="lanes"/></process>'
    source = document(S + user("t") + E + flows("s > t > e"), root)
    problems = bpmn.check({"a.bpmn": source})
    assert [(one.severity, one.rule, one.element_name) for one in problems] == [("note", "process-empty", "Main")]
    assert bpmn.parse({"a.bpmn": source}).process_id == "p"


def test_a_drawing_of_nothing_but_an_empty_pool_is_refused() -> None:
    assert errors_of("<laneSet id='l'><lane id='x' name='Clerk'/></laneSet>") == [("empty", "p")]


def test_an_empty_process_that_is_called_is_refused() -> None:
    body = S + '<callActivity id="k" calledElement="frame"/>' + E + flows("s > k > e")
    assert ("empty", "frame") in errors_of(body, '<process id="frame"/>')


def test_ids_that_are_no_names_are_used_as_written() -> None:
    body = "<laneSet id='lanes of p'/>" + S + user("1 task") + E + flows("s > 1 task > e")
    problems = problems_of(body.replace("flow_0_0_s", "0").replace("flow_0_1_1 task", "_1"))
    assert [(one.severity, one.rule) for one in problems] == [("warning", "id-form")]
    assert problems[0].message.startswith(
        "Ids that are no XML names, such as lanes of p, are used as written (3 in all)"
    )
    assert Player(document(body)).do("1 task").snapshot.status == "completed"


def test_a_reference_to_an_id_that_does_not_exist_is_still_refused() -> None:
    assert errors_of(S + user("t") + E + flows("s > t > 1 end"))[0][0] == "schema"


def test_a_lane_and_a_task_are_called_by_their_names_on_one_line() -> None:
    lane = '<laneSet><lane id="l" name="Front&#10;office"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
    task = '<userTask id="t" name="Check&#10;the file"/>'
    (ready,) = Player(document(lane + S + task + E + flows("s > t > e"))).snapshot.tasks
    assert (ready.name, ready.lane) == ("Check the file", "Front office")


def test_another_language_is_a_note_only_where_something_is_written_in_it() -> None:
    foreign = ' expressionLanguage="http://www.w3.org/1999/XPath" id="definitions"'
    plain = document(S + user("t") + E + flows("s > t > e")).replace(b' id="definitions"', foreign.encode())
    assert bpmn.check({"a.bpmn": plain}) == ()
    timed = document(S + CATCH.format(timer("Duration", "P3D")) + E + flows("s > c > e"))
    problems = bpmn.check({"a.bpmn": timed.replace(b' id="definitions"', foreign.encode())})
    assert [one.rule for one in problems] == ["expression-default"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2" Id="p"><WorkflowProcesses/></Package>', "XPDL"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"><process id="p"/></definitions>', "BPMN 2.0 beta"),
        (b'<mxfile host="app.diagrams.net"><diagram id="d"/></mxfile>', "draw.io"),
        (b"PK\x03\x04\x14\x00\x06\x00", "ZIP (.bpm, .vsdx, .zip)"),
        (b'{"type": "default", "components": []}', "JSON"),
        (b"%PDF-1.7", "PDF"),
        (b'<xmi:XMI xmlns:xmi="http://schema.omg.org/spec/XMI/2.1"/>', "XMI"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_kind(data: bytes, kind: str) -> None:
    (problem,) = bpmn.check({"a.bpmn": data})
    assert problem.rule == "not-bpmn-but"
    assert problem.message.startswith(f"The file is {kind}, not BPMN 2.0.")


def test_definitions_without_the_namespace_of_bpmn_are_told_from_those_with_it() -> None:
    (problem,) = bpmn.check({"a.bpmn": b'<definitions><process id="p"/></definitions>'})
    assert problem.message.startswith("The root element is definitions (-), not definitions of BPMN 2.0.")


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_an_empty_file_is_told_as_empty(data: bytes) -> None:
    assert [one.rule for one in bpmn.check({"a.bpmn": data})] == ["file-empty"]


def test_blank_lines_before_the_declaration_do_not_matter() -> None:
    declared = b'\r\n  <?xml version="1.0" encoding="UTF-8"?>' + document(S + user("t") + E + flows("s > t > e"))
    assert bpmn.check({"a.bpmn": declared}) == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252", "mac-roman"])
def test_a_file_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    task = '<userTask id="t" name="Prüfung"/>'
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig").replace("mac-roman", "macintosh")}"?>'
    source = declared + document(S + task + E + flows("s > t > e")).decode()
    assert Player(source.encode(encoding)).snapshot.tasks[0].name == "Prüfung"


def test_documentation_and_annotations_may_stand_anywhere() -> None:
    note = '<textAnnotation id="n"><text>Ask twice</text><documentation/></textAnnotation><association id="a" '
    note += 'sourceRef="t" targetRef="n"/>'
    task = '<userTask id="t"><incoming>f</incoming><documentation>Later</documentation></userTask>'
    body = S + note + task + E + flows("t > e") + '<sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    source = f"{HEAD}<process id='p'>{body}<documentation/></process></definitions>".encode()
    assert [(one.severity, one.rule) for one in bpmn.check({"a.bpmn": source})] == [("warning", "schema-order")]
    assert Player(source).do("t").snapshot.status == "completed"


DIAGRAM = '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"><di:BPMNPlane/></di:BPMNDiagram>'
RELATED = '<relationship type="x"><source>p</source><target>p</target></relationship>'
LATE = '<endEvent id="e"><incoming>flow_0_1_t</incoming><documentation/></endEvent>'
"""Breaks the order of the schema, so that everything else in the file is looked at as well."""
ORDERS = {
    "a relationship behind the diagram": ("", "", DIAGRAM + RELATED),
    "a relationship before the diagram": ("", "", RELATED + DIAGRAM),
    "a diagram before the process": ("", DIAGRAM, ""),
    "conversations behind artifacts": (
        "",
        "",
        '<collaboration id="c"><participant id="one"/><participant id="two"/><textAnnotation id="n"/>'
        '<conversation id="talk"><participantRef>one</participantRef><participantRef>two</participantRef>'
        '</conversation><conversationLink id="l" sourceRef="one" targetRef="talk"/></collaboration>',
    ),
    "the owner of a sub-process before its loop and its content": (
        '<subProcess id="i"><potentialOwner id="o"/><standardLoopCharacteristics loopMaximum="1"/>'
        '<startEvent id="i_s"/><endEvent id="i_e"/>' + flows("i_s > i_e").replace("flow_", "i_") + "</subProcess>",
        "",
        "",
    ),
    "the owner of a sub-process behind its content": (
        '<subProcess id="i"><startEvent id="i_s"/><endEvent id="i_e"/>'
        + flows("i_s > i_e").replace("flow_", "i_")
        + '<potentialOwner id="o"/></subProcess>',
        "",
        "",
    ),
    "the condition of a free order behind annotations": (
        '<adHocSubProcess id="i"><userTask id="u"/><textAnnotation id="n"/><completionCondition>True'
        "</completionCondition></adHocSubProcess>",
        "",
        "",
    ),
    "the owner of a process between its tasks": ('<userTask id="i"/><potentialOwner id="o"/>', "", ""),
    "imports behind what they import": (
        "",
        "",
        '<import namespace="urn:x" location="x.xsd" importType="http://www.w3.org/2001/XMLSchema"/>',
    ),
}


@pytest.mark.parametrize("where", ORDERS)
def test_what_may_stand_anywhere_is_a_warning_and_brings_no_untrue_reason(where: str) -> None:
    """Putting one thing in its place must not put another, which stands where the schema wants it, in a wrong one."""
    element, before, after = ORDERS[where]
    middle = "t > i > e" if 'id="i"' in element else "t > e"
    body = S + user("t") + element + LATE.replace("flow_0_1_t", "last") + flows("s > t")
    arrows = flows(middle).replace("flow_", "g_")
    last = re.findall(r'id="(g_[^"]*)"', arrows)[-1]
    body = (body + arrows).replace(">last<", f">{last}<")
    source = f"{HEAD}{before}<process id='p'>{body}</process>{after}</definitions>".encode()
    found = [(one.severity, one.rule) for one in bpmn.check({"a.bpmn": source}) if one.severity != "note"]
    assert ("warning", "schema-order") in found
    assert not [one for one in found if one[0] == "error"]


def test_a_diagram_that_shows_nothing_is_as_if_it_were_not_there() -> None:
    empty = '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"/>'
    task = S + user("t") + E + flows("s > t > e")
    source = f"{HEAD}<process id='p'>{task}</process>{empty}{RELATED}</definitions>".encode()
    assert bpmn.check({"a.bpmn": source}) == ()
    late = source.replace(
        b'<endEvent id="e"/>', b'<endEvent id="e"><incoming>flow_0_1_t</incoming><documentation/></endEvent>'
    )
    assert [(one.severity, one.rule) for one in bpmn.check({"a.bpmn": late})] == [("warning", "schema-order")]


def test_what_really_stands_at_the_wrong_place_is_still_told() -> None:
    stray = S + user("t") + LATE + flows("s > t > e") + '<relationship type="x"><source>p</source></relationship>'
    assert "schema" in {one.rule for one in problems_of(stray)}


def test_what_a_tool_writes_into_extension_elements_is_not_measured_by_the_schema() -> None:
    task = '<userTask id="t"><extensionElements><Prompt xmlns=""/></extensionElements></userTask>'
    problems = problems_of(S + task + E + flows("s > t > e"))
    assert [(one.severity, one.rule) for one in problems] == [("note", "foreign-extension")]


def test_a_drawn_line_to_data_that_says_no_value_copies_nothing() -> None:
    drawn = "<dataOutputAssociation><targetRef>file_drawn</targetRef></dataOutputAssociation>"
    data = '<dataObject id="file"/><dataObjectReference id="file_drawn" dataObjectRef="file"/>'
    body = S + data + f'<userTask id="t" name="Register">{drawn}</userTask>' + E + flows("s > t > e")
    assert [(one.severity, one.rule, one.element_id) for one in problems_of(body)] == [("note", "data-drawn", "t")]
    assert Player(document(body)).do("t").snapshot.variables == {"file": None}


@pytest.mark.parametrize(("structure", "rules"), [("String", []), ("Integer", ["data-association-type"])])
def test_types_that_are_defined_anew_for_each_use_are_the_same_when_they_say_so(
    structure: str, rules: list[str]
) -> None:
    root = f'<itemDefinition id="i1" structureRef="String"/><itemDefinition id="i2" structureRef="{structure}"/>'
    own = '<ioSpecification><dataInput id="in" itemSubjectRef="i2"/><inputSet><dataInputRefs>in</dataInputRefs>'
    own += "</inputSet><outputSet/></ioSpecification>"
    own += "<dataInputAssociation><sourceRef>name</sourceRef><targetRef>in</targetRef>"
    task = f'<userTask id="t" name="Register">{own}</dataInputAssociation></userTask>'
    found = problems_of('<property id="name" itemSubjectRef="i1"/>' + S + task + E + flows("s > t > e"), root)
    assert [(one.rule, one.element_name) for one in found] == [(rule, "Register") for rule in rules]


def test_processes_to_choose_from_are_called_by_their_pools() -> None:
    pools = '<collaboration id="c"><participant id="x" name="Vendor" processRef="p"/>'
    pools += '<participant id="y" name="Customer" processRef="q"/></collaboration>'
    root = pools + '<process id="q" isExecutable="false"><userTask id="u"/></process>'
    source = document(user("t"), root).replace(b'id="p" isExecutable="true"', b'id="p" isExecutable="false"')
    (problem,) = bpmn.check({"a.bpmn": source})
    assert problem.severity == "warning"
    assert problem.message.startswith("Several processes could be meant: q (Customer), p (Vendor).")


def test_a_breach_of_the_schema_is_told_with_its_element_whatever_the_prefix() -> None:
    source = document(S + '<userTask id="t" name="Weigh" colour="red"/>' + E + flows("s > t > e")).decode()
    prefixed = source.replace("<", "<m:").replace("<m:/", "</m:").replace("xmlns=", "xmlns:m=")
    (problem,) = bpmn.check({"a.bpmn": prefixed.encode()})
    assert (problem.rule, problem.element_id, problem.element_name) == ("schema", "t", "Weigh")


def test_an_element_that_a_problem_mentions_is_called_by_its_name_too() -> None:
    body = S + '<eventBasedGateway id="g"/><userTask id="t" name="Ask"/>' + CATCH.format(timer("Duration", "P1D")) + E
    (problem,) = problems_of(body + flows("s > g > t > e", "g > c > e"))
    assert problem.message.startswith("t (Ask) cannot follow an event gateway")


@pytest.mark.parametrize("written", ["webService", "##WebService", "WebService", "unspecified", "other"])
def test_the_word_web_service_is_no_operator(written: str) -> None:
    body = S + f'<serviceTask id="t" implementation="{written}"/>' + E + flows("s > t > e")
    assert errors_of(body) == [("operator-missing", "t")]


def test_ids_in_the_extensions_of_a_tool_are_its_own() -> None:
    form = '<extensionElements><b:field xmlns:b="http://tool.example" id="Do you agree?"/></extensionElements>'
    problems = problems_of(S + f'<userTask id="t">{form}</userTask>' + E + flows("s > t > e"))
    assert [one.rule for one in problems] == ["foreign-extension"]


def test_an_element_of_no_namespace_is_no_extension() -> None:
    problems = problems_of(S + user("t") + E + flows("s > t > e") + '<colour xmlns="">red</colour>')
    assert [one.rule for one in problems] == ["schema", "element-unknown"]


def test_what_a_lane_lists_beside_flow_nodes_is_one_warning() -> None:
    data = '<dataObject id="d"/><dataObjectReference id="r" name="Form" dataObjectRef="d"/>'
    lane = '<laneSet><lane id="l" name="Clerk">{}</lane></laneSet>'
    listed = "".join(f"<flowNodeRef>{one}</flowNodeRef>" for one in ("t", "r", "d"))
    (found,) = problems_of(lane.format(listed) + S + user("t") + E + data + flows("s > t > e"))
    assert (found.severity, found.rule, found.element_name) == ("warning", "lane-lists", "Clerk")
    assert "r (Form)" in found.message


def test_attributes_that_an_editor_left_empty_say_nothing() -> None:
    body = S + '<exclusiveGateway id="g" default=""/>' + user("a") + user("b") + E
    good = flows("s > g", "g > a: n == 1", "g > b: n == 2", "a > e", "b > e")
    task = (body + good).replace('id="a"', 'id="a" isForCompensation="" startQuantity="" implementation=""')
    assert problems_of(task) == ()
    drawn = document(task).replace(b'isExecutable="true"', b'isExecutable="" processType=" "')
    assert bpmn.check({"a.bpmn": drawn}) == ()


def test_a_required_attribute_left_empty_is_missing() -> None:
    assert errors_of(S + '<callActivity id="c" calledElement=""/>' + E + flows("s > c > e")) == [("call-missing", "c")]
    body = S + user("t") + E + flows("s > t > e").replace('targetRef="e"', 'targetRef=""')
    assert errors_of(body) == [("flow-loose", "flow_0_1_t")]


def test_a_truth_value_in_capitals_is_one_problem() -> None:
    drawn = document(S + user("t") + E + flows("s > t > e")).replace(b'isExecutable="true"', b'isExecutable="True"')
    (problem,) = bpmn.check({"a.bpmn": drawn})
    assert (problem.severity, problem.rule) == ("error", "schema")
    assert "isExecutable" in problem.message
    assert "'True'" in problem.message


def test_flows_whose_ends_are_both_unknown_are_told_without_consequences() -> None:
    body = S + user("t") + E + flows("s > t > e").replace('Ref="', 'Ref="x')
    assert {rule for rule, _ in errors_of(body)} == {"flow-end-unknown"}


def test_a_gateway_whose_flow_hangs_loose_keeps_its_direction() -> None:
    gateway = '<exclusiveGateway id="g" gatewayDirection="Diverging"/>'
    loose = '<sequenceFlow id="loose" sourceRef="g"><conditionExpression>n == 1</conditionExpression></sequenceFlow>'
    assert errors_of(S + gateway + E + flows("s > g", "g > e: n == 2") + loose) == [("flow-loose", "loose")]


def test_what_a_problem_mentions_stands_on_one_line_and_is_never_blank() -> None:
    lane = '<laneSet><lane id="l" name="Clerk"><flowNodeRef>{}</flowNodeRef></lane></laneSet>'
    plain = S + user("t") + E + flows("s > t > e")
    (problem,) = [one for one in problems_of(lane.format("one\n  two") + plain) if one.rule == "lane-reference"]
    assert problem.message.startswith("The lane refers to one two, which")
    (problem,) = [one for one in problems_of(lane.format("") + plain) if one.rule == "lane-reference"]
    assert problem.message.startswith("The lane refers to nothing, which")
    assert "សំដៅទៅ ទទេ" in problem.message_km


def test_what_a_problem_mentions_is_shortened() -> None:
    (problem,) = problems_of(
        S + user("t") + E + flows("s > t > e").replace('targetRef="e"', f'targetRef="{"e" * 9_000}"')
    )
    assert len(problem.message) < 700


CHANGES = ("", None, "x", " a b ", "t:1", "true", "{0}%s", "ក", "sid-1")


def test_no_change_of_a_drawing_of_another_tool_is_more_than_a_problem() -> None:
    chance = random.Random(11)
    tree = etree.fromstring(document(TOOL))
    for _ in range(400):
        changed = copy.deepcopy(tree)
        for element in chance.sample(list(changed.iter(etree.Element)), 2):
            _change(element, chance)
        for problem in bpmn.check({"a.bpmn": etree.tostring(changed)}):
            assert problem.message.count("\n") + problem.message_km.count("\n") == 0
            assert " , " not in problem.message


def _change(element: etree._Element, chance: random.Random) -> None:
    parent = element.getparent()
    value = chance.choice(CHANGES)
    if chance.random() < 0.3 and parent is not None:
        parent.remove(element)
    elif chance.random() < 0.3 and parent is not None:
        parent.append(copy.deepcopy(element))
    elif chance.random() < 0.2 or not element.attrib:
        element.text = value
    elif value is None:
        del element.attrib[chance.choice(list(element.attrib))]
    else:
        element.set(chance.choice(list(element.attrib)), value)


def test_attributes_of_a_tool_at_every_element_are_one_note() -> None:
    space = 'xmlns:pm="http://tool.example/schema" pm:screen="289" pm:assignment="requester"'
    tasks = f'<userTask id="t" {space}/><userTask id="u" {space}/>'
    (note,) = problems_of(S + tasks + E + flows("s > t > u > e"))
    assert (note.severity, note.rule, note.element_id) == ("note", "foreign-extension", "t")
    assert note.message.startswith("What http://tool.example/schema adds")
    assert note.message.endswith("The same elsewhere: 1.")


def test_a_flow_missing_in_the_lists_of_both_its_ends_is_told_once() -> None:
    one = "flow_0_1_t"
    listed = f'<task id="t"><outgoing>{one}</outgoing></task><task id="u"><incoming>{one}</incoming></task>'
    assert errors_of(S + listed + E + flows("s > t > u > e", "t > u")) == [("flow-lists", "t")]


def test_flows_between_elements_without_names_are_called_by_their_kinds() -> None:
    body = S + '<exclusiveGateway id="g"/>' + user("a") + E + flows("s > g", "g > a", "g > e", "a > e")
    (problem,) = [one for one in problems_of(body) if one.severity == "error"]
    assert problem.rule == "flow-without-condition"
    assert "exclusiveGateway → userTask; exclusiveGateway → endEvent" in problem.message


@pytest.mark.parametrize("kind", ["userTask", "inclusiveGateway"])
def test_a_condition_beside_a_default_gives_one_token(kind: str) -> None:
    choice = f'<{kind} id="c" default="flow_2_0_c"/><exclusiveGateway id="j"/>'
    paths = flows("s > c", "c > a: n == 1", "c > b", "a > j", "b > j", "j > d > e")
    assert problems_of(S + choice + user("a", "b", "d") + E + paths) == ()


def test_two_conditions_beside_a_default_may_give_two_tokens() -> None:
    choice = '<userTask id="c" default="flow_3_0_c"/><exclusiveGateway id="j"/>'
    paths = flows("s > c", "c > a: n == 1", "c > x: m == 1", "c > b", "a > j", "x > j", "b > j", "j > d > e")
    (warning,) = problems_of(S + choice + user("a", "b", "d", "x") + E + paths)
    assert (warning.rule, warning.element_id) == ("runs-twice", "j")


def test_languages_colours_and_the_version_of_an_editor_are_not_worth_a_word() -> None:
    task = '<userTask id="t" xml:lang="km" xmlns:c="http://www.omg.org/spec/BPMN/non-normative/color" c:fill="red"/>'
    drawn = document(S + task + E + flows("s > t > e")).replace(
        b"<definitions ", b'<definitions xmlns:m="http://tool.example/modeler" m:version="7.1" '
    )
    assert bpmn.check({"a.bpmn": drawn}) == ()
