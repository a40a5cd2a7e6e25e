"""Whatever changes the execution is a difference between two versions; whatever does not is none.

Every attribute, text and element of the drawings below is changed or left out, one at a time. Where the outcome can be
run at all, the comparison must see it, unless it is listed here as having no effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy

import pytest
from lxml import etree

from engine import bpmn
from engine.bpmn.reading.xml import SPIFF
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, message, script, signal, timer, user

Files = Mapping[str, bytes]

NO_EFFECT = {"name", "gatewayDirection", "isExecutable", "targetNamespace", "typeRef", "label", "itemSubjectRef"}
"""Attributes that change no step; the names of lanes, messages, signals and outputs are tried all the same."""
TRIED_NAMES = {"lane", "message", "signal", "output"}
DERIVED = {"incoming", "outgoing", "definitions", "documentation"}

ROOT = (
    '<message id="m" name="answer"/><message id="m2" name="reminder"/><signal id="sig" name="holiday"/>'
    '<signal id="sig2" name="strike"/><error id="err" errorCode="E1"/><error id="err2" errorCode="E2"/>'
    '<escalation id="esc" escalationCode="C1"/><escalation id="esc2" escalationCode="C2"/>'
    '<process id="called"><property id="own" name="own"/><userTask id="inside"/></process>'
    '<process id="called2"><userTask id="inside2"/></process>'
)
ERROR, ESCALATION = '<errorEventDefinition errorRef="err"/>', '<escalationEventDefinition escalationRef="esc"/>'
CONDITION = "<conditionalEventDefinition><condition>n == 2</condition></conditionalEventDefinition>"
SERVICE = (
    '<serviceTask id="service"><extensionElements><spiffworkflow:serviceTaskOperator id="pay" resultVariable="paid">'
    '<spiffworkflow:parameters><spiffworkflow:parameter id="sum" value="n * 2"/></spiffworkflow:parameters>'
    "</spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>"
)
DECIDE = (
    '<businessRuleTask id="weigh"><extensionElements><spiffworkflow:calledDecisionId>risk'
    "</spiffworkflow:calledDecisionId></extensionElements></businessRuleTask>"
)
RISK = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    '<decision id="risk"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="ie"><text>n</text>'
    '</inputExpression></input><output id="o" name="visit"/><rule id="r1"><inputEntry id="c1"><text>[1..4]</text>'
    '</inputEntry><outputEntry id="v1"><text>"none"</text></outputEntry></rule><rule id="r2"><inputEntry id="c2">'
    '<text>&gt; 4</text></inputEntry><outputEntry id="v2"><text>n + 1</text></outputEntry></rule></decisionTable>'
    "</decision></definitions>"
)
TASK = (
    '<userTask id="ask"><extensionElements><spiffworkflow:properties><spiffworkflow:property name="form" value="one"/>'
    "</spiffworkflow:properties></extensionElements></userTask>"
)
LANES = (
    '<laneSet id="lanes"><lane id="l1" name="Desk"><flowNodeRef>ask</flowNodeRef></lane>'
    '<lane id="l2" name="Head"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
)
COPY = (
    '<dataObject id="rooms"/><dataObjectReference id="r1" dataObjectRef="rooms"/><dataObject id="beds"/>'
    '<dataObjectReference id="r2" dataObjectRef="beds"/><userTask id="copy"><ioSpecification>'
    '<dataInput id="di"/><dataOutput id="do"/><inputSet><dataInputRefs>di</dataInputRefs></inputSet>'
    "<outputSet><dataOutputRefs>do</dataOutputRefs></outputSet></ioSpecification>"
    "<dataInputAssociation><sourceRef>r1</sourceRef><targetRef>di</targetRef></dataInputAssociation>"
    "<dataOutputAssociation><sourceRef>do</sourceRef><targetRef>r2</targetRef><transformation>do + 1</transformation>"
    "</dataOutputAssociation></userTask>"
)
LOOP = (
    '<userTask id="loop"><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>n &lt; 3'
    "</loopCondition></standardLoopCharacteristics></userTask>"
)
SEVERAL = (
    '<userTask id="several" completionQuantity="1" startQuantity="1"><multiInstanceLoopCharacteristics '
    'isSequential="true"><loopDataInputRef>names</loopDataInputRef><loopDataOutputRef>found</loopDataOutputRef>'
    '<inputDataItem id="one" name="one"/><outputDataItem id="out" name="out"/>'
    "<completionCondition>n &gt; 5</completionCondition></multiInstanceLoopCharacteristics></userTask>"
)
NUMBERED = (
    '<userTask id="numbered"><multiInstanceLoopCharacteristics behavior="One" oneBehaviorEventRef="thrown">'
    "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
)
ADHOC = (
    '<adHocSubProcess id="adhoc" ordering="Sequential" cancelRemainingInstances="true"><userTask id="x"/>'
    '<userTask id="y"/><completionCondition>n &gt; 1</completionCondition></adHocSubProcess>'
)
EVENT_SUB = (
    '<subProcess id="esp" triggeredByEvent="true"><startEvent id="es" isInterrupting="false">'
    + timer("Cycle", "R3/PT1H")
    + '</startEvent><userTask id="after"/><endEvent id="ee"/>'
    + flows("es > after > ee").replace("flow_", "sub_")
    + "</subProcess>"
)
INNER = '<startEvent id="si"/><endEvent id="ei"><cancelEventDefinition/></endEvent>' + flows("si > inner > ei").replace(
    "flow_", "in_"
)
TRANSACTION = f'<transaction id="sub"><userTask id="inner"/>{INNER}</transaction>'

DRAWINGS: dict[str, Files] = {
    "work": {
        "p": document(
            LANES
            + S
            + TASK
            + script("count", "n = n + 1\nm = 2")
            + SERVICE
            + DECIDE
            + '<sendTask id="send" messageRef="m"/><receiveTask id="get" messageRef="m"/>'
            + '<callActivity id="call" calledElement="called"/>'
            + user("b")
            + E
            + flows("s > ask > count > service > weigh > send > get > call > b > e"),
            ROOT,
        ),
        "d": RISK.encode(),
    },
    "gateways": {
        "p": document(
            S
            + user("a", "b", "c", "d")
            + '<exclusiveGateway id="x" default="flow_3_0_x"/><inclusiveGateway id="i"/><parallelGateway id="p1"/>'
            + '<complexGateway id="cx"><activationCondition>activationCount == 1</activationCondition></complexGateway>'
            + '<exclusiveGateway id="j"/><inclusiveGateway id="k"/>'
            + E
            + flows(
                "s > x",
                "x > a: n == 1",
                "x > b: n == 2",
                "x > c",
                "a > j",
                "b > j",
                "c > j",
                "j > i",
                "i > d: n > 0",
                "i > k: n > 1",
                "d > k",
                "k > p1",
                "p1 > cx",
                "p1 > cx",
                "cx > e: True",
            ).replace("flow_13_0_p1", "flow_13_1_p1")
        )
    },
    "events": {
        "p": document(
            S
            + user("a", "b")
            + boundary("late", "a", timer("Duration", "P1D"), interrupting=False)
            + boundary("told", "a", message("m"))
            + boundary("heard", "a", signal("sig"), interrupting=False)
            + boundary("wrong", "a", ERROR)
            + boundary("up", "a", ESCALATION, interrupting=False)
            + boundary("true", "a", CONDITION)
            + f'<intermediateCatchEvent id="day">{timer("Date", "2026-04-01T08:00:00")}</intermediateCatchEvent>'
            + f'<intermediateThrowEvent id="shout">{signal("sig")}</intermediateThrowEvent>'
            + '<eventBasedGateway id="g"/>'
            + f'<intermediateCatchEvent id="w1">{message("m")}</intermediateCatchEvent>'
            + f'<intermediateCatchEvent id="w2">{timer("Duration", "PT2H")}</intermediateCatchEvent>'
            + f'<endEvent id="e1">{ERROR}</endEvent><endEvent id="e2">{ESCALATION}</endEvent>'
            + '<endEvent id="e3"><terminateEventDefinition/></endEvent>'
            + EVENT_SUB
            + E
            + flows("s > a > day > shout > g", "g > w1 > e", "g > w2 > b > e", "late > e1", "told > e2", "heard > e3")
            + flows("wrong > e", "up > e", "true > e").replace("flow_", "more_"),
            ROOT,
        )
    },
    "loops": {
        "p": document(
            S
            + LOOP
            + SEVERAL
            + NUMBERED
            + ADHOC
            + COPY
            + E
            + flows("s > loop > several > numbered > adhoc > copy > e"),
            ROOT + '<signalEventDefinition id="thrown" signalRef="sig"/>',
        )
    },
    "conversations": {
        "p": document(
            '<property id="number" name="number"/>'
            + S
            + f'<intermediateCatchEvent id="w">{message("m")}</intermediateCatchEvent>'
            + E
            + flows("s > w > e")
            + '<correlationSubscription id="sub" correlationKeyRef="key"><correlationPropertyBinding '
            'correlationPropertyRef="reference"><dataPath>number + 1</dataPath></correlationPropertyBinding>'
            "</correlationSubscription>",
            '<message id="m" name="answer"/><correlationProperty id="reference" name="reference">'
            '<correlationPropertyRetrievalExpression messageRef="m"><messagePath>number</messagePath>'
            '</correlationPropertyRetrievalExpression></correlationProperty><collaboration id="c">'
            '<correlationKey id="key"><correlationPropertyRef>reference</correlationPropertyRef></correlationKey>'
            "</collaboration>",
        )
    },
    "undoing": {
        "p": document(
            S
            + TRANSACTION
            + boundary("off", "sub", "<cancelEventDefinition/>")
            + user("a", "c")
            + '<userTask id="undo" isForCompensation="true"/>'
            + boundary("back", "a", "<compensateEventDefinition/>")
            + '<association id="as" associationDirection="One" sourceRef="back" targetRef="undo"/>'
            + '<intermediateThrowEvent id="regret">'
            + '<compensateEventDefinition activityRef="a" waitForCompletion="true"/></intermediateThrowEvent>'
            + '<intermediateThrowEvent id="jump"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            + '<intermediateCatchEvent id="land"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            + E
            + flows("s > a > sub > regret > jump", "land > c > e", "off > e"),
            ROOT,
        )
    },
}


def digits_up(text: str) -> str:
    return re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), text, count=1)


def others(value: str, root: etree._Element) -> Iterator[str]:
    """Values that could stand in the place of this one."""
    if value in ("true", "false"):
        yield "false" if value == "true" else "true"
        return
    named = {own: one.tag for one in root.iter() if (own := one.get("id"))}
    if value in named:
        yield from [other for other, tag in named.items() if tag == named[value] and other != value][:3]
        return
    yield from (one for one in (digits_up(value), value + "x", f"{value} + 1", "UNIQUE") if one != value)


def mutations(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file with one thing changed or left out, several proposals for each thing under the same name."""
    root = etree.fromstring(data)
    places = [(number, element) for number, element in enumerate(root.iter(etree.Element))]
    for number, element in places:
        parent = element.getparent()
        local = etree.QName(element).localname
        if local in DERIVED or _is_unused(element, data):
            continue
        for key, value in ((str(key), str(value)) for key, value in element.attrib.items()):
            is_tried = local in TRIED_NAMES or element.tag.startswith(f"{{{SPIFF}}}")
            if key == "id" or (key in NO_EFFECT and not is_tried):
                continue
            for other in others(value, root):
                changed = deepcopy(root)
                list(changed.iter(etree.Element))[number].set(key, other)
                yield f"{local} {element.get('id')} @{key}", etree.tostring(changed)
        if (element.text or "").strip():
            for other in others((element.text or "").strip(), root):
                changed = deepcopy(root)
                list(changed.iter(etree.Element))[number].text = other
                yield f"{local} {parent.get('id') if parent is not None else None} text", etree.tostring(changed)
        if number:
            changed = deepcopy(root)
            gone = list(changed.iter(etree.Element))[number]
            around = gone.getparent()
            assert around is not None
            around.remove(gone)
            yield f"{local} {element.get('id')} left out", etree.tostring(changed)


