"""Validates files against the XML schema of BPMN 2.0 that SpiffWorkflow ships."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from engine.bpmn.xml import SPIFF

_MOST_BREACHES = 20


def breaches(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """(id of the nearest element, what the schema says) for each breach; nothing for a valid file.

    An attribute or element that the schema does not know would be ignored by every reader, so a misspelt
    `isInterrupting` would change the execution without a word. Extensions of SpiffWorkflow are looked at where they
    are read; its own schema for them is stricter than its parser.
    """
    schema = VALIDATOR.validator
    if schema.validate(root):
        return
    ours = [entry for entry in schema.error_log if SPIFF not in str(entry.message)]
    for entry in ours[:_MOST_BREACHES]:
        message = str(entry.message).replace("{http://www.omg.org/spec/BPMN/20100524/MODEL}", "")
        yield _nearest_id(root, entry.path), message[:300]


def _nearest_id(root: etree._Element, path: str | None) -> str | None:
    try:
        found = root.getroottree().xpath(path or "/*")
    except etree.XPathError:
        # The path names a prefix of the file's own, which XPath cannot know.
        return None
    element = found[0] if isinstance(found, list) and found else None
    while isinstance(element, etree._Element) and element.get("id") is None:
        element = element.getparent()
    return element.get("id") if isinstance(element, etree._Element) else None
