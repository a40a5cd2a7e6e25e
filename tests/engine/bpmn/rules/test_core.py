"""Chapter 8 and 15 of BPMN 2.0.2: ids, references, items, messages, errors, correlation, resources, services."""
# ruff: noqa: E501 - one line is one constraint

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow import spiff

from engine.bpmn.rules.references import ANYTHING, ELSEWHERE, OUTSIDE, REFERENCES
from tests.engine.bpmn.drawings.constraints import BAD, GOOD, PLAIN, Constraint, found
from tests.engine.bpmn.drawings.drawing import E, S, flows, message, signal, user

ITEM = '<itemDefinition id="item"/>'
MESSAGE = '<message id="m" name="m"/>'
SERVICE = (
    MESSAGE
    + '<interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef>{}</operation></interface>'
)
CORRELATED = (
    MESSAGE
    + '<correlationProperty id="number" name="n"><correlationPropertyRetrievalExpression messageRef="{0}">'
    + "<messagePath>n</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    + '<collaboration id="c"><participant id="one" processRef="p"/>'
    + '<correlationKey id="key"><correlationPropertyRef>{1}</correlationPropertyRef></correlationKey></collaboration>'
)
SUBSCRIBED = (
    PLAIN + '<correlationSubscription correlationKeyRef="{0}"><correlationPropertyBinding correlationPropertyRef="{1}">'
    "<dataPath>n</dataPath></correlationPropertyBinding></correlationSubscription>"
)
ROLE = '<userTask id="a"><potentialOwner><resourceRef>{}</resourceRef>{}</potentialOwner></userTask>'
RESOURCE = '<resource id="r" name="r"><resourceParameter id="office" name="office"/></resource>'
BINDING = (
    '<resourceParameterBinding parameterRef="{}"><formalExpression>n</formalExpression></resourceParameterBinding>'
)
FLOW = '<sequenceFlow id="{}" sourceRef="{}" targetRef="{}"{}/>'


def with_task(task: str) -> str:
    return S + task + E + flows("s > a > e")


def catching(definition: str) -> str:
    return S + f'<intermediateCatchEvent id="a">{definition}</intermediateCatchEvent>' + E + flows("s > a > e")


def throwing(definition: str) -> str:
    return S + f'<intermediateThrowEvent id="a">{definition}</intermediateThrowEvent>' + E + flows("s > a > e")


def ending(definition: str) -> str:
    return S + f'<endEvent id="a">{definition}</endEvent>' + flows("s > a")


