"""Messages, operations and the data they carry must agree at the tasks and events that use them (10.3.3 and 10.5.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.events import KINDS
from engine.bpmn.reading.xml import BPMN, bpmn, local_name, namespace, text_of
from engine.bpmn.rules.data import type_of
from engine.bpmn.rules.flows import is_executable

_THROWS: Final = frozenset({"endEvent", "intermediateThrowEvent"})
_CATCHES: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_CARRIED: Final = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
_MESSAGE_PARTS: Final = ("inMessageRef", "outMessageRef")


def check_messages(document: Document) -> None:
    """Messages fit the operations and the data of the tasks and events that send, receive or call."""
    for element in document.root.iter(etree.Element):
        if namespace(element) != BPMN:
            continue
        name = local_name(element)
        if name in ("sendTask", "receiveTask", "messageEventDefinition"):
            _operation(document, element)
        if name == "serviceTask":
            _service(document, element)
        elif name == "callActivity":
            _call(document, element)
        elif name in ("sendTask", "receiveTask"):
            _task(document, element, "dataInput" if name == "sendTask" else "dataOutput")
        elif name in _THROWS or name in _CATCHES:
            _event(document, element, "dataInput" if name in _THROWS else "dataOutput")


def _operation(document: Document, element: etree._Element) -> None:
    """The message is one of those of the operation (tables 10.9, 10.10 and 10.90)."""
    written = element.get("operationRef") or text_of(element.find(bpmn("operationRef")))
    operation = document.find(written, element)
    message = document.find(element.get("messageRef") or "", element)
    if operation is None or message is None or local_name(operation) != "operation":
        return
    if message not in [_message(document, operation, part) for part in _MESSAGE_PARTS]:
        document.error("operation-message", element, id=written, message=element.get("messageRef"))


def _message(document: Document, operation: etree._Element, part: str) -> etree._Element | None:
    reference = operation.find(bpmn(part))
    return document.find(text_of(reference), operation) if reference is not None else None


def _service(document: Document, task: etree._Element) -> None:
    """A service task takes what its operation receives and gives what it answers (10.3.3)."""
    operation = document.find(task.get("operationRef") or "", task)
    if operation is None or local_name(operation) != "operation":
        return
    if task.find(bpmn("ioSpecification")) is None:
        document.warn("service-data", task, kind="dataInput", id=task.get("operationRef"))
        return
    for kind, part in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
        message = _message(document, operation, part)
        number = len(_data(task, kind))
        if number != (message is not None) or len(_sets(task, kind)) > 1:
            document.error("service-data", task, kind=kind, id=task.get("operationRef"))
        elif message is not None:
            _same_item(document, task, _data(task, kind), message.get("itemRef"), message)


def _call(document: Document, call: etree._Element) -> None:
    """A call that declares data declares the same as what it calls (10.3.6)."""
    called = document.find(call.get("calledElement") or "", call)
    if called is None or call.find(bpmn("ioSpecification")) is None:
        return
    for kind in ("dataInput", "dataOutput"):
        own, theirs = _types(document, call, kind), _types(document, called, kind)
        typed = None not in own + theirs
        if len(own) != len(theirs) or (typed and Counter(own) != Counter(theirs)):
            document.error("call-data", call, kind=kind, id=called.get("id"))
        elif len(_sets(call, kind)) != len(_sets(called, kind)) and called.find(bpmn("ioSpecification")) is not None:
            document.error(
                "call-data", call, kind="inputSet" if kind == "dataInput" else "outputSet", id=called.get("id")
            )


def _types(document: Document, owner: etree._Element, kind: str) -> list[object]:
    items = [document.find(entry.get("itemSubjectRef") or "", entry) for entry in _data(owner, kind)]
    return [None if item is None else type_of(item) for item in items]


def _task(document: Document, task: etree._Element, kind: str) -> None:
    """A send task has at most one input, a receive task at most one output, of the message's type (10.3.3)."""
    message = document.find(task.get("messageRef") or "", task)
    if len(_data(task, kind)) > 1 or len(_sets(task, kind)) > 1:
        document.error("message-data-several", task, kind=kind)
    elif message is not None:
        _same_item(document, task, _data(task, kind), message.get("itemRef"), message)


def _event(document: Document, event: etree._Element, kind: str) -> None:
    """An event has one piece of data for each trigger that carries some, in their sequence (10.5.1)."""
    definitions = [child for child in event if local_name(child) in KINDS]
    references = [document.find(text_of(part), event) for part in event.iterfind(bpmn("eventDefinitionRef"))]
    definitions += [found for found in references if found is not None and local_name(found) in KINDS]
    carrying = [definition for definition in definitions if KINDS[local_name(definition)] in _CARRIED]
    data = _data(event, kind)
    if carrying and data and len(data) not in (len(carrying), len(definitions)):
        document.error("event-data", event, kind=kind, number=len(data), triggers=len(carrying))
        return
    entries = data if len(data) == len(definitions) else [None] * len(definitions)
    for definition, entry in zip(definitions, entries, strict=True):
        _carried(document, event, definition, entry)


def _carried(
    document: Document, event: etree._Element, definition: etree._Element, entry: etree._Element | None
) -> None:
    """The type of one trigger's data, and the code of an error or escalation that is thrown (8.4.3, 8.4.4)."""
    what = KINDS[local_name(definition)]
    carried = document.find(definition.get(_CARRIED[what]) or "", definition) if what in _CARRIED else None
    if carried is None:
        return
    item = carried.get("itemRef" if what == "message" else "structureRef")
    if entry is not None:
        _same_item(document, event, [entry], item, carried)
    coded = what in ("error", "escalation") and local_name(event) in _THROWS
    if coded and not carried.get(f"{what}Code") and is_executable(document, event):
        document.error("code-empty", event, kind=what, id=carried.get("id"))


def _same_item(
    document: Document, owner: etree._Element, data: list[etree._Element], item: str | None, place: etree._Element
) -> None:
    expected = document.find(item or "", place)
    for entry in data:
        actual = document.find(entry.get("itemSubjectRef") or "", entry)
        if actual is not None and expected is not None and type_of(actual) != type_of(expected):
            document.error("message-data-type", owner, id=entry.get("id"), item=item, other=entry.get("itemSubjectRef"))


def _data(owner: etree._Element, kind: str) -> list[etree._Element]:
    return [entry for holder in _holders(owner) for entry in holder.iterfind(bpmn(kind))]


def _sets(owner: etree._Element, kind: str) -> list[etree._Element]:
    name = "inputSet" if kind == "dataInput" else "outputSet"
    return [entry for holder in _holders(owner) for entry in holder.iterfind(bpmn(name))]


def _holders(owner: etree._Element) -> Iterable[etree._Element]:
    """Events hold their data themselves, tasks in their specification."""
    specification = owner.find(bpmn("ioSpecification"))
    return [owner] if specification is None else [specification]
