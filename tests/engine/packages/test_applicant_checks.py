"""What a case asks of its applicant can be answered and reminded of; what cannot is refused in words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.packages import build_package, check_files, missing
from engine.problems import Problem
from tests.engine.packages.kiln import KILN
from tests.engine.packages.potter import POTTER, written

DUE = '<spiffworkflow:property name="due" value="5 working days" />'
REMIND = '<spiffworkflow:property name="remind" value="2 working days" />'
EXAM = '<spiffworkflow:property name="form" value="exam" />'
REPAIR = '<spiffworkflow:property name="form" value="repair" />'
CORRECTIONS = '<spiffworkflow:property name="corrections" value="yes" />'


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def the_error(files: Mapping[str, bytes]) -> Problem:
    (found,) = errors(files)
    assert found.line is not None
    return found


def test_a_form_may_lie_in_the_lane_of_the_applicant() -> None:
    assert errors(POTTER) == []


@pytest.mark.parametrize(
    ("changes", "element_id", "said"),
    [
        (((EXAM, EXAM + DUE + REMIND),), "exam", "remind reminds the applicant"),
        (((REPAIR, REPAIR + CORRECTIONS),), "repair", "Only officers send an application back"),
        (((DUE, ""),), "repair", "This needs a due term"),
        (((REMIND, REMIND.replace("2 working", "5 working")),), "repair", "shorter, in the same unit"),
        (((REMIND, REMIND.replace("2 working days", "4 working hours")),), "repair", "in the same unit"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(
    changes: tuple[tuple[str, str], ...], element_id: str, said: str
) -> None:
    found = errors(written("process.bpmn", *changes))
    assert [one.element_id for one in found if said in one.message and one.line] == [element_id], found


def test_the_application_itself_is_no_form_of_a_task() -> None:
    again = errors(written("process.bpmn", (REPAIR, REPAIR.replace("repair", "apply"))))
    assert any("The form apply is the application itself" in one.message for one in again)


def test_files_are_asked_in_forms_that_only_applicants_fill_in() -> None:
    shared = errors(written("process.bpmn", (EXAM, REPAIR)))
    assert any("Files are uploaded by applicants" in one.message for one in shared)


def test_a_document_that_a_later_task_asks_for_has_its_condition_there() -> None:
    found = the_error(written("service.yaml", ("accepts: [jpg, png]}", "accepts: [jpg, png], required: years > 3}")))
    assert (found.element_id, "write it at the question" in found.message) == ("workshop_photo", True)
    assert found.message_km


def test_a_document_asked_later_belongs_to_no_application_that_is_sent() -> None:
    package = build_package(POTTER)
    assert package.asked_later == {"workshop_photo"}
    assert package.documents_to_send == ()


def test_the_clock_runs_while_a_fee_is_owed_where_the_service_says_so() -> None:
    pay, check = (build_package(KILN).tasks[name] for name in ("pay", "check"))
    correct = build_package(KILN).tasks["correct"]
    assert missing([pay])
    assert missing([pay], pauses_while_unpaid=False) == ""
    assert missing([pay, correct], pauses_while_unpaid=False) == ""
    assert missing([correct], pauses_while_unpaid=False) == missing([correct])
    assert missing([pay, check]) == ""


def test_silence_leads_to_lapsed_and_nothing_else_does() -> None:
    elsewhere = errors(written("process.bpmn", ('name="outcome" value="rejected"', 'name="outcome" value="lapsed"')))
    assert [(one.element_id, "lapsed says that the applicant did not answer" in one.message) for one in elsewhere] == [
        ("refused", True)
    ]
    assert elsewhere[0].message_km


@pytest.mark.parametrize(
    ("changes", "element_id", "said"),
    [
        ((('attachedToRef="repair"', 'attachedToRef="repair" cancelActivity="false"'),), "over", "lapsed says"),
        ((('attachedToRef="repair"', 'attachedToRef="exam"'),), "over", "lapsed says"),
        (((REMIND, ""),), "repair", "nobody reminds the applicant before it does"),
        ((("working_days(8)", "working_days(4)"),), "silence", "before the day (due) that the applicant was told"),
    ],
)
def test_nobody_lapses_without_having_been_asked_and_reminded(
    changes: tuple[tuple[str, str], ...], element_id: str, said: str
) -> None:
    found = errors(written("process.bpmn", *changes))
    assert [one.element_id for one in found if said in one.message and one.line] == [element_id], found


def test_it_may_lapse_on_the_day_that_was_told_and_by_any_timer() -> None:
    for timer in ("working_days(5)", "add_days(today(), 30)"):
        assert errors(written("process.bpmn", ("working_days(8)", timer))) == []