FOUNDATION = [
    Constraint("an id is used once", "duplicate-id", S + user("a", "«b¦a»") + E + flows("s > a > «b¦a» > e")),
    Constraint("an id is a name of XML", "id-form", S + '<userTask id="«a¦1 a»"/>' + E + flows("s > «a¦1 a» > e"), severity="warning"),
    Constraint("an id of the file itself is used once", "duplicate-id", PLAIN, '<itemDefinition id="«i¦definitions»"/>'),
    Constraint("an attribute is one that BPMN knows", "schema", with_task('<userTask id="a" «name¦nmae»="x"/>')),
    Constraint("elements come in the sequence of the schema", "schema", with_task(
        "<userTask id='a'>«<ioSpecification><inputSet/><outputSet/></ioSpecification><property id='p1'/>"
        "¦<property id='p1'/><ioSpecification><inputSet/><outputSet/></ioSpecification>»</userTask>"
    )),
    Constraint("the prefix of a reference is declared", "schema", with_task('<receiveTask id="a" messageRef="«m¦z:m»"/>'), MESSAGE),
    Constraint("a reference with a prefix leads into that namespace", "reference-unknown", with_task(
        '<receiveTask id="a" messageRef="t:m" xmlns:t="«http://test¦http://other»"/>'
    ), MESSAGE),
    Constraint("an extension that must be understood is", "not-run", PLAIN, '<extension mustUnderstand="«false¦true»"/>'),
    Constraint("a relationship has a type", "schema", tail='<relationship «type="x"¦»><source>p</source><target>p</target></relationship>'),
    Constraint("a relationship has a source", "schema", tail='<relationship type="x">«<source>p</source>¦»<target>p</target></relationship>'),
    Constraint("a relationship has a known direction", "schema", tail='<relationship type="x" direction="«Both¦Sideways»"><source>p</source><target>p</target></relationship>'),
    Constraint("an association begins at an element", "reference-unknown",
        PLAIN + '<textAnnotation id="t"/><association id="as" sourceRef="«a¦nothing»" targetRef="t"/>'),
    Constraint("an association ends at an element", "reference-unknown",
        PLAIN + '<textAnnotation id="t"/><association id="as" sourceRef="a" targetRef="«t¦nothing»"/>'),
    Constraint("an association has both ends", "schema",
        PLAIN + '<textAnnotation id="t"/><association id="as" sourceRef="a" «targetRef="t"¦»/>'),
    Constraint("an association has a known direction", "schema",
        PLAIN + '<textAnnotation id="t"/><association id="as" sourceRef="a" targetRef="t" associationDirection="«One¦Up»"/>'),
    Constraint("a group refers to a value of a category", "reference-type", PLAIN + '<group id="g" categoryValueRef="«v¦k»"/>',
        '<category id="k"><categoryValue id="v" value="x"/></category>'),
    Constraint("an element refers to a value of a category", "reference-unknown",
        with_task('<userTask id="a"><categoryValueRef>«v¦w»</categoryValueRef></userTask>'),
        '<category id="k"><categoryValue id="v" value="x"/></category>'),
]  # fmt: skip
ITEMS = [
    Constraint("a message has an item definition", "reference-type", PLAIN, ITEM + '<message id="m" itemRef="«item¦sig»"/><signal id="sig"/>'),
    Constraint("the item of a message exists", "reference-unknown", PLAIN, ITEM + '<message id="m" itemRef="«item¦x»"/>'),
    Constraint("an error has the structure of an item", "reference-type", PLAIN, ITEM + '<error id="er" structureRef="«item¦er»"/>'),
    Constraint("an escalation has the structure of an item", "reference-unknown", PLAIN, ITEM + '<escalation id="er" structureRef="«item¦x»"/>'),
    Constraint("a signal has the structure of an item", "reference-unknown", PLAIN, ITEM + '<signal id="er" structureRef="«item¦x»"/>'),
    Constraint("the type of an item is imported", "type-import", PLAIN, '«<import importType="http://www.w3.org/2001/XMLSchema" location="t.xsd" namespace="http://types"/>¦»<itemDefinition id="i" structureRef="t:x" xmlns:t="http://types"/>', severity="warning"),
    Constraint("the implementation of an operation is imported", "type-import", PLAIN, '«<import importType="http://schemas.xmlsoap.org/wsdl/" location="t.wsdl" namespace="http://types"/>¦»' + SERVICE.format("").replace('id="op"', 'id="op" implementationRef="t:x" xmlns:t="http://types"'), severity="warning"),
    Constraint("an item is physical or information", "schema", PLAIN, '<itemDefinition id="i" itemKind="«Physical¦Spiritual»"/>'),
    Constraint("an item is a collection or not", "schema", PLAIN, '<itemDefinition id="i" isCollection="«true¦many»"/>'),
    Constraint("a property has an item definition", "reference-type", with_task('<userTask id="a"><property id="x" itemSubjectRef="«item¦s»"/></userTask>'), ITEM),
    Constraint("a data object has an item definition", "reference-type", PLAIN + '<dataObject id="x" itemSubjectRef="«item¦s»"/>', ITEM),
    Constraint("a data store has an item definition", "reference-unknown", PLAIN, ITEM + '<dataStore id="x" itemSubjectRef="«item¦y»"/>'),
    Constraint("an error end names an error with a code", "code-empty", ending('<errorEventDefinition errorRef="er"/>'), '<error id="er" name="n" «errorCode="1"¦»/>'),
    Constraint("an escalation end names one with a code", "code-empty", ending('<escalationEventDefinition escalationRef="er"/>'), '<escalation id="er" name="n" «escalationCode="1"¦»/>'),
    Constraint("an escalation thrown in the flow has a code", "code-empty", throwing('<escalationEventDefinition escalationRef="er"/>'), '<escalation id="er" name="n" «escalationCode="1"¦»/>'),
]  # fmt: skip
CORRELATION = [
    Constraint("a retrieval names a message", "reference-type", PLAIN, CORRELATED.format("«m¦p»", "number")),
    Constraint("a retrieval needs a message", "schema", PLAIN, CORRELATED.format("m", "number").replace('messageRef="m"', '«messageRef="m"¦»')),
    Constraint("a key consists of properties", "reference-type", PLAIN, CORRELATED.format("m", "«number¦m»")),
    Constraint("the properties of a key exist", "reference-unknown", PLAIN, CORRELATED.format("m", "«number¦x»")),
    Constraint("a property can be retrieved", "schema", PLAIN, '<correlationProperty id="n">«<correlationPropertyRetrievalExpression messageRef="m"><messagePath>n</messagePath></correlationPropertyRetrievalExpression>¦»</correlationProperty>' + MESSAGE),
    Constraint("a subscription is to a key", "reference-type", SUBSCRIBED.format("«key¦m»", "number"), CORRELATED.format("m", "number")),
    Constraint("the key of a subscription exists", "reference-unknown", SUBSCRIBED.format("«key¦x»", "number"), CORRELATED.format("m", "number")),
    Constraint("a binding is of a property", "reference-type", SUBSCRIBED.format("key", "«number¦m»"), CORRELATED.format("m", "number")),
    Constraint("a binding is of a property of the key", "correlation-unbound", SUBSCRIBED.format("key", "«number¦other»"), CORRELATED.format("m", "number")
        + CORRELATED.format("m", "number").split("<collaboration")[0].removeprefix(MESSAGE).replace('"number"', '"other"')),
]  # fmt: skip
RESOURCES = [
    Constraint("a role refers to a resource", "reference-type", with_task(ROLE.format("«r¦m»", "")), RESOURCE + MESSAGE),
    Constraint("the resource of a role exists", "reference-unknown", with_task(ROLE.format("«r¦x»", "")), RESOURCE),
    Constraint("a process may have a role", "reference-unknown", PLAIN + "<performer><resourceRef>«r¦x»</resourceRef></performer>", RESOURCE),
    Constraint("a role has a resource or an expression", "schema", with_task(ROLE.format("r", "«¦<resourceAssignmentExpression><formalExpression>n</formalExpression></resourceAssignmentExpression>»")), RESOURCE),
    Constraint("parameters are bound for a resource", "schema", with_task('<userTask id="a"><potentialOwner>«<resourceRef>r</resourceRef>¦»' + BINDING.format("office") + "</potentialOwner></userTask>"), RESOURCE),
    Constraint("a binding names a parameter", "reference-type", with_task(ROLE.format("r", BINDING.format("«office¦r»"))), RESOURCE),
    Constraint("the parameter of a binding exists", "reference-unknown", with_task(ROLE.format("r", BINDING.format("«office¦x»"))), RESOURCE),
    Constraint("a binding names a parameter of its resource", "parameter-resource", with_task(ROLE.format("r", BINDING.format("«office¦rank»"))),
        RESOURCE + '<resource id="q" name="q"><resourceParameter id="rank" name="rank"/></resource>'),
    Constraint("a binding has an expression", "schema", with_task(ROLE.format("r", BINDING.format("office").replace("<formalExpression>n</formalExpression>", "«<formalExpression>n</formalExpression>¦»"))), RESOURCE),
]  # fmt: skip
SERVICES = [
    Constraint("an interface has an operation", "schema", PLAIN, MESSAGE + '<interface id="i" name="i">«<operation id="o" name="o"><inMessageRef>m</inMessageRef></operation>¦»</interface>'),
    Constraint("an interface has a name", "schema", PLAIN, SERVICE.format("").replace('id="i" name="i"', 'id="i" «name="i"¦»')),
    Constraint("an operation receives a message", "schema", PLAIN, SERVICE.format("").replace("<inMessageRef>m</inMessageRef>", "«<inMessageRef>m</inMessageRef>¦»")),
    Constraint("the message of an operation exists", "reference-unknown", PLAIN, SERVICE.format("").replace(">m<", ">«m¦x»<")),
    Constraint("the answer of an operation is a message", "reference-type", PLAIN, SERVICE.format("<outMessageRef>«m¦p»</outMessageRef>")),
    Constraint("the errors of an operation are errors", "reference-type", PLAIN, SERVICE.format("<errorRef>«er¦m»</errorRef>") + '<error id="er"/>'),
    Constraint("a process supports interfaces", "reference-type", "<supportedInterfaceRef>«i¦m»</supportedInterfaceRef>" + PLAIN, SERVICE.format("")),
    Constraint("a process supports processes", "reference-unknown", PLAIN + "<supports>«p¦x»</supports>"),
    Constraint("a process has a collaboration", "reference-type", PLAIN, '<collaboration id="c"/><process id="q" isExecutable="false" definitionalCollaborationRef="«c¦p»"><task id="t"/></process>'),
    Constraint("a binding names an operation", "reference-type",
        "<supportedInterfaceRef>i</supportedInterfaceRef>"
        '<ioSpecification><dataInput id="di"/><dataOutput id="do"/><inputSet id="is"><dataInputRefs>di</dataInputRefs></inputSet><outputSet id="os"><dataOutputRefs>do</dataOutputRefs></outputSet></ioSpecification>'
        '<ioBinding operationRef="«op¦i»" inputDataRef="is" outputDataRef="os"/>' + PLAIN, SERVICE.format("")),
    Constraint("a binding names an input set", "data-set-member",
        '<ioSpecification><inputSet id="is"/><outputSet id="os"/></ioSpecification>'
        '<ioBinding operationRef="op" inputDataRef="«is¦os»" outputDataRef="os"/>' + PLAIN, SERVICE.format("")),
    Constraint("a binding names an output set", "data-set-member",
        '<ioSpecification><inputSet id="is"/><outputSet id="os"/></ioSpecification>'
        '<ioBinding operationRef="op" inputDataRef="is" outputDataRef="«os¦x»"/>' + PLAIN, SERVICE.format("")),
]  # fmt: skip
FLOWS = [
    Constraint("a flow has a source", "flow-loose", S + user("a") + E + flows("s > a") + '<sequenceFlow id="f" «sourceRef="a"¦» targetRef="e"/>'),
    Constraint("a flow has a target", "flow-loose", S + user("a") + E + flows("s > a") + '<sequenceFlow id="f" sourceRef="a" «targetRef="e"¦»/>'),
    Constraint("the source of a flow exists", "flow-end-unknown", S + user("a") + E + flows("s > a") + FLOW.format("f", "«a¦x»", "e", "")),
    Constraint("the target of a flow exists", "flow-end-unknown", S + user("a") + E + flows("s > a") + FLOW.format("f", "a", "«e¦x»", "")),
    Constraint("a flow joins flow nodes", "flow-crosses", S + user("a") + E + '<dataObject id="d"/>' + flows("s > a > e") + FLOW.format("f", "a", "«e¦d»", "")),
    Constraint("a flow stays in its process", "flow-crosses", S + user("a") + E + flows("s > a") + FLOW.format("f", "a", "«e¦qa»", ""), '<process id="q"><userTask id="qa"/></process>'),
    Constraint("a flow does not enter a sub-process", "flow-crosses", S + '<subProcess id="sub"><userTask id="in"/></subProcess>' + E + flows("s > «sub¦in»", "sub > e")),
    Constraint("a flow does not leave a sub-process", "flow-crosses", S + '<subProcess id="sub"><userTask id="in"/></subProcess>' + user("a") + E + flows("s > sub > e", "s > a") + FLOW.format("f", "«a¦in»", "e", "")),
    Constraint("a flow of an executable process is immediate", "flow-immediate", S + user("a") + E + flows("s > a") + FLOW.format("f", "a", "e", ' isImmediate="«true¦false»"')),
    Constraint("an incoming flow that is listed enters", "flow-lists", S + '<userTask id="a"><incoming>«flow_0_0_s¦flow_0_1_a»</incoming></userTask>' + E + flows("s > a > e")),
    Constraint("an outgoing flow that is listed leaves", "flow-lists", S + '<userTask id="a"><outgoing>«flow_0_1_a¦flow_0_0_s»</outgoing></userTask>' + E + flows("s > a > e")),
    Constraint("a flow that is listed exists", "reference-unknown", S + '<userTask id="a"><incoming>«flow_0_0_s¦x»</incoming></userTask>' + E + flows("s > a > e")),
    Constraint("a flow that is listed is a flow", "reference-type", S + '<userTask id="a"><outgoing>«flow_0_1_a¦e»</outgoing></userTask>' + E + flows("s > a > e")),
    Constraint("all flows are listed or none", "flow-lists", S + user("b") + '<userTask id="a"><incoming>flow_0_0_s</incoming>«<incoming>flow_1_1_b</incoming>¦»</userTask>' + E + flows("s > a > e", "s > b > a")),
    Constraint("a public process is not executed", "process-public", PLAIN, '<process id="q" processType="«Private¦Public»" isExecutable="true"><userTask id="qa"/></process>'),
    Constraint("a process has a known type", "schema", PLAIN, '<process id="q" processType="«Private¦Secret»" isExecutable="false"><userTask id="qa"/></process>'),
]  # fmt: skip


