"""Chapter 10.5 of BPMN 2.0.2: which event may stand where, what it needs, and what may be joined to it."""
# ruff: noqa: E501 - one line is one constraint

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.constraints import GOOD, PLAIN, Constraint, found
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, message, signal, timer, user

ROOT = (
    '<message id="m" name="m"/><signal id="sig" name="sig"/><error id="er" errorCode="1"/><escalation id="es" escalationCode="1"/>'
    '<timerEventDefinition id="shared"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
)
KINDS = {
    "message": message("m"),
    "signal": signal("sig"),
    "timer": timer("Duration", "PT1H"),
    "conditional": "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="er"/>',
    "escalation": '<escalationEventDefinition escalationRef="es"/>',
    "compensation": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "link": '<linkEventDefinition name="l"/>',
}


def starts(definition: str, attributes: str = "") -> str:
    return f'<startEvent id="a" {attributes}>{definition}</startEvent>' + user("t") + E + flows("a > t > e")


def catches(definition: str) -> str:
    return S + f'<intermediateCatchEvent id="a">{definition}</intermediateCatchEvent>' + E + flows("s > a > e")


def throws(definition: str) -> str:
    return S + f'<intermediateThrowEvent id="a">{definition}</intermediateThrowEvent>' + E + flows("s > a > e")


def ends(definition: str) -> str:
    return S + f'<endEvent id="a">{definition}</endEvent>' + flows("s > a")


def attached(definition: str, cancels: str = "true") -> str:
    return (
        S
        + user("t")
        + f'<boundaryEvent id="a" attachedToRef="t" cancelActivity="{cancels}">{definition}</boundaryEvent>'
        + E
        + flows("s > t > e", "a > e")
    )


def begins_inside(definition: str, attributes: str = "") -> str:
    inner = f'<startEvent id="w" {attributes}>{definition}</startEvent><task id="x1"/><endEvent id="x2"/>'
    return (
        PLAIN
        + f'<subProcess id="x" triggeredByEvent="true">{inner}{flows("w > x1 > x2").replace("flow_", "i_")}</subProcess>'
    )


def linked(inner: str, links: str = "") -> str:
    return S + inner + E + links


SOURCE = '<intermediateThrowEvent id="{0}"><linkEventDefinition id="{0}_l" name="{1}">{2}</linkEventDefinition></intermediateThrowEvent>'
TARGET = '<intermediateCatchEvent id="{0}"><linkEventDefinition id="{0}_l" name="{1}">{2}</linkEventDefinition></intermediateCatchEvent>'
PAIR = SOURCE.format("a", "l", "{0}") + TARGET.format("b", "l", "{1}")
JOINED = flows("s > a", "b > e")


def wrong_kinds(place: str, draw: object, good: str, rule: str, kinds: tuple[str, ...]) -> list[Constraint]:
    assert callable(draw)
    return [
        Constraint(f"{place} has no {kind} trigger", rule, draw(f"«{KINDS[good]}¦{KINDS[kind]}»"), ROOT)
        for kind in kinds
    ]


