"""Chapter 10.4 of BPMN 2.0.2: data objects, inputs and outputs, their sets, associations, scopes and types."""
# ruff: noqa: E501 - one line is one constraint

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.constraints import GOOD, PLAIN, Constraint, found
from tests.engine.bpmn.drawings.drawing import E, S, flows, message, user

ITEMS = (
    '<itemDefinition id="text" structureRef="String"/><itemDefinition id="text2" structureRef="String"/><itemDefinition id="number" structureRef="Integer"/>'
    '<itemDefinition id="one"/><itemDefinition id="two"/><itemDefinition id="many" isCollection="true"/>'
    '<message id="m" name="m" itemRef="one"/><message id="m2" name="m2" itemRef="two"/><dataStore id="store" name="store" itemSubjectRef="one"/>'
)
SPECIFICATION = (
    '<ioSpecification><dataInput id="in"{0}/><dataInput id="in2"/><dataOutput id="out"{1}/>'
    '<inputSet id="is"><dataInputRefs>in</dataInputRefs><dataInputRefs>in2</dataInputRefs>{2}</inputSet>'
    '<outputSet id="os"><dataOutputRefs>out</dataOutputRefs>{3}</outputSet></ioSpecification>'
)
OBJECT = '<dataObject id="d" {}/><dataObjectReference id="ref" dataObjectRef="d"/>'


def specified(takes: str = "", gives: str = "", into: str = "", from_: str = "") -> str:
    return task(SPECIFICATION.format(takes, gives, into, from_))


def task(inner: str, before: str = "", kind: str = "userTask") -> str:
    return S + before + f'<{kind} id="a">{inner}</{kind}>' + E + flows("s > a > e")


def reads(source: str, target: str = "in", more: str = "") -> str:
    sources = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<dataInputAssociation>{sources}<targetRef>{target}</targetRef>{more}</dataInputAssociation>"


def writes(source: str = "out", target: str = "ref", more: str = "") -> str:
    sources = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<dataOutputAssociation>{sources}<targetRef>{target}</targetRef>{more}</dataOutputAssociation>"


def associated(part: str, before: str = OBJECT.format(""), takes: str = "", gives: str = "") -> str:
    return task(SPECIFICATION.format(takes, gives, "", "") + part, before)


def rule(says: str, name: str, body: str, severity: str = "error") -> Constraint:
    return Constraint(says, name, body, ITEMS, severity=severity)


TYPED = ' itemSubjectRef="{}"'
OUTSIDE = '<subProcess id="x"><property id="deep"/><dataObject id="far"/><task id="xt"/></subProcess>'
BEYOND = S + OBJECT.format("") + OUTSIDE + "<userTask id='a'>{}</userTask>" + E + flows("s > x > a > e")
THROWN = (
    S
    + OBJECT.format("")
    + '<intermediateThrowEvent id="a"><dataInput id="in"{0}/>{1}<inputSet>{2}</inputSet>'
    + message("m")
    + "</intermediateThrowEvent>"
    + E
    + flows("s > a > e")
)
CAUGHT = (
    S
    + OBJECT.format("")
    + '<intermediateCatchEvent id="a"><dataOutput id="out"{0}/>{1}<outputSet>{2}</outputSet>'
    + message("m")
    + "</intermediateCatchEvent>"
    + E
    + flows("s > a > e")
)
ENDED = (
    S
    + OBJECT.format("")
    + '<endEvent id="a"><dataInput id="in"{0}/>{1}<inputSet>{2}</inputSet>'
    + message("m")
    + "</endEvent>"
    + flows("s > a")
)
STARTED = (
    '<startEvent id="a"><dataOutput id="out"{0}/>{1}<outputSet>{2}</outputSet>'
    + message("m")
    + "</startEvent>"
    + OBJECT.format("")
    + E
    + flows("a > e")
)