DI = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="diagram">'
    '<di:BPMNPlane id="plane" bpmnElement="{}"><di:BPMNShape id="{}" bpmnElement="{}"><dc:Bounds x="1" y="1" width="1" height="1"/>'
    "</di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>"
)
DIAGRAM = [
    Constraint("a shape shows an element that exists", "diagram-element", tail=DI.format("p", "shape", "«a¦x»"), severity="warning"),
    Constraint("a plane shows a process that exists", "diagram-element", tail=DI.format("«p¦x»", "shape", "a"), severity="warning"),
    Constraint("a shape has an id of its own", "duplicate-id", tail=DI.format("p", "«shape¦a»", "a")),
    Constraint("two parts of a diagram have two ids", "duplicate-id", tail=DI.format("p", "«shape¦plane»", "a")),
    Constraint("a shape has bounds", "schema", tail=DI.format("p", "shape", "a").replace('<dc:Bounds x="1" y="1" width="1" height="1"/>', '«<dc:Bounds x="1" y="1" width="1" height="1"/>¦»')),
]  # fmt: skip
ALL = FOUNDATION + ITEMS + CORRELATION + RESOURCES + SERVICES + FLOWS + DIAGRAM


@pytest.mark.parametrize("constraint", ALL, ids=str)
def test_the_core_of_the_standard_is_kept(constraint: Constraint) -> None:
    constraint.check()


