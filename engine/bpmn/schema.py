"""Validates files against the XML schema of BPMN 2.0 that SpiffWorkflow ships."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

_MOST_BREACHES = 20


def breaches(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """(id of the nearest element, what the schema says) for each breach; nothing for a valid file.

    An attribute or element that the schema does not know would be ignored by every reader, so a misspelt
    `isInterrupting` would change the execution without a word.
    """
    schema = VALIDATOR.validator
    if schema.validate(root):
        return
    for entry in list(schema.error_log)[:_MOST_BREACHES]:
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
