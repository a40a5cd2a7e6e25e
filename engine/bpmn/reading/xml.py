"""From bytes to an XML tree, refusing everything that is not plain, bounded XML."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.language.reasons import Reason, because

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE: Final = f"{{{INSTANCE}}}type"
DIAGRAM: Final = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
    }
)
VENDORS: Final = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
    "http://www.jboss.org/drools": "drools",
    "http://www.bpsim.org/schemas/1.0": "bpsim",
}
"""Engines whose extensions are known, by namespace."""
LARGEST_FILE: Final = 5_000_000
MOST_ELEMENTS: Final = 100_000
MOST_ATTRIBUTES: Final = 100
"""For each element. The schema validator takes time with the square of either number."""


_NONE: Final = Reason("", "")


class XmlRefused(Exception):
    """The bytes are no acceptable XML; ``rule`` is the entry of the catalogue, ``reason`` its detail."""

    def __init__(self, rule: str, reason: Reason = _NONE) -> None:
        self.rule, self.reason = rule, reason
        super().__init__(f"{rule}: {reason}")


def read_xml(data: bytes) -> etree._Element:
    """The root element, without comments and processing instructions; raises XmlRefused.

    A document type is refused before parsing, so neither entities nor external subsets are ever looked at; the
    network is off, and libxml2's own limits on depth and text length stay on.
    """
    if len(data) > LARGEST_FILE:
        raise XmlRefused("file-too-large", because("bytes", number=LARGEST_FILE // 1_000_000))
    if not data.strip():
        raise XmlRefused("file-empty")
    visible = data.replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in visible or b"<!ENTITY" in visible:
        raise XmlRefused("document-type")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        # Blanks before the declaration, which XML forbids, are what copying and pasting leaves.
        root = etree.fromstring(data.lstrip(b" \t\r\n"), parser)
    except etree.XMLSyntaxError as mistake:
        line, column = mistake.position
        raise XmlRefused("not-xml", because("xml-place", line=line or 1, column=column)) from None
    except (ValueError, LookupError):
        raise XmlRefused("not-xml", because("xml-encoding")) from None
    if root is None:
        raise XmlRefused("file-empty")
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("document-type")
    _bounded(root)
    _without_blanks(root)
    return root


def _bounded(root: etree._Element) -> None:
    for number, element in enumerate(root.iter(etree.Element), start=1):
        if number > MOST_ELEMENTS:
            raise XmlRefused("file-too-large", because("elements", most=MOST_ELEMENTS))
        if len(element.attrib) > MOST_ATTRIBUTES:
            raise XmlRefused(
                "file-too-large",
                because("attributes", element=local_name(element)[:80], line=element.sourceline, most=MOST_ATTRIBUTES),
            )


def _without_blanks(root: etree._Element) -> None:
    """Take away the attributes of BPMN in which nothing is written: editors leave them where a field was cleared."""
    for element in root.iter(f"{{{BPMN}}}*"):
        for attribute in [name for name, value in element.attrib.items() if not value.strip()]:
            del element.attrib[attribute]


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: etree._Element) -> str | None:
    """The element's namespace, None when it has none."""
    return element.tag[1:].rpartition("}")[0] or None


def bpmn(name: str) -> str:
    """A BPMN name as lxml writes it."""
    return f"{{{BPMN}}}{name}"


def spiff(name: str) -> str:
    """A name of the spiffworkflow extension as lxml writes it."""
    return f"{{{SPIFF}}}{name}"


def text_of(element: etree._Element | None) -> str:
    """The element's own text, trimmed; empty when there is none."""
    return ("".join(str(part) for part in element.itertext()) if element is not None else "").strip()


def without_prefix(reference: str) -> str:
    """A QName reference without its prefix: ``tns:message_1`` refers to ``message_1``."""
    return reference.strip().rpartition(":")[2]