@pytest.mark.parametrize(
    ("event", "attribute", "root"),
    [
        (catching(message("{}")), "messageRef", MESSAGE.replace('"m"', '"good"')),
        (catching(signal("{}")), "signalRef", '<signal id="good"/>'),
        (throwing('<escalationEventDefinition escalationRef="{}"/>'), "escalationRef", '<escalation id="good" escalationCode="1"/>'),
        (ending('<errorEventDefinition errorRef="{}"/>'), "errorRef", '<error id="good" errorCode="1"/>'),
        (catching("<eventDefinitionRef>{}</eventDefinitionRef>"), "eventDefinitionRef", '<timerEventDefinition id="good"><timeDuration>PT1H</timeDuration></timerEventDefinition>'),
    ],
)  # fmt: skip
def test_events_refer_to_what_exists_and_has_the_right_type(event: str, attribute: str, root: str) -> None:
    for wrong, rule in (("nothing", "reference-unknown"), ("item", "reference-type")):
        Constraint(attribute, rule, event.format(f"«good¦{wrong}»"), root + ITEM).check()


def test_the_root_of_a_file_has_a_target_namespace() -> None:
    good = Constraint("", "", PLAIN).drawn(GOOD)
    assert found(good) == ()
    for missing in (b"", b'targetNamespace=""'):
        problems = found(good.replace(b'targetNamespace="http://test"', missing))
        assert [(one.severity, one.rule) for one in problems] == [("warning", "target-namespace")]


def test_every_reference_of_the_schema_is_looked_at() -> None:
    schema = etree.parse(Path(spiff.__file__).parents[1] / "bpmn/parser/schema/Semantic.xsd").getroot()
    missing = set()
    for place in schema.iter("{*}attribute", "{*}element"):
        if place.get("type") not in ("xsd:QName", "xsd:IDREF", "xsd:IDREFS"):
            continue
        holder = next(place.iterancestors("{*}complexType")).get("name", "")[1:]
        keys = {place.get("name", ""), f"{holder[:1].lower()}{holder[1:]}/{place.get('name')}"}
        if not keys & (REFERENCES.keys() | ANYTHING | ELSEWHERE | OUTSIDE):
            missing.add(min(keys))
    assert missing == set()


def test_both_drawings_of_a_constraint_differ() -> None:
    for constraint in ALL:
        assert constraint.drawn(GOOD) != constraint.drawn(BAD)
