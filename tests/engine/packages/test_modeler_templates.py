"""What editors offer is what may be written: every setting of the schema has its row, every operation its template."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson
import pytest

from engine import bpmn
from engine.packages.editor_settings import (
    KIND_WORDS,
    OF_CALL,
    OF_DECISION,
    OF_ELEMENT,
    OF_OPERATION,
    OF_TASK,
    Setting,
)
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.modeler_templates import DESCRIPTOR, template_files
from engine.packages.schema import StrictSchema, made
from engine.packages.task_schema import KINDS, CallSchema, DecisionSchema, ElementSchema, OperationSchema, TaskSchema

KHMER = re.compile(r"[\u1780-\u17b3]")
EDITORS = pytest.mark.parametrize(
    ("file", "binding"), [("camunda-platform.json", "camunda:property"), ("camunda-cloud.json", "zeebe:property")]
)


def templates(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(template_files("en")[file])
    return found


def bound(template: dict[str, Any]) -> list[str]:
    return [field["binding"]["name"] for field in template["properties"]]


@pytest.mark.parametrize(
    ("schema", "rows"),
    [
        (TaskSchema, OF_TASK),
        (ElementSchema, OF_ELEMENT),
        (OperationSchema, OF_OPERATION),
        (DecisionSchema, OF_DECISION),
        (CallSchema, OF_CALL),
    ],
)
def test_every_setting_of_an_element_has_its_row_and_no_row_is_read_by_nobody(
    schema: type[StrictSchema], rows: Iterable[Setting]
) -> None:
    assert sorted(one.name for one in rows) == sorted(made(schema).fields)


@pytest.mark.parametrize("rows", [OF_TASK, OF_ELEMENT, OF_OPERATION, OF_DECISION, OF_CALL])
def test_every_row_has_its_words_in_both_languages(rows: tuple[Setting, ...]) -> None:
    assert [one.name for one in rows if not KHMER.search(one.label.km) or KHMER.search(one.label.en)] == []


@EDITORS
def test_templates_offer_every_setting_of_a_task_in_the_writing_of_their_editor(file: str, binding: str) -> None:
    tasks = [one for one in templates(file) if one["id"].startswith("owso.task.")]
    assert len(tasks) == len(KINDS) == len(KIND_WORDS)
    assert {name for one in tasks for name in bound(one)} == set(made(TaskSchema).fields)
    assert {field["binding"]["type"] for one in templates(file) for field in one["properties"]} == {binding}


@EDITORS
def test_every_operation_has_its_template_with_its_parameters(file: str, binding: str) -> None:
    drawn = {one["id"].removeprefix("owso.operation."): one for one in templates(file) if ".operation." in one["id"]}
    assert set(drawn) == set(HOUSE_OPERATIONS)
    for name, operation in HOUSE_OPERATIONS.items():
        wanted = {f"parameter.{one}" for one in (*operation.needs, *(operation.may_have or ()))}
        assert {one for one in bound(drawn[name]) if one.startswith("parameter.")} == wanted
        assert ({"type": "Hidden", "value": name, "binding": {"type": binding, "name": "operator"}}) in drawn[name][
            "properties"
        ]


@EDITORS
def test_no_two_templates_and_no_two_fields_of_one_are_the_same(file: str, binding: str) -> None:
    ids = [one["id"] for one in templates(file)]
    assert len(ids) == len(set(ids))
    for one in templates(file):
        assert len(bound(one)) == len(set(bound(one))), binding


def test_labels_are_in_the_language_that_was_asked_for() -> None:
    khmer = template_files("km")["camunda-cloud.json"].decode()
    assert "ផុតកំណត់ក្នុង" in khmer
    assert "Due in" not in khmer


def test_the_descriptor_knows_what_is_read_here() -> None:
    known = orjson.loads(template_files("en")[DESCRIPTOR])
    assert known["uri"] == bpmn.SPIFF_NAMESPACE
    assert {"Properties", "Property", "ServiceTaskOperator", "Parameters", "Parameter", "CalledDecisionId"} <= {
        one["name"] for one in known["types"]
    }
