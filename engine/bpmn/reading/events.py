"""Reads event definitions: what start, intermediate, boundary and end events wait for or throw."""

from __future__ import annotations

import ast
import re
from typing import Final

from lxml import etree

from engine.bpmn.graph import Trigger
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.extensions import extension
from engine.bpmn.reading.xml import bpmn, local_name, text_of, without_prefix
from engine.bpmn.running.timers import is_literal

KINDS: Final = {
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "timerEventDefinition": "timer",
    "conditionalEventDefinition": "conditional",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
}
_COMPUTED: Final = re.compile(r"\s*=|.*[$#]\{", re.DOTALL)
"""Names that other products compute when the event is armed."""
_CYCLE_LIKE: Final = re.compile(r"R\d*/")
"""What is meant as a cycle, even if it could be read as a division."""
_WITH_UNIT: Final = re.compile(r"[PR]?[\d.,]+(?:\s*[A-Za-z]+|\s+[\w\s]+)", re.ASCII)
"""What is meant as a time in another writing: 250ms, 3D, 1 hour, 2 days and 3 hours."""
_ISO_LIKE: Final = re.compile(r"[PR]T?\d[\dA-Z]*|PT?")
"""What is meant in ISO 8601 and is not whole; nobody calls a variable so."""
_TIMER_PARTS: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read_triggers(document: Document, event: etree._Element) -> tuple[Trigger, ...]:
    """The event's definitions in order, those written elsewhere and referred to included."""
    definitions = [child for child in event if local_name(child) in KINDS]
    for reference in event.iterfind(bpmn("eventDefinitionRef")):
        target = document.by_id.get(without_prefix(text_of(reference)))
        if target is None or local_name(target) not in KINDS:
            document.error("reference-unknown", event, attribute="eventDefinitionRef", id=text_of(reference))
        else:
            definitions.append(target)
    throws = is_throwing(event)
    return tuple(read_trigger(document, definition, event, throws) for definition in definitions)


def is_throwing(event: etree._Element) -> bool:
    """True for events that cause something, false for those that wait."""
    return local_name(event) in ("endEvent", "intermediateThrowEvent", "event")


def read_trigger(document: Document, definition: etree._Element, event: etree._Element, throws: bool) -> Trigger:
    """One event definition; what it lacks is reported."""
    kind = KINDS[local_name(definition)]
    trigger = Trigger(kind, document.id_of(definition))
    if kind == "message":
        return read_message(document, definition, event)
    if kind == "signal":
        return _signal(document, definition, event, trigger)
    if kind in ("error", "escalation"):
        return _coded(document, definition, event, trigger, throws)
    if kind == "timer":
        return _timer(document, definition, event, trigger)
    if kind == "conditional":
        trigger.condition = document.expression(document.written(definition, "condition"), event)
        if trigger.condition is None:
            document.error("condition-missing", event)
    if kind == "compensation":
        trigger.ref = definition.get("activityRef")
        trigger.waits = document.truth(definition, "waitForCompletion", True)
    elif kind == "link":
        trigger.name = definition.get("name") or text_of(definition.find(bpmn("name")))
        if not trigger.name:
            document.error("link-name", event)
    return trigger


def read_message(document: Document, holder: etree._Element, owner: etree._Element) -> Trigger:
    """The message that an event definition, send task or receive task refers to; a missing one is reported."""
    trigger = Trigger("message", document.id_of(holder))
    if holder.get("messageRef") is not None:
        message = document.referenced(holder, "messageRef", "message")
    else:
        message = _message_meant(document, holder, owner)
        if message is None:
            document.error("message-missing", owner)
    if message is None:
        return trigger
    trigger.name = fixed_name(document, message, owner)
    for place in (message, holder):
        payload, variable = extension(place, "messagePayload"), extension(place, "messageVariable")
        if payload is not None:
            trigger.payload = document.expression(payload, owner)
        if variable is not None:
            trigger.variable = text_of(variable)
    return trigger


def _message_meant(document: Document, holder: etree._Element, owner: etree._Element) -> etree._Element | None:
    """The message that is said in another way: by the operation (10.3.3, 10.5.5), or by the one message flow (9.3)."""
    operation = document.find(holder.get("operationRef") or text_of(holder.find(bpmn("operationRef"))), holder)
    incoming = operation.find(bpmn("inMessageRef")) if operation is not None else None
    named = [text_of(incoming)] if incoming is not None else []
    if not named:
        end = "sourceRef" if is_throwing(owner) or local_name(owner) == "sendTask" else "targetRef"
        flows = [
            flow
            for flow in document.root.iter(bpmn("messageFlow"))
            if without_prefix(flow.get(end) or "") == owner.get("id")
        ]
        named = list({flow.get("messageRef") or "" for flow in flows})
    found = document.find(named[0], document.root) if len(named) == 1 else None
    return found if found is not None and local_name(found) == "message" else None


def fixed_name(document: Document, declared: etree._Element, owner: etree._Element, code: str = "name") -> str:
    """The name (or code) under which a message, signal, error or escalation travels; it is never computed."""
    name = declared.get(code) or declared.get("name") or document.id_of(declared)
    if _COMPUTED.match(name):
        document.error("name-computed", owner, name=name[:60])
    return name


def _signal(document: Document, definition: etree._Element, event: etree._Element, trigger: Trigger) -> Trigger:
    if definition.get("signalRef") is None:
        document.error("signal-missing", event)
        return trigger
    signal = document.referenced(definition, "signalRef", "signal")
    if signal is None:
        return trigger
    trigger.name = fixed_name(document, signal, event)
    payload, variable = extension(signal, "payloadExpression"), extension(signal, "variableName")
    trigger.payload = document.expression(payload, event)
    trigger.variable = text_of(variable) or None
    return trigger


def _coded(
    document: Document, definition: etree._Element, event: etree._Element, trigger: Trigger, throws: bool
) -> Trigger:
    attribute = f"{trigger.kind}Ref"
    declared = document.referenced(definition, attribute, trigger.kind)
    if declared is None:
        if definition.get(attribute) is None and throws:
            document.error("code-missing", event, kind=trigger.kind, attribute=attribute)
        return trigger
    trigger.name = fixed_name(document, declared, event, f"{trigger.kind}Code")
    return trigger


def _timer(document: Document, definition: etree._Element, event: etree._Element, trigger: Trigger) -> Trigger:
    parts = [child for child in definition if local_name(child) in _TIMER_PARTS and document.says(child)]
    if len(parts) != 1:
        document.error("timer-parts", event)
        return trigger
    trigger.timer_kind = _TIMER_PARTS[local_name(parts[0])]
    text = text_of(parts[0])
    if is_literal(trigger.timer_kind, text):
        trigger.timer = text
        return trigger
    is_no_expression = _CYCLE_LIKE.match(text) or _WITH_UNIT.fullmatch(text) or _ISO_LIKE.fullmatch(text)
    compiled = None if is_no_expression else document.expression(parts[0], event)
    trigger.timer = compiled
    if compiled is not None and isinstance(compiled.tree, ast.Constant):
        trigger.timer = str(compiled.tree.value)
    if is_no_expression or (isinstance(trigger.timer, str) and not is_literal(trigger.timer_kind, trigger.timer)):
        document.error("timer-text", event, text=text[:60], kind=local_name(parts[0]))
    return trigger
