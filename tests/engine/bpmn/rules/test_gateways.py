"""Chapters 10.6 and 10.8 of BPMN 2.0.2: gateways, their directions and conditions, and lanes."""
# ruff: noqa: E501 - one line is one constraint

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.constraints import PLAIN, Constraint
from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, signal, timer, user

ROOT = '<message id="m" name="m"/><message id="n" name="n"/><signal id="sig" name="sig"/><error id="er" errorCode="1"/>'
CATCH = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
COND = "<conditionExpression>n == 1</conditionExpression>"


def split(kind: str, attributes: str = "", conditions: tuple[str, str] = ("", "")) -> str:
    """One flow in, two out; both lead to the end."""
    first, second = conditions
    return (
        S + f'<{kind} id="g" {attributes}/>' + user("x", "y") + E + flows("s > g", "x > e", "y > e")
        + f'<sequenceFlow id="one" sourceRef="g" targetRef="x">{first}</sequenceFlow>'
        + f'<sequenceFlow id="two" sourceRef="g" targetRef="y">{second}</sequenceFlow>'
    )  # fmt: skip


def directed(direction: str, more: str = "") -> str:
    """Two flows in, one out, and ``more``."""
    return (
        S
        + user("x", "y")
        + f'<exclusiveGateway id="g" gatewayDirection="{direction}" default="last"/>'
        + E
        + flows("s > x > g", "s > y > g")
        + '<sequenceFlow id="last" sourceRef="g" targetRef="e"/>'
        + more
    )


def behind(
    first: str, second: str = CATCH.format("y", timer("Duration", "P1D")), more: str = "", attributes: str = ""
) -> str:
    """An event gateway in the flow; ``first`` draws the element x, ``second`` the element y."""
    return (
        S
        + f'<eventBasedGateway id="g" {attributes}/>'
        + first
        + second
        + E
        + flows("s > g", "g > x > e", "g > y > e")
        + more
    )


def lanes(inner: str, before: str = "") -> str:
    return f'<laneSet id="ls">{inner}</laneSet>' + before + PLAIN


SENT = f'<intermediateThrowEvent id="x">{signal("sig")}</intermediateThrowEvent>'
THIRD = (
    '<sequenceFlow id="z1" sourceRef="g" targetRef="z">'
    + COND
    + "</sequenceFlow>"
    + user("z")
    + flows("z > e").replace("flow_", "t_")
)
WAITS = CATCH.format("x", message("m"))
RECEIVES = '<receiveTask id="x" messageRef="m"/>'
BEGINS = '<eventBasedGateway id="g" instantiate="true" {}/>' + WAITS + CATCH.format("y", message("n")) + E

