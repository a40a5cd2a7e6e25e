"""Every reference that BPMN knows leads to an element that exists and has the right type (2.0.2, chapters 8 to 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import BPMN, bpmn, local_name, namespace, text_of

_TYPES: Final = "http://www.w3.org/2001/XMLSchema"
_ACTIVITIES: Final = frozenset(
    {
        "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask",
        "callActivity", "subProcess", "transaction", "adHocSubProcess",
    }
)  # fmt: skip
_EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
_DEFINITIONS: Final = frozenset(
    {
        "messageEventDefinition", "signalEventDefinition", "timerEventDefinition", "conditionalEventDefinition",
        "errorEventDefinition", "escalationEventDefinition", "compensateEventDefinition", "cancelEventDefinition",
        "terminateEventDefinition", "linkEventDefinition",
    }
)  # fmt: skip
_TALKS: Final = frozenset({"conversation", "subConversation", "callConversation"})
_TALKERS: Final = _TALKS | _ACTIVITIES | _EVENTS | {"participant"}

REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "activityRef": _ACTIVITIES,
    "calledCollaborationRef": frozenset({"collaboration", "globalConversation"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "choreographyRef": frozenset({"choreography", "globalChoreographyTask"}),
    "conversationLink/sourceRef": _TALKERS,
    "conversationLink/targetRef": _TALKERS,
    "correlationKeyRef": frozenset({"correlationKey"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "definitionalCollaborationRef": frozenset({"collaboration"}),
    "endPointRef": frozenset({"endPoint"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "eventDefinitionRef": _DEFINITIONS,
    "inMessageRef": frozenset({"message"}),
    "incoming": frozenset({"sequenceFlow"}),
    "initiatingParticipantRef": frozenset({"participant"}),
    "innerConversationNodeRef": _TALKS,
    "innerMessageFlowRef": frozenset({"messageFlow"}),
    "innerParticipantRef": frozenset({"participant"}),
    "interfaceRef": frozenset({"interface"}),
    "itemRef": frozenset({"itemDefinition"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "linkEventDefinition/source": frozenset({"linkEventDefinition"}),
    "linkEventDefinition/target": frozenset({"linkEventDefinition"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "messageRef": frozenset({"message"}),
    "noneBehaviorEventRef": _DEFINITIONS,
    "oneBehaviorEventRef": _DEFINITIONS,
    "operationRef": frozenset({"operation"}),
    "outMessageRef": frozenset({"message"}),
    "outerConversationNodeRef": _TALKS,
    "outerMessageFlowRef": frozenset({"messageFlow"}),
    "outerParticipantRef": frozenset({"participant"}),
    "outgoing": frozenset({"sequenceFlow"}),
    "parameterRef": frozenset({"resourceParameter"}),
    "participantRef": frozenset({"participant"}),
    "processRef": frozenset({"process"}),
    "resourceRef": frozenset({"resource"}),
    "signalRef": frozenset({"signal"}),
    "error/structureRef": frozenset({"itemDefinition"}),
    "escalation/structureRef": frozenset({"itemDefinition"}),
    "signal/structureRef": frozenset({"itemDefinition"}),
    "supportedInterfaceRef": frozenset({"interface"}),
    "supports": frozenset({"process"}),
}
"""By attribute or child element, with its owner where only that tells the meaning: what it may refer to."""
ANYTHING: Final = frozenset({"association/sourceRef", "association/targetRef", "partitionElementRef"})
"""References to any element of the model."""
ELSEWHERE: Final = frozenset(
    {
        "attachedToRef", "calledElement", "default", "flowNodeRef", "messageFlow/sourceRef", "messageFlow/targetRef",
        "sequenceFlow/sourceRef", "sequenceFlow/targetRef", "dataInputAssociation/sourceRef",
        "dataInputAssociation/targetRef", "dataOutputAssociation/sourceRef", "dataOutputAssociation/targetRef",
        "dataAssociation/sourceRef", "dataAssociation/targetRef", "dataInputRefs", "optionalInputRefs",
        "whileExecutingInputRefs", "outputSetRefs", "dataOutputRefs", "optionalOutputRefs",
        "whileExecutingOutputRefs", "inputSetRefs", "inputDataRef", "outputDataRef", "loopDataInputRef",
        "loopDataOutputRef",
    }
)  # fmt: skip
"""References that the reader or the rules about data look at, because where they lead to matters as well."""
OUTSIDE: Final = frozenset(
    {
        "itemDefinition/structureRef", "implementationRef", "evaluatesToTypeRef", "correlationProperty/type",
        "resourceParameter/type", "relationship/source", "relationship/target", "extension/definition",
        "calledChoreographyRef",
    }
)  # fmt: skip
"""References to types, interfaces and models that are no part of BPMN, and those of choreographies."""


def check_references(document: Document) -> None:
    """Each reference of the file leads to an element of the right type."""
    for element in document.root.iter(etree.Element):
        if namespace(element) != BPMN:
            continue
        name, parent = local_name(element), element.getparent()
        for attribute, value in element.attrib.items():
            _check(document, element, name, str(attribute), str(value))
        if parent is not None and len(element) == 0:
            _check(document, element, local_name(parent), name, text_of(element))
        if name == "eventDefinitionRef":
            _reusable(document, element)
        elif name == "resourceParameterBinding":
            _parameter(document, element)
        elif name in ("source", "target"):
            _link(document, element)


def _check(document: Document, element: etree._Element, owner: str, name: str, reference: str) -> None:
    types = REFERENCES.get(f"{owner}/{name}", REFERENCES.get(name))
    free = f"{owner}/{name}" in ANYTHING or name in ANYTHING
    space = document.space_of(reference.strip().rpartition(":")[0], element)
    outside = f"{owner}/{name}" in OUTSIDE or name in OUTSIDE
    if outside and space not in (document.space, _TYPES) and space not in document.imports:
        document.warn("type-import", element, attribute=name, id=reference)
    if (types is None and not free) or not reference.strip():
        return
    target = document.find(reference, element)
    if target is not None and types is not None and local_name(target) not in types:
        document.error("reference-type", element, attribute=name, id=reference, type=local_name(target))
    elif target is None and space == _TYPES:
        document.warn("reference-unknown", element, attribute=name, id=reference)
    elif target is None:
        document.error("reference-unknown", element, attribute=name, id=reference)


def _reusable(document: Document, reference: etree._Element) -> None:
    """Only event definitions at the root of a file may be used by several events (10.5.1)."""
    target = document.find(text_of(reference), reference)
    parent = target.getparent() if target is not None else None
    if parent is not None and parent.tag != bpmn("definitions"):
        document.error("event-definition-place", reference, id=text_of(reference))


def _link(document: Document, reference: etree._Element) -> None:
    """Link events that name each other have one name (10.5.5)."""
    own, other = reference.getparent(), document.find(text_of(reference), reference)
    if own is None or other is None or own.tag != other.tag or local_name(own) != "linkEventDefinition":
        return
    if own.get("name") != other.get("name"):
        document.error("link-reference", reference, id=text_of(reference))


def _parameter(document: Document, binding: etree._Element) -> None:
    """A binding gives a value to a parameter of the very resource that its role refers to (10.3.1)."""
    parent = binding.getparent()
    role = parent.find(bpmn("resourceRef")) if parent is not None else None
    resource = document.find(text_of(role), binding) if role is not None else None
    parameter = document.find(binding.get("parameterRef") or "", binding)
    if resource is not None and parameter is not None and parameter.getparent() is not resource:
        document.error("parameter-resource", binding, id=binding.get("parameterRef"), resource=resource.get("id"))
