"""Reads the processes of BPMN files into scopes of nodes and flows, as drawn, and reports what cannot be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.bpmn.graph import Flow, Node, Scope, ScopeKind, Work, event_start
from engine.bpmn.language.decisions import Decision
from engine.bpmn.problems.labels import name_of
from engine.bpmn.reading.activities import TASKS, read_loop, read_script, read_work
from engine.bpmn.reading.data import declared_data, interface_of, read_inputs, read_outputs, read_sets
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.events import KINDS, read_triggers
from engine.bpmn.reading.extensions import properties_of
from engine.bpmn.reading.lanes import assign_lanes
from engine.bpmn.reading.xml import BPMN, bpmn, local_name, namespace, without_prefix

EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
GATEWAYS: Final = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_NOT_EXECUTED: Final = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group", "auditing",
        "monitoring", "category", "sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference",
        "property", "ioSpecification", "correlationSubscription", "incoming", "outgoing", "artifact", "supports",
        "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "dataInputAssociation",
        "dataOutputAssociation", "completionCondition", "resourceRole", "performer", "humanPerformer", "potentialOwner",
        "ioBinding", "rendering", "supportedInterfaceRef", "categoryValueRef",
    }
)  # fmt: skip
_PARTS: Final = frozenset(
    {"script", "activationCondition", "eventDefinitionRef", "dataInput", "dataOutput", "inputSet", "outputSet", "event"}
)
DEEPEST_DRAWING: Final = 30
"""Sub-processes within sub-processes; more cannot be read by anybody."""
_PEOPLE: Final = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})


def read_process(document: Document, process: etree._Element, decisions: Mapping[str, Decision]) -> Scope:
    """A process element as a scope."""
    own = document.id_of(process)
    scope = Scope(own, "process", own, name=name_of(process), file=document.file)
    scope.executable = document.truth(process, "isExecutable", True)
    scope.inputs, scope.outputs = interface_of(process)
    Container(document, decisions).read(process, scope)
    assign_lanes(document, process, dict(_nodes_in(scope)))
    return scope


def read_global_task(document: Document, task: etree._Element, decisions: Mapping[str, Decision]) -> Scope:
    """A global task as a process of one task with the same id."""
    own = document.id_of(task)
    scope = Scope(own, "process", own, name=name_of(task), file=document.file)
    scope.inputs, scope.outputs = interface_of(task)
    kind = GLOBAL_TASKS[local_name(task)]
    node = Node(own, kind, name_of(task), scope, properties=properties_of(task))
    if kind == "scriptTask":
        node.work = Work("script", script=read_script(document, task))
    elif kind == "businessRuleTask":
        node.work = read_work(document, task, decisions)
    else:
        node.work = Work("user" if kind == "userTask" else "manual")
    scope.nodes[own] = node
    return scope


class Container:
    """Reads one flow container and those nested in it."""

    def __init__(self, document: Document, decisions: Mapping[str, Decision]) -> None:
        self.document = document
        self.decisions = decisions

    def read(self, container: etree._Element, scope: Scope) -> None:
        """Fill the scope with the container's nodes, then join them by its flows."""
        scope.declared = declared_data(container)
        for child in container:
            if namespace(child) != BPMN:
                if local_name(child) not in ("extensionElements",):
                    self.document.error("element-unknown", child, type=local_name(child))
                continue
            self._child(child, scope)
        for child in container.iterfind(bpmn("sequenceFlow")):
            self._flow(child, scope)
        for child in container:
            self._default(child, scope)
            self._attach(child, scope)
        for child in container.iterfind(bpmn("sequenceFlow")):
            self._empty_condition(child, scope)

    def _child(self, child: etree._Element, scope: Scope) -> None:
        kind = local_name(child)
        if kind in EVENTS or kind in GATEWAYS or kind in TASKS or kind in SUB_PROCESSES:
            node = self._node(child, scope, kind)
            scope.nodes[node.id] = node
        elif kind in _PEOPLE:
            self.document.note("people-ignored", child, type=kind)
        elif kind not in _NOT_EXECUTED and kind not in KINDS:
            self.document.error("element-unknown", child, type=kind)

    def _node(self, child: etree._Element, scope: Scope, kind: str) -> Node:
        document = self.document
        node = Node(document.id_of(child), kind, name_of(child), scope, properties=properties_of(child))
        if kind in EVENTS:
            self._event(child, node)
        elif kind in GATEWAYS:
            self._gateway(child, node)
        else:
            self._activity(child, node)
        for part in child if kind not in SUB_PROCESSES else ():
            self._part(part)
        if "correlation" in node.properties:
            node.correlation = document.compiled(node.properties["correlation"], child)
        return node

    def _part(self, part: etree._Element) -> None:
        name = local_name(part)
        if name in _PEOPLE:
            self.document.note("people-ignored", part, type=name)
        elif namespace(part) == BPMN and name not in _NOT_EXECUTED and name not in _PARTS and name not in KINDS:
            self.document.error("element-unknown", part, type=name)

    def _event(self, child: etree._Element, node: Node) -> None:
        document = self.document
        node.triggers = read_triggers(document, child)
        node.needs_all = document.truth(child, "parallelMultiple", False)
        attribute = "cancelActivity" if node.type == "boundaryEvent" else "isInterrupting"
        node.interrupting = document.truth(child, attribute, True)
        node.outputs, node.inputs = read_outputs(document, child), read_inputs(document, child)

    def _gateway(self, child: etree._Element, node: Node) -> None:
        document = self.document
        if node.type == "eventBasedGateway":
            node.instantiates = document.truth(child, "instantiate", False)
            node.event_gateway_type = child.get("eventGatewayType") or "Exclusive"
        elif node.type == "complexGateway":
            node.activation = document.expression(document.written(child, "activationCondition"), child)
        node.direction = child.get("gatewayDirection") or "Unspecified"

    def _activity(self, child: etree._Element, node: Node) -> None:
        document = self.document
        node.start_quantity = document.whole_number(child, "startQuantity", 1, 1)
        node.completion_quantity = document.whole_number(child, "completionQuantity", 1, 1)
        node.for_compensation = document.truth(child, "isForCompensation", False)
        node.loop = read_loop(document, child)
        node.inputs = read_inputs(document, child)
        node.outputs = read_outputs(document, child)
        node.input_sets, node.output_sets = read_sets(child, "Input"), read_sets(child, "Output")
        if node.type in SUB_PROCESSES:
            self._inner(child, node)
            if any(trigger.kind == "compensation" for start in event_start(node) for trigger in start.triggers):
                node.for_compensation = False  # its start says it already: it is begun by its event (10.7), not joined
            return
        node.instantiates = document.truth(child, "instantiate", False)
        node.work = read_work(document, child, self.decisions)

    def _inner(self, child: etree._Element, node: Node) -> None:
        document = self.document
        kind: ScopeKind = node.type  # type: ignore[assignment]
        if document.truth(child, "triggeredByEvent", False):
            kind = "eventSubProcess"
            node.type = "eventSubProcess"
        scope = Scope(node.id, kind, node.scope.process_id, node.name, node, node.scope, file=document.file)
        node.inner = scope
        if depth_of(scope) > DEEPEST_DRAWING:
            document.error("nested-too-deep", child, most=DEEPEST_DRAWING)
            scope.frayed = {node.id}  # what is in it is not read, so nobody calls it empty
            return
        if kind == "transaction" and (child.get("method") or "##Compensate").lstrip("#") != "Compensate":
            document.error("not-run", child, what=f"transaction {child.get('method')}")
        if kind == "adHocSubProcess":
            scope.ordered = child.get("ordering") == "Sequential"
            scope.cancel_remaining = document.truth(child, "cancelRemainingInstances", True)
            scope.completion = document.expression(document.written(child, "completionCondition"), child)
        self.read(child, scope)

    def _flow(self, child: etree._Element, scope: Scope) -> None:
        document = self.document
        own = document.id_of(child)
        ends = [scope.nodes.get(without_prefix(child.get(end) or "")) for end in ("sourceRef", "targetRef")]
        for end, node in zip(("sourceRef", "targetRef"), ends, strict=True):
            if node is None:
                self._loose(child, end)
        source, target = ends
        if source is None or target is None:
            scope.frayed |= {node.id for node in ends if node is not None} or set(scope.nodes)
            return
        condition = document.expression(document.written(child, "conditionExpression"), child)
        flow = Flow(own, source, target, condition)
        scope.flows[own] = flow
        source.outgoing.append(flow)
        target.incoming.append(flow)

    def _loose(self, flow: etree._Element, end: str) -> None:
        reference = without_prefix(flow.get(end) or "")
        rule = "flow-crosses" if reference in self.document.by_id else "flow-end-unknown"
        if not reference:
            rule = "flow-loose"
        self.document.error(rule, flow, attribute=end, id=flow.get(end) or "")

    def _empty_condition(self, child: etree._Element, scope: Scope) -> None:
        """A flow out of an activity that is drawn as conditional, but does not say when, leaves the choice open."""
        flow = scope.flows.get(child.get("id") or "")
        if flow is None or flow.condition is not None or child.find(bpmn("conditionExpression")) is None:
            return
        source = flow.source
        if source.is_activity and len(source.outgoing) > 1 and source.default is not flow:
            self.document.error("condition-empty", child)

    def _default(self, child: etree._Element, scope: Scope) -> None:
        reference = child.get("default")
        node = scope.nodes.get(child.get("id") or "")
        if reference is None or node is None:
            return
        flow = scope.flows.get(without_prefix(reference))
        if flow is None or flow.source is not node:
            self.document.error("default-flow", child, id=reference)
        else:
            node.default = flow

    def _attach(self, child: etree._Element, scope: Scope) -> None:
        event = scope.nodes.get(child.get("id") or "")
        if event is None or event.type != "boundaryEvent":
            return
        host = scope.nodes.get(without_prefix(child.get("attachedToRef") or ""))
        if host is None or not host.is_activity:
            self.document.error("boundary-host", child, id=child.get("attachedToRef") or "")
            return
        event.host = host
        host.boundaries.append(event)


def depth_of(scope: Scope) -> int:
    """How many scopes there are around this one."""
    depth = 0
    while scope.parent is not None:
        depth, scope = depth + 1, scope.parent
    return depth


def _nodes_in(scope: Scope) -> Iterator[tuple[str, Node]]:
    for own, node in scope.nodes.items():
        yield own, node
        if node.inner is not None:
            yield from _nodes_in(node.inner)