# fmt: off
PLACES = [
    *wrong_kinds("a start event", starts, "message", "start-type", ("error", "escalation", "compensation", "cancel", "terminate", "link")),
    *wrong_kinds("a catching event", catches, "message", "catch-type", ("error", "escalation", "compensation", "cancel", "terminate")),
    *wrong_kinds("a throwing event", throws, "signal", "throw-type", ("timer", "conditional", "error", "cancel", "terminate")),
    *wrong_kinds("an end event", ends, "signal", "throw-type", ("timer", "conditional", "link")),
    *wrong_kinds("a boundary event", attached, "message", "boundary-type", ("terminate", "link")),
    *wrong_kinds("the start of an event sub-process", begins_inside, "message", "start-type", ("cancel", "terminate", "link")),
]
DEFINITIONS = [
    Constraint("a catching event has a trigger", "catch-trigger", catches("«" + KINDS["message"] + "¦»"), ROOT),
    Constraint("a boundary event has a trigger", "boundary-trigger", attached("«" + KINDS["message"] + "¦»"), ROOT),
    Constraint("a catching event has a message", "message-missing", catches('<messageEventDefinition «messageRef="m"¦»/>'), ROOT),
    Constraint("an event has a signal", "signal-missing", throws('<signalEventDefinition «signalRef="sig"¦»/>'), ROOT),
    Constraint("an error that is thrown is named", "code-missing", ends('<errorEventDefinition «errorRef="er"¦»/>'), ROOT),
    Constraint("an escalation that is thrown is named", "code-missing", throws('<escalationEventDefinition «escalationRef="es"¦»/>'), ROOT),
    Constraint("a condition is written", "schema", catches("<conditionalEventDefinition>«<condition>n == 1</condition>¦»</conditionalEventDefinition>")),
    Constraint("a timer has a time", "timer-parts", catches("<timerEventDefinition>«<timeDuration>PT1H</timeDuration>¦»</timerEventDefinition>")),
    Constraint("a timer has no duration beside a date", "timer-parts", catches("<timerEventDefinition>«¦<timeDate>2026-01-01</timeDate>»<timeDuration>PT1H</timeDuration></timerEventDefinition>")),
    Constraint("a timer has no cycle beside a duration", "timer-parts", catches("<timerEventDefinition><timeDuration>PT1H</timeDuration>«¦<timeCycle>R3/PT1H</timeCycle>»</timerEventDefinition>")),
    Constraint("a timer has no date beside a cycle", "timer-parts", catches("<timerEventDefinition><timeCycle>R3/PT1H</timeCycle>«¦<timeDate>2026-01-01</timeDate>»</timerEventDefinition>")),
    Constraint("a timer has one date", "timer-parts", catches("<timerEventDefinition><timeDate>2026-01-01</timeDate>«¦<timeDate>2026-01-01</timeDate>»</timerEventDefinition>")),
    Constraint("a time is written in ISO 8601", "timer-text", catches("<timerEventDefinition><timeDuration>'«PT1H¦an hour»'</timeDuration></timerEventDefinition>")),
    Constraint("a shared definition exists", "reference-unknown", catches("<eventDefinitionRef>«shared¦x»</eventDefinitionRef>"), ROOT),
    Constraint("a shared definition is one", "reference-type", catches("<eventDefinitionRef>«shared¦m»</eventDefinitionRef>"), ROOT),
    Constraint("a shared definition stands at the root", "event-definition-place", catches("<eventDefinitionRef>«shared¦own»</eventDefinitionRef>")
        + f'<subProcess id="x" triggeredByEvent="true"><startEvent id="w"><timerEventDefinition id="own"><timeDuration>PT2H</timeDuration></timerEventDefinition></startEvent><task id="x1"/>{flows("w > x1").replace("flow_", "i_")}</subProcess>', ROOT),
    Constraint("the operation of a message event exists", "reference-unknown", catches('<messageEventDefinition messageRef="m"><operationRef>«op¦x»</operationRef></messageEventDefinition>'),
        ROOT + '<interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef></operation></interface>'),
    Constraint("the operation of a message event has its message", "operation-message", catches('<messageEventDefinition messageRef="«m¦n»"><operationRef>op</operationRef></messageEventDefinition>'),
        ROOT + '<message id="n" name="n"/><interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef></operation></interface>'),
    Constraint("an event that only instances throw is not drawn", "element-unknown", S + "<«intermediateThrowEvent¦implicitThrowEvent» id='a'/>" + E + flows("s > a > e")),
]
FLOWS = [
    Constraint("no flow enters a start event", "start-incoming", S + user("a") + E + flows("s > a > e") + '«¦<sequenceFlow id="z" sourceRef="a" targetRef="s"/>»'),
    Constraint("a flow leaves a start event", "start-outgoing", S + user("a") + E + '«<sequenceFlow id="z" sourceRef="s" targetRef="a"/>¦»' + flows("a > e")),
    Constraint("no flow leaves an end event", "end-outgoing", PLAIN + '«¦<sequenceFlow id="z" sourceRef="e" targetRef="a"/>»'),
    Constraint("a flow enters an end event", "end-incoming", S + user("a") + E + flows("s > a") + '«<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»'),
    Constraint("a flow enters a catching event", "start-and-loose", S + user("t") + f'<intermediateCatchEvent id="a">{KINDS["message"]}</intermediateCatchEvent>' + E + flows("s > t > e", "a > e") + '«<sequenceFlow id="z" sourceRef="t" targetRef="a"/>¦»', ROOT),
    Constraint("an intermediate event begins no process", "event-incoming", user("t") + f'<intermediateCatchEvent id="a">{KINDS["message"]}</intermediateCatchEvent>' + user("u") + flows("t > u", "a > u") + '«<sequenceFlow id="z" sourceRef="t" targetRef="a"/>¦»', ROOT),
    Constraint("a flow leaves a catching event", "event-outgoing", S + user("t") + f'<intermediateCatchEvent id="a">{KINDS["message"]}</intermediateCatchEvent>' + E + flows("s > t > e", "t > a") + '«<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»', ROOT),
    Constraint("a flow enters a throwing event", "start-and-loose", S + user("t") + '<intermediateThrowEvent id="a"/>' + E + flows("s > t > e", "a > e") + '«<sequenceFlow id="z" sourceRef="t" targetRef="a"/>¦»', ROOT),
    Constraint("a flow leaves a throwing event", "event-outgoing", S + user("t") + f'<intermediateThrowEvent id="a">{KINDS["signal"]}</intermediateThrowEvent>' + E + flows("s > t > e", "t > a") + '«<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»', ROOT),
    Constraint("a flow leaves an event that throws nothing", "event-outgoing", S + user("t") + '<intermediateThrowEvent id="a"/>' + E + flows("s > t > e", "t > a") + '«<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»', ROOT),
    Constraint("a flow leaves an event that compensates", "event-outgoing", S + user("t") + '<intermediateThrowEvent id="a"><compensateEventDefinition/></intermediateThrowEvent>' + E + flows("s > t > e", "t > a") + '«<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»', ROOT, severity="warning"),
    Constraint("no flow enters a boundary event", "boundary-incoming", attached(KINDS["message"]) + '«¦<sequenceFlow id="z" sourceRef="t" targetRef="a"/>»', ROOT),
    Constraint("a flow leaves a boundary event", "event-outgoing", S + user("t") + boundary("a", "t", KINDS["message"]) + E + flows("s > t > e") + '«<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»', ROOT),
    Constraint("a boundary event is attached", "schema", attached(KINDS["message"]).replace('attachedToRef="t"', '«attachedToRef="t"¦»'), ROOT),
    Constraint("a boundary event is attached to an activity that exists", "boundary-host", attached(KINDS["message"]).replace('attachedToRef="t"', 'attachedToRef="«t¦x»"'), ROOT),
    Constraint("a boundary event is not attached to an event", "boundary-host", attached(KINDS["message"]).replace('attachedToRef="t"', 'attachedToRef="«t¦e»"'), ROOT),
    Constraint("a boundary event is not attached to a gateway", "boundary-host", S + user("t", "u") + '<exclusiveGateway id="g"/>' + boundary("a", "«t¦g»", KINDS["message"]) + E + flows("s > t > g", "s > u > g", "g > e", "a > e"), ROOT),
    Constraint("a boundary event stands beside its activity", "boundary-host", S + '<subProcess id="t"><task id="in"/></subProcess>' + boundary("a", "«t¦in»", KINDS["message"]) + E + flows("s > t > e", "a > e"), ROOT),
    Constraint("an error interrupts its activity", "boundary-always-interrupts", attached(KINDS["error"], "«true¦false»"), ROOT),
    Constraint("compensation begins no second way out of an event sub-process", "boundary-always-interrupts", S + '<subProcess id="sub"><task id="in"/>' + '<subProcess id="x" triggeredByEvent="true"><startEvent id="w" isInterrupting="«true¦false»"><compensateEventDefinition/></startEvent><task id="x1"/>' + flows("w > x1").replace("flow_", "i_") + "</subProcess></subProcess>" + E + flows("s > sub > e"), ROOT),
    Constraint("no condition on a flow out of a start event", "condition-place", S + user("a") + E + '<sequenceFlow id="z" sourceRef="s" targetRef="a">«¦<conditionExpression>n == 1</conditionExpression>»</sequenceFlow>' + flows("a > e")),
    Constraint("no condition on a flow out of an intermediate event", "condition-place", S + f'<intermediateCatchEvent id="a">{KINDS["message"]}</intermediateCatchEvent>' + E + flows("s > a") + '<sequenceFlow id="z" sourceRef="a" targetRef="e">«¦<conditionExpression>n == 1</conditionExpression>»</sequenceFlow>', ROOT),
    Constraint("no condition on a flow out of a boundary event", "condition-place", S + user("t") + boundary("a", "t", KINDS["message"]) + E + flows("s > t > e") + '<sequenceFlow id="z" sourceRef="a" targetRef="e">«¦<conditionExpression>n == 1</conditionExpression>»</sequenceFlow>', ROOT),
]
LINKS = [
    Constraint("a link has a name", "schema", linked(PAIR.format("", "").replace('name="l"', '«name="l"¦»', 1), JOINED)),
    Constraint("a link that throws has a target", "link-target", linked(SOURCE.format("a", "«l¦x»", "") + TARGET.format("b", "l", "") + SOURCE.format("c", "l", ""), flows("s > a", "s > c", "b > e"))),
    Constraint("a link that catches has a source", "link-source", linked(PAIR.format("", "") + TARGET.format("c", "l2", "") + SOURCE.format("d", "«l2¦l»", ""), JOINED + flows("s > d", "c > e").replace("flow_", "g_"))),
    Constraint("one link catches for a name", "link-several", linked(PAIR.format("", "") + TARGET.format("c", "«l2¦l»", "") + SOURCE.format("d", "«l2¦l»", ""), JOINED + flows("s > d", "c > e").replace("flow_", "g_"))),
    Constraint("no flow leaves a link that throws", "link-flows", linked(PAIR.format("", "") + user("t"), JOINED + flows("s > t > e").replace("flow_", "g_") + '«¦<sequenceFlow id="z" sourceRef="a" targetRef="t"/>»')),
    Constraint("no flow enters a link that catches", "link-flows", linked(PAIR.format("", "") + user("t"), JOINED + flows("s > t > e").replace("flow_", "g_") + '«¦<sequenceFlow id="z" sourceRef="t" targetRef="b"/>»')),
    Constraint("a flow enters a link that throws", "start-and-loose", linked(PAIR.format("", "") + user("t"), flows("s > t > e", "b > e") + '«<sequenceFlow id="z" sourceRef="t" targetRef="a"/>¦»')),
    Constraint("a flow leaves a link that catches", "event-outgoing", linked(PAIR.format("", "") + user("t"), flows("s > t > e", "s > a") + '«<sequenceFlow id="z" sourceRef="b" targetRef="e"/>¦»')),
    Constraint("a link stays in its scope", "link-target", S + SOURCE.format("a", "l", "") + user("t") + "«" + TARGET.format("b", "l", "") + flows("b > e") + "¦»" + "<subProcess id='sub'><task id='in'/>" + "«¦" + TARGET.format("b2", "l", "") + flows("b2 > in") + "»</subProcess>" + E + flows("s > a", "s > t > sub > e").replace("flow_", "g_")),
    Constraint("a link is no multiple event", "link-flows", linked(PAIR.format("", "").replace("</linkEventDefinition></intermediateThrowEvent>", "</linkEventDefinition>«¦" + signal("sig") + "»</intermediateThrowEvent>"), JOINED), ROOT),
    Constraint("the target of a link is a link", "reference-type", linked(PAIR.format("<target>«b_l¦b»</target>", ""), JOINED)),
    Constraint("the source of a link exists", "reference-unknown", linked(PAIR.format("", "<source>«a_l¦x»</source>"), JOINED)),
    Constraint("a link and its target have one name", "link-reference", linked(PAIR.format("<target>«b_l¦c_l»</target>", "") + TARGET.format("c", "l2", "") + SOURCE.format("d", "l2", ""), JOINED + flows("s > d", "c > e").replace("flow_", "g_"))),
    Constraint("a link and its source have one name", "link-reference", linked(PAIR.format("", "<source>«a_l¦d_l»</source>") + TARGET.format("c", "l2", "") + SOURCE.format("d", "l2", ""), JOINED + flows("s > d", "c > e").replace("flow_", "g_"))),
]
BEGINNINGS = [
    Constraint("where there is a start event everything else is entered", "start-and-loose", S + user("a", "b") + E + flows("s > a > e", "b > e") + '«<sequenceFlow id="z" sourceRef="a" targetRef="b"/>¦»'),
    Constraint("where there is an end event there is a start event", "end-without-start", "«" + S + "¦»" + user("a") + E + flows("a > e") + '«<sequenceFlow id="z" sourceRef="s" targetRef="a"/>¦»', severity="warning"),
    Constraint("where there is a start event there is an end event", "start-without-end", S + user("a") + flows("s > a") + "«" + E + '<sequenceFlow id="z" sourceRef="a" targetRef="e"/>¦»', severity="warning"),
    Constraint("where a sub-process has a start event it has an end event", "start-without-end", S + '<subProcess id="sub"><startEvent id="is"/><task id="it"/>' + flows("is > it").replace("flow_", "i_") + '«<endEvent id="ie"/><sequenceFlow id="z" sourceRef="it" targetRef="ie"/>¦»</subProcess>' + E + flows("s > sub > e"), severity="warning"),
]
# fmt: on