# fmt: off
OBJECTS = [
    rule("a reference to a data object names one", "reference-missing", PLAIN + '<dataObject id="d"/><dataObjectReference id="ref" «dataObjectRef="d"¦»/>'),
    rule("the data object of a reference exists", "reference-unknown", PLAIN + '<dataObject id="d"/><dataObjectReference id="ref" dataObjectRef="«d¦x»"/>'),
    rule("a reference is to a data object", "reference-type", PLAIN + '<dataObject id="d"/><dataObjectReference id="ref" dataObjectRef="«d¦a»"/>'),
    rule("a reference sees its data object", "data-scope", BEYOND.format("") + '<dataObjectReference id="r2" dataObjectRef="«d¦far»"/>'),
    rule("a reference has no type of its own", "data-reference-type", PLAIN + '<dataObject id="d"/><dataObjectReference id="ref" dataObjectRef="d" «¦itemSubjectRef="one"»/>'),
    rule("a data object has no state", "data-state", PLAIN + '<dataObject id="d">«¦<dataState name="paid"/>»</dataObject><dataObjectReference id="ref" dataObjectRef="d"><dataState name="new"/></dataObjectReference>'),
    rule("a data object is a collection as its type is", "data-collection", PLAIN + '<dataObject id="d" itemSubjectRef="many" isCollection="«true¦false»"/>'),
    rule("a data object is no collection where its type is none", "data-collection", PLAIN + '<dataObject id="d" itemSubjectRef="one" isCollection="«false¦true»"/>'),
    rule("what is not said about a collection is no", "data-collection", PLAIN + '<dataObject id="d" itemSubjectRef="many" «isCollection="true"¦»/>'),
    rule("a data input is a collection as its type is", "data-collection", specified(' itemSubjectRef="many" isCollection="«true¦false»"')),
    rule("a data output is a collection as its type is", "data-collection", specified("", ' itemSubjectRef="many" «isCollection="true"¦»')),
    rule("a reference to a data store leads to one", "reference-type", PLAIN + '<dataStoreReference id="ref" dataStoreRef="«store¦one»"/>'),
    rule("the data store of a reference exists", "reference-unknown", PLAIN + '<dataStoreReference id="ref" dataStoreRef="«store¦x»"/>'),
    rule("the type of an input exists", "reference-unknown", specified(TYPED.format("«one¦x»"))),
    rule("the type of an output is an item definition", "reference-type", specified("", TYPED.format("«one¦m»"))),
]
SETS = [
    rule("a specification has an input set", "schema", task("<ioSpecification>«<inputSet/>¦»<outputSet/></ioSpecification>")),
    rule("a specification has an output set", "schema", task("<ioSpecification><inputSet/>«<outputSet/>¦»</ioSpecification>")),
    rule("an activity has one specification", "schema", task("<ioSpecification><inputSet/><outputSet/></ioSpecification>«¦<ioSpecification><inputSet/><outputSet/></ioSpecification>»")),
    rule("a sub-process has no specification", "data-sub-process", task("«¦<ioSpecification><inputSet/><outputSet/></ioSpecification>»<task id='t'/>", kind="subProcess")),
    rule("an ad-hoc sub-process has no specification", "data-sub-process", task("«¦<ioSpecification><inputSet/><outputSet/></ioSpecification>»<task id='t'/>", kind="adHocSubProcess")),
    rule("a transaction has no specification", "data-sub-process", task("«¦<ioSpecification><inputSet/><outputSet/></ioSpecification>»<task id='t'/>", kind="transaction")),
    rule("every input is in a set", "data-sets", task('<ioSpecification><dataInput id="in"/><inputSet>«<dataInputRefs>in</dataInputRefs>¦»</inputSet><outputSet/></ioSpecification>')),
    rule("every output is in a set", "data-sets", task('<ioSpecification><dataOutput id="out"/><inputSet/><outputSet>«<dataOutputRefs>out</dataOutputRefs>¦»</outputSet></ioSpecification>')),
    rule("every input of a process is in a set", "data-sets", '<ioSpecification><dataInput id="in"/><inputSet>«<dataInputRefs>in</dataInputRefs>¦»</inputSet><outputSet/></ioSpecification>' + PLAIN),
    rule("an input set lists inputs that exist", "data-set-member", specified(into="«¦<dataInputRefs>x</dataInputRefs>»")),
    rule("an input set lists inputs", "data-set-member", specified(into="«¦<dataInputRefs>out</dataInputRefs>»")),
    rule("an output set lists outputs", "data-set-member", specified(from_="«¦<dataOutputRefs>in</dataOutputRefs>»")),
    rule("a set lists data of its own activity", "data-set-member", S + user("b") + f'<userTask id="a">{SPECIFICATION.format("", "", "", "")}</userTask><userTask id="c"><ioSpecification><dataInput id="cin"/><inputSet><dataInputRefs>cin</dataInputRefs>«¦<dataInputRefs>in</dataInputRefs>»</inputSet><outputSet/></ioSpecification></userTask>' + E + flows("s > a > b > c > e")),
    rule("what is optional is in the set", "data-set-member", specified(into="<optionalInputRefs>«in2¦x»</optionalInputRefs>")),
    rule("an optional input is an input of the set", "data-set-member", specified(into="<optionalInputRefs>«in¦out»</optionalInputRefs>")),
    rule("what is read while executing is in the set", "data-set-member", specified(into="<whileExecutingInputRefs>«in¦out»</whileExecutingInputRefs>")),
    rule("an optional output is in the set", "data-set-member", specified(from_="<optionalOutputRefs>«out¦in»</optionalOutputRefs>")),
    rule("what is written while executing is in the set", "data-set-member", specified(from_="<whileExecutingOutputRefs>«out¦x»</whileExecutingOutputRefs>")),
    rule("an input set expects an output set", "data-set-member", specified(into="<outputSetRefs>«os¦is»</outputSetRefs>", from_="<inputSetRefs>is</inputSetRefs>")),
    rule("an output set follows from an input set", "data-set-member", specified(into="<outputSetRefs>os</outputSetRefs>", from_="<inputSetRefs>«is¦x»</inputSetRefs>")),
    rule("sets that belong together name each other", "data-set-pair", specified(into="<outputSetRefs>os</outputSetRefs>", from_="«<inputSetRefs>is</inputSetRefs>¦»")),
]
ASSOCIATIONS = [
    rule("the source of an association exists", "reference-unknown", associated(reads("«ref¦x»"))),
    rule("the source of an association holds data", "reference-type", associated(reads("«ref¦s»"))),
    rule("the target of an association exists", "reference-unknown", associated(writes(target="«ref¦x»"))),
    rule("the target of an association holds data", "reference-type", associated(writes(target="«ref¦e»"))),
    rule("an association has a target", "schema", associated(reads("ref").replace("<targetRef>in</targetRef>", "«<targetRef>in</targetRef>¦»"))),
    rule("what goes in goes into an input of the activity", "data-association-side", associated(reads("ref", "«in¦d»"))),
    rule("what goes in does not go into an output", "data-association-side", associated(reads("ref", "«in¦out»"))),
    rule("what comes out comes from an output of the activity", "data-association-side", associated(writes("«out¦d»"))),
    rule("what comes out does not come from an input", "data-association-side", associated(writes("«out¦in»"))),
    rule("what goes in goes into an input of this activity", "data-association-side", associated(reads("ref", "«in¦bin»")).replace(E, '<userTask id="b"><ioSpecification><dataInput id="bin"/><inputSet><dataInputRefs>bin</dataInputRefs></inputSet><outputSet/></ioSpecification></userTask><sequenceFlow id="z" sourceRef="a" targetRef="b"/>' + E)),
    rule("what is read can be seen from here", "data-scope", BEYOND.format(SPECIFICATION.format("", "", "", "") + reads("«d¦far»"))),
    rule("a property that is read can be seen from here", "data-scope", BEYOND.format(SPECIFICATION.format("", "", "", "") + reads("«d¦deep»"))),
    rule("what is written can be seen from here", "data-scope", BEYOND.format(SPECIFICATION.format("", "", "", "") + writes(target="«ref¦far»"))),
    rule("no input of a process is written inside it", "data-scope", '<ioSpecification><dataInput id="pin"/><dataOutput id="pout"/><inputSet><dataInputRefs>pin</dataInputRefs></inputSet><outputSet><dataOutputRefs>pout</dataOutputRefs></outputSet></ioSpecification>' + associated(writes(target="«pout¦pin»"))),
    rule("no output of a process is read inside it", "data-scope", '<ioSpecification><dataInput id="pin"/><dataOutput id="pout"/><inputSet><dataInputRefs>pin</dataInputRefs></inputSet><outputSet><dataOutputRefs>pout</dataOutputRefs></outputSet></ioSpecification>' + associated(reads("«pin¦pout»"))),
    rule("both sides have the same type", "data-association-type", associated(reads("ref"), OBJECT.format(TYPED.format("«one¦two»")), TYPED.format("one"))),
    rule("types that are built alike are the same", "data-association-type", associated(reads("ref"), OBJECT.format(TYPED.format("«text¦number»")), TYPED.format("text2"))),
    rule("what comes out has the type of where it goes", "data-association-type", associated(writes(), OBJECT.format(TYPED.format("«one¦two»")), "", TYPED.format("one"))),
    rule("a data store has the type of what it gives", "data-association-type", associated(reads("st"), '<dataStoreReference id="st" dataStoreRef="store"/>', TYPED.format("«one¦two»"))),
    rule("different types need a transformation", "data-association-type", associated(reads("ref", more="«<transformation>d</transformation>¦»"), OBJECT.format(TYPED.format("two")), TYPED.format("one"))),
    rule("several sources need a transformation", "data-sources", associated(reads("ref", more="«<transformation>d</transformation>¦»").replace("<targetRef>", "<sourceRef>d</sourceRef><targetRef>"))),
    rule("a source or a transformation is needed", "data-sources", associated(reads("«ref¦»"))),
    rule("an assignment says from where", "schema", associated(reads("ref", more="<assignment>«<from>d</from>¦»<to>in</to></assignment>"))),
    rule("an assignment says to where", "schema", associated(reads("ref", more="<assignment><from>d</from>«<to>in</to>¦»</assignment>"))),
]
EVENTS = [
    rule("what is thrown goes into an input of the event", "data-association-side", THROWN.format("", reads("ref", "«in¦d»"), "<dataInputRefs>in</dataInputRefs>")),
    rule("what is caught comes from an output of the event", "data-association-side", CAUGHT.format("", writes("«out¦d»"), "<dataOutputRefs>out</dataOutputRefs>")),
    rule("what an end event throws goes into an input", "data-association-side", ENDED.format("", reads("ref", "«in¦d»"), "<dataInputRefs>in</dataInputRefs>")),
    rule("what a start event catches comes from an output", "data-association-side", STARTED.format("", writes("«out¦d»"), "<dataOutputRefs>out</dataOutputRefs>")),
    rule("the input of an event has the type of its message", "message-data-type", THROWN.format(TYPED.format("«one¦two»"), "", "<dataInputRefs>in</dataInputRefs>")),
    rule("the output of an event has the type of its message", "message-data-type", CAUGHT.format(TYPED.format("«one¦two»"), "", "<dataOutputRefs>out</dataOutputRefs>")),
    rule("the input of an end event has the type of its message", "message-data-type", ENDED.format(TYPED.format("«one¦two»"), "", "<dataInputRefs>in</dataInputRefs>")),
    rule("the output of a start event has the type of its message", "message-data-type", STARTED.format(TYPED.format("«one¦two»"), "", "<dataOutputRefs>out</dataOutputRefs>")),
    rule("an event has one output for its message", "event-data", CAUGHT.format("", '«¦<dataOutput id="more"/>»', "<dataOutputRefs>out</dataOutputRefs>")),
    rule("an event has one input for its message", "event-data", THROWN.format("", '«¦<dataInput id="more"/>»', "<dataInputRefs>in</dataInputRefs>")),
    rule("data stand in the sequence of the triggers", "message-data-type", CAUGHT.format(TYPED.format("«one¦two»"), '<dataOutput id="more" itemSubjectRef="«two¦one»"/>', "<dataOutputRefs>out</dataOutputRefs><dataOutputRefs>more</dataOutputRefs>").replace(message("m"), message("m") + message("m2"))),
    rule("every input of an event is in its set", "data-sets", THROWN.format("", "", "«<dataInputRefs>in</dataInputRefs>¦»")),
    rule("an event has a set for its output", "data-sets", CAUGHT.format("", "", "<dataOutputRefs>out</dataOutputRefs>").replace("<outputSet><dataOutputRefs>out</dataOutputRefs></outputSet>", "«<outputSet><dataOutputRefs>out</dataOutputRefs></outputSet>¦»"), "warning"),
    rule("the input set of an event lists its inputs", "data-set-member", THROWN.format("", "", "<dataInputRefs>«in¦x»</dataInputRefs>")),
    rule("the output set of an event lists its outputs", "data-set-member", CAUGHT.format("", "", "<dataOutputRefs>«out¦d»</dataOutputRefs>")),
]
# fmt: on


@pytest.mark.parametrize("constraint", OBJECTS + SETS + ASSOCIATIONS + EVENTS, ids=str)
def test_the_rules_of_data_are_kept(constraint: Constraint) -> None:
    constraint.check()


def test_references_that_go_round_in_a_circle_are_refused() -> None:
    drawn = '<dataObjectReference id="d" dataObjectRef="d2"/><dataObjectReference id="d2" dataObjectRef="d"/>'
    body = associated(reads("d"), drawn)
    assert {one.rule for one in found(Constraint("", "", body, ITEMS).drawn(GOOD))} >= {"reference-type"}
