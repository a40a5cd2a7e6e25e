"""What lanes list beside flow nodes."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import local_name

_DRAWN_IN_LANES: Final = frozenset(
    {
        "sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput",
        "textAnnotation", "association", "group",
    }
)  # fmt: skip


def no_flow_node(document: Document, lane: etree._Element, reference: str) -> None:
    """Some tools list all that is drawn in a lane; what cannot run needs nobody to do it."""
    target = document.find(reference, lane)
    if target is None or local_name(target) not in _DRAWN_IN_LANES:
        document.error("lane-reference", lane, id=reference)
    elif (told := f"lane-lists {document.id_of(lane)}") not in document.told:
        document.told.add(told)
        document.warn("lane-lists", lane, id=reference)
