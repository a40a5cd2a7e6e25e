"""The rules of BPMN 2.0.2 about pools and message flows (9.2 and 9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.arming import triggers_of
from engine.bpmn.assemble import nodes_of
from engine.bpmn.document import Document
from engine.bpmn.graph import Node, Scope
from engine.bpmn.xml import bpmn, without_prefix

_TASKS_SEND: Final = frozenset({"task", "sendTask", "serviceTask", "userTask", "businessRuleTask", "scriptTask"})
_TASKS_RECEIVE: Final = frozenset({"task", "receiveTask", "serviceTask", "userTask"})
_WHOLE: Final = frozenset({"subProcess", "callActivity", "transaction", "adHocSubProcess", "manualTask"})


def check_collaboration(document: Document, processes: Mapping[str, Scope]) -> None:
    """Message flows join what can send with what can receive in another pool."""
    pools: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for participant in document.root.iter(bpmn("participant")):
        own = document.id_of(participant)
        pools[own] = own
        process_id = without_prefix(participant.get("processRef") or "")
        process = processes.get(process_id)
        for node in nodes_of(process) if process is not None else ():
            pools[node.id] = own
            nodes[node.id] = node
    for flow in document.root.iter(bpmn("messageFlow")):
        _message_flow(document, flow, pools, nodes)


def _message_flow(
    document: Document, flow: etree._Element, pools: Mapping[str, str], nodes: Mapping[str, Node]
) -> None:
    ends = [without_prefix(flow.get(end) or "") for end in ("sourceRef", "targetRef")]
    if any(end not in pools for end in ends) or pools[ends[0]] == pools[ends[1]]:
        document.error("message-flow-ends", flow)
        return
    for end, fits in zip(ends, (_sends, _receives), strict=True):
        if end in nodes and not fits(nodes[end]):
            document.error("message-flow-type", flow, id=end)


def _sends(node: Node) -> bool:
    if node.type in ("endEvent", "intermediateThrowEvent"):
        return any(trigger.kind == "message" for trigger in node.triggers)
    return node.type in _TASKS_SEND or node.type in _WHOLE


def _receives(node: Node) -> bool:
    if node.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        return any(trigger.kind == "message" for trigger in triggers_of(node))
    return node.type in _TASKS_RECEIVE or node.type in _WHOLE