# fmt: off
DIRECTIONS = [
    Constraint("a converging gateway has several flows in", "gateway-direction", split("exclusiveGateway", 'default="two" gatewayDirection="«Diverging¦Converging»"', (COND, ""))),
    Constraint("a diverging gateway has several flows out", "gateway-direction", directed("«Converging¦Diverging»")),
    Constraint("a converging gateway has one flow out", "gateway-direction", directed("«Mixed¦Converging»", THIRD)),
    Constraint("a diverging gateway has one flow in", "gateway-direction", directed("«Unspecified¦Diverging»", THIRD)),
    Constraint("a mixed gateway has several flows in", "gateway-direction", split("parallelGateway", 'gatewayDirection="«Diverging¦Mixed»"')),
    Constraint("a mixed gateway has several flows out", "gateway-direction", directed("«Converging¦Mixed»")),
    Constraint("a direction is a known one", "schema", directed("«Converging¦Sideways»")),
    Constraint("an event gateway keeps its direction too", "gateway-direction", behind(WAITS, attributes='gatewayDirection="«Diverging¦Converging»"'), ROOT),
    Constraint("a gateway merges or splits", "gateway-idle", S + user("x", "y") + '<exclusiveGateway id="g"/>' + E + flows("s > x > g > e", "s > y > «g¦e»")),
    Constraint("a parallel gateway merges or splits", "gateway-idle", S + user("x", "y") + '<parallelGateway id="g"/>' + E + flows("s > x > g > e", "s > y > «g¦e»")),
    Constraint("no flow joins a gateway with another process", "flow-crosses", split("exclusiveGateway", 'default="two"', (COND, "")) + '«¦<sequenceFlow id="z" sourceRef="g" targetRef="qa"/>»', '<process id="q"><userTask id="qa"/></process>'),
]
CONDITIONS = [
    Constraint("a flow out of an exclusive gateway has a condition", "flow-without-condition", split("exclusiveGateway", 'default="two"', (f"«{COND}¦»", ""))),
    Constraint("a flow out of an inclusive gateway has a condition", "flow-without-condition", split("inclusiveGateway", 'default="two"', (f"«{COND}¦»", ""))),
    Constraint("a choice without default has a condition on each flow", "flow-without-condition", split("exclusiveGateway", "", (COND, f"«{COND}¦»"))),
    Constraint("a flow out of a parallel gateway has no condition", "condition-place", split("parallelGateway", "", (f"«¦{COND}»", ""))),
    Constraint("a flow out of an event gateway has no condition", "condition-place", behind(WAITS).replace('targetRef="x"></sequenceFlow>', f'targetRef="x">«¦{COND}»</sequenceFlow>'), ROOT),
    Constraint("a default flow leaves its exclusive gateway", "default-flow", split("exclusiveGateway", 'default="«two¦flow_0_0_s»"', (COND, ""))),
    Constraint("a default flow leaves its inclusive gateway", "default-flow", split("inclusiveGateway", 'default="«two¦flow_1_0_x»"', (COND, ""))),
    Constraint("a default flow leaves its complex gateway", "default-flow", split("complexGateway", 'default="«two¦flow_1_0_x»"', (COND, ""))),
    Constraint("a default flow exists", "default-flow", split("exclusiveGateway", 'default="«two¦nothing»"', (COND, ""))),
    Constraint("a default flow is a flow", "default-flow", split("exclusiveGateway", 'default="«two¦x»"', (COND, ""))),
    Constraint("a default flow has no condition", "condition-default", split("exclusiveGateway", 'default="two"', (COND, f"«¦{COND}»"))),
    Constraint("a default flow of an inclusive gateway has no condition", "condition-default", split("inclusiveGateway", 'default="two"', (COND, f"«¦{COND}»"))),
    Constraint("a parallel gateway has no default flow", "schema", split("parallelGateway", '«¦default="two"»')),
    Constraint("an event gateway has no default flow", "schema", behind(WAITS, attributes='«¦default="flow_0_0_s"»'), ROOT),
    Constraint("a complex gateway that merges has an activation condition", "complex-condition", S + user("x", "y") + '<complexGateway id="g">«<activationCondition>activationCount == 1</activationCondition>¦»</complexGateway>' + E + flows("s > x > g > e", "s > y > g")),
]
EVENT_GATEWAYS = [
    Constraint("an event gateway has two ways out", "event-gateway-targets", S + '<eventBasedGateway id="g"/>' + WAITS + CATCH.format("y", timer("Duration", "P1D")) + user("t") + E + flows("s > g > x > e", "y > e", "s > t > e") + '<sequenceFlow id="z" sourceRef="«g¦t»" targetRef="y"/>', ROOT),
    Constraint("no task of a person follows an event gateway", "event-gateway-target", behind(f"«{WAITS}¦{user('x')}»"), ROOT),
    Constraint("no service follows an event gateway", "event-gateway-target", behind(f"«{WAITS}¦<serviceTask id='x' implementation='y'/>»"), ROOT),
    Constraint("no throwing event follows an event gateway", "event-gateway-target", behind(f"«{WAITS}¦{SENT}»"), ROOT),
    Constraint("no end event follows an event gateway", "event-gateway-target", S + '<eventBasedGateway id="g"/>' + WAITS + CATCH.format("y", timer("Duration", "P1D")) + E + flows("s > g", "g > x > e", "g > y > e") + '«¦<sequenceFlow id="z" sourceRef="g" targetRef="e"/>»', ROOT),
    Constraint("no gateway follows an event gateway", "event-gateway-target", behind(WAITS, more='«¦<sequenceFlow id="z" sourceRef="g" targetRef="k"/>»<exclusiveGateway id="k"/><sequenceFlow id="z1" sourceRef="s" targetRef="k"/><sequenceFlow id="z2" sourceRef="s" targetRef="k"/><sequenceFlow id="z3" sourceRef="k" targetRef="e"/>'), ROOT),
    Constraint("no sub-process follows an event gateway", "event-gateway-target", behind(f"«{WAITS}¦<subProcess id='x'><task id='in'/></subProcess>»"), ROOT),
    Constraint("what follows an event gateway is entered from nowhere else", "event-gateway-target", behind(WAITS, more=user("t") + flows("s > t > «e¦x»").replace("flow_", "h_")), ROOT),
    Constraint("a receive task behind an event gateway has no boundary event", "event-gateway-target", behind(RECEIVES, more="«¦" + boundary("b", "x", timer("Duration", "P1D")) + '<sequenceFlow id="z" sourceRef="b" targetRef="e"/>»'), ROOT),
    Constraint("message events and receive tasks do not follow one gateway", "event-gateway-mixed", behind(RECEIVES, "«" + CATCH.format("y", timer("Duration", "P1D")) + "¦" + CATCH.format("y", message("n")) + "»"), ROOT),
    Constraint("an event gateway in the flow waits for one event", "event-gateway-parallel", behind(WAITS, attributes='eventGatewayType="«Exclusive¦Parallel»"'), ROOT),
    Constraint("an event gateway is of a known type", "schema", behind(WAITS, attributes='eventGatewayType="«Exclusive¦Complex»"'), ROOT),
    Constraint("an event gateway that begins the process is entered from nowhere", "instantiate-incoming", BEGINS.format("") + user("t") + flows("g > x > t > e", "g > y > e") + '«¦<sequenceFlow id="z" sourceRef="t" targetRef="g"/>»', ROOT),
    Constraint("an event gateway does not begin a sub-process", "instantiate-inside", S + '<subProcess id="sub">' + '<startEvent id="is"/><task id="it"/><eventBasedGateway id="g" instantiate="«false¦true»"/>' + WAITS + CATCH.format("y", message("n")) + '<endEvent id="ie"/>' + flows("is > it > «g¦ie»", "g > x > ie", "g > y > ie").replace("flow_", "i_") + "</subProcess>" + E + flows("s > sub > e"), ROOT),
]
LANES = [
    Constraint("a lane holds elements that exist", "lane-reference", lanes('<lane id="l"><flowNodeRef>«a¦x»</flowNodeRef></lane>')),
    Constraint("a lane holds elements of the flow", "lane-lists", lanes('<lane id="l"><flowNodeRef>«a¦d»</flowNodeRef></lane>') + '<dataObject id="d"/>', severity="warning"),
    Constraint("a lane holds no flows", "lane-lists", lanes('<lane id="l"><flowNodeRef>«a¦flow_0_0_s»</flowNodeRef></lane>'), severity="warning"),
    Constraint("a lane holds elements of its own process", "lane-reference", lanes('<lane id="l"><flowNodeRef>«a¦qa»</flowNodeRef></lane>'), '<process id="q"><userTask id="qa"/></process>'),
    Constraint("a lane of a sub-process holds its elements", "lane-reference", S + '<subProcess id="sub"><laneSet id="ils"><lane id="l"><flowNodeRef>«in¦b»</flowNodeRef></lane></laneSet><userTask id="in"/></subProcess>' + user("b") + E + flows("s > sub > b > e")),
    Constraint("an element stands in one lane", "lane-twice", lanes('<lane id="l" name="one"><flowNodeRef>a</flowNodeRef></lane><lane id="l2" name="two"><flowNodeRef>«e¦a»</flowNodeRef></lane>')),
    Constraint("an element stands in one lane of a name", "lane-twice", lanes('<lane id="l" name="one"><flowNodeRef>a</flowNodeRef></lane><lane id="l2" name="one"><flowNodeRef>«e¦a»</flowNodeRef></lane>')),
    Constraint("an element stands in one inner lane", "lane-twice", lanes('<lane id="l" name="all"><flowNodeRef>a</flowNodeRef><childLaneSet id="cls"><lane id="l1" name="one"><flowNodeRef>a</flowNodeRef></lane><lane id="l2" name="two"><flowNodeRef>«e¦a»</flowNodeRef></lane></childLaneSet></lane>')),
    Constraint("an outer lane holds elements that exist", "lane-reference", lanes('<lane id="l" name="all"><flowNodeRef>«a¦x»</flowNodeRef><childLaneSet id="cls"><lane id="l1" name="one"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane>')),
    Constraint("an inner lane holds elements that exist", "lane-reference", lanes('<lane id="l" name="all"><childLaneSet id="cls"><lane id="l1" name="one"><flowNodeRef>«a¦x»</flowNodeRef></lane></childLaneSet></lane>')),
    Constraint("what lanes stand for exists", "reference-unknown", lanes('<lane id="l" partitionElementRef="«r¦x»"><flowNodeRef>a</flowNodeRef></lane>'), '<resource id="r" name="r"/>'),
]
# fmt: on


@pytest.mark.parametrize("constraint", DIRECTIONS + CONDITIONS + EVENT_GATEWAYS + LANES, ids=str)
def test_the_rules_of_gateways_and_lanes_are_kept(constraint: Constraint) -> None:
    constraint.check()


@pytest.mark.parametrize(
    "kind",
    [
        message("m"),
        signal("sig"),
        timer("Duration", "P1D"),
        "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>",
    ],
)
def test_an_event_gateway_waits_for_events_of_four_kinds(kind: str) -> None:
    Constraint("", "event-gateway-target", behind(f"«{CATCH.format('x', kind)}¦{SENT}»"), ROOT).check()
