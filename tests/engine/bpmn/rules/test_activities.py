"""Chapter 10.3 of BPMN 2.0.2: tasks, calls, sub-processes, loops and several instances; and compensation (10.7)."""
# ruff: noqa: E501 - one line is one constraint

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.constraints import PLAIN, Constraint
from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, timer, user

ITEMS = '<itemDefinition id="one" structureRef="string"/><itemDefinition id="other" structureRef="date"/><itemDefinition id="many" structureRef="string" isCollection="true"/>'
MESSAGES = (
    '<itemDefinition id="item"/><itemDefinition id="other"/><message id="m" name="m" itemRef="item"/><message id="n" name="n" itemRef="other"/>'
    '<interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef></operation>'
    '<operation id="ask" name="ask"><inMessageRef>m</inMessageRef><outMessageRef>n</outMessageRef></operation></interface>'
)
DATA = (
    "<ioSpecification>{inputs}{outputs}<inputSet>{ins}</inputSet>{more}<outputSet>{outs}</outputSet></ioSpecification>"
)


def data(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None, more: str = "") -> str:
    """An ioSpecification of inputs and outputs with their types."""
    takes, gives = inputs or {}, outputs or {}
    return DATA.format(
        inputs="".join(f'<dataInput id="{one}" itemSubjectRef="{item}"/>' for one, item in takes.items()),
        outputs="".join(f'<dataOutput id="{one}" itemSubjectRef="{item}"/>' for one, item in gives.items()),
        ins="".join(f"<dataInputRefs>{one}</dataInputRefs>" for one in takes),
        outs="".join(f"<dataOutputRefs>{one}</dataOutputRefs>" for one in gives),
        more=more,
    )


def task(kind: str, attributes: str = "", inner: str = "", root: str = MESSAGES) -> dict[str, str]:
    return {"body": S + f'<{kind} id="a" {attributes}>{inner}</{kind}>' + E + flows("s > a > e"), "root": root}


def several(attributes: str, inner: str, around: str = "") -> dict[str, str]:
    return task(
        "userTask",
        "",
        f"{around}<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>",
    )


def scope(kind: str, inner: str, attributes: str = "", outside: str = "", root: str = MESSAGES) -> dict[str, str]:
    return {
        "body": S
        + f'<{kind} id="a" {attributes}>{inner}</{kind}>'
        + outside
        + E
        + flows("s > a > e").replace("flow_", "o_"),
        "root": root,
    }


def event_scope(inner: str, attributes: str = "", outside: str = "") -> dict[str, str]:
    return {
        "body": PLAIN + f'<subProcess id="x" triggeredByEvent="true" {attributes}>{inner}</subProcess>' + outside,
        "root": MESSAGES,
    }


WHEN = f'<startEvent id="w">{message("m")}</startEvent>'
INNER = '<startEvent id="is"/><task id="it"/><endEvent id="ie"/>' + flows("is > it > ie").replace("flow_", "i_")
CALLED = '<process id="called" isExecutable="false">{}<task id="ct"/></process>'
UNDO = '<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
HANDLED = S + user("a") + UNDO + E + flows("s > a > e")
CANCEL = "<cancelEventDefinition/>"

