"""Validates files against the XML schema of BPMN 2.0 that SpiffWorkflow ships."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.bpmn.language.reasons import Reason, because
from engine.bpmn.reading.schema_words import in_words
from engine.bpmn.reading.xml import BPMN, DIAGRAM, bpmn, local_name, namespace
from engine.bpmn.spiff.schema import order_of_children, schema_of_bpmn

_MOST_BREACHES = 20
_MOST_LISTED: Final = 2_000
"""Breaches whose places are looked for."""
_SAID_BETTER: Final = re.compile(
    r"(sequence|message)Flow': The attribute '(source|target)Ref' is required but missing"
    r"|definitions': The attribute 'targetNamespace' is required but missing"
)
"""A flow that is not connected, or a file that names no target namespace: a rule of ours says it."""
_NO_NAME: Final = re.compile(
    r"'([^']*)' is not a valid value of the (?:atomic|list|local atomic) type 'xs:(ID|IDREF|QName)'"
)
_FIRST: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = f"[{_FIRST}][{_FIRST}\\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*"
"""The names of XML without colon (XML 1.0, fifth edition, 2.3): Khmer vowel signs are letters here. A text,
since so many signs take long to compile, and few files have another name."""


_ANYWHERE: Final = frozenset(
    {
        "documentation", "extensionElements", "import", "extension", "relationship", "BPMNDiagram",
        "auditing", "monitoring", "categoryValueRef", "incoming", "outgoing", "textAnnotation", "association", "group",
        "resourceRole", "performer", "humanPerformer", "potentialOwner", "correlationSubscription", "supports",
    }
)  # fmt: skip
"""What has no meaning where it stands among its neighbours, and what many tools write elsewhere."""


def breaches(root: etree._Element) -> Iterator[tuple[str, str | None, Reason]]:
    """(rule, id of the nearest element, what the schema says) for each breach; nothing for a valid file.

    An attribute or element that the schema does not know would be ignored by every reader, so a misspelt
    ``isInterrupting`` would change the execution without a word. What has no effect is no breach: what is written into
    extensionElements (those of SpiffWorkflow are looked at where they are read); and the place of documentation,
    artifacts and lists of flows among their neighbours, which many tools get wrong, is a rule of its own, as is the
    target namespace, which only imports need. A diagram that shows nothing is as if it were not there.
    """
    schema = schema_of_bpmn()
    if _hopeless(root, schema):
        yield "schema", None, because("xsd-many", most=_MOST_LISTED)
        return
    if schema.validate(root):
        return
    root, moved = _plain(root)
    if moved is not None:
        yield "schema-order", moved, Reason("", "")
    if schema.validate(root):
        return
    ids = frozenset(element.get("id") for element in root.iter(etree.Element))
    ours = [entry for entry in schema.error_log if _counts(str(entry.message), ids)]
    spaces = {
        prefix: space for element in root.iter(etree.Element) for prefix, space in element.nsmap.items() if prefix
    }
    for entry in ours[:_MOST_BREACHES]:
        yield "schema", _nearest_id(root, entry.path, spaces), in_words(entry)


def _hopeless(root: etree._Element, schema: etree.XMLSchema) -> bool:
    """True for a large file with thousands of breaches: finding the place of each takes time with their square.

    Validating while parsing finds no places and no ids that are used twice, but is quick; those ids are counted.
    """
    ids = [own for element in root.iter(etree.Element) if (own := element.get("id"))]
    if len(ids) < _MOST_LISTED:
        return False
    if len(ids) - len(set(ids)) > _MOST_LISTED:
        return True
    parser = etree.XMLParser(schema=schema, resolve_entities=False, no_network=True)
    try:
        etree.fromstring(etree.tostring(root), parser)
    except etree.XMLSyntaxError:
        return len(parser.error_log) > _MOST_LISTED
    return False


def ids_that_are_no_names(root: etree._Element) -> list[str]:
    """Ids such as ``1st task``, which some tools write: they identify all the same."""
    ids = (one.get("id") for one in root.iter(etree.Element) if namespace(one) == BPMN or namespace(one) in DIAGRAM)
    return [own for own in ids if own and not re.fullmatch(_NAME, own)]


def _counts(message: str, ids: frozenset[str | None]) -> bool:
    if _SAID_BETTER.search(message):
        return False
    no_name = _NO_NAME.search(message)
    return no_name is None or no_name.group(1) not in ids


def _plain(root: etree._Element) -> tuple[etree._Element, str | None]:
    """A copy without the contents of extensionElements, in the schema's order; and where something had to be moved."""
    plain, moved = copy.deepcopy(root), None
    for element in plain.iter(bpmn("extensionElements")):
        element[:] = []
    for diagram in [one for one in plain.iterchildren() if namespace(one) in DIAGRAM and len(one) == 0]:
        plain.remove(diagram)
    order = order_of_children()
    for element in plain.iter(f"{{{BPMN}}}*"):
        ordered = _in_order(element, order.get(local_name(element), {}))
        if ordered != list(element):
            element[:] = ordered
            moved = moved or element.get("id") or ""
    return plain, moved


def _in_order(element: etree._Element, places: Mapping[str, int]) -> list[etree._Element]:
    """The children with those that may stand anywhere at the schema's places; all others stay in their order."""
    keys: list[int] = []
    last = 0
    for child in element:
        name = local_name(child)
        place = places.get(name, last) if namespace(child) == BPMN or namespace(child) in DIAGRAM else last
        if name not in _ANYWHERE:
            place = last = max(last, place)
        keys.append(place)
    return [child for _, child in sorted(zip(keys, element, strict=True), key=lambda pair: pair[0])]


def _nearest_id(root: etree._Element, path: str | None, spaces: dict[str, str]) -> str | None:
    try:
        found = root.getroottree().xpath(path or "/*", namespaces=spaces)
    except etree.XPathError:
        # The path names a prefix that stands for different namespaces in different places.
        return None
    element = found[0] if isinstance(found, list) and found else None
    while isinstance(element, etree._Element) and element.get("id") is None:
        element = element.getparent()
    return element.get("id") if isinstance(element, etree._Element) else None
