"""Validates files against the XML schema of BPMN 2.0 that SpiffWorkflow ships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from engine.bpmn.xml import SPIFF

_MOST_BREACHES = 20
_SAID_BETTER: Final = re.compile(r"(sequence|message)Flow': The attribute '(source|target)Ref' is required but missing")
"""A flow that is not connected: a rule of ours names it."""
_NO_NAME: Final = re.compile(
    r"'([^']*)' is not a valid value of the (?:atomic|list|local atomic) type 'xs:(ID|IDREF|QName)'"
)
_NAME: Final = re.compile(r"[^\W\d][\w.\-\u00b7]*")
"""Near enough to the names of XML (NCName) to say that something is none."""


def breaches(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """(id of the nearest element, what the schema says) for each breach; nothing for a valid file.

    An attribute or element that the schema does not know would be ignored by every reader, so a misspelt
    `isInterrupting` would change the execution without a word. Extensions of SpiffWorkflow are looked at where they
    are read; its own schema for them is stricter than its parser.
    """
    schema = VALIDATOR.validator
    if schema.validate(root):
        return
    ids = frozenset(element.get("id") for element in root.iter(etree.Element))
    ours = [entry for entry in schema.error_log if _counts(str(entry.message), ids)]
    for entry in ours[:_MOST_BREACHES]:
        message = str(entry.message).replace("{http://www.omg.org/spec/BPMN/20100524/MODEL}", "")
        yield _nearest_id(root, entry.path), message[:300]


def ids_that_are_no_names(root: etree._Element) -> list[str]:
    """Ids such as `1st task`, which some tools write: they identify all the same."""
    ids = (element.get("id") for element in root.iter(etree.Element))
    return [own for own in ids if own and not _NAME.fullmatch(own)]


def _counts(message: str, ids: frozenset[str | None]) -> bool:
    if SPIFF in message or _SAID_BETTER.search(message):
        return False
    no_name = _NO_NAME.search(message)
    return no_name is None or no_name.group(1) not in ids


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
