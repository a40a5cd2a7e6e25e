"""What passes every reader and cannot work is refused before it is published, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from engine.packages import build_package, check_files, run_scenarios
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.packages.kiln import KILN
from tests.engine.packages.small import (
    APPLY,
    FILES,
    PAY_TASK,
    PROCESS,
    SCENARIOS,
    SERVICE,
    TEXTS,
    changed,
    free_of_charge,
)

KHMER = re.compile(r"[\u1780-\u17b3]")
OFFICE = WorkingTime(USUAL_WEEK)
WORDS = "elements:\n"


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def the_error(files: Mapping[str, bytes]) -> Problem:
    found = errors(files)
    assert len(found) == 1, [str(problem) for problem in found]
    assert KHMER.search(found[0].message_km)
    return found[0]


def paid_twice() -> dict[str, bytes]:
    """The small service with a second payment before its check."""
    second = PAY_TASK.replace('"pay"', '"again"').replace("f6", "f7").replace("f1", "f6")
    process = PROCESS.replace(PAY_TASK, PAY_TASK + second).replace(
        "<incoming>f6</incoming><incoming>f4", "<incoming>f7</incoming><incoming>f4"
    )
    process = process.replace(
        'id="f6" sourceRef="pay" targetRef="check" />',
        'id="f6" sourceRef="pay" targetRef="again" /><sequenceFlow id="f7" sourceRef="again" targetRef="check" />',
    )
    process = process.replace(
        "<flowNodeRef>pay</flowNodeRef>", "<flowNodeRef>pay</flowNodeRef><flowNodeRef>again</flowNodeRef>"
    )
    texts = TEXTS.replace(WORDS, f"{WORDS}  again: {{km: បង់ប្រាក់ម្តងទៀត, en: Pay again}}\n")
    return FILES | {"process.bpmn": process.encode(), "texts.yaml": texts.encode()}


def test_one_payment_is_taken_and_a_second_refused_by_its_name() -> None:
    found = the_error(paid_twice())
    assert found.element_id == "again"
    assert "“Pay again”: This fee is paid by “Pay” already, on the same way" in found.message


def test_a_payment_without_a_fee_is_refused() -> None:
    words = free_of_charge()["texts.yaml"].replace(WORDS.encode(), f"{WORDS}  pay: {{km: បង់, en: Pay}}\n".encode())
    files = free_of_charge() | {"process.bpmn": PROCESS.encode(), "texts.yaml": words}
    assert "service.yaml has no fee, so there is nothing to pay" in the_error(files).message


def test_a_withdrawal_needs_an_event_that_hears_it() -> None:
    found = the_error(changed("process.bpmn", 'name="outcome" value="approved"', 'name="outcome" value="withdrawn"'))
    assert "no event waits for the message “withdrawal”" in found.message
    heard = PROCESS.replace('name="outcome" value="approved"', 'name="outcome" value="withdrawn"')
    heard = heard.replace('<process id="stall"', '<message id="wish" name="withdrawal" /><process id="stall"')
    heard = heard.replace(
        '<exclusiveGateway id="way"',
        '<boundaryEvent id="gone" attachedToRef="check"><outgoing>f9</outgoing><messageEventDefinition id="m"'
        ' messageRef="wish" /></boundaryEvent><endEvent id="over"><incoming>f9</incoming></endEvent>'
        '<sequenceFlow id="f9" sourceRef="gone" targetRef="over" /><exclusiveGateway id="way"',
    )
    assert errors(FILES | {"process.bpmn": heard.encode()}) == []


def asking(form: str, component: dict[str, Any]) -> dict[str, bytes]:
    """The small service with one more question in a form."""
    file = f"forms/{form}.json"
    document = json.loads(FILES[file])
    document["components"][0]["components"].append(component)
    words = "".join(
        f"      {part.get('key', part.get('path'))}: {{label: {{km: សំណួរ, en: Question}}}}\n"
        for part in (component, *component.get("components", []))
    )
    head, tail = TEXTS.split(f"  {form}:\n    title")
    tail = tail.replace("    fields:\n", f"    fields:\n{words}", 1)
    service = SERVICE.replace("documents:\n", "documents:\n  - {key: photo}\n")
    texts = f"{head}  {form}:\n    title{tail}".replace(
        "documents:\n", "documents:\n  photo: {label: {km: រូប, en: Photo}}\n"
    )
    return FILES | {file: json.dumps(document).encode(), "texts.yaml": texts.encode(), "service.yaml": service.encode()}


PHOTO = {"type": "filepicker", "key": "photo"}
TEXT = {"type": "textfield", "key": "q"}


@pytest.mark.parametrize(
    ("form", "component", "said"),
    [
        (
            "apply",
            {"type": "dynamiclist", "path": "list", "components": [PHOTO]},
            "cannot be uploaded inside a repeating",
        ),
        ("apply", TEXT | {"readonly": True}, "A question that is only read (readonly) needs prefill"),
        (
            "apply",
            {"type": "dynamiclist", "path": "list", "components": [TEXT | {"properties": {"prefill": "sex"}}]},
            "cannot be put into a repeating group",
        ),
        ("check", PHOTO, "Files are uploaded by applicants: in the form apply"),
        ("check", TEXT | {"properties": {"prefill": "name_km"}}, "are there in the form apply only"),
        ("check", TEXT | {"readonly": True}, "are there in the form apply only"),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(form: str, component: dict[str, Any], said: str) -> None:
    found = the_error(asking(form, component))
    assert found.file == f"forms/{form}.json"
    assert found.message.startswith("“Question”: ")
    assert said in found.message


@pytest.mark.parametrize(
    ("form", "component"),
    [
        ("apply", PHOTO),
        ("apply", TEXT | {"readonly": True, "properties": {"prefill": "name_km", "personal": "true"}}),
        ("apply", TEXT | {"properties": {"kind": "address", "level": "district"}}),
        ("check", TEXT),
    ],
)
def test_a_question_that_works_is_not_refused(form: str, component: dict[str, Any]) -> None:
    assert errors(asking(form, component)) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (
            "forms/apply.json",
            '"key": "tables"',
            '"key": "tables", "decimalDigits": 1',
            "“tables” gives 1.1 when tables = 1.1",
        ),
        ("forms/apply.json", '"min": 1,', '"min": -3,', "“tables” gives -3 when tables = -3"),
        ("fees.dmn", "<text>1000</text>", "<text>1000.5</text>", "“1000.5” gives 1000.5, and fees are whole riel"),
        ("fees.dmn", "<text>1000</text>", "<text>tables - 2</text>", "“tables - 2” gives -1 when tables = 1"),
        ("fees.dmn", "<text>800</text>", "<text>tables * 0.5</text>", "“tables * 0.5” gives 2.5 when tables = 5"),
    ],
)
def test_an_amount_that_is_no_whole_riel_for_some_answer_is_told(file: str, before: str, after: str, said: str) -> None:
    found = errors(changed(file, before, after))
    assert any(said in problem.message for problem in found), [str(problem) for problem in found]
    assert all(KHMER.search(problem.message_km) for problem in found if problem.rule == "fee-amount")


@pytest.mark.parametrize("amount", ["tables * 500", "(tables - 1) * 250", "tables * 2 - 2", "0"])
def test_an_amount_that_is_whole_for_every_answer_is_accepted(amount: str) -> None:
    assert errors(changed("fees.dmn", "<text>1000</text>", f"<text>{amount}</text>")) == []


AREA = '{"type": "number", "key": "area", "decimalDigits": 2, "validate": {"required": true, "min": 0, "max": 9}},'
NUMBER = '{"type": "number"'
LABEL = "      tables: {label"
WITH_AREA = TEXTS.replace(LABEL, f"      area: {{label: {{km: ផ្ទៃ, en: Area}}}}\n{LABEL}").encode()
SEES_AREA = SERVICE.replace("{tables: apply.tables}", "{tables: apply.tables, area: apply.area}").encode()


def test_halves_that_come_to_whole_riel_are_accepted() -> None:
    """Two decimal places times a hundred are whole; a step of one place more would not be."""
    files = FILES | {
        "forms/apply.json": APPLY.replace(NUMBER, AREA + NUMBER).encode(),
        "texts.yaml": WITH_AREA,
        "service.yaml": SEES_AREA,
        "fees.dmn": FILES["fees.dmn"].replace(b"<text>1000</text>", b"<text>area * 100</text>"),
        "tests.yaml": SCENARIOS.replace("tables: 3}", "tables: 3, area: '1.5'}").replace("3000", "450").encode(),
    }
    assert errors(files) == []
    (result,) = run_scenarios(build_package(files), OFFICE)
    assert result.passed, result.differences
    finer = files["forms/apply.json"].replace(b'"decimalDigits": 2', b'"decimalDigits": 3')
    assert "gives 0.1 when area = 0.001" in the_error(files | {"forms/apply.json": finer}).message


def test_a_price_of_a_question_that_may_be_left_out_is_told_unless_the_others_ask_it() -> None:
    hidden = AREA.replace('"decimalDigits": 2, ', "").replace('"key"', '"conditional": {"hide": "=tables > 4"}, "key"')
    form = json.loads(APPLY)
    form["components"][0]["components"].append(json.loads(hidden.rstrip(",")))
    files = FILES | {
        "forms/apply.json": json.dumps(form).encode(),
        "texts.yaml": WITH_AREA,
        "service.yaml": SEES_AREA,
        "tests.yaml": SCENARIOS.replace("tables: 3}", "tables: 3, area: 3}").encode(),
    }
    asked = files | {"fees.dmn": FILES["fees.dmn"].replace(b"<text>1000</text>", b"<text>area * 100</text>")}
    assert [str(each) for each in errors(asked) if each.rule == "fee-amount"] == []
    not_asked = files | {"fees.dmn": FILES["fees.dmn"].replace(b"<text>800</text>", b"<text>area * 100</text>")}
    assert "“area * 100” cannot be computed when area = nothing" in the_error(not_asked).message


DAY = {"type": "datetime", "subtype": "date", "key": "q"}
HOUR = {"type": "datetime", "subtype": "time", "key": "q"}
COUNT = {"type": "number", "key": "q"}
LIST = {"type": "dynamiclist", "path": "list", "components": [TEXT]}


@pytest.mark.parametrize(
    "component",
    [
        COUNT | {"validate": {"min": 5, "max": 4}},
        DAY | {"properties": {"min": "2026-02-01", "max": "2026-01-31"}},
        HOUR | {"properties": {"min": "17:00", "max": "8:00"}},
        TEXT | {"validate": {"minLength": 9, "maxLength": 8}},
        TEXT | {"validate": {"minLength": 201}},
        LIST | {"properties": {"min_items": 3, "max_items": 2}},
    ],
)
def test_limits_that_leave_no_answer_are_refused(component: dict[str, Any]) -> None:
    assert "The least is more than the most" in the_error(asking("apply", component)).message


@pytest.mark.parametrize(
    "component",
    [
        COUNT | {"validate": {"min": 5, "max": 5}},
        COUNT | {"validate": {"min": -9, "max": 0}},
        DAY | {"properties": {"min": "2026-01-31", "max": "2026-01-31"}},
        DAY | {"properties": {"min": "2026-01-31", "max": "today"}},
        HOUR | {"properties": {"min": "8:00", "max": "17:00"}},
        TEXT | {"validate": {"minLength": 8, "maxLength": 8}},
        LIST | {"properties": {"min_items": 2, "max_items": 2}},
    ],
)
def test_limits_that_leave_one_answer_are_not(component: dict[str, Any]) -> None:
    assert errors(asking("apply", component)) == []


@pytest.mark.parametrize(
    ("component", "said"),
    [
        (
            TEXT | {"validate": {"validationType": "phone", "pattern": "[0-9]{9}"}},
            "pattern means nothing for a question of the kind phone",
        ),
        (
            COUNT | {"properties": {"kind": "money"}, "decimalDigits": 2},
            "decimalDigits means nothing for a question of the kind money",
        ),
        (TEXT | {"properties": {"max": "9", "min": "1"}}, "max, min means nothing for a question of the kind text"),
        (DAY | {"multiple": True, "values": []}, "multiple, values means nothing for a question of the kind date"),
        (TEXT | {"properties": {"level": "district"}}, "level means nothing for a question of the kind text"),
    ],
)
def test_a_setting_that_means_nothing_for_its_kind_is_told(component: dict[str, Any], said: str) -> None:
    (found,) = [each for each in check_files(asking("apply", component)) if each.severity == "warning"]
    assert said in found.message
    assert KHMER.search(found.message_km)


LANES = {
    "Applicant": "applicant",
    "Front office": "front_office",
    "Cashier": "cashier",
    "Specialist": "specialist",
    "Inspector": "inspector",
    "Head of office": "head",
    "Administration": "administrator",
    "Analysts": "analyst",
}


def lying_in(task: str, lane: str) -> dict[str, bytes]:
    """The kiln permit with one of its tasks in a lane of its own."""
    process = KILN["process.bpmn"].decode().replace(f"<bpmn:flowNodeRef>{task}</bpmn:flowNodeRef>", "")
    own = f'<bpmn:lane id="own" name="{lane}"><bpmn:flowNodeRef>{task}</bpmn:flowNodeRef></bpmn:lane>'
    process = process.replace("</bpmn:laneSet>", f"{own}</bpmn:laneSet>")
    lanes = ", ".join(f"{name}: {group}" for name, group in LANES.items())
    ministry = f"key: industry\nname: {{km: ក្រសួង, en: Ministry}}\nlanes: {{{lanes}}}\n"
    return {**KILN, "process.bpmn": process.encode(), "ministry.yaml": ministry.encode()}


CAN = {
    "pay": ("Applicant", "Cashier"),
    "hand_over": ("Front office", "Head of office"),
    "check": ("Front office", "Cashier", "Specialist", "Inspector", "Head of office", "Administration"),
    "correct": ("Applicant",),
}
SAYS = {
    "pay": "can pay or take a payment",
    "hand_over": "has the desk for handovers",
    "check": "has a page for tasks",
    "correct": "put the task into the applicant's lane",
}


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("task", CAN)
def test_a_task_lies_in_the_lane_of_those_who_can_do_it(task: str, lane: str) -> None:
    found = errors(lying_in(task, lane))
    if lane in CAN[task]:
        assert found == []
    else:
        assert [(one.element_id, one.line is not None) for one in found] == [(task, True)]
        said = "Only officers send" if (task, lane) == ("check", "Applicant") else SAYS[task]
        assert said in found[0].message


@pytest.mark.parametrize("group", ["applicant", "analyst"])
def test_a_late_task_escalates_to_somebody_who_can_do_it(group: str) -> None:
    due = '<s:property name="due" value="2 working days" />'
    late = f'{due}<s:property name="escalate_to" value="{group}" />'
    found = the_error(changed("process.bpmn", due, late))
    assert (found.element_id, "that group has no page for tasks" in found.message) == ("check", True)
    assert errors(changed("process.bpmn", due, late.replace(group, "head"))) == []


def test_corrections_that_no_applicant_could_make_are_not_asked_for() -> None:
    form = '<s:property name="form" value="check" />'
    found = the_error(changed("process.bpmn", form, f'{form}<s:property name="corrections" value="yes" />'))
    assert (found.element_id, "has no task of kind correction" in found.message) == ("check", True)
