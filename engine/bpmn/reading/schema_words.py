"""What the schema validator found, in our own words: libxml2 words it in English, for people who know XML Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.language.reasons import Reason, because

_ELEMENT: Final = re.compile(r"^Element '(?:\{[^}]*\})?([^']*)'")
_ATTRIBUTE: Final = re.compile(r"[aA]ttribute '(?:\{[^}]*\})?([^']*)'(?:: | is required)")
_VALUE: Final = re.compile(
    r"(?:: |The value |The QName value )'((?:(?!': ').)*)' (?:is not a valid value"
    r"|is not an element of the set \{(.*)\}|has no corresponding namespace)",
    re.DOTALL,
)
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( (.*) \)")
_SPACE: Final = re.compile(r"\{[^}]*\}|#+")
_LONGEST: Final = 120

_RULES: Final[Mapping[str, str]] = {
    "SCHEMAV_ELEMENT_CONTENT": "xsd-element",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "xsd-attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "xsd-attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "xsd-missing",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "xsd-value",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_2": "xsd-value",
    "SCHEMAV_CVC_ENUMERATION_VALID": "xsd-choice",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "xsd-text",
    "SCHEMAV_CVC_TYPE_3_1_2": "xsd-inside",
    "SCHEMAV_CVC_ELT_4_3": "xsd-type",
}
"""The validator's kinds of breaches, by the constraint of XML Schema 1.0, and our reason for each."""


def in_words(entry: etree._LogEntry) -> Reason:
    """One breach in both languages: the element, what is wrong with it, and the line of the file."""
    message = str(entry.message)
    detail = {
        "element": _first(_ELEMENT, message),
        "attribute": _first(_ATTRIBUTE, message),
        "value": _whole(_VALUE, message),
        "known": _first(_VALUE, message, 2),
        "expected": _first(_EXPECTED, message),
    }
    rule = _RULES.get(str(entry.type_name), "xsd-other")
    if rule == "xsd-element" and "Missing child" in message:
        rule = "xsd-child"
    if rule == "xsd-value" and not detail["attribute"]:
        rule = "xsd-content"
    said = because(rule, message=_SPACE.sub("", message).rstrip(".")[:300], **detail)
    return because("at-line", reason=said, line=entry.line) if entry.line else said


def _whole(pattern: re.Pattern[str], message: str) -> str:
    """The first group as it is written, where braces and number signs are no namespace: ``${x}``."""
    found = pattern.search(message)
    words = " ".join(found.group(1).split()) if found else ""
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def _first(pattern: re.Pattern[str], message: str, group: int = 1) -> str:
    found = pattern.search(message)
    words = " ".join(_SPACE.sub("", found.group(group) or "").split()) if found else ""
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
