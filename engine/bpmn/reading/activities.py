"""Reads what activities do: the work of tasks, loops and several instances, data going in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.graph import Loop, Trigger, Work
from engine.bpmn.language.decisions import Decision
from engine.bpmn.language.expressions import Expression, ExpressionInvalid
from engine.bpmn.language.scripts import Script, compile_script
from engine.bpmn.reading.data import list_of
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.events import KINDS, read_message, read_trigger
from engine.bpmn.reading.extensions import asked_of, decision_of
from engine.bpmn.reading.vendors import missing
from engine.bpmn.reading.xml import bpmn, local_name, text_of, without_prefix

TASKS: Final = frozenset(
    {
        "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask",
        "callActivity",
    }
)  # fmt: skip
_SCRIPT_FORMATS: Final = frozenset({"", "python", "text/python", "text/x-python", "application/x-python"})
_NO_OPERATION: Final = frozenset({"", "unspecified", "webservice", "other"})
"""What says no operation, with or without ``##`` in front: older tools leave it out."""


def read_work(document: Document, task: etree._Element, decisions: Mapping[str, Decision]) -> Work:
    """What the task does; problems are reported and leave a manual step that will never run."""
    kind = local_name(task)
    if kind == "scriptTask":
        return Work("script", script=read_script(document, task))
    if kind in ("serviceTask", "sendTask"):
        return _service(document, task) or Work("send", message=read_message(document, task, task))
    if kind == "receiveTask":
        return Work("receive", message=read_message(document, task, task))
    if kind == "businessRuleTask":
        return _decision(document, task, decisions)
    if kind == "callActivity":
        called = without_prefix(task.get("calledElement") or "")
        if not called:
            missing(document, task, "call", "call-missing")
        return Work("call", called=called)
    return Work("user" if kind == "userTask" else "manual")


def read_script(document: Document, task: etree._Element) -> Script | None:
    """The compiled script of a script task."""
    written = task.find(bpmn("script"))
    language = (task.get("scriptFormat") or task.get("scriptLanguage") or "").strip().lower()
    if language not in _SCRIPT_FORMATS:
        document.error("script-language", task, language=language[:40])
        return None
    if written is None or not text_of(written):
        missing(document, task, "script", "script-missing")
        return None
    if not language:
        document.warn("script-format", task)
    try:
        return compile_script(text_of(written))
    except ExpressionInvalid as invalid:
        document.error("script-invalid", task, reason=invalid.reason)
        return None


def _service(document: Document, task: etree._Element) -> Work | None:
    asked = asked_of(task)
    if asked is not None:
        return Work(
            "service",
            operator=asked.operator or _no_operator(document, task),
            parameters=tuple((name, document.compiled(value, task)) for name, value in asked.parameters),
            result_variable=asked.result or None,
        )
    if local_name(task) == "sendTask":
        return None
    implementation = (task.get("implementation") or "").strip()
    reference = without_prefix(task.get("operationRef") or "")
    says_none = implementation.lstrip("#").lower() in _NO_OPERATION
    chosen = _operation_name(document, reference) if says_none else implementation
    return Work("service", operator=chosen or _no_operator(document, task))


def _operation_name(document: Document, reference: str) -> str | None:
    operation = document.by_id.get(reference)
    return (operation.get("name") or reference) if operation is not None else None


def _no_operator(document: Document, task: etree._Element) -> str:
    missing(document, task, "service", "operator-missing")
    return ""


def _decision(document: Document, task: etree._Element, decisions: Mapping[str, Decision]) -> Work:
    wanted = decision_of(task)
    if not wanted:
        missing(document, task, "decision", "decision-missing")
    elif wanted not in decisions and not any(one.element_id == wanted for one in document.findings.errors):
        document.error("decision-unknown", task, id=wanted)
    return Work("decision", decision=decisions.get(wanted))


def read_loop(document: Document, activity: etree._Element) -> Loop | None:
    """The activity's loop characteristics, None when it runs once."""
    standard = activity.find(bpmn("standardLoopCharacteristics"))
    multiple = activity.find(bpmn("multiInstanceLoopCharacteristics"))
    if standard is not None:
        return Loop(
            multiple=False,
            condition=document.expression(document.written(standard, "loopCondition"), activity),
            test_before=document.truth(standard, "testBefore", False),
            maximum=_maximum(document, standard, activity),
        )
    return _multiple(document, multiple, activity) if multiple is not None else None


def _maximum(document: Document, standard: etree._Element, activity: etree._Element) -> int | None:
    if standard.get("loopMaximum") is None:
        if document.written(standard, "loopCondition") is None:
            document.error("loop-endless", activity)
        return None
    return document.whole_number(standard, "loopMaximum", 1, 0)


def _multiple(document: Document, multiple: etree._Element, activity: etree._Element) -> Loop:
    item = multiple.find(bpmn("inputDataItem"))
    output = multiple.find(bpmn("outputDataItem"))
    loop = Loop(
        multiple=True,
        sequential=document.truth(multiple, "isSequential", False),
        cardinality=document.expression(document.written(multiple, "loopCardinality"), activity),
        collection=list_of(document, text_of(multiple.find(bpmn("loopDataInputRef"))), activity),
        item=_item_name(item),
        output_collection=list_of(document, text_of(multiple.find(bpmn("loopDataOutputRef"))), activity),
        output_item=_item_name(output),
        condition=document.expression(document.written(multiple, "completionCondition"), activity),
        behavior=multiple.get("behavior") or "All",
    )
    if (loop.cardinality is None) == (loop.collection is None):
        missing(document, activity, "list", "loop-number")
    if loop.output_collection and not loop.output_item:
        document.error("loop-output", activity)
    _behavior(document, multiple, activity, loop)
    return loop


def _item_name(item: etree._Element | None) -> str | None:
    return (item.get("name") or item.get("id")) if item is not None else None


def _behavior(document: Document, multiple: etree._Element, activity: etree._Element, loop: Loop) -> None:
    if loop.behavior not in ("None", "One", "All", "Complex"):
        document.error("loop-behavior", activity, value=loop.behavior[:40])
    if loop.behavior in ("None", "One"):
        attribute = f"{loop.behavior.lower()}BehaviorEventRef"
        definition = document.referenced(multiple, attribute, *KINDS, required=True)
        if definition is not None:
            loop.event = read_trigger(document, definition, activity, throws=True)
    elif loop.behavior == "Complex":
        pairs = [_complex(document, part, activity) for part in multiple.iterfind(bpmn("complexBehaviorDefinition"))]
        loop.complex_events = tuple(pair for pair in pairs if pair is not None)
        if not loop.complex_events:
            document.error("loop-complex", activity)


def _complex(document: Document, part: etree._Element, activity: etree._Element) -> tuple[Expression, Trigger] | None:
    condition = document.expression(document.written(part, "condition"), activity)
    event = part.find(bpmn("event"))
    definitions = [child for child in event if local_name(child) in KINDS] if event is not None else []
    trigger = read_trigger(document, definitions[0], activity, throws=True) if len(definitions) == 1 else None
    if condition is None or trigger is None:
        document.error("loop-complex", activity)
        return None
    return condition, trigger
