"""What BPMN 2.0.2 allows and no rule may refuse, in one drawing each."""
# ruff: noqa: E501 - one line is one drawing

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.constraints import GOOD, PLAIN, Constraint, found
from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, script, signal, timer, user

ROOT = (
    '<itemDefinition id="one" structureRef="xsd:string" xmlns:xsd="http://www.w3.org/2001/XMLSchema"/><itemDefinition id="many" isCollection="true" itemKind="Information"/>'
    '<message id="m" name="m" itemRef="one"/><message id="n" name="n"/><signal id="sig" name="sig" structureRef="one"/><error id="er" errorCode="1" structureRef="one"/><escalation id="es" escalationCode="1"/>'
    '<interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef><outMessageRef>n</outMessageRef><errorRef>er</errorRef></operation></interface>'
    '<resource id="r" name="r"><resourceParameter id="office" name="office" type="xsd:string" xmlns:xsd="http://www.w3.org/2001/XMLSchema" isRequired="true"/></resource><category id="k" name="k"><categoryValue id="v" value="v"/></category>'
    '<dataStore id="store" name="store"/><endPoint id="ep"/><partnerEntity id="pe" name="pe"/>'
    '<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition><signalEventDefinition id="sd" signalRef="sig"/>'
)
SPECIFIED = (
    '<ioSpecification><dataInput id="in" itemSubjectRef="one"/><dataInput id="in2" isCollection="true" itemSubjectRef="many"/><dataOutput id="out"><dataState name="done"/></dataOutput>'
    '<inputSet id="is"><dataInputRefs>in</dataInputRefs><dataInputRefs>in2</dataInputRefs><optionalInputRefs>in2</optionalInputRefs><whileExecutingInputRefs>in2</whileExecutingInputRefs><outputSetRefs>os</outputSetRefs></inputSet><inputSet id="is2"><dataInputRefs>in2</dataInputRefs></inputSet>'
    '<outputSet id="os"><dataOutputRefs>out</dataOutputRefs><optionalOutputRefs>out</optionalOutputRefs><inputSetRefs>is</inputSetRefs></outputSet></ioSpecification>'
)
OBJECTS = '<dataObject id="d" itemSubjectRef="one"/><dataObjectReference id="ref" dataObjectRef="d"><dataState name="new"/></dataObjectReference><dataObjectReference id="ref2" dataObjectRef="d"/><dataStoreReference id="st" dataStoreRef="store"/>'
COND = '<conditionExpression xsi:type="tFormalExpression">n == 1</conditionExpression>'


def mid(element: str, more: str = "") -> str:
    return S + element + E + flows("s > a > e") + more


def event_scope(trigger: str, attributes: str = "") -> str:
    inner = f'<startEvent id="w" {attributes}>{trigger}</startEvent><task id="x1"/><endEvent id="x2"/>' + flows(
        "w > x1 > x2"
    ).replace("flow_", "i_")
    return PLAIN + f'<subProcess id="x" triggeredByEvent="true">{inner}</subProcess>'


def gateway(kind: str, attributes: str = "", inner: str = "") -> str:
    return f'<{kind}Gateway id="g" {attributes}>{inner}</{kind}Gateway>'


def flow(own: str, source: str, target: str, inner: str = "") -> str:
    return f'<sequenceFlow id="{own}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


