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
from engine.bpmn.reading.extensions import WRITERS, contradictions, has_notes_of_editor
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
        "errorMessageVariable", "escalationCodeVariable", "mapDecisionResult", "ruleVariablesInput",
        "variableMappingClass", "variableMappingDelegateExpression", "useLocalScopeForResultVariable",
        "useLocalScopeForOutParameters", "storeResultVariableAsTransient", "idVariableName",
    }
)  # fmt: skip
_RUNS_CODE: Final = frozenset(
    {
        "executionListener", "taskListener", "executionListeners", "taskListeners", "eventListener", "onEntry-script",
        "onExit-script", "httpRequestHandler", "httpResponseHandler",
    }
)  # fmt: skip
_PROGRAMS: Final = frozenset(
    {"class", "expression", "delegateExpression", "type", "topic", "taskDefinition", "connector"}
)
_EVENTS: Final = frozenset(
    {"intermediateThrowEvent", "endEvent", "intermediateCatchEvent", "startEvent", "boundaryEvent"}
)
_TIMES: Final = frozenset({"timerEventDefinition", "timeDate", "timeDuration", "timeCycle"})
_EXPRESSIONS: Final = frozenset({"conditionExpression", "condition", "completionCondition", "loopCondition"})
_CHANGES: Final[tuple[tuple[str, frozenset[str], frozenset[str] | None], ...]] = (
    ("vendor-values", _MOVES_VALUES, None),
    ("vendor-skip", frozenset({"skipExpression"}), None),
    ("vendor-correlation", frozenset({"subscription"}), None),
    ("vendor-terminate", frozenset({"terminateAll", "terminateMultiInstance"}), None),
    ("vendor-initial", frozenset({"value"}), frozenset({"dataObject", "property"})),
    (
        "vendor-event",
        frozenset(
            {
                "eventType", "triggerEventType", "eventInParameter", "eventOutParameter", "eventCorrelationParameter",
                "triggerEventCorrelationParameter", "startEventCorrelationConfiguration", "channelKey",
                "triggerChannelKey", "messageExpression", "signalExpression",
            }
        ),
        None,
    ),
    ("vendor-results", frozenset({"variableAggregation"}), None),
    ("vendor-index", frozenset({"elementIndexVariable"}), None),
    ("vendor-ad-hoc", frozenset({"adHoc"}), None),
    ("vendor-message", _PROGRAMS, _EVENTS | {"messageEventDefinition", "signalEventDefinition"}),
    ("vendor-scope", frozenset({"scope"}), frozenset({"signal"})),
    ("vendor-timer", frozenset({"businessCalendarName", "endDate"}), _TIMES),
    ("vendor-condition", frozenset({"variableName", "variableEvents"}), frozenset({"conditionalEventDefinition"})),
    ("vendor-condition", frozenset({"resource"}), _EXPRESSIONS),
    ("vendor-error", frozenset({"mapException", "errorEventDefinition"}), None),
    ("vendor-alone", frozenset({"waitForCompletion"}), frozenset({"callActivity"})),
)  # fmt: skip
"""What changes the execution whatever BPMN says beside it: the rule, the extensions, and the elements they change."""
_AS_HERE: Final = {
    "terminateAll": "false", "terminateMultiInstance": "false", "adHoc": "false", "scope": "global",
    "waitForCompletion": "true", "useLocalScopeForResultVariable": "false", "useLocalScopeForOutParameters": "false",
    "storeResultVariableAsTransient": "false",
}  # fmt: skip
"""The value with which an extension says what is done here anyway."""
_TEMPLATE: Final = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})
_NAMESPACES: Final = {vendor: space for space, vendor in VENDORS.items()}
_INSIDE: Final = frozenset({"in", "out"})


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
    """Report every extension of another engine: what would change the execution as an error, the rest as a note; and
    properties that contradict each other."""
    for element in document.root.iter(etree.Element):
        if namespace(element) != BPMN:
            continue
        for name, values in contradictions(element):
            document.error("property-twice", element, name=name, values=", ".join(values))
        for name, part in _extensions(element):
            if not _is_read(name, part):
                _check(document, element, name, part)


def _is_read(name: str, part: etree._Element | None) -> bool:
    """Whether it is a list of properties that mean here what those of SpiffWorkflow mean, or says by which template an
    editor wrote them."""
    vendor, _, local = name.partition(":")
    if part is None:
        return local in _TEMPLATE
    return local == "properties" and vendor in WRITERS and not has_notes_of_editor(part)


def _check(document: Document, element: etree._Element, name: str, part: etree._Element | None) -> None:
    local = name.partition(":")[2]
    rule = _rule_broken(element, name, part)
    if name in document.told:
        return
    if rule is not None:
        document.error(rule, element, extension=name)
    elif local in _RUNS_CODE:
        document.warn("vendor-code", element, extension=name)
    else:
        document.note("foreign-extension", element, extension=_NAMESPACES[name.partition(":")[0]])


def _rule_broken(element: etree._Element, name: str, part: etree._Element | None) -> str | None:
    """The rule that an extension breaks by what it would change; None for what helps people or does as is done here."""
    vendor, _, local = name.partition(":")
    kind = local_name(element)
    if (local in _INSIDE and not _takes_all(element)) or (local == "calledElement" and _keeps_values(part)):
        return "vendor-values"
    if local in _SAYS["list"] and _lacks_list(element):
        return "vendor-list"
    if local == "loopCharacteristics" and _lacks_results(element, part):
        return "vendor-results"
    value = element.get(f"{{{_NAMESPACES[vendor]}}}{local}") if part is None else part.get(local)
    if value is not None and value.strip().lower() == _AS_HERE.get(local):
        return None
    return next((rule for rule, names, kinds in _CHANGES if local in names and (kinds is None or kind in kinds)), None)


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


def _lacks_results(element: etree._Element, part: etree._Element | None) -> bool:
    """Instances whose results another engine collects in a list, while BPMN names none."""
    collects = part is not None and (part.get("outputCollection") or part.get("outputElement"))
    return bool(collects) and element.find(bpmn("loopDataOutputRef")) is None


def _keeps_values(part: etree._Element | None) -> bool:
    """A call of which another engine hands over or takes back only some variables."""
    ways = ("propagateAllParentVariables", "propagateAllChildVariables")
    return part is not None and any(part.get(way) == "false" for way in ways)


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
