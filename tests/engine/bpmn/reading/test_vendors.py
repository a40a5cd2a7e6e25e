"""Extensions of other engines: left out with a note, or refused with the way to say the same in BPMN."""
# ruff: noqa: E501 - one line is one extension

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


TERMINATED = '<endEvent id="x"><terminateEventDefinition {}/></endEvent>'
WAITS = '<intermediateCatchEvent id="x">{}</intermediateCatchEvent>'
TIMED = WAITS.format("<timerEventDefinition {}><timeCycle {}>R2/PT1H</timeCycle></timerEventDefinition>")
CONDITIONAL = WAITS.format(
    "<conditionalEventDefinition {}><condition {}>n == 1</condition></conditionalEventDefinition>"
)
THROWS = '<intermediateThrowEvent id="x">{}</intermediateThrowEvent>'
ROOT = CALLED + '<message id="m" name="m"/><signal id="sig" name="sig"/>'
REGISTRY = ("eventInParameter", "eventOutParameter", "eventCorrelationParameter", "startEventCorrelationConfiguration")
CHANGES = [
    ("vendor-terminate", "flowable:terminateAll", TERMINATED.format('flowable:terminateAll="true"')),
    ("vendor-terminate", "activiti:terminateAll", TERMINATED.format('activiti:terminateAll="true"')),
    ("vendor-terminate", "flowable:terminateMultiInstance", TERMINATED.format('flowable:terminateMultiInstance="true"')),
    ("vendor-event", "flowable:eventType", holding("<flowable:eventType>o</flowable:eventType>", "receiveTask messageRef='m'")),
    ("vendor-event", "flowable:triggerEventType", holding("<flowable:triggerEventType>o</flowable:triggerEventType>")),
    *(("vendor-event", f"flowable:{name}", holding(f"<flowable:{name}/>")) for name in REGISTRY),
    ("vendor-event", "flowable:signalExpression",
     THROWS.format('<signalEventDefinition signalRef="sig" flowable:signalExpression="${s}"/>')),
    ("vendor-results", "flowable:variableAggregation",
     MULTIPLE.format("", inside("<flowable:variableAggregation target='all'/>") + "<loopCardinality>2</loopCardinality>")),
    ("vendor-results", "zeebe:loopCharacteristics",
     MULTIPLE.format("", inside("<zeebe:loopCharacteristics inputCollection='=items' outputCollection='all'/>")
                     + '<loopDataInputRef>items</loopDataInputRef><inputDataItem id="item"/>')),
    ("vendor-index", "flowable:elementIndexVariable",
     MULTIPLE.format('flowable:elementIndexVariable="i"', "<loopCardinality>2</loopCardinality>")),
    ("vendor-ad-hoc", "zeebe:adHoc",
     '<adHocSubProcess id="x">' + inside("<zeebe:adHoc activeElementsCollection='=[]'/>") + "<task id='y'/></adHocSubProcess>"),
    *(("vendor-message", f"camunda:{name}",
       THROWS.format(f'<messageEventDefinition messageRef="m" camunda:{name}="a.B"/>'))
      for name in ("class", "delegateExpression", "expression", "type", "topic")),
    ("vendor-message", "camunda:class", TERMINATED.replace("<terminateEventDefinition {}/>",
     '<messageEventDefinition messageRef="m" camunda:class="a.B"/>')),
    ("vendor-message", "zeebe:taskDefinition",
     THROWS.format(inside("<zeebe:taskDefinition type='t'/>") + '<messageEventDefinition messageRef="m"/>')),
    ("vendor-timer", "flowable:businessCalendarName", TIMED.format('flowable:businessCalendarName="work"', "")),
    ("vendor-timer", "activiti:businessCalendarName", TIMED.format("", 'activiti:businessCalendarName="work"')),
    ("vendor-timer", "flowable:endDate", TIMED.format("", 'flowable:endDate="2026-03-02"')),
    ("vendor-condition", "camunda:variableName", CONDITIONAL.format('camunda:variableName="n"', "")),
    ("vendor-condition", "camunda:variableEvents", CONDITIONAL.format('camunda:variableEvents="create"', "")),
    ("vendor-condition", "camunda:resource", CONDITIONAL.format("", 'camunda:resource="c.groovy"')),
    ("vendor-error", "flowable:mapException", holding("<flowable:mapException errorCode='e'>a.B</flowable:mapException>")),
    ("vendor-error", "camunda:errorEventDefinition", holding("<camunda:errorEventDefinition id='ee'/>")),
    ("vendor-alone", "drools:waitForCompletion",
     '<callActivity id="x" calledElement="called" drools:waitForCompletion="false"/>'),
    ("vendor-values", "camunda:variableMappingClass",
     '<callActivity id="x" calledElement="called" camunda:variableMappingClass="a.B"/>'),
    ("vendor-values", "zeebe:calledElement",
     '<callActivity id="x" calledElement="called">' + inside("<zeebe:calledElement propagateAllChildVariables='false'/>")
     + "</callActivity>"),
    ("vendor-values", "flowable:idVariableName",
     '<callActivity id="x" calledElement="called" flowable:idVariableName="i"/>'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "named", "element"), CHANGES, ids=[named for _, named, _ in CHANGES])
