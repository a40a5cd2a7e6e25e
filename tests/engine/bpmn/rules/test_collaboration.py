"""Chapter 9 of BPMN 2.0.2: pools, participants, message flows, conversations; and files that import one another (8.2)."""
# ruff: noqa: E501 - one line is one constraint

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.constraints import PLAIN, Constraint
from tests.engine.bpmn.drawings.drawing import HEAD, E, S, boundary, flows, message, rules_broken, timer, user

OTHER = (
    '<process id="q" isExecutable="false"><startEvent id="qs">' + message("m") + "</startEvent>"
    '<userTask id="qa"/><receiveTask id="qr" messageRef="m"/><sendTask id="qsend" messageRef="m"/><exclusiveGateway id="qg" default="f_1_0_qg"/>'
    f'<intermediateThrowEvent id="qt">{message("m")}</intermediateThrowEvent><intermediateThrowEvent id="qn"/>'
    f'<intermediateCatchEvent id="qc">{message("m")}</intermediateCatchEvent><intermediateCatchEvent id="qtimer">{timer("Duration", "P1D")}</intermediateCatchEvent>'
    '<subProcess id="qsub"><task id="qin"/></subProcess>'
    f'<endEvent id="qe">{message("m")}</endEvent><endEvent id="qnone"/>'
    + flows("qs > qa > qr > qsend > qsub > qg", "qg > qt > qn > qc > qtimer > qe", "qg > qnone: n == 1").replace(
        "flow_", "f_"
    )
    + '<dataObject id="qd"/></process>'
)
POOLS = (
    '<message id="m" name="m"/><itemDefinition id="item"/><collaboration id="c"><participant id="one" processRef="p"/>'
    '<participant id="two" processRef="q"/><participant id="black"/>{}</collaboration>' + OTHER
)
FLOW = '<messageFlow id="mf" sourceRef="{}" targetRef="{}"/>'


def message_flow(says: str, good: tuple[str, str], bad: tuple[str, str], rule: str = "message-flow-type") -> Constraint:
    drawn = FLOW.format(*(f"«{one}¦{other}»" for one, other in zip(good, bad, strict=True)))
    return Constraint(says, rule, PLAIN, POOLS.format(drawn))


def in_pool(part: str) -> str:
    return POOLS.replace('<participant id="two" processRef="q"/>', part).format("")


def in_collaboration(part: str) -> str:
    return POOLS.format(part)