COLLABORATION = (
    '<collaboration id="c" isClosed="true"><participant id="one_p" name="x" processRef="p"><interfaceRef>i</interfaceRef><endPointRef>ep</endPointRef><participantMultiplicity minimum="0" maximum="3"/></participant><participant id="two_p"/><participant id="three_p" processRef="q"/>'
    '<messageFlow id="mf1" sourceRef="two_p" targetRef="b" messageRef="m"/><messageFlow id="mf2" sourceRef="a" targetRef="three_p"/><messageFlow id="mf3" sourceRef="qa" targetRef="a"/><messageFlow id="mf4" sourceRef="two_p" targetRef="three_p"/>'
    '<conversation id="talk"><participantRef>one_p</participantRef><participantRef>two_p</participantRef><messageFlowRef>mf1</messageFlowRef></conversation><conversationLink id="cl" sourceRef="one_p" targetRef="talk"/>'
    '</collaboration><process id="q" isExecutable="false"><task id="qa"/></process>'
)
# fmt: off
DRAWINGS = {
    "nothing but tasks": user("a", "b") + flows("a > b"),
    "no start and no end in a sub-process": mid('<subProcess id="a"><task id="in"/><task id="in2"/></subProcess>'),
    "several end events": S + user("a") + E + '<endEvent id="e2"/>' + flows("s > a > e", "a > e2"),
    "several start events with triggers": f'<startEvent id="s1">{message("m")}</startEvent><startEvent id="s2">{timer("Date", "2026-03-02")}</startEvent>' + S + user("a") + E + flows("s > a > e", "s1 > a", "s2 > a"),
    "a start event with several triggers": f'<startEvent id="s">{message("m")}{signal("sig")}</startEvent>' + user("a") + E + flows("s > a > e"),
    "a gateway as the beginning": gateway("parallel") + user("a", "b") + flows("g > a", "g > b"),
    "a gateway as the end": user("a", "b") + gateway("parallel") + flows("a > g", "b > g"),
    "lists of flows and their expression types": S + gateway("exclusive", 'default="f3" gatewayDirection="Diverging"', "<incoming>f1</incoming><outgoing>f2</outgoing><outgoing>f3</outgoing>") + user("a") + E + flow("f1", "s", "g") + flow("f2", "g", "a", COND) + flow("f3", "g", "e") + flow("f4", "a", "e"),
    "a flow marked as immediate": S + user("a") + E + '<sequenceFlow id="f" sourceRef="s" targetRef="a" isImmediate="true"/>' + flows("a > e"),
    "conditions at an activity": S + '<task id="a" default="f2"/>' + user("b") + E + flow("f1", "s", "a") + flow("f2", "a", "e") + flow("f3", "a", "b", COND) + flow("f4", "b", "e"),
    "an inclusive choice without default": S + gateway("inclusive") + user("a", "b") + E + flow("f1", "s", "g") + flow("f2", "g", "a", COND) + flow("f3", "g", "b", COND) + flows("a > e", "b > e"),
    "a mixed gateway": S + user("a", "b", "x", "y") + gateway("parallel", 'gatewayDirection="Mixed"') + E + flows("s > a > g > x > e", "s > b > g > y > e"),
    "a complex gateway": S + user("a", "b") + gateway("complex", 'gatewayDirection="Converging"', "<activationCondition>activationCount == 2</activationCondition>") + E + flows("s > a > g > e", "s > b > g"),
    "an event gateway with receive tasks": S + gateway("eventBased") + '<receiveTask id="a" messageRef="m"/><receiveTask id="b" messageRef="n"/>' + E + flows("s > g", "g > a > e", "g > b > e"),
    "an event gateway that begins the process": gateway("eventBased", 'instantiate="true" eventGatewayType="Parallel"') + f'<intermediateCatchEvent id="a">{message("m")}</intermediateCatchEvent><intermediateCatchEvent id="b">{message("n")}</intermediateCatchEvent>' + user("t") + flows("g > a > t", "g > b > t"),
    "a receive task that begins the process": '<receiveTask id="a" messageRef="m" instantiate="true"/>' + user("t") + flows("a > t"),
    "data going in and out": S + OBJECTS + f'<userTask id="a">{SPECIFIED}<dataInputAssociation><sourceRef>ref</sourceRef><targetRef>in</targetRef></dataInputAssociation><dataOutputAssociation><sourceRef>out</sourceRef><targetRef>st</targetRef></dataOutputAssociation></userTask>' + E + flows("s > a > e"),
    "data as editors draw it, into a property": S + OBJECTS + '<userTask id="a"><property id="hidden" name="__targetRef_placeholder"/><dataInputAssociation><sourceRef>ref</sourceRef><targetRef>hidden</targetRef></dataInputAssociation></userTask>' + E + flows("s > a > e"),
    "data of the process seen in a sub-process": S + OBJECTS + '<subProcess id="a"><dataObjectReference id="inner" dataObjectRef="d"/><task id="in"><property id="hidden"/><dataInputAssociation><sourceRef>inner</sourceRef><targetRef>hidden</targetRef></dataInputAssociation></task></subProcess>' + E + flows("s > a > e"),
    "data of a message event": S + OBJECTS + f'<intermediateThrowEvent id="a"><dataInput id="in" itemSubjectRef="one"/><dataInputAssociation><sourceRef>ref</sourceRef><targetRef>in</targetRef></dataInputAssociation><inputSet><dataInputRefs>in</dataInputRefs></inputSet>{message("m")}</intermediateThrowEvent>' + E + flows("s > a > e"),
    "data of the process": '<ioSpecification><dataInput id="pin"/><dataOutput id="pout"/><inputSet id="pis"><dataInputRefs>pin</dataInputRefs></inputSet><outputSet id="pos"><dataOutputRefs>pout</dataOutputRefs></outputSet></ioSpecification><ioBinding operationRef="op" inputDataRef="pis" outputDataRef="pos"/><property id="pp" itemSubjectRef="many"/>'
        + S + '<userTask id="a"><property id="hp"/><dataInputAssociation><sourceRef>pin</sourceRef><targetRef>hp</targetRef></dataInputAssociation><dataOutputAssociation><sourceRef>hp</sourceRef><targetRef>pout</targetRef></dataOutputAssociation></userTask>' + E + flows("s > a > e"),
    "a service task with its operation": mid('<serviceTask id="a" implementation="##WebService" operationRef="op"><ioSpecification><dataInput id="in" itemSubjectRef="one"/><dataOutput id="out"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet><dataOutputRefs>out</dataOutputRefs></outputSet></ioSpecification></serviceTask>'),
    "sending and receiving by operations": S + '<sendTask id="a" messageRef="m" operationRef="op"/><receiveTask id="b" messageRef="n" operationRef="op"/>' + '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"><operationRef>op</operationRef></messageEventDefinition></intermediateCatchEvent>' + E + flows("s > a > b > c > e"),
    "roles with and without resources": mid('<userTask id="a" implementation="##unspecified"><documentation>x</documentation><auditing/><monitoring/><categoryValueRef>v</categoryValueRef><potentialOwner name="o"><resourceRef>r</resourceRef><resourceParameterBinding parameterRef="office"><formalExpression>\'x\'</formalExpression></resourceParameterBinding></potentialOwner><performer><resourceAssignmentExpression><formalExpression>x</formalExpression></resourceAssignmentExpression></performer><rendering/></userTask>', '<performer id="pf"><resourceRef>r</resourceRef></performer>'),
    "artifacts of every kind": PLAIN + '<group id="gr" categoryValueRef="v"/><textAnnotation id="ta" textFormat="text/plain"><text>x</text></textAnnotation><association id="as" sourceRef="ta" targetRef="a" associationDirection="None"/><association id="as2" sourceRef="flow_0_0_s" targetRef="ta"/>',
    "lanes within lanes": '<laneSet id="ls" name="x"><lane id="l" name="all" partitionElementRef="r"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef><flowNodeRef>e</flowNodeRef><childLaneSet id="cl"><lane id="l1" name="one"><flowNodeRef>s</flowNodeRef></lane><lane id="l2" name="two"><flowNodeRef>a</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></childLaneSet></lane></laneSet>' + PLAIN,
    "lanes in a sub-process": S + '<subProcess id="a"><laneSet id="ls"><lane id="l1" name="one"><flowNodeRef>in</flowNodeRef></lane></laneSet><task id="in"/></subProcess>' + E + flows("s > a > e"),
    "several definitions on a border": S + user("a") + f'<boundaryEvent id="b" attachedToRef="a">{message("m")}{timer("Duration", "P1D")}</boundaryEvent><boundaryEvent id="b2" attachedToRef="a" parallelMultiple="true">{message("m")}{signal("sig")}</boundaryEvent>' + E + flows("s > a > e", "b > e", "b2 > e"),
    "shared definitions": mid("<intermediateCatchEvent id='a'><eventDefinitionRef>hour</eventDefinitionRef><eventDefinitionRef>sd</eventDefinitionRef></intermediateCatchEvent>"),
    "any error caught on a border": S + '<subProcess id="a"><task id="in"/></subProcess>' + boundary("b", "a", "<errorEventDefinition/>") + boundary("b2", "a", "<escalationEventDefinition/>", interrupting=False) + E + flows("s > a > e", "b > e", "b2 > e"),
    "links from several places": S + user("t") + '<intermediateThrowEvent id="a"><linkEventDefinition id="a_l" name="l"><target>c_l</target></linkEventDefinition></intermediateThrowEvent><intermediateThrowEvent id="b"><linkEventDefinition id="b_l" name="l"/></intermediateThrowEvent><intermediateCatchEvent id="c"><linkEventDefinition id="c_l" name="l"><source>a_l</source><source>b_l</source></linkEventDefinition></intermediateCatchEvent>' + E + gateway("exclusive", 'default="f2"') + flows("s > t > g", "c > e") + flow("f1", "g", "a", COND) + flow("f2", "g", "b"),
    "cancelling from within a sub-process of a transaction": S + '<transaction id="a"><subProcess id="in"><startEvent id="i1"/><endEvent id="i2"><cancelEventDefinition/></endEvent><sequenceFlow id="i3" sourceRef="i1" targetRef="i2"/></subProcess></transaction>' + boundary("b", "a", "<cancelEventDefinition/>") + E + flows("s > a > e", "b > e"),
    "undoing with a sub-process": S + user("a") + boundary("b", "a", "<compensateEventDefinition/>") + '<subProcess id="h" isForCompensation="true"><task id="in"/></subProcess><association id="as" sourceRef="b" targetRef="h" associationDirection="One"/>' + '<intermediateThrowEvent id="t"><compensateEventDefinition activityRef="a" waitForCompletion="true"/></intermediateThrowEvent>' + E + flows("s > a > t > e"),
    "undoing by an event sub-process": S + '<subProcess id="a"><task id="in"/><subProcess id="x" triggeredByEvent="true"><startEvent id="w"><compensateEventDefinition/></startEvent><task id="x1"/><sequenceFlow id="inner" sourceRef="w" targetRef="x1"/></subProcess></subProcess><endEvent id="c"><compensateEventDefinition activityRef="a"/></endEvent>' + flows("s > a > c"),
    "an ad-hoc sub-process with flows": mid('<adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false"><task id="in"/><task id="in2"/><sequenceFlow id="inner" sourceRef="in" targetRef="in2"/><completionCondition>n == 1</completionCondition></adHocSubProcess>'),
    "several instances over a collection": S + '<dataObject id="d" isCollection="true"/><dataObject id="o" isCollection="true"/><subProcess id="a"><multiInstanceLoopCharacteristics isSequential="true" behavior="None" noneBehaviorEventRef="sd"><loopDataInputRef>d</loopDataInputRef><loopDataOutputRef>o</loopDataOutputRef><inputDataItem id="each"/><outputDataItem id="result"/><completionCondition>n == 1</completionCondition></multiInstanceLoopCharacteristics><task id="in"/></subProcess>' + E + flows("s > a > e"),
    "several instances over an input of the task": S + '<userTask id="a"><ioSpecification><dataInput id="in" itemSubjectRef="many" isCollection="true"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet/></ioSpecification><multiInstanceLoopCharacteristics><loopDataInputRef>in</loopDataInputRef><inputDataItem id="each" itemSubjectRef="one"/></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e"),
    "a loop with a condition and a maximum": mid('<userTask id="a" startQuantity="1" completionQuantity="2"><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>n == 1</loopCondition></standardLoopCharacteristics></userTask>'),
    "calls of global tasks": S + '<callActivity id="a" calledElement="gu"/><callActivity id="b" calledElement="gs"/><callActivity id="c" calledElement="gm"/><callActivity id="d" calledElement="gt"/>' + E + flows("s > a > b > c > d > e"),
    "a call with the data of the called process": mid('<callActivity id="a" calledElement="tns:called" xmlns:tns="http://test"><ioSpecification><dataInput id="x" itemSubjectRef="one"/><inputSet><dataInputRefs>x</dataInputRefs></inputSet><outputSet/></ioSpecification></callActivity>'),
    "pools, message flows and a conversation": S + user("a") + boundary("b", "a", message("m")) + E + flows("s > a > e", "b > e"),
    "a process that supports another and its interfaces": "<supportedInterfaceRef>i</supportedInterfaceRef><auditing/><monitoring/>" + PLAIN + "<supports>called</supports>",
    "a script in the named language": mid(script("a", "n = 1").replace("<scriptTask", '<scriptTask scriptFormat="text/x-python"')),
    **{f"an event sub-process begun by {name}": event_scope(trigger, attributes) for name, trigger, attributes in (
        ("a message beside the flow", message("m"), 'isInterrupting="false"'), ("a timer", timer("Cycle", "R3/PT1H"), 'isInterrupting="false"'), ("a signal", signal("sig"), ""),
        ("a condition", "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>", 'isInterrupting="false"'), ("an escalation", '<escalationEventDefinition escalationRef="es"/>', 'isInterrupting="false"'),
        ("an error", '<errorEventDefinition errorRef="er"/>', ""), ("several triggers", message("m") + signal("sig"), ""))},
}
# fmt: on
CALLED = (
    '<globalUserTask id="gu"/><globalScriptTask id="gs" scriptLanguage="text/x-python"><script>n = 1</script></globalScriptTask><globalManualTask id="gm"/><globalTask id="gt"/>'
    '<process id="called" processType="Private" isExecutable="false"><ioSpecification><dataInput id="cx" itemSubjectRef="one"/><inputSet><dataInputRefs>cx</dataInputRefs></inputSet><outputSet/></ioSpecification><task id="ct"/></process>'
)


@pytest.mark.parametrize("says", DRAWINGS)
def test_what_the_standard_allows_is_accepted(says: str) -> None:
    collaboration = COLLABORATION if "pools" in says else ""
    data = Constraint(says, "", DRAWINGS[says], ROOT + CALLED + collaboration).drawn(GOOD)
    assert [str(one) for one in found(data) if one.severity == "error"] == []
