"""What the diagram of a file says must belong to the model beside it (2.0.2, chapter 12). It never changes a step."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import DIAGRAM, namespace, without_prefix


def check_diagram(document: Document) -> None:
    """Shapes, lines and labels have ids of their own and show elements that exist."""
    used = set(document.by_id)
    for element in document.root.iter(etree.Element):
        if namespace(element) not in DIAGRAM:
            continue
        own, shown = element.get("id"), element.get("bpmnElement")
        if own is not None and own in used:
            document.error("duplicate-id", element, id=own)
        used.add(own or "")
        if shown is not None and document.find(shown, element) is None and without_prefix(shown) not in used:
            document.warn("diagram-element", element, id=shown)
