"""What an element says in extensions, in the writing of any editor: its settings, its operation, its decision.

SpiffWorkflow, Camunda and Zeebe each have a list of properties under a name of their own, and mean the same with it.
What has an element of its own in SpiffWorkflow's writing (the operation of a service task with its parameters, the
decision of a business rule task) can be said with properties too, which is all that other editors can write.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.reading.xml import SPIFF, VENDORS, bpmn, spiff, text_of

WRITERS: Final = frozenset({"camunda", "operaton", "zeebe"})
"""Other engines whose list of properties is read like that of SpiffWorkflow."""
OPERATOR: Final = "operator"
RESULT: Final = "result"
PARAMETER: Final = "parameter."
"""How the name of a property begins that is a parameter of the operation."""
DECISION: Final = "decision"
_SPACES: Final = (SPIFF, *(space for space, vendor in VENDORS.items() if vendor in WRITERS))
_OF_EDITOR: Final = ":"
"""In a name: the note of an editor to itself, such as ``camundaModeler:exampleOutputJson``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service task asks for: the operation (empty when its extension names none), an expression for each
    parameter in their order, and the variable that takes the answer."""

    operator: str
    parameters: tuple[tuple[str, str], ...]
    result: str
    place: etree._Element


def property_entries(element: etree._Element) -> Iterator[etree._Element]:
    """Every property that is written at an element, whoever's the list is. Other editors leave an empty one where a
    field was cleared: it says nothing."""
    for held in element.iterfind(bpmn("extensionElements")):
        for space in _SPACES:
            for entry in held.iterfind(f"{{{space}}}properties/{{{space}}}property"):
                if space == SPIFF or _is_setting(entry):
                    yield entry


def _is_setting(entry: etree._Element) -> bool:
    return _OF_EDITOR not in (entry.get("name") or "") and bool((entry.get("value") or "").strip())


def properties_of(element: etree._Element) -> dict[str, str]:
    """The properties of an element; of one that is written twice the last, which is reported where it differs."""
    return {entry.get("name") or "": entry.get("value") or "" for entry in property_entries(element)}


def contradictions(element: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Properties that are written several times with different values, with these."""
    written: dict[str, dict[str, None]] = {}
    for entry in property_entries(element):
        written.setdefault(entry.get("name") or "", {})[entry.get("value") or ""] = None
    yield from ((name, tuple(values)) for name, values in written.items() if len(values) > 1)


def has_notes_of_editor(held: etree._Element) -> bool:
    """Whether a list of properties of another engine holds some that are no settings."""
    return any(_OF_EDITOR in (entry.get("name") or "") for entry in held)


def extension(element: etree._Element, name: str) -> etree._Element | None:
    """A spiffworkflow extension element directly under the element's extensionElements."""
    return element.find(f"{bpmn('extensionElements')}/{spiff(name)}")


def asked_of(task: etree._Element) -> Asked | None:
    """The operation that a service task names in an extension, None when it names none there."""
    drawn = extension(task, "serviceTaskOperator")
    if drawn is not None:
        listed = drawn.iterfind(f"{spiff('parameters')}/{spiff('parameter')}")
        parameters = tuple((entry.get("id") or "", entry.get("value") or "") for entry in listed)
        return Asked(drawn.get("id") or "", parameters, drawn.get("resultVariable") or "", drawn)
    properties = properties_of(task)
    if not properties.get(OPERATOR):
        return None
    parameters = tuple(
        (name.removeprefix(PARAMETER), value) for name, value in properties.items() if name.startswith(PARAMETER)
    )
    return Asked(properties[OPERATOR], parameters, properties.get(RESULT, ""), task)


def decision_of(task: etree._Element) -> str:
    """The decision that a business rule task asks, empty when no extension names one."""
    return text_of(extension(task, "calledDecisionId")) or properties_of(task).get(DECISION, "").strip()
