"""What other engines' extensions say that would change the execution: refused with the way to say it in BPMN.

BPMN lets every engine add elements and attributes of its own. Those that only help people or an engine's bookkeeping
are left out with a note. Those that say what is done, with which values or how often would make the case run otherwise
than its author saw it run elsewhere; nothing of that is dropped silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import BPMN, VENDORS, bpmn, local_name, namespace

Subject = Literal["service", "call", "decision", "script", "list"]
_SAYS: Final[dict[Subject, frozenset[str]]] = {
    "service": frozenset(
        {"class", "expression", "delegateExpression", "type", "topic", "taskDefinition", "connector", "taskName"}
    ),
    "call": frozenset({"calledElement", "caseRef", "calledElementType"}),
    "decision": frozenset(
        {"decisionRef", "decisionTableReferenceKey", "calledDecision", "ruleFlowGroup", "rules", "class", "expression",
         "delegateExpression", "type", "topic", "taskDefinition"}
    ),
    "script": frozenset({"script", "resource", "taskDefinition"}),
    "list": frozenset({"collection", "loopCharacteristics", "elementVariable"}),
}  # fmt: skip
"""By what is missing in BPMN: extensions that say it in an engine's own way."""
_MOVES_VALUES: Final = frozenset(
    {
        "inputOutput", "ioMapping", "resultVariable", "resultVariableName", "errorCodeVariable",
        "errorMessageVariable", "escalationCodeVariable",
    }
)  # fmt: skip
_RUNS_CODE: Final = frozenset(
    {"executionListener", "taskListener", "executionListeners", "onEntry-script", "onExit-script"}
)
_NAMESPACES: Final = {vendor: space for space, vendor in VENDORS.items()}
_INSIDE: Final = frozenset({"in", "out"})
_ALONE: Final = {"skipExpression": "vendor-skip", "subscription": "vendor-correlation"}


def missing(document: Document, element: etree._Element, subject: Subject, rule: str) -> None:
    """Report that BPMN does not say something: by ``rule``, or by the extension that says it to another engine only."""
    holders = (element, *element.iterfind(bpmn("multiInstanceLoopCharacteristics")))
    named = {name for holder in holders for name, _ in _extensions(holder)}
    found = min((name for name in named if name.partition(":")[2] in _SAYS[subject]), default=None)
    if found is None:
        document.error(rule, element)
    else:
        document.error(f"vendor-{subject}", element, extension=found)
        document.told.add(found)


def check_vendors(document: Document) -> None:
    """Report every extension of another engine: what would change the execution as an error, the rest as a note."""
    for element in document.root.iter(etree.Element):
        if namespace(element) != BPMN:
            continue
        for name, _ in _extensions(element):
            _check(document, element, name)


def _check(document: Document, element: etree._Element, name: str) -> None:
    local = name.partition(":")[2]
    if local in _MOVES_VALUES or (local in _INSIDE and not _takes_all(element)):
        document.error("vendor-values", element, extension=name)
    elif local in _SAYS["list"] and _lacks_list(element):
        document.error("vendor-list", element, extension=name)
    elif local in _ALONE:
        document.error(_ALONE[local], element, extension=name)
    elif local in _RUNS_CODE:
        document.warn("vendor-code", element, extension=name)
    elif name not in document.told:
        document.note("foreign-extension", element, extension=_NAMESPACES[name.partition(":")[0]])


def _takes_all(element: etree._Element) -> bool:
    """A call that hands over every variable both ways, as calls do here; a business key is no variable."""
    moved = [part for name, part in _extensions(element) if name.partition(":")[2] in _INSIDE and part is not None]
    ways = {local_name(part) for part in moved if part.get("variables") == "all"}
    return ways == _INSIDE and all(part.get("variables") == "all" or part.get("businessKey") for part in moved)


def _lacks_list(element: etree._Element) -> bool:
    """Instances that BPMN counts, while an extension names the list they run over or its entry."""
    if element.find(bpmn("loopCardinality")) is not None:
        return True
    return element.find(bpmn("loopDataInputRef")) is not None and element.find(bpmn("inputDataItem")) is None


def _extensions(element: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
    """Attributes and extension elements of other engines, as ``camunda:class``; with the element, for those."""
    for attribute in element.attrib:
        vendor = VENDORS.get(etree.QName(attribute).namespace or "")
        if vendor:
            yield f"{vendor}:{etree.QName(attribute).localname}", None
    for part in element.iterfind(f"{bpmn('extensionElements')}/*"):
        vendor = VENDORS.get(namespace(part) or "")
        if vendor:
            yield f"{vendor}:{local_name(part)}", part
