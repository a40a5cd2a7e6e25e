"""Files with which other editors offer our settings: element templates for Camunda Modeler, a descriptor for bpmn-js.

They are generated from the same rows as the panel of the studio, so they name what may be written and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.editor_settings import KIND_WORDS, OF_CALL, OF_DECISION, OF_ELEMENT, OF_OPERATION, OF_TASK, Setting
from engine.packages.house_operations import HOUSE_OPERATIONS, HouseOperation
from engine.packages.task_settings import WAITING_TYPES

_PREFIX: Final = "owso"
_EVENTS: Final = ("bpmn:StartEvent", "bpmn:IntermediateCatchEvent", "bpmn:IntermediateThrowEvent", "bpmn:BoundaryEvent")
_SERVICE: Final = ["bpmn:ServiceTask"]
_PLACES: Final = [*_EVENTS, "bpmn:EndEvent", "bpmn:ReceiveTask", "bpmn:ScriptTask", "bpmn:SubProcess"]
_REST: Final = (
    ("decision", Bilingual("សេចក្តីសម្រេច", "Decision"), ["bpmn:BusinessRuleTask"], OF_DECISION),
    ("call", Bilingual("ការហៅដំណើរការរួម", "Call of a shared process"), ["bpmn:CallActivity"], OF_CALL),
    ("place", Bilingual("ដំណាក់កាល និងលទ្ធផល", "Stage and outcome"), _PLACES, OF_ELEMENT),
)


@dataclass(frozen=True, slots=True)
class _Editor:
    """An editor of templates: the file, the schema it is described by, and how it calls a property."""

    file: str
    schema: str
    property: str


_EDITORS: Final = (
    _Editor(
        "camunda-platform.json",
        "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json",
        "camunda:property",
    ),
    _Editor(
        "camunda-cloud.json",
        "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json",
        "zeebe:property",
    ),
)
DESCRIPTOR: Final = "spiffworkflow.json"


def template_files(language: str) -> dict[str, bytes]:
    """Every file by its name, with labels in one language."""
    files = {editor.file: _json(list(_templates(editor, language))) for editor in _EDITORS}
    return files | {DESCRIPTOR: _json(descriptor())}


def descriptor() -> dict[str, Any]:
    """What bpmn-js has to know of the extensions of SpiffWorkflow that are read here (a moddle descriptor)."""
    return {
        "name": "SpiffWorkflow",
        "uri": bpmn.SPIFF_NAMESPACE,
        "prefix": "spiffworkflow",
        "xml": {"tagAlias": "lowerCase"},
        "associations": [],
        "types": [
            _type("Properties", properties=_many("Property")),
            _type("Property", name=_ATTRIBUTE, value=_ATTRIBUTE),
            _type(
                "ServiceTaskOperator",
                id=_ATTRIBUTE,
                resultVariable=_ATTRIBUTE,
                parameterList={"type": "Parameters"},
            ),
            _type("Parameters", parameters=_many("Parameter")),
            _type("Parameter", id=_ATTRIBUTE, type=_ATTRIBUTE, value=_ATTRIBUTE),
            *(_type(name, value=_BODY) for name in _TEXTS),
        ],
    }


_ATTRIBUTE: Final = {"type": "String", "isAttr": True}
_BODY: Final = {"type": "String", "isBody": True}
_TEXTS: Final = (
    "CalledDecisionId", "MessagePayload", "MessageVariable", "PayloadExpression", "VariableName",
    "InstructionsForEndUser",
)  # fmt: skip


def _type(name: str, /, **properties: dict[str, Any]) -> dict[str, Any]:
    listed = [{"name": key, **kind} for key, kind in properties.items()]
    return {"name": name, "superClass": ["Element"], "properties": listed}


def _many(name: str) -> dict[str, Any]:
    return {"type": name, "isMany": True}


def _templates(editor: _Editor, language: str) -> Iterator[dict[str, Any]]:
    for kind, words in KIND_WORDS.items():
        settings = [one for one in OF_TASK if not one.kinds or kind in one.kinds]
        types = [f"bpmn:{name[0].upper()}{name[1:]}" for name in WAITING_TYPES]
        yield _template(editor, language, f"task.{kind}", words(language), types=types, settings=settings, kind=kind)
    for operation in HOUSE_OPERATIONS.values():
        name = f"operation.{operation.name}"
        answer = ("result",) if _answers(operation) else ()
        settings = [one for one in OF_OPERATION if one in OF_ELEMENT or one.name in answer]
        made = _template(
            editor, language, name, operation.name, types=_SERVICE, settings=settings, operator=operation.name
        )
        made["properties"] += _parameters(editor, operation)
        yield made
    for name, words, types, rows in _REST:
        yield _template(editor, language, name, words(language), types=types, settings=rows)


def _template(
    editor: _Editor,
    language: str,
    name: str,
    title: str,
    *,
    types: list[str],
    settings: Iterable[Setting],
    **fixed: str,
) -> dict[str, Any]:
    hidden = [{"type": "Hidden", "value": value, "binding": _binding(editor, key)} for key, value in fixed.items()]
    return {
        "$schema": editor.schema,
        "id": f"{_PREFIX}.{name}",
        "name": f"One Window: {title}",
        "appliesTo": types,
        "properties": [*hidden, *(_field(editor, language, one) for one in settings if one.name not in fixed)],
    }


def _field(editor: _Editor, language: str, setting: Setting) -> dict[str, Any]:
    field: dict[str, Any] = {
        "label": setting.label(language),
        "description": setting.hint(language),
        "type": "Dropdown" if setting.choices else "String",
        "binding": _binding(editor, setting.name),
        **_may_be_left_out(editor),
    }
    if setting.choices:
        field["choices"] = [{"name": "–", "value": ""}, *({"name": one, "value": one} for one in setting.choices)]
    return field


def _parameters(editor: _Editor, operation: HouseOperation) -> Iterator[dict[str, Any]]:
    for name in (*operation.needs, *(operation.may_have or ())):
        yield {
            "label": name,
            "type": "String",
            "binding": _binding(editor, f"{bpmn.PARAMETER}{name}"),
            **({"constraints": {"notEmpty": True}} if name in operation.needs else _may_be_left_out(editor)),
        }


def _answers(operation: HouseOperation) -> bool:
    """Whether it gives an answer that a variable takes: what looks something up or asks the outside."""
    return not operation.decides and not operation.tells and not operation.gives


def _binding(editor: _Editor, name: str) -> dict[str, str]:
    return {"type": editor.property, "name": name}


def _may_be_left_out(editor: _Editor) -> dict[str, bool]:
    """Only one of the two editors can leave a field out; the other writes it empty, which is read as left out."""
    return {"optional": True} if editor.property.startswith("zeebe") else {}


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"
