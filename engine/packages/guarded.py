"""What nobody brings about alone by hand: that a fee counts as paid, that an office decides, that a paper is issued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn import Element, ProcessDefinition
from engine.packages.house_operations import HOUSE_OPERATIONS

ISSUES: Final = "certificates.issue"
_DECIDED: Final = frozenset(row.decides for row in HOUSE_OPERATIONS.values() if row.decides)


def guarded(process: ProcessDefinition) -> Mapping[str, str]:
    """The elements of a drawing that need two, in the order drawn: each with ``payment``, ``decision`` or ``issue``.

    A decision is a task that decides the way, an operation with which the office decides, or an end with its outcome.
    """
    found = {element.id: _why(element) for element in process.elements.values()}
    return {element_id: why for element_id, why in found.items() if why}


def _why(element: Element) -> str:
    operation = HOUSE_OPERATIONS.get(element.operation)
    if element.properties.get("kind") == "payment":
        return "payment"
    if element.operation == ISSUES:
        return "issue"
    decides = element.properties.get("decides") or (operation.decides if operation else "")
    return "decision" if decides or element.properties.get("outcome") in _DECIDED else ""