# fmt: off
MESSAGE_FLOWS = [
    message_flow("a message flow leads to another pool", ("a", "qa"), ("a", "s"), "message-flow-ends"),
    message_flow("a message flow does not lead from a pool into itself", ("one", "black"), ("one", "a"), "message-flow-ends"),
    message_flow("a message flow ends at an element", ("a", "qa"), ("a", "x"), "message-flow-ends"),
    message_flow("a message flow begins at an element", ("black", "qa"), ("x", "qa"), "message-flow-ends"),
    message_flow("a message flow does not join data", ("a", "qa"), ("a", "qd"), "message-flow-ends"),
    message_flow("a message flow does not join a lane or a process", ("a", "qa"), ("a", "q"), "message-flow-ends"),
    message_flow("a message flow does not join a message", ("a", "qa"), ("m", "qa"), "message-flow-ends"),
    message_flow("a message flow does not join a gateway", ("a", "qa"), ("a", "qg")),
    message_flow("a message flow does not begin at a gateway", ("qa", "a"), ("qg", "a")),
    message_flow("a message flow does not begin at a start event", ("qa", "a"), ("qs", "a")),
    message_flow("a message flow does not end at an end event", ("a", "qs"), ("a", "qe")),
    message_flow("a message flow begins at an end event with a message", ("qe", "a"), ("qnone", "a")),
    message_flow("a message flow begins at a throwing event with a message", ("qt", "a"), ("qn", "a")),
    message_flow("a message flow ends at a catching event with a message", ("a", "qc"), ("a", "qtimer")),
    message_flow("a message flow does not end at a throwing event", ("a", "qc"), ("a", "qt")),
    message_flow("a message flow does not begin at a catching event", ("qt", "a"), ("qc", "a")),
    message_flow("a message flow does not begin at a receive task", ("qsend", "a"), ("qr", "a")),
    message_flow("a message flow does not end at a send task", ("a", "qr"), ("a", "qsend")),
    Constraint("a message flow ends at a start event with a message", "message-flow-type", PLAIN,
        POOLS.format(FLOW.format("«black¦two»", "«qs¦s»"))),
    Constraint("a message flow reaches into a sub-process", "message-flow-ends", PLAIN, POOLS.format(FLOW.format("a", "«qin¦a»"))),
    Constraint("a message flow carries a message", "reference-type", PLAIN, POOLS.format('<messageFlow id="mf" sourceRef="a" targetRef="qa" messageRef="«m¦item»"/>')),
    Constraint("the message of a message flow exists", "reference-unknown", PLAIN, POOLS.format('<messageFlow id="mf" sourceRef="a" targetRef="qa" messageRef="«m¦x»"/>')),
]
PARTICIPANTS = [
    Constraint("a pool shows a process that exists", "reference-unknown", PLAIN, in_pool('<participant id="two" processRef="«q¦x»"/>')),
    Constraint("a pool shows a process", "reference-type", PLAIN, in_pool('<participant id="two" processRef="«q¦a»"/>')),
    Constraint("a pool names interfaces", "reference-unknown", PLAIN, in_pool('<participant id="two"><interfaceRef>«i¦x»</interfaceRef></participant>')
        + '<interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef></operation></interface>'),
    Constraint("a pool names end points", "reference-type", PLAIN, in_pool('<participant id="two"><endPointRef>«ep¦m»</endPointRef></participant>') + '<endPoint id="ep"/>'),
    Constraint("the most participants are at least one", "number-attribute", PLAIN, in_pool('<participant id="two"><participantMultiplicity minimum="0" maximum="«1¦0»"/></participant>')),
    Constraint("the most participants are at least the fewest", "participants-number", PLAIN, in_pool('<participant id="two"><participantMultiplicity minimum="2" maximum="«3¦1»"/></participant>')),
    Constraint("one participant is the most where nothing is said", "participants-number", PLAIN, in_pool('<participant id="two"><participantMultiplicity minimum="2" «maximum="2"¦»/></participant>')),
    Constraint("the fewest participants are not less than none", "number-attribute", PLAIN, in_pool('<participant id="two"><participantMultiplicity minimum="«0¦-1»" maximum="3"/></participant>')),
    Constraint("the number of participants is a whole number", "schema", PLAIN, in_pool('<participant id="two"><participantMultiplicity minimum="0" maximum="«3¦many»"/></participant>')),
    Constraint("a role is played by participants", "reference-type", PLAIN, in_pool('<participant id="two"/>') + '<partnerRole id="pr" name="x"><participantRef>«two¦q»</participantRef></partnerRole>'),
    Constraint("an entity is a participant that exists", "reference-unknown", PLAIN, in_pool('<participant id="two"/>') + '<partnerEntity id="pr" name="x"><participantRef>«two¦x»</participantRef></partnerEntity>'),
    Constraint("an association of participants begins at one", "reference-type", PLAIN, in_collaboration('<participantAssociation><innerParticipantRef>«one¦p»</innerParticipantRef><outerParticipantRef>two</outerParticipantRef></participantAssociation>')),
    Constraint("an association of participants ends at one", "reference-unknown", PLAIN, in_collaboration('<participantAssociation><innerParticipantRef>one</innerParticipantRef><outerParticipantRef>«two¦x»</outerParticipantRef></participantAssociation>')),
    Constraint("an association of participants has both", "schema", PLAIN, in_collaboration('<participantAssociation><innerParticipantRef>one</innerParticipantRef>«<outerParticipantRef>two</outerParticipantRef>¦»</participantAssociation>')),
    Constraint("an association of message flows joins message flows", "reference-type", PLAIN, in_collaboration(FLOW.format("a", "qa") + '<messageFlowAssociation innerMessageFlowRef="mf" outerMessageFlowRef="«mf¦m»"/>')),
    Constraint("the message flows of an association exist", "reference-unknown", PLAIN, in_collaboration(FLOW.format("a", "qa") + '<messageFlowAssociation innerMessageFlowRef="«mf¦x»" outerMessageFlowRef="mf"/>')),
]
CONVERSATIONS = [
    Constraint("a conversation is between participants", "reference-type", PLAIN, in_collaboration('<conversation id="k"><participantRef>one</participantRef><participantRef>«two¦q»</participantRef></conversation>')),
    Constraint("a conversation has two participants", "conversation-participants", PLAIN, in_collaboration('<conversation id="k"><participantRef>one</participantRef>«<participantRef>two</participantRef>¦»</conversation>')),
    Constraint("a conversation groups message flows", "reference-unknown", PLAIN, in_collaboration(FLOW.format("a", "qa") + '<conversation id="k"><participantRef>one</participantRef><participantRef>two</participantRef><messageFlowRef>«mf¦x»</messageFlowRef></conversation>')),
    Constraint("a conversation link begins at a participant", "reference-type", PLAIN, in_collaboration('<conversation id="k"><participantRef>one</participantRef><participantRef>two</participantRef></conversation><conversationLink sourceRef="«one¦p»" targetRef="k"/>')),
    Constraint("a conversation link ends at a conversation", "conversation-link", PLAIN, in_collaboration('<conversation id="k"><participantRef>one</participantRef><participantRef>two</participantRef></conversation><conversationLink sourceRef="one" targetRef="«k¦two»"/>')),
    Constraint("an association of conversations joins conversations", "reference-type", PLAIN, in_collaboration('<conversation id="k"><participantRef>one</participantRef><participantRef>two</participantRef></conversation><conversationAssociation innerConversationNodeRef="k" outerConversationNodeRef="«k¦one»"/>')),
    Constraint("a called conversation is a collaboration", "reference-type", PLAIN, in_collaboration('<callConversation id="k" calledCollaborationRef="«c¦p»"><participantRef>one</participantRef><participantRef>two</participantRef></callConversation>')),
    Constraint("a choreography is neither checked nor run", "choreography", PLAIN, POOLS.format("") + '«¦<choreography id="ch"><participant id="cp"/></choreography>»'),
]
# fmt: on


