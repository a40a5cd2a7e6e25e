"""References that nothing here executes, but that a sound file keeps (BPMN 2.0.2, chapters 8 to 10)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.document import Document
from engine.bpmn.xml import BPMN, bpmn, local_name, namespace, text_of, without_prefix

_BY_ATTRIBUTE: Final = {
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "itemRef": frozenset({"itemDefinition"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "operationRef": frozenset({"operation"}),
    "definitionalCollaborationRef": frozenset({"collaboration"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "categoryValueRef": frozenset({"categoryValue"}),
}
_BY_ELEMENT: Final = {
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "errorRef": frozenset({"error"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "interfaceRef": frozenset({"interface"}),
}


def check_references(document: Document) -> None:
    """Each reference leads to an element of the right type; a node's own lists of flows agree with the flows."""
    for element in document.root.iter(etree.Element):
        if namespace(element) != BPMN:
            continue
        for attribute, types in _BY_ATTRIBUTE.items():
            if element.get(attribute) is not None:
                _check(document, element, attribute, element.get(attribute) or "", types)
        if local_name(element) in _BY_ELEMENT:
            _check(document, element, local_name(element), text_of(element), _BY_ELEMENT[local_name(element)])
        elif local_name(element) == "association":
            for end in ("sourceRef", "targetRef"):
                _check(document, element, end, element.get(end) or "", None)
        elif local_name(element) == "sequenceFlow":
            _flow_lists(document, element)
        elif local_name(element) == "ioSpecification":
            _data_sets(document, element)


def _check(
    document: Document, element: etree._Element, attribute: str, reference: str, types: frozenset[str] | None
) -> None:
    prefix, _, _ = reference.rpartition(":")
    if prefix and element.nsmap.get(prefix) not in (None, document.root.get("targetNamespace")):
        return
    target = document.by_id.get(without_prefix(reference))
    if target is None:
        document.warn("reference-unknown", element, attribute=attribute, id=reference)
    elif types is not None and local_name(target) not in types:
        document.warn("reference-type", element, attribute=attribute, id=reference, type=local_name(target))


def _flow_lists(document: Document, flow: etree._Element) -> None:
    """A node that lists its flows must list this one, on the right side."""
    own = flow.get("id")
    for end, side, other in (("sourceRef", "outgoing", "incoming"), ("targetRef", "incoming", "outgoing")):
        node = document.by_id.get(without_prefix(flow.get(end) or ""))
        if node is None or own is None:
            continue
        listed = [without_prefix(text_of(entry)) for entry in node.iterfind(bpmn(side))]
        wrong = [without_prefix(text_of(entry)) for entry in node.iterfind(bpmn(other))]
        loop = flow.get("sourceRef") == flow.get("targetRef")
        if (listed and own not in listed) or (own in wrong and not loop):
            document.warn("flow-lists", node, id=own)


def _data_sets(document: Document, specification: etree._Element) -> None:
    """Every data input is in an input set, every data output in an output set (10.4.2)."""
    for kind, sets in (("dataInput", "inputSet"), ("dataOutput", "outputSet")):
        listed = {
            without_prefix(text_of(reference))
            for one in specification.iterfind(bpmn(sets))
            for reference in one.iterfind(bpmn(f"{kind}Refs"))
        }
        for entry in specification.iterfind(bpmn(kind)):
            if entry.get("id") not in listed:
                document.warn("data-sets", specification, id=entry.get("id") or "")
