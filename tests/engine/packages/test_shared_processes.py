"""Processes that services share: drawn once, called by each, held whole by every version."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from engine.packages import build_package, check_files, load_package, read_files, run_scenarios, validate_all
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.packages.looks import FILES, LIBRARY, OWN, PROCESS, RULED, changed

WELL = Path(__file__).parents[2] / "small" / "industry" / "well_permit"
OFFICE = WorkingTime(USUAL_WEEK, frozenset())


def said(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in check_files(files) if problem.severity != "note"]


def test_a_service_that_calls_the_same_shared_process_twice_is_right() -> None:
    assert said(dict(FILES)) == []


def test_its_scenario_goes_through_both_calls_by_their_names() -> None:
    (result,) = run_scenarios(build_package(FILES), OFFICE)
    assert result.differences == ()


def test_each_call_has_its_own_tasks_forms_and_settings() -> None:
    package = build_package(FILES)
    first, second = package.tasks["first.look"], package.tasks["second.look"]
    assert (first.stage, str(first.due), first.form) == ("first_look", "2 working days", "first.look")
    assert (second.stage, second.due, second.not_by, second.form) == (
        "second_look",
        None,
        ("first.look",),
        "second.look",
    )


def test_a_task_that_says_when_it_is_due_keeps_that() -> None:
    assert str(build_package(FILES).tasks["first.sign"].due) == "4 working days"


def test_a_call_may_say_it_for_one_task_alone_and_replaces_its_whole_deadline() -> None:
    part = changed(
        "shared/look/process.bpmn",
        'value="4 working days" />',
        'value="4 working days" /><s:property name="warn" value="1 working day" />',
    )
    part["process.bpmn"] = part["process.bpmn"].replace(
        b'name="due" value="2 working days"', b'name="sign.due" value="3 working hours"'
    )
    assert said(part) == []
    tasks = build_package(part).tasks
    assert (str(tasks["first.sign"].due), tasks["first.sign"].warn) == ("3 working hours", None)
    assert (str(tasks["second.sign"].due), str(tasks["second.sign"].warn)) == ("4 working days", "1 working day")
    assert tasks["first.look"].due is None


def with_two_fees() -> dict[str, bytes]:
    """The well permit with a second fee, taken by a second call of the same payment after the approval."""
    files = {name: data.decode() for name, data in read_files(WELL).items()}
    two = "{permit: {decision: fees, pay: on_submission}, licence: {decision: fees, pay: on_approval}}"
    files["service.yaml"] = files["service.yaml"].replace("fee: {decision: fees, pay: on_submission}", f"fees: {two}")
    files["texts.yaml"] += "fee_titles:\n  permit: {km: លិខិត, en: Permit}\n  licence: {km: អាជ្ញាបណ្ណ, en: Licence}\n"
    first = '<spiffworkflow:property name="stage" value="payment" />'
    properties = '<spiffworkflow:property name="{}" value="{}" />'
    taken = "".join(
        properties.format(*one) for one in (("fee", "licence"), ("due", "9 working days"), ("remind", "4 working days"))
    )
    second = (
        '<bpmn:callActivity id="licence" name="Second payment" calledElement="shared_payment"><bpmn:extensionElements>'
        f"<spiffworkflow:properties>{taken}</spiffworkflow:properties></bpmn:extensionElements></bpmn:callActivity>"
        '<bpmn:sequenceFlow id="licence_to_issue" sourceRef="licence" targetRef="issue" />'
    )
    process = files["process.bpmn"].replace(first, first + properties.format("fee", "permit"))
    process = process.replace(
        'sourceRef="approve" targetRef="issue" />', f'sourceRef="approve" targetRef="licence" />{second}'
    )
    files["process.bpmn"] = process.replace("<bpmn:incoming>approve_to_issue<", "<bpmn:incoming>licence_to_issue<")
    scenarios = files["tests.yaml"].split("  - name: Paid late")[0]
    files["tests.yaml"] = scenarios.replace(
        "      - {complete: collection.hand_over",
        "      - {complete: licence.pay, at: 2026-03-04 10:00}\n      - {complete: collection.hand_over",
    ).replace("fee: 40000", "fees: {permit: 40000, licence: 40000}")
    return {name: text.encode() for name, text in files.items()}


def test_two_calls_of_a_payment_take_two_fees() -> None:
    files = with_two_fees()
    assert [str(one) for one in check_files(files) if one.severity == "error"] == []
    (result,) = run_scenarios(build_package(files), OFFICE)
    assert result.differences == ()


def test_the_call_of_a_payment_gives_its_day_and_its_reminder() -> None:
    tasks = build_package(with_two_fees()).tasks
    assert (tasks["payment.pay"].fee, tasks["payment.pay"].due) == ("permit", None)
    licence = tasks["licence.pay"]
    assert (licence.fee, str(licence.due), str(licence.remind)) == ("licence", "9 working days", "4 working days")


def test_who_looked_in_the_first_call_may_neither_look_nor_sign_in_the_second() -> None:
    assert build_package(FILES).tasks["second.sign"].not_by == ("second.look", "first.look")


def test_a_call_may_keep_somebody_from_one_task_alone_and_the_part_keeps_its_own_two_apart() -> None:
    files = changed("process.bpmn", 'name="not_by" value="first.look"', 'name="sign.not_by" value="first.look"')
    assert said(files) == []
    tasks = build_package(files).tasks
    assert tasks["second.sign"].not_by == ("second.look", "first.look")
    assert tasks["second.look"].not_by == ()
    both = '<s:property name="not_by" value="first.look" /><s:property name="sign.not_by" value="first.sign" />'
    files = changed("process.bpmn", '<s:property name="not_by" value="first.look" />', both)
    tasks = build_package(files).tasks
    assert tasks["second.sign"].not_by == ("second.look", "first.look", "first.sign")
    assert tasks["second.look"].not_by == ("first.look",)


def test_nobody_is_kept_from_a_task_that_is_no_form() -> None:
    files = with_two_fees()
    barred = b'name="pay.not_by" value="reception.check" /><spiffworkflow:property name="fee" value="permit"'
    files["process.bpmn"] = files["process.bpmn"].replace(b'name="fee" value="permit"', barred)
    assert any("The call sets pay.not_by" in line for line in said(files))


LEVEL = '<s:property name="level" value="ministry" /><s:property name="not_by" value="first.look" />'


def test_a_call_says_at_which_level_its_part_is_done() -> None:
    files = changed("process.bpmn", '<s:property name="not_by" value="first.look" />', LEVEL)
    assert said(files) == []
    package = build_package(files)
    levels = {name: package.tasks[name].level for name in ("first.look", "first.sign", "second.look", "second.sign")}
    assert levels == {"first.look": "", "first.sign": "", "second.look": "ministry", "second.sign": "ministry"}
    files["tests.yaml"] = files["tests.yaml"].replace(
        b"    expect:", b"    expect:\n      levels: [district, ministry]"
    )
    (result,) = run_scenarios(build_package(files), OFFICE)
    assert result.differences == ()


def test_a_call_says_the_level_of_one_task_alone_and_a_task_may_say_its_own() -> None:
    files = changed("process.bpmn", 'name="due" value="2 working days"', 'name="sign.level" value="province"')
    own = changed("shared/look/process.bpmn", 'name="not_by" value="look"', 'name="level" value="province"')
    assert said(files) == said(own) == []
    for package, other in ((build_package(files), ""), (build_package(own), "province")):
        assert [package.tasks[name].level for name in ("first.look", "first.sign")] == ["", "province"]
        assert package.tasks["second.sign"].level == other


def test_payments_are_taken_where_the_case_came_in_whatever_the_call_says() -> None:
    files = with_two_fees()
    away = b'name="level" value="ministry" /><spiffworkflow:property name="fee" value="permit"'
    files["process.bpmn"] = files["process.bpmn"].replace(b'name="fee" value="permit"', away)
    assert any("The call sets level" in line for line in said(files))


def test_a_service_says_it_in_its_own_words_where_it_wants_to() -> None:
    package = build_package(FILES)
    assert (package.tasks["first.look"].name.en, package.tasks["second.look"].name.en) == (
        "Look at the papers",
        "Look again",
    )
    question, again = (package.forms[name].component("seen") for name in ("first.look", "second.look"))
    assert question is not None
    assert again is not None
    assert (question.label.en, again.label.en) == ("Result", "Still right?")
    assert [option.label.en for option in again.options] == ["Right", "Wrong"]


def test_a_form_of_the_service_stands_for_one_of_the_part() -> None:
    files = changed("process.bpmn", 'name="due" value="2 working days"', 'name="form" value="sign=note"')
    files["forms/note.json"] = LIBRARY["shared/look/forms/sign.json"]
    note = "  note:\n    title: {km: ចំណាំ, en: A note}\n    pages: {note: {km: ចំណាំ, en: Note}}\n"
    note += "    fields: {remark: {label: {km: ចំណាំ, en: My remark}}}\n"
    files["texts.yaml"] += note.encode()
    assert said(files) == []
    package = build_package(files)
    assert (package.tasks["first.sign"].form, package.tasks["second.sign"].form) == ("note", "second.sign")
    assert "first.sign" not in package.forms


def test_a_shared_form_has_its_rules_in_every_call_and_those_that_the_service_adds() -> None:
    files = {**FILES, **RULED}
    assert said(files) == []
    own = b"rules:\n  second.sign:\n    - {rule: remark != 'no', message: refused, at: remark}\n".replace(b"'", b'"')
    files["service.yaml"] += own
    files["texts.yaml"] += (
        "  second.sign:\n    title: {km: ក, en: Sign}\n    rules:\n      refused: {km: ទេ, en: Not so.}\n"
    ).encode()
    assert said(files) == []
    forms = build_package(files).forms
    first, second = forms["first.sign"], forms["second.sign"]
    assert [rule.message.en for rule in first.rules] == ["Say something."]
    assert [rule.message.en for rule in second.rules] == ["Say something.", "Not so."]
    assert [error.field for error in validate_all(first, {}, today=date(2026, 3, 2))[1].values()] == ["remark"]


def test_a_form_that_stands_for_a_shared_one_has_no_rules_of_that() -> None:
    files = {**FILES, **RULED}
    taken = b'<s:property name="stage" value="second_look" />'
    files["process.bpmn"] = files["process.bpmn"].replace(
        taken, taken + b'<s:property name="form" value="sign=mine" />'
    )
    files["forms/mine.json"] = files["shared/look/forms/sign.json"].replace(b'"id": "sign"', b'"id": "mine"')
    words = "  mine:\n    title: {km: ក, en: Sign}\n    pages:\n      note: {km: ក, en: Note}\n"
    files["texts.yaml"] += f"{words}    fields:\n      remark: {{label: {{km: ក, en: Remark}}}}\n".encode()
    assert said(files) == []
    assert build_package(files).forms["mine"].rules == ()


def test_a_mistake_in_a_shared_rule_is_named_where_it_stands() -> None:
    rules = RULED["shared/look/rules.yaml"].replace(b"remark != null", b"remark > 3")
    found = check_files({**FILES, **RULED, "shared/look/rules.yaml": rules})
    assert {one.file for one in found if one.severity == "error"} == {"shared/look/rules.yaml"}


def test_the_answer_of_a_shared_form_may_be_a_variable_of_the_service() -> None:
    files = changed("service.yaml", "{tables: apply.tables}", "{tables: apply.tables, remark: second.sign.remark}")
    assert said(files) == []


def test_the_stage_of_a_call_is_reached_when_it_begins() -> None:
    files = changed("tests.yaml", "waits_at: [second.sign]", "waits_at: [first.look]")
    scenario = files["tests.yaml"].decode()
    steps = scenario[scenario.index("    steps:") : scenario.index("    expect:")]
    files["tests.yaml"] = (
        scenario.replace(steps, "")
        .replace("[received, first_look, second_look]", "[received, first_look]")
        .replace("path: [begin, first.look, first, second.look]", "path: [begin]")
        .replace("messages: [looked]\n", "")
        .replace("      variables: {seen: wrong}\n", "")
        .encode()
    )
    (result,) = run_scenarios(build_package(files), OFFICE)
    assert result.stages == ("received", "first_look")


def test_a_version_holds_the_shared_files_so_that_a_change_of_the_library_is_another_version() -> None:
    other = changed("shared/look/texts.yaml", "en: Sign}", "en: Sign here}")
    assert build_package(FILES).digest != build_package(other).digest


def test_the_copies_are_the_same_bytes_for_ever_because_running_cases_depend_on_them() -> None:
    copies = build_package(FILES).woven.copies
    assert list(copies) == ["shared/look/first.bpmn", "shared/look/second.bpmn"]
    assert hashlib.sha256(b"".join(copies.values())).hexdigest() == COPIES


COPIES = "5f6e033306cb8a2c127cba01749b00bc31989b0e25c7c1c9bb9de784f5bd4f09"

MISTAKES = [
    ("process.bpmn", 'calledElement="shared_look"', 'calledElement="shared_smell"', "no shared process “smell”"),
    ("process.bpmn", 'id="second" name', 'id="first" name', "needs an id of its own"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="fee" value="fees"', "The call sets fee, and no task"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="form" value="smell=look"', "The call sets form"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="form" value="look"', "check=my_check"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="smell.due" value="1 working day"', "sets smell.due"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="look.kind" value="payment"', "sets look.kind"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="level" value="moon"', "is not one of: ministry"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="duo" value="x"', "Did you mean “due”"),
    ("process.bpmn", 'name="due" value="2 working days"', 'name="due" value="2 days"', "is not a term"),
    ("shared/look/process.bpmn", 'name="form" value="look"', 'name="form" value="smell"', "There is no form “smell”"),
    ("shared/look/process.bpmn", '"Front office"', '"Back office"', "The lane “Back office” is not in ministry.yaml"),
    ("shared/look/process.bpmn", 'targetRef="tell"', 'targetRef="tall"', "tall"),
    ("shared/look/texts.yaml", "summary: ", "summery: ", "Did you mean “summary”"),
    ("shared/look/forms/look.json", '"seen"', '"soon"', "has no label for this component"),
    ("texts.yaml", "  second.look: {km", "  third.look: {km", "“third.look” is no element of the diagram"),
]


@pytest.mark.parametrize(("file", "before", "after", "message"), MISTAKES)
def test_a_mistake_in_a_call_or_in_what_is_called_is_named_with_its_file(
    file: str, before: str, after: str, message: str
) -> None:
    found = check_files(changed(file, before, after))
    assert any(message in str(problem) and problem.file == file for problem in found), [str(one) for one in found]


def test_a_shared_task_without_words_is_named_with_its_drawing() -> None:
    found = said(changed("shared/look/texts.yaml", "  sign: {km: ចុះហត្ថលេខា, en: Sign}\n", ""))
    assert any("has no name for this task (elements: first.sign)" in problem for problem in found), found


def test_a_mistake_in_a_shared_drawing_has_its_line_there() -> None:
    found = check_files(changed("shared/look/process.bpmn", 'value="4 working days"', 'value="soon"'))
    assert {(one.file, one.line) for one in found if one.severity == "error"} == {("shared/look/process.bpmn", 14)}


def test_a_shared_process_that_calls_itself_is_refused() -> None:
    again = '<callActivity id="tell" calledElement="shared_look"><incoming>f3</incoming><outgoing>f4</outgoing>'
    again += "</callActivity>"
    part = FILES["shared/look/process.bpmn"].decode()
    task = part[part.index('    <serviceTask id="tell"') : part.index('    <endEvent id="end"')]
    files = {**FILES, "shared/look/process.bpmn": part.replace(task, again).encode()}
    assert any("calls itself" in problem for problem in said(files))


def test_shared_files_that_nothing_calls_are_refused() -> None:
    files = {**FILES, "shared/other/process.bpmn": b"<x />", "shared/look/readme.md": b"x"}
    found = said(files)
    assert [problem for problem in found if "no part of a package" in problem] == found
    assert len(found) == 2


def library(folder: Path) -> Path:
    """The same files as analysts keep them: the library beside the folder of the ministry."""
    for name, data in OWN.items():
        place = folder / "tourism" / (name if name == "ministry.yaml" else f"stall/{name}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for name, data in LIBRARY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "tourism" / "stall"


def test_a_folder_is_read_with_what_it_uses_of_the_library(tmp_path: Path) -> None:
    assert read_files(library(tmp_path)) == dict(FILES)


def test_what_a_folder_does_not_call_stays_in_the_library(tmp_path: Path) -> None:
    folder = library(tmp_path)
    (tmp_path / "shared" / "other").mkdir()
    (tmp_path / "shared" / "other" / "process.bpmn").write_bytes(LIBRARY["shared/look/process.bpmn"])
    (tmp_path / "shared" / "look" / "notes.txt").write_text("only for whoever draws it")
    assert read_files(folder) == dict(FILES)


def test_a_version_that_was_taken_home_whole_needs_no_library(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / "a" / "b" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / "b" / name).write_bytes(data)
    assert load_package(tmp_path / "a" / "b").digest == build_package(FILES).digest


def test_a_part_may_call_another_part(tmp_path: Path) -> None:
    folder = library(tmp_path)
    outer = PROCESS.replace('id="stall" name="Stall" isExecutable="true"', 'id="shared_both" name="Both"')
    (tmp_path / "shared" / "both").mkdir()
    (tmp_path / "shared" / "both" / "process.bpmn").write_text(outer.replace("first.look", "first.look"))
    (tmp_path / "shared" / "both" / "texts.yaml").write_text("title: {km: ពីរ, en: Both}\nsummary: {km: ពីរ, en: Both}\n")
    main = PROCESS.replace(
        'id="second" name="Second look" calledElement="shared_look"', 'id="second" calledElement="shared_both"'
    )
    main = main.replace('<s:property name="not_by" value="first.look" />', "")
    (folder / "process.bpmn").write_text(main)
    texts = (folder / "texts.yaml").read_text().replace("second.look", "second.first.look")
    (folder / "texts.yaml").write_text(texts)
    (folder / "tests.yaml").write_text((folder / "tests.yaml").read_text().replace("second.", "second.first."))
    package = load_package(folder)
    assert package.tasks["second.first.look"].name.en == "Look again"
    assert package.tasks["second.second.sign"].not_by == ("second.second.look", "second.first.look")
    assert said(dict(package.files)) == []