@pytest.mark.parametrize("constraint", MESSAGE_FLOWS + PARTICIPANTS + CONVERSATIONS, ids=str)
def test_the_rules_of_collaborations_are_kept(constraint: Constraint) -> None:
    constraint.check()


IMPORT = '<import importType="{}" location="{}" namespace="{}"/>'
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LIBRARY = (
    HEAD.replace("http://test", "http://library").encode()
    + b'<import importType="%s" location="main.bpmn" namespace="http://test"/>' % MODEL.encode()
    + b'<message id="m" name="answer"/><process id="called"><userTask id="inside"/></process></definitions>'
)


def main(imports: str, body: str = PLAIN) -> bytes:
    head = HEAD.replace("<definitions ", '<definitions xmlns:lib="http://library" ')
    return f'{head}{imports}<process id="p">{body}</process></definitions>'.encode()


def importing(kind: str = MODEL, location: str = "library.bpmn", namespace: str = "http://library") -> bytes:
    received = S + '<receiveTask id="r" messageRef="lib:m"/><callActivity id="k" calledElement="lib:called"/>' + E
    return main(IMPORT.format(kind, location, namespace), received + flows("s > r > k > e"))


@pytest.mark.parametrize("location", ["library.bpmn", "./library.bpmn", "../shared/library.bpmn", "file:///c:/library.bpmn"])  # fmt: skip
def test_an_imported_file_is_looked_into_and_circles_of_imports_are_allowed(location: str) -> None:
    files = {"main.bpmn": importing(location=location), "library.bpmn": LIBRARY}
    assert bpmn.check(files) == ()
    assert bpmn.parse(files).messages == ("answer",)


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"main.bpmn": importing()}, "import-missing"),
        ({"main.bpmn": importing(location="libary.bpmn"), "library.bpmn": LIBRARY}, "import-missing"),
        ({"main.bpmn": importing(namespace="http://wrong"), "library.bpmn": LIBRARY}, "import-namespace"),
        ({"main.bpmn": importing("http://www.w3.org/2001/XMLSchema"), "library.bpmn": LIBRARY}, "import-type"),
        ({"main.bpmn": main(IMPORT.format(MODEL, "t.xsd", "x")), "t.xsd": b'<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'}, "import-type"),
        ({"main.bpmn": importing(), "library.bpmn": LIBRARY.replace(b'"m"', b'"other"')}, "reference-unknown"),
        ({"main.bpmn": importing(), "library.bpmn": LIBRARY.replace(b"message id", b"signal id")}, "reference-type"),
        ({"main.bpmn": importing(), "library.bpmn": LIBRARY.replace(b'"called"', b'"p"')}, "process-twice"),
        ({"main.bpmn": importing().replace(b"http://test", b"http://library"), "library.bpmn": LIBRARY.replace(b'id="m"', b'id="flow_0_0_s"').replace(b"http://test", b"http://library")}, "id-in-two-files"),
        ({"main.bpmn": main("", importing().decode().split("<process")[1].split(">", 1)[1].split("</process")[0]), "library.bpmn": LIBRARY}, "reference-unknown"),
        ({"main.bpmn": main('<import importType="x" location="y"/>')}, "schema"),
    ],
)  # fmt: skip
def test_an_import_that_is_not_sound_is_refused(files: dict[str, bytes], rule: str) -> None:
    assert rule in rules_broken(files)


def test_types_and_interfaces_that_are_imported_need_not_be_there() -> None:
    data = main(IMPORT.format("http://www.w3.org/2001/XMLSchema", "types.xsd", "http://types"))
    assert [(one.rule, one.severity) for one in bpmn.check({"main.bpmn": data})] == [("import-ignored", "note")]
    assert bpmn.check({"main.bpmn": data, "types.xsd": b'<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'}) == ()


def test_elements_without_ids_in_two_files_are_told_apart() -> None:
    body = "<startEvent/><userTask id='{0}'/>"
    files = {name: main("", body.format(name)).replace(b'id="p"', f'id="p{name}"'.encode()) for name in ("a", "b")}
    assert "id-in-two-files" not in {one.rule for one in bpmn.check(files)}


def test_a_pool_may_show_events_of_any_kind_on_the_border_of_its_activities() -> None:
    body = S + user("a") + boundary("b", "a", message("m")) + E + flows("s > a > e", "b > e")
    Constraint("", "message-flow-type", body, POOLS.format(FLOW.format("black", "«b¦e»"))).check()