def _is_unused(element: etree._Element, data: bytes) -> bool:
    """True for a message, signal or code that nothing in the file refers to: it is there to be referred to instead."""
    named = etree.QName(element).localname in ("message", "signal", "error", "escalation")
    return named and data.count(f'"{element.get("id")}"'.encode()) == 1


LEFT_OUT_WITHOUT_EFFECT = re.compile(
    r"(lane|laneSet|process|message|signal|error|escalation|decision|extensionElements|properties|dataInput|dataOutput|"
    r"inputSet|outputSet|dataInputRefs|dataOutputRefs|ioSpecification|sourceRef|property) .*left out"
)
"""Left out alone, these are refused or were used by nothing (the source beside a transformation); where they are used,
their content is changed above."""


def parsed(files: Files) -> bpmn.ProcessDefinition | None:
    try:
        return bpmn.parse(files, "p")
    except bpmn.DefinitionRejected:
        return None


@pytest.mark.parametrize("subject", DRAWINGS)
def test_every_single_change_that_can_be_run_is_seen(subject: str) -> None:
    files = DRAWINGS[subject]
    original = bpmn.parse(files, "p")
    told: set[str] = set()
    missed = []
    for name, data in files.items():
        for what, changed in mutations(data):
            if what in told:
                continue
            version = parsed({**files, name: changed})
            if version is None:
                continue
            told.add(what)
            if bpmn.compare(original, version) == NOTHING and not LEFT_OUT_WITHOUT_EFFECT.fullmatch(what):
                missed.append(what)
    assert missed == []
    assert len(told) > 3


NOTHING = bpmn.Differences(frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize("subject", DRAWINGS)
def test_names_documentation_and_places_are_no_difference(subject: str) -> None:
    files = DRAWINGS[subject]
    drawn = files["p"].decode()
    renamed = re.sub(r"<(userTask|endEvent|exclusiveGateway) id=", r'<\1 name="Another" id=', drawn)
    renamed = renamed.replace('<process id="p"', '<process id="p" name="Other"')
    assert renamed != drawn
    assert bpmn.compare(bpmn.parse(files, "p"), bpmn.parse({**files, "p": renamed.encode()}, "p")) == NOTHING


def test_a_difference_says_what_about_the_element_it_is() -> None:
    files = DRAWINGS["gateways"]
    other = bpmn.parse({"p": files["p"].replace(b"n == 1", b"n == 9")}, "p")
    found = bpmn.compare(bpmn.parse(files, "p"), other)
    assert (found.changed, dict(found.what)) == (frozenset({"x"}), {"x": ("outgoing",)})
