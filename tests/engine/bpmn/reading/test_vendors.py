"""Extensions of other engines: left out with a note, or refused with the way to say the same in BPMN."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, message, user

SPACES = (
    b'id="definitions" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    b'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:flowable="http://flowable.org/bpmn" '
    b'xmlns:drools="http://www.jboss.org/drools" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
)
CALLED = '<process id="called"><startEvent id="cs"/><endEvent id="ce"/>' + flows("cs > ce").replace("flow_", "c_")
CALLED += "</process>"


def drawn(element: str, root: str = "", extra: str = "") -> bytes:
    """A process of one element ``x`` between start and end."""
    return document(S + element + extra + E + flows("s > x > e"), root).replace(b'id="definitions"', SPACES)


def problems(data: bytes) -> list[tuple[str, str, str | None]]:
    found = bpmn.check({"f.bpmn": data})
    return [(one.severity, one.rule, one.element_id) for one in found]


def inside(extension: str) -> str:
    return f"<extensionElements>{extension}</extensionElements>"


def holding(extension: str, opening: str = "userTask") -> str:
    """An element with an extension element; ``opening`` is its type, and its attributes if there are any."""
    return f'<{opening} id="x">{inside(extension)}</{opening.split()[0]}>'


CALL = 'callActivity calledElement="called"'


MULTIPLE = '<userTask id="x"><multiInstanceLoopCharacteristics {0}>{1}</multiInstanceLoopCharacteristics></userTask>'


@pytest.mark.parametrize(
    ("element", "rule", "named"),
    [
        ('<serviceTask id="x" camunda:class="org.x.Y"/>', "vendor-service", "camunda:class"),
        ('<serviceTask id="x" camunda:expression="${a.b()}"/>', "vendor-service", "camunda:expression"),
        ('<serviceTask id="x" flowable:delegateExpression="${y}"/>', "vendor-service", "flowable:delegateExpression"),
        ('<serviceTask id="x" camunda:type="external" camunda:topic="t"/>', "vendor-service", "camunda:topic"),
        (
            holding("<zeebe:taskDefinition type='t'/>", "serviceTask"),
            "vendor-service",
            "zeebe:task",
        ),
        (
            holding("<zeebe:calledElement processId='p'/>", "callActivity"),
            "vendor-call",
            "zeebe:",
        ),
        ('<businessRuleTask id="x" camunda:decisionRef="fee"/>', "vendor-decision", "camunda:decisionRef"),
        ('<businessRuleTask id="x" drools:ruleFlowGroup="g"/>', "vendor-decision", "drools:ruleFlowGroup"),
        (
            holding("<zeebe:calledDecision decisionId='d'/>", "businessRuleTask"),
            "vendor-decision",
            "zeebe:calledDecision",
        ),
        (
            holding("<zeebe:script expression='=1'/>", "scriptTask"),
            "vendor-script",
            "zeebe:script",
        ),
        ('<scriptTask id="x" camunda:resource="a.py"/>', "vendor-script", "camunda:resource"),
        (
            MULTIPLE.format('camunda:collection="items" camunda:elementVariable="item"', ""),
            "vendor-list",
            "camunda:coll",
        ),
        (
            MULTIPLE.format("", inside('<zeebe:loopCharacteristics inputCollection="=items"/>')),
            "vendor-list",
            "zeebe:loopCharacteristics",
        ),
        (
            MULTIPLE.format('camunda:collection="items"', "<loopCardinality>3</loopCardinality>"),
            "vendor-list",
            "camunda:collection",
        ),
        (
            holding("<camunda:inputOutput/>"),
            "vendor-values",
            "camunda:inputOutput",
        ),
        (holding("<zeebe:ioMapping/>"), "vendor-values", "zeebe:ioMapping"),
        (
            holding("<camunda:in source='a' target='b'/>", CALL),
            "vendor-values",
            "camunda:in",
        ),
        (
            holding("<camunda:in variables='all'/>", CALL),
            "vendor-values",
            "camunda:in",
        ),
        ('<userTask id="x" flowable:skipExpression="${true}"/>', "vendor-skip", "flowable:skipExpression"),
        (
            '<scriptTask id="x" camunda:resultVariable="r"><script>a = 1</script></scriptTask>',
            "vendor-values",
            "camunda:resultVariable",
        ),
    ],
)
def test_what_another_engine_would_do_is_refused_once_with_the_way_to_say_it(
    element: str, rule: str, named: str
) -> None:
    found = bpmn.check({"f.bpmn": drawn(element, CALLED)})
    errors = [one for one in found if one.severity == "error"]
    assert [(one.rule, one.element_id) for one in errors] == [(rule, "x")]
    assert named in errors[0].message
    assert named in errors[0].message_km
    assert errors[0].message != errors[0].message_km


def test_the_correlation_of_a_message_for_another_engine_is_refused() -> None:
    root = '<message id="m" name="m">' + inside('<zeebe:subscription correlationKey="=ref"/>') + "</message>"
    found = problems(drawn(f'<intermediateCatchEvent id="x">{message("m")}</intermediateCatchEvent>', root))
    assert ("error", "vendor-correlation", "m") in found


@pytest.mark.parametrize(
    "element",
    [
        '<userTask id="x" camunda:assignee="dara" camunda:candidateGroups="desk" camunda:asyncBefore="true"/>',
        holding("<zeebe:assignmentDefinition assignee='=dara'/><zeebe:formDefinition formId='f'/>"),
        holding("<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>"),
        '<callActivity id="x" calledElement="called" camunda:calledElementVersion="3"/>',
        holding("<camunda:in variables='all'/><camunda:out variables='all'/>", CALL),
        '<serviceTask id="x" implementation="accounts.verify" camunda:class="org.x.Y"/>',
        MULTIPLE.format(
            'camunda:collection="items"',
            '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item"/>',
        ),
    ],
)
def test_what_changes_nothing_is_left_out_with_a_note(element: str) -> None:
    drawing = drawn(element, CALLED if "called" in element else "", '<dataObject id="items"/>')
    assert {(severity, rule) for severity, rule, _ in problems(drawing)} == {("note", "foreign-extension")}
    assert Player(drawing, {"items": [1]}, process_id="p").status in ("running", "completed")


def test_a_program_that_another_engine_would_run_is_a_warning() -> None:
    element = holding("<camunda:executionListener event='start' class='a.B'/>")
    assert problems(drawn(element)) == [("warning", "vendor-code", "x")]


def test_colours_and_other_decoration_are_not_worth_a_word() -> None:
    assert problems(drawn('<userTask id="x" color:background-color="#fff"/>')) == []


def test_a_list_in_the_way_of_another_engine_runs_once_it_is_said_in_bpmn() -> None:
    inner = '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item"/>'
    drawing = drawn(MULTIPLE.format('camunda:collection="items" camunda:elementVariable="item"', inner) + user())
    assert Player(drawing, {"items": [1, 2]}).ready == ["x", "x"]
