"""Variables come from any form, have a value before a diagram reads them, and are never personal."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from engine.packages import check_files
from engine.problems import Problem
from tests.engine.packages.potter import POTTER, written
from tests.engine.packages.small import CHECK, FILES, PROCESS, SERVICE, TEXTS

OTHERWISE = "present and score &gt;= 60"


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def drawn(*changes: tuple[str, str], name: str = "process.bpmn") -> dict[str, bytes]:
    """The potter's card with these texts of a file replaced, flows said once."""
    files = written("process.bpmn", ("score >= 60", "score &gt;= 60"))
    files = written(name, *changes, files=files)
    return {**files, "process.bpmn": flows_alone(files["process.bpmn"].decode()).encode()}


def flows_alone(text: str) -> str:
    """The file without what repeats the flows at each element."""
    return re.sub(r"<(bpmn:)?(incoming|outgoing)>\w+</(bpmn:)?(incoming|outgoing)>", "", text)


def test_variables_of_every_scalar_kind_come_from_an_officers_form() -> None:
    assert errors(POTTER) == []


@pytest.mark.parametrize(
    "condition",
    [
        "score &gt;= 60 and deposit &lt; 100",
        'grade == "master"',
        'examined_on &gt;= "2026-01-01"',
        'examined_at &lt; "12:00"',
        "present",
        "not present",
        "score * 2 &gt; deposit",
    ],
)
def test_they_decide_the_way(condition: str) -> None:
    assert errors(drawn((OTHERWISE, condition))) == []


@pytest.mark.parametrize("condition", ['score == "high"', 'grade == "expert"', 'present == "yes"', "examined_on == 3"])
def test_what_their_question_can_never_answer_is_refused(condition: str) -> None:
    (found,) = errors(drawn((OTHERWISE, condition)))
    assert (found.rule, found.element_id) == ("choice", "f5")


def test_a_variable_is_answered_on_every_way_before_it_is_read() -> None:
    found = errors(drawn(('sourceRef="begin" targetRef="exam"', 'sourceRef="begin" targetRef="comes"')))[0]
    assert (found.rule, found.element_id, found.file) == ("variables", "comes", "process.bpmn")
    assert "“wants” is read here" in found.message
    assert "“Say whether you come again”" in found.message
    assert "«ឆ្លើយអំពីការប្រឡងម្តងទៀត»" in found.message_km
    assert found.line


def test_the_decision_of_a_task_is_made_before_it_is_read() -> None:
    assert errors(FILES) == []
    early = flows_alone(PROCESS).replace('sourceRef="pay" targetRef="check"', 'sourceRef="pay" targetRef="way"')
    found = errors({**FILES, "process.bpmn": early.encode()})
    assert [(one.element_id, "“result” is read here" in one.message) for one in found if one.rule == "variables"] == [
        ("way", True)
    ]


def test_flows_that_leave_the_task_itself_may_read_what_it_gives() -> None:
    way = PROCESS[PROCESS.index('    <exclusiveGateway id="way"') : PROCESS.index("    <serviceTask")]
    direct = PROCESS.replace(way, "").replace('sourceRef="way"', 'sourceRef="check"')
    direct = direct.replace('<sequenceFlow id="f2" sourceRef="check" targetRef="way" />', "").replace(
        "<outgoing>f2</outgoing>", "<outgoing>f3</outgoing><outgoing>f4</outgoing>"
    )
    direct = direct.replace(
        'id="f4" sourceRef="check" targetRef="check" />',
        'id="f4" sourceRef="check" targetRef="check"><conditionExpression xsi:type="tFormalExpression">'
        'result == "wrong"</conditionExpression></sequenceFlow>',
    )
    assert [one for one in errors({**FILES, "process.bpmn": direct.encode()}) if one.rule == "variables"] == []


@pytest.mark.parametrize("hidden", [False, True])
def test_an_answer_that_may_be_missing_is_not_compared_by_order(hidden: bool) -> None:
    asked = '"key": "score", "label": "Marks", "validate": {"required": true, '
    if hidden:
        optional = asked.replace('"key"', '"conditional": {"hide": "=present != true"}, "key"')
    else:
        optional = asked.replace('"required": true, ', "")
    files = drawn((asked, optional), name="forms/exam.json")
    (found,) = errors(files)
    assert (found.rule, found.element_id) == ("variables", "f5")
    assert "“score” is compared by order" in found.message
    assert "«score»" in found.message_km
    guarded = drawn((OTHERWISE, "present and score != null and score &gt;= 60"))["process.bpmn"]
    assert errors({**files, "process.bpmn": guarded}) == []


@pytest.mark.parametrize("kind", ["name_km", "name_latin", "id_number"])
def test_names_and_numbers_of_papers_are_personal_by_their_kind(kind: str) -> None:
    check = CHECK.replace(
        '"components": [\n    {"type": "radio"',
        f'"components": [\n    {{"type": "textfield", "key": "who", "properties": {{"kind": "{kind}"}}}},'
        '{"type": "radio"',
    )
    texts = TEXTS.replace(
        "    fields:\n      result:\n", "    fields:\n      who: {label: {km: អ្នកណា, en: Who}}\n      result:\n"
    )
    service = SERVICE.replace("variables: {tables: apply.tables}", "variables: {tables: apply.tables, who: check.who}")
    files = {
        **FILES,
        "forms/check.json": check.encode(),
        "texts.yaml": texts.encode(),
        "service.yaml": service.encode(),
    }
    (found,) = errors(files)
    assert "a diagram sees single plain values only" in found.message
