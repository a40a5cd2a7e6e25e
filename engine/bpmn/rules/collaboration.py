"""The rules of BPMN 2.0.2 about pools, message flows and conversations (chapter 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.graph import Node, Scope, triggers_of
from engine.bpmn.reading.assemble import nodes_of
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import bpmn, local_name, without_prefix

_TALKS: Final = frozenset({"conversation", "subConversation", "callConversation"})
_NUMBERS: Final = (("minimum", 0), ("maximum", 1))
_CHOREOGRAPHIES: Final = ("choreography", "globalChoreographyTask")


def check_collaboration(document: Document, processes: Mapping[str, Scope]) -> None:
    """Message flows join what can send with what can receive in another pool."""
    pools: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    shown: set[str] = set()
    for participant in document.root.iter(bpmn("participant")):
        own = document.id_of(participant)
        pools[own] = own
        process_id = without_prefix(participant.get("processRef") or "")
        process = processes.get(process_id)
        for node in nodes_of(process) if process is not None and process_id not in shown else ():
            if node.id not in nodes or node.scope.file == document.file:
                pools[node.id] = own
                nodes[node.id] = node
        shown.add(process_id)
        _number(document, participant)
    for flow in document.root.iter(bpmn("messageFlow")):
        _message_flow(document, flow, pools, nodes)
    for talk in document.root.iter(*map(bpmn, _TALKS)):
        if len(talk.findall(bpmn("participantRef"))) < 2:
            document.error("conversation-participants", talk)
    for link in document.root.iter(bpmn("conversationLink")):
        ends = [document.find(link.get(end) or "", link) for end in ("sourceRef", "targetRef")]
        if sum(end is not None and local_name(end) in _TALKS for end in ends) != 1:
            document.error("conversation-link", link)
    for choreography in document.root.iterchildren(*map(bpmn, _CHOREOGRAPHIES)):
        document.error("choreography", choreography)


def _number(document: Document, participant: etree._Element) -> None:
    """At least none and at most one participant where nothing else is said (table 9.4)."""
    several = participant.find(bpmn("participantMultiplicity"))
    if several is None:
        return
    least, most = (document.whole_number(several, name, default, default) for name, default in _NUMBERS)
    if least > most:
        document.error("participants-number", several, least=least, most=most)


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
    return node.is_activity and node.type != "receiveTask"


def _receives(node: Node) -> bool:
    if node.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        return any(trigger.kind == "message" for trigger in triggers_of(node))
    return node.is_activity and node.type != "sendTask"
