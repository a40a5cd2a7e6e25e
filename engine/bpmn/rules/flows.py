"""What a file writes about sequence flows beside the flows themselves must agree with them (2.0.2, 8.4.13 and 10.1)."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import bpmn, local_name, text_of, without_prefix

_ENDS: Final = {"incoming": "targetRef", "outgoing": "sourceRef"}


def check_flows(document: Document) -> None:
    """Elements that list their flows list exactly those that enter or leave them; executed flows are immediate."""
    for process in document.root.iterfind(bpmn("process")):
        if process.get("processType") == "Public" and document.truth(process, "isExecutable", False):
            document.error("process-public", process)
    joined: dict[tuple[str, str], set[str]] = defaultdict(set)
    told: set[str] = set()
    for flow in document.root.iter(bpmn("sequenceFlow")):
        for side, end in _ENDS.items():
            joined[side, without_prefix(flow.get(end) or "")].add(flow.get("id") or "")
            if without_prefix(flow.get(end) or "") not in document.by_id:
                told.add(flow.get("id") or "")  # an end that is not there is told of the flow
        _immediate(document, flow)
    listed: dict[tuple[str, etree._Element], set[str]] = defaultdict(set)
    for entry in document.root.iter(*map(bpmn, _ENDS)):
        node = entry.getparent()
        if node is not None:
            listed[local_name(entry), node].add(without_prefix(text_of(entry)))
    for (side, node), flows in listed.items():
        for wrong in sorted((flows ^ joined[side, node.get("id") or ""]) - told):
            told.add(wrong)
            document.error("flow-lists", node, id=wrong)


def _immediate(document: Document, flow: etree._Element) -> None:
    """In an executable process nothing may happen on a sequence flow that is not drawn (table 8.60)."""
    if is_executable(document, flow) and not document.truth(flow, "isImmediate", True):
        document.error("flow-immediate", flow)


def is_executable(document: Document, element: etree._Element) -> bool:
    """Whether the element lies in a process that is said to be executable."""
    process = next(element.iterancestors(bpmn("process")), None)
    return process is not None and document.truth(process, "isExecutable", False)