@pytest.mark.parametrize("constraint", PLACES + DEFINITIONS + FLOWS + LINKS + BEGINNINGS, ids=str)
def test_the_rules_of_events_are_kept(constraint: Constraint) -> None:
    constraint.check()


@pytest.mark.parametrize("kind", ["message", "signal", "timer", "conditional"])
def test_every_trigger_may_stand_where_the_standard_has_it(kind: str) -> None:
    draw_all = (starts, catches, attached, begins_inside)
    assert [found_errors(draw(KINDS[kind])) for draw in draw_all] == [[], [], [], []]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_errors_and_escalations_may_be_thrown_and_caught(kind: str) -> None:
    assert [found_errors(draw(KINDS[kind])) for draw in (ends, attached, begins_inside)] == [[], [], []]


@pytest.mark.parametrize("kind", ["message", "signal", "escalation", "compensation"])
def test_what_an_intermediate_event_may_throw(kind: str) -> None:
    assert [found_errors(draw(KINDS[kind])) for draw in (throws, ends)] == [[], []]


@pytest.mark.parametrize("draw", [throws, ends, starts])
def test_an_event_may_have_no_trigger(draw: object) -> None:
    assert callable(draw)
    assert found_errors(draw("")) == []


def found_errors(body: str) -> list[str]:
    return [str(one) for one in found(Constraint("", "", body, ROOT).drawn(GOOD)) if one.severity == "error"]


def test_a_time_of_many_digits_that_ends_wrongly_is_refused_at_once() -> None:
    """Tried in all the ways in which its digits may be parted, this would take longer than anybody lives."""
    long = "1" * 60
    for written, rule in {
        f"P{long}!": "expression-invalid",
        f"P{long}D2": "timer-text",
        f"-P{long}!": "timer-text",
        f"0 {'LWL-' * 30}!": "expression-invalid",
    }.items():
        assert rule in {one.rule for one in found(document(catches(timer("Duration", written))))}