def test_what_changes_the_execution_beside_bpmn_is_refused_at_the_element(rule: str, named: str, element: str) -> None:
    spaces = SPACES + b' xmlns:activiti="http://activiti.org/bpmn"'
    ended = element.startswith("<endEvent")
    body = S + element + '<dataObject id="items" isCollection="true"/>' + ("" if ended else E)
    source = document(body + flows("s > x" if ended else "s > x > e"), ROOT).replace(b'id="definitions"', spaces)
    errors = [one for one in bpmn.check({"f.bpmn": source}) if one.severity == "error"]
    assert [(one.rule, one.element_id) for one in errors] == [(rule, "x")]
    assert named in errors[0].message
    assert named in errors[0].message_km


@pytest.mark.parametrize(
    ("rule", "root", "named"),
    [
        ("vendor-scope", '<signal id="x" name="s" flowable:scope="processInstance"/>', "flowable:scope"),
        ("vendor-ad-hoc", '<process id="x" drools:adHoc="true"/>', "drools:adHoc"),
    ],
)
def test_what_changes_the_execution_of_a_whole_file_is_refused(rule: str, root: str, named: str) -> None:
    found = bpmn.check({"f.bpmn": drawn('<task id="y"/>'.replace("y", "z"), root).replace(b'Ref="x"', b'Ref="z"')})
    (problem,) = [one for one in found if one.severity == "error"]
    assert (problem.rule, problem.element_id) == (rule, "x")
    assert named in problem.message


def test_what_data_hold_at_the_beginning_in_another_engine_is_refused() -> None:
    held = '<dataObject id="d">' + inside("<flowable:value>5</flowable:value>") + "</dataObject>"
    assert ("error", "vendor-initial", "d") in problems(drawn('<task id="x"/>', "", held))


@pytest.mark.parametrize(
    ("element", "root"),
    [
        (TERMINATED.format('flowable:terminateAll="false"'), ""),
        ('<callActivity id="x" calledElement="called" drools:waitForCompletion="true"/>', ""),
        ('<task id="x"/>', '<signal id="sg" name="s" flowable:scope="global"/>'),
        ('<userTask id="x" flowable:businessCalendarName="work" flowable:dueDate="P3D"/>', ""),
        ('<userTask id="x" flowable:category="c" camunda:priority="5"/>', ""),
    ],
)
def test_an_extension_that_says_what_is_done_here_anyway_is_a_note(element: str, root: str) -> None:
    ended = element.startswith("<endEvent")
    body = S + element + ("" if ended else E) + flows("s > x" if ended else "s > x > e")
    source = document(body, (CALLED if "called" in element else "") + root).replace(b'id="definitions"', SPACES)
    assert {(severity, rule) for severity, rule, _ in problems(source)} == {("note", "foreign-extension")}


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


@pytest.mark.parametrize("editor", ["camunda", "zeebe"])
def test_a_list_of_properties_is_read_whoever_wrote_it(editor: str) -> None:
    listed = f'<{editor}:properties><{editor}:property name="stage" value="checking"/></{editor}:properties>'
    drawing = drawn(holding(listed))
    assert problems(drawing) == []
    assert bpmn.parse({"f.bpmn": drawing}, "p").elements["x"].properties == {"stage": "checking"}


def test_by_which_template_an_editor_wrote_the_settings_is_no_news() -> None:
    template = '<userTask id="t" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:modelerTemplate="owso.task.form"/>'
    assert problems(document(S + template + E + flows("s > t > e"))) == []


def test_an_operation_may_be_named_in_properties_with_its_parameters_and_its_answer() -> None:
    rows = {"operator": "look", "parameter.number": "a + 1", "result": "found"}
    listed = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in rows.items())
    drawing = drawn(holding(f"<camunda:properties>{listed}</camunda:properties>", "serviceTask"))
    player = Player(drawing, {"a": 1}, process_id="p")
    (effect,) = player.snapshot.effects
    assert (effect.name, effect.payload) == ("look", {"number": 2})


@pytest.mark.parametrize("editor", ["camunda", "zeebe"])
def test_a_property_that_is_written_twice_with_different_values_is_refused(editor: str) -> None:
    listed = "".join(f'<{editor}:property name="stage" value="{value}"/>' for value in ("one", "two"))
    drawing = drawn(holding(f"<{editor}:properties>{listed}</{editor}:properties>"))
    assert problems(drawing) == [("error", "property-twice", "x")]