# fmt: off
TASKS = [
    Constraint("an activity begins with at least one token", "number-attribute", **task("userTask", 'startQuantity="«1¦0»"')),
    Constraint("an activity completes with at least one token", "number-attribute", **task("userTask", 'completionQuantity="«2¦-1»"')),
    Constraint("a quantity is a whole number", "schema", **task("userTask", 'startQuantity="«1¦some»"')),
    Constraint("a default flow leaves its activity", "default-flow", S + '<userTask id="a" default="flow_«1_0_a¦0_0_s»"/>' + user("b") + E + flows("s > a", "a > e", "a > b: n == 1", "b > e")),
    Constraint("a default flow of an activity exists", "default-flow", S + '<userTask id="a" default="«flow_1_0_a¦x»"/>' + user("b") + E + flows("s > a", "a > e", "a > b: n == 1", "b > e")),
    Constraint("a default flow of an activity has no condition", "condition-default", S + '<userTask id="a" default="flow_«1_0_a¦2_0_a»"/>' + user("b") + E + flows("s > a", "a > e", "a > b: n == 1", "b > e")),
    Constraint("a condition at an activity has a flow beside it", "condition-alone", S + user("a", "b") + E + flows("s > a", "a > b: n == 1", "b > e", "«a¦b» > e"), severity="warning"),
    Constraint("an activity leads somewhere where there are end events", "end-and-loose", S + user("a", "b") + E + flows("s > a > e", "s > b") + '«<sequenceFlow id="z" sourceRef="b" targetRef="e"/>¦»', severity="warning"),
    Constraint("a send task has a message", "message-missing", **task("sendTask", '«messageRef="m"¦»')),
    Constraint("a send task sends a message", "reference-type", **task("sendTask", 'messageRef="«m¦item»"')),
    Constraint("the message of a send task exists", "reference-unknown", **task("sendTask", 'messageRef="«m¦x»"')),
    Constraint("the operation of a send task is one", "reference-type", **task("sendTask", 'messageRef="m" operationRef="«op¦i»"')),
    Constraint("a send task sends the message of its operation", "operation-message", **task("sendTask", 'messageRef="«m¦n»" operationRef="op"')),
    Constraint("a send task has one input", "message-data-several", **task("sendTask", 'messageRef="m"', "«" + data({"d": "item"}) + "¦" + data({"d": "item", "d2": "item"}) + "»")),
    Constraint("a send task has one input set", "message-data-several", **task("sendTask", 'messageRef="m"', data({"d": "item"}, more="«¦<inputSet/>»"))),
    Constraint("the input of a send task has the type of its message", "message-data-type", **task("sendTask", 'messageRef="m"', data({"d": "«item¦other»"}))),
    Constraint("a receive task has a message", "message-missing", **task("receiveTask", '«messageRef="m"¦»')),
    Constraint("a receive task receives a message", "reference-type", **task("receiveTask", 'messageRef="«m¦item»"')),
    Constraint("the message of a receive task exists", "reference-unknown", **task("receiveTask", 'messageRef="«m¦x»"')),
    Constraint("the operation of a receive task exists", "reference-unknown", **task("receiveTask", 'messageRef="m" operationRef="«op¦x»"')),
    Constraint("a receive task receives a message of its operation", "operation-message", **task("receiveTask", 'messageRef="«m¦n»" operationRef="op"')),
    Constraint("a receive task has one output", "message-data-several", **task("receiveTask", 'messageRef="m"', "«" + data(None, {"d": "item"}) + "¦" + data(None, {"d": "item", "d2": "item"}) + "»")),
    Constraint("a receive task has one output set", "message-data-several", **task("receiveTask", 'messageRef="m"', data(None, {"d": "item"}).replace("</ioSpec", "«¦<outputSet/>»</ioSpec"))),
    Constraint("the output of a receive task has the type of its message", "message-data-type", **task("receiveTask", 'messageRef="m"', data(None, {"d": "«item¦other»"}))),
    Constraint("a receive task that begins the process has no incoming flow", "instantiate-incoming", S + user("a") + E + '<receiveTask id="r" messageRef="m"«¦ instantiate="true"»/>' + flows("s > a > r > e"), MESSAGES),
    Constraint("a receive task that begins the process stands beside no start event", "instantiate-beside-start", "«¦" + S + "»" + user("a") + '<receiveTask id="r" messageRef="m" instantiate="true"/>' + E + flows("r > a > e") + "«¦" + flows("s > a").replace("flow_", "g_") + "»", MESSAGES),
    Constraint("a receive task does not begin a sub-process", "instantiate-inside", **scope("subProcess", '<startEvent id="is"/><task id="it"/><sequenceFlow id="i1" sourceRef="is" targetRef="it"/>«<sequenceFlow id="i2" sourceRef="it" targetRef="r"/>¦»<receiveTask id="r" messageRef="m" instantiate="«false¦true»"/>')),
    Constraint("a service task has an operation", "operator-missing", **task("serviceTask", '«operationRef="op"¦»', data({"d": "item"}))),
    Constraint("the operation of a service task exists", "reference-unknown", **task("serviceTask", 'implementation="x" operationRef="«op¦y»"', data({"d": "item"}))),
    Constraint("the operation of a service task is one", "reference-type", **task("serviceTask", 'implementation="x" operationRef="«op¦i»"', data({"d": "item"}))),
    Constraint("a service task has one input for the message of its operation", "service-data", **task("serviceTask", 'operationRef="op"', "«" + data({"d": "item"}) + "¦" + data({"d": "item", "d2": "item"}) + "»")),
    Constraint("a service task declares its input", "service-data", **task("serviceTask", 'operationRef="op"', "«" + data({"d": "item"}) + "¦»"), severity="warning"),
    Constraint("the input of a service task has the type of the message", "message-data-type", **task("serviceTask", 'operationRef="op"', data({"d": "«item¦other»"}))),
    Constraint("a service task has an output where its operation answers", "service-data", **task("serviceTask", 'operationRef="«op¦ask»"', data({"d": "item"}))),
    Constraint("a service task has no output where its operation does not answer", "service-data", **task("serviceTask", 'operationRef="«ask¦op»"', data({"d": "item"}, {"r": "other"}))),
    Constraint("the output of a service task has the type of the answer", "message-data-type", **task("serviceTask", 'operationRef="ask"', data({"d": "item"}, {"r": "«other¦item»"}))),
    Constraint("a service task has one output set", "service-data", **task("serviceTask", 'operationRef="ask"', data({"d": "item"}, {"r": "other"}).replace("</ioSpec", "«¦<outputSet/>»</ioSpec"))),
    Constraint("a script task has a script", "script-missing", **task("scriptTask", 'scriptFormat="text/x-python"', "«<script>n = 1</script>¦»")),
    Constraint("a script has a format", "script-format", **task("scriptTask", '«scriptFormat="text/x-python"¦»', "<script>n = 1</script>"), severity="warning"),
    Constraint("a script is in a language that is run", "script-language", **task("scriptTask", 'scriptFormat="text/x-python«¦2»"', "<script>n = 1</script>")),
    Constraint("a global task is no flow element", "schema", PLAIN + "«¦<globalUserTask id='g'/>»"),
]
CALLS = [
    Constraint("a call names what it calls", "call-missing", **task("callActivity", '«calledElement="called"¦»', root=CALLED.format(""))),
    Constraint("what is called exists", "call-unknown", **task("callActivity", 'calledElement="«called¦x»"', root=CALLED.format(""))),
    Constraint("what is called is a process or a global task", "call-unknown", **task("callActivity", 'calledElement="«g¦item»"', root='<globalUserTask id="g"/><itemDefinition id="item"/>')),
    Constraint("what is called is no collaboration", "call-unknown", **task("callActivity", 'calledElement="«called¦c»"', root='<collaboration id="c"/>' + CALLED.format(""))),
    Constraint("what is called does not wait for an event to begin", "call-start", **task("callActivity", 'calledElement="called"', root=MESSAGES + CALLED.format("<startEvent id='cs'>«¦" + message("m") + "»</startEvent>").replace("</process>", flows("cs > ct").replace("flow_", "c_") + "</process>"))),
    Constraint("a call takes what the called process takes", "call-data", **task("callActivity", 'calledElement="called"', "«" + data({"d": "item"}) + "¦" + data({"d": "item", "d2": "item"}) + "»", MESSAGES + CALLED.format(data({"x": "item"})))),
    Constraint("a call gives what the called process gives", "call-data", **task("callActivity", 'calledElement="called"', data(None, {"d": "item"}), MESSAGES + CALLED.format("«" + data(None, {"x": "item"}) + "¦" + data() + "»"))),
    Constraint("the types of a call are those of the called process", "call-data", **task("callActivity", 'calledElement="called"', data({"d": "«item¦other»"}), MESSAGES + CALLED.format(data({"x": "item"})))),
    Constraint("a call has as many input sets as the called process", "call-data", **task("callActivity", 'calledElement="called"', data({"d": "item"}, more="«¦<inputSet/>»"), MESSAGES + CALLED.format(data({"x": "item"})))),
]
SUB_PROCESSES = [
    Constraint("a sub-process begins without a trigger", "sub-process-start", **scope("subProcess", f'<startEvent id="is">«¦{message("m")}»</startEvent><task id="it"/>' + flows("is > it").replace("flow_", "i_"))),
    Constraint("a sub-process has one start event", "sub-process-start", **scope("subProcess", INNER + '«¦<startEvent id="is2"/><sequenceFlow id="i_9" sourceRef="is2" targetRef="it"/>»')),
    Constraint("a transaction begins without a trigger", "sub-process-start", **scope("transaction", f'<startEvent id="is">«¦{timer("Duration", "P1D")}»</startEvent><task id="it"/>' + flows("is > it").replace("flow_", "i_"))),
    Constraint("an event sub-process has a start event", "event-sub-process-start", **event_scope("«" + WHEN + flows("w > x1").replace("flow_", "i_") + '¦»<task id="x1"/>')),
    Constraint("an event sub-process has one start event", "event-sub-process-start", **event_scope(WHEN + '<task id="x1"/>' + flows("w > x1").replace("flow_", "i_") + '«¦<startEvent id="w2">' + timer("Duration", "P1D") + '</startEvent><sequenceFlow id="i_9" sourceRef="w2" targetRef="x1"/>»')),
    Constraint("an event sub-process begins with a trigger", "event-sub-process-start", **event_scope(f'<startEvent id="w">«{message("m")}¦»</startEvent><task id="x1"/>' + flows("w > x1").replace("flow_", "i_"))),
    Constraint("no flow enters an event sub-process", "event-sub-process-flow", **event_scope(WHEN + '<task id="x1"/>' + flows("w > x1").replace("flow_", "i_"), outside='«¦<sequenceFlow id="o" sourceRef="a" targetRef="x"/>»')),
    Constraint("no flow leaves an event sub-process", "event-sub-process-flow", **event_scope(WHEN + '<task id="x1"/>' + flows("w > x1").replace("flow_", "i_"), outside='«¦<sequenceFlow id="o" sourceRef="x" targetRef="e"/>»')),
    Constraint("an event sub-process is in no loop", "not-run", **event_scope("«¦<standardLoopCharacteristics loopMaximum='2'/>»" + WHEN + '<task id="x1"/>' + flows("w > x1").replace("flow_", "i_"))),
    Constraint("an error always interrupts its scope", "boundary-always-interrupts", PLAIN + '<subProcess id="x" triggeredByEvent="true"><startEvent id="w" isInterrupting="«true¦false»"><errorEventDefinition/></startEvent><task id="x1"/>' + flows("w > x1").replace("flow_", "i_") + "</subProcess>"),
    Constraint("an ad-hoc sub-process holds activities", "ad-hoc-empty", **scope("adHocSubProcess", "«<task id='x1'/>¦<dataObject id='x1'/>»")),
    Constraint("an ad-hoc sub-process has no start event", "ad-hoc-content", **scope("adHocSubProcess", '<task id="x1"/><task id="x2"/>«¦<startEvent id="is"/><sequenceFlow id="i" sourceRef="is" targetRef="x2"/>»')),
    Constraint("an ad-hoc sub-process has no end event", "ad-hoc-content", **scope("adHocSubProcess", '<task id="x1"/><task id="x2"/>«¦<endEvent id="ie"/><sequenceFlow id="i" sourceRef="x1" targetRef="ie"/>»')),
    Constraint("an ad-hoc sub-process is ordered in a known way", "schema", **scope("adHocSubProcess", '<task id="x1"/>', 'ordering="«Parallel¦Wild»"')),
    Constraint("a transaction has a known method", "not-run", **scope("transaction", '<task id="x1"/>', 'method="##«Compensate¦Image»"')),
    Constraint("a cancel end event stands in a transaction", "cancel-place", **scope("transaction", '<task id="x1"/>', outside=f"<boundaryEvent id='b' attachedToRef='a'>{CANCEL}</boundaryEvent><endEvent id='c'>«¦{CANCEL}»</endEvent>" + flows("b > c"))),
    Constraint("a cancel event is attached to a transaction", "cancel-boundary", S + '<«transaction¦subProcess» id="a"><task id="x1"/></«transaction¦subProcess»>' + f"<boundaryEvent id='b' attachedToRef='a'>{CANCEL}</boundaryEvent>" + E + flows("s > a > e", "b > e")),
    Constraint("a cancel event always interrupts", "boundary-always-interrupts", **scope("transaction", '<task id="x1"/>', outside=f"<boundaryEvent id='b' attachedToRef='a' cancelActivity='«true¦false»'>{CANCEL}</boundaryEvent>" + flows("b > e"))),
]
LOOPS = [
    Constraint("the most rounds are a whole number", "schema", **task("userTask", "", '<standardLoopCharacteristics loopMaximum="«3¦many»"/>')),
    Constraint("an activity has one kind of loop", "schema", **task("userTask", "", '<standardLoopCharacteristics loopMaximum="3"/>«¦<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>»')),
    Constraint("several instances have a number or a list", "loop-number", **several("", "«<loopCardinality>2</loopCardinality>¦»")),
    Constraint("several instances have not both a number and a list", "loop-number", **several("", "<loopCardinality>2</loopCardinality>«¦<loopDataInputRef>d</loopDataInputRef>»", data({"d": "item"}).replace("itemSubjectRef", 'isCollection="true" name'))),
    Constraint("several instances behave in a known way", "schema", **several('behavior="«All¦Odd»"', "<loopCardinality>2</loopCardinality>")),
    Constraint("an event for the first instance is named", "reference-missing", **several('behavior="One" «oneBehaviorEventRef="sd"¦»', "<loopCardinality>2</loopCardinality>") | {"root": '<signal id="sig" name="sig"/><signalEventDefinition id="sd" signalRef="sig"/>'}),
    Constraint("an event for every instance is named", "reference-missing", **several('behavior="None" «noneBehaviorEventRef="sd"¦»', "<loopCardinality>2</loopCardinality>") | {"root": '<signal id="sig" name="sig"/><signalEventDefinition id="sd" signalRef="sig"/>'}),
    Constraint("the event of an instance exists", "reference-unknown", **several('behavior="One" oneBehaviorEventRef="«sd¦x»"', "<loopCardinality>2</loopCardinality>") | {"root": '<signal id="sig" name="sig"/><signalEventDefinition id="sd" signalRef="sig"/>'}),
    Constraint("the event of an instance is an event definition", "reference-type", **several('behavior="None" noneBehaviorEventRef="«sd¦sig»"', "<loopCardinality>2</loopCardinality>") | {"root": '<signal id="sig" name="sig"/><signalEventDefinition id="sd" signalRef="sig"/>'}),
    Constraint("complex behaviour is described", "loop-complex", **several('behavior="«All¦Complex»"', "<loopCardinality>2</loopCardinality>")),
    Constraint("the list of instances is not a result", "data-scope", S + '<userTask id="a"><ioSpecification><dataInput id="d" isCollection="true"/><dataOutput id="r" isCollection="true"/><inputSet><dataInputRefs>d</dataInputRefs></inputSet><outputSet><dataOutputRefs>r</dataOutputRefs></outputSet></ioSpecification><multiInstanceLoopCharacteristics><loopDataInputRef>«d¦r»</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e")),
    Constraint("the list of instances is a collection", "loop-data-collection", S + '<dataObject id="d" isCollection="«true¦false»"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e")),
    Constraint("the results of instances are a collection", "loop-data-collection", S + '<dataObject id="d" isCollection="«true¦false»"/><userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>d</loopDataOutputRef><outputDataItem id="one"/></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e")),
    Constraint("the list of instances holds data", "reference-type", S + '<dataObject id="d" isCollection="true"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>«d¦e»</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e")),
    Constraint("the list of instances is declared", "loop-data-variable", S + '<dataObject id="d" isCollection="true"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>«d¦x»</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e"), severity="warning"),
    Constraint("the results of instances have an item", "loop-output", S + '<dataObject id="d" isCollection="true"/><userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>d</loopDataOutputRef>«<outputDataItem id="one"/>¦»</multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e")),
]
COMPENSATION = [
    Constraint("a compensation event has a handler", "compensation-handler", HANDLED + '<task id="h" isForCompensation="true"/>«<association id="as" sourceRef="b" targetRef="h"/>¦<association id="as" sourceRef="a" targetRef="h"/>»'),
    Constraint("a handler is for compensation", "compensation-kind", HANDLED + '<task id="h" «isForCompensation="true"¦»/><association id="as" sourceRef="b" targetRef="h"/>' + "«¦" + '<sequenceFlow id="z" sourceRef="a" targetRef="h"/>' + "»"),
    Constraint("a compensation event has one handler", "compensation-several", HANDLED + '<task id="h" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="h"/>«¦<task id="h2" isForCompensation="true"/><association id="as2" sourceRef="b" targetRef="h2"/>»'),
    Constraint("a handler is an activity", "compensation-handler", HANDLED + '<task id="h" isForCompensation="true"/>«<association id="as" sourceRef="b" targetRef="h"/>¦<association id="as" sourceRef="b" targetRef="e"/>»'),
    Constraint("the entry of a list of instances has the type that the list holds", "loop-item-type", S + '<dataObject id="list" isCollection="true" itemSubjectRef="many"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>list</loopDataInputRef><inputDataItem id="i" itemSubjectRef="«one¦other»"/></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e"), ITEMS),
    Constraint("the entry of a list of instances is a single one", "loop-item-type", S + '<dataObject id="list" isCollection="true" itemSubjectRef="many"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>list</loopDataInputRef><inputDataItem id="i" «¦isCollection="true"» itemSubjectRef="«one¦many»"/></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e"), ITEMS),
    Constraint("the result of an instance has the type that the list of results holds", "loop-item-type", S + '<dataObject id="list" isCollection="true" itemSubjectRef="many"/><userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>list</loopDataOutputRef><outputDataItem id="i" itemSubjectRef="«one¦other»"/></multiInstanceLoopCharacteristics></userTask>' + E + flows("s > a > e"), ITEMS),
    Constraint("an event sub-process is marked for compensation only where a compensation event begins it", "compensation-event", S + '<subProcess id="a"><startEvent id="i_s"/><endEvent id="i_e"/><sequenceFlow id="i_f" sourceRef="i_s" targetRef="i_e"/><subProcess id="on" triggeredByEvent="true" isForCompensation="true"><startEvent id="h_s">«<compensateEventDefinition/>¦<errorEventDefinition/>»</startEvent><endEvent id="h_e"/><sequenceFlow id="h_f" sourceRef="h_s" targetRef="h_e"/></subProcess></subProcess>' + E + flows("s > a > e")),
    Constraint("a handler is no event sub-process", "compensation-event", HANDLED + '<association id="as" sourceRef="b" targetRef="«h¦on»"/>«<task id="h" isForCompensation="true"/>¦»<subProcess id="on" triggeredByEvent="true"><startEvent id="h_s"><errorEventDefinition/></startEvent><endEvent id="h_e"/><sequenceFlow id="h_f" sourceRef="h_s" targetRef="h_e"/></subProcess>'),
    Constraint("a handler stands beside what it undoes", "compensation-place", HANDLED + '<association id="as" sourceRef="b" targetRef="«h¦h2»"/>«<task id="h" isForCompensation="true"/>¦»<subProcess id="sub" «¦»><task id="st"/>«¦<task id="h2" isForCompensation="true"/>»</subProcess><sequenceFlow id="z" sourceRef="a" targetRef="sub"/>'),
    Constraint("a compensation event has no outgoing flow", "compensation-alone", HANDLED + '<task id="h" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="h"/>«¦<sequenceFlow id="z" sourceRef="b" targetRef="e"/>»'),
    Constraint("no flow enters a handler", "compensation-flow", HANDLED + '<task id="h" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="h"/>«¦<sequenceFlow id="z" sourceRef="a" targetRef="h"/>»'),
    Constraint("no flow leaves a handler", "compensation-flow", HANDLED + '<task id="h" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="h"/>«¦<sequenceFlow id="z" sourceRef="h" targetRef="e"/>»'),
    Constraint("what is thrown undoes an activity", "reference-type", S + user("a") + '<intermediateThrowEvent id="t"><compensateEventDefinition activityRef="«a¦e»"/></intermediateThrowEvent>' + E + flows("s > a > t > e")),
    Constraint("what is undone exists", "reference-unknown", S + user("a") + '<intermediateThrowEvent id="t"><compensateEventDefinition activityRef="«a¦x»"/></intermediateThrowEvent>' + E + flows("s > a > t > e")),
    Constraint("what is undone lies in the same scope", "compensation-reference", S + '<subProcess id="a"><task id="in"/></subProcess><intermediateThrowEvent id="t"><compensateEventDefinition activityRef="«a¦in»"/></intermediateThrowEvent>' + E + flows("s > a > t > e")),
]
# fmt: on


@pytest.mark.parametrize("constraint", TASKS + CALLS + SUB_PROCESSES + LOOPS + COMPENSATION, ids=str)
def test_the_rules_of_activities_are_kept(constraint: Constraint) -> None:
    constraint.check()


def test_a_boundary_event_is_attached_to_an_activity() -> None:
    body = S + user("a") + boundary("b", "«a¦s»", message("m")) + E + flows("s > a > e", "b > e")
    Constraint("", "boundary-host", body, MESSAGES).check()
