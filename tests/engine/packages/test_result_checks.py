"""What service.yaml says of a result can come true, or the check says where it cannot and what to do."""

from __future__ import annotations

import re

import pytest

from engine.packages import check_files
from engine.problems import Problem
from tests.small.files import changed, entry, notice, stamped

KHMER = re.compile(r"[\u1780-\u17b3]")
SERVICE = "service.yaml"
ISSUE = "for_each: verify.scales, where: passed = true"
LAST_FLOW = '<bpmn:sequenceFlow id="f9" '
UNTIL = "validity: {until: row.next_check}"


def errors(files: dict[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def scale(*changes: tuple[str, str, str], more: dict[str, bytes | None] | None = None) -> list[Problem]:
    return errors(changed("industry/scale_check", *changes, more=more))


@pytest.mark.parametrize("files", [stamped(), notice(), entry()], ids=["stamped", "notice", "entry"])
def test_each_kind_of_result_can_be_published(files: dict[str, bytes]) -> None:
    assert errors(files) == []


@pytest.mark.parametrize(
    ("before", "after", "said", "line"),
    [
        (ISSUE, "for_each: verify.scale", "is no repeating group", 5),
        (ISSUE, "for_each: scales, where: pased = true", "“pased” is no question of a row of apply.scales", 5),
        (ISSUE, "where: passed = true", "name that list too", 5),
        (UNTIL, "validity: {until: row.serial}", "is no question for a date", 6),
        (UNTIL, "validity: {until: apply.opened}", "is no question for a date", 6),
        (UNTIL, "validity: {by: row.serial, lengths: {a: 1 year}}", "no question with one choice", 6),
        (UNTIL, "validity: {by: row.kind, lengths: {table: 1 year}}", "no length for the choice “floor”", 6),
        (
            UNTIL,
            "validity: {by: row.kind, lengths: {table: 1 year, floor: 1 year, roof: 1 year}}",
            "“roof” is no choice of row.kind",
            6,
        ),
        ("series: SC,", "series: SC, document: plan,", "means something for result: stamped_document only", 5),
        ("series: SC,", "series: SC, entry: [shop],", "means something for result: register_entry only", 5),
        ("certificate:", "result: notice\ncertificate:", "A notice has no validity", 7),
        ("certificate:", "result: stamped_document\ncertificate:", "write certificate: {series: …, document: KEY}", 6),
        ("certificate: {series: SC, " + ISSUE + "}\n", "result: notice\n", "needs numbers", 5),
    ],
)
def test_what_could_not_come_true_is_told_with_its_line(before: str, after: str, said: str, line: int) -> None:
    found = [problem for problem in scale((SERVICE, before, after)) if said in problem.message]
    assert [(problem.file, problem.line) for problem in found] == [(SERVICE, line)], scale((SERVICE, before, after))
    assert all(KHMER.search(problem.message_km) for problem in found if problem.rule == "result")


def test_a_day_that_may_stay_empty_is_told() -> None:
    optional = '"dateLabel": "Next check", "validate": {"required": true}', '"dateLabel": "Next check"'
    assert any("may stay without an answer" in problem.message for problem in scale(("forms/verify.json", *optional)))


def test_a_case_with_no_row_to_issue_for_must_be_decided_by_the_diagram() -> None:
    always = scale(("process.bpmn", "certificate_count &gt; 0", "true"))
    assert [problem.line for problem in always if "certificate_count" in problem.message] == [5]


def test_a_template_and_the_kind_of_result_go_together() -> None:
    (missing,) = scale(more={"certificate.typ": None})
    assert (missing.file, "it is not there; add it" in missing.message) == ("certificate.typ", True)
    idle = errors({**entry(), "certificate.typ": b"= A"})
    assert [problem.file for problem in idle] == ["certificate.typ"]


def test_a_document_that_may_be_missing_cannot_be_stamped() -> None:
    files = stamped()
    files[SERVICE] = files[SERVICE].replace(b"required: true", b"required: false")
    assert any("there is nothing to stamp" in problem.message for problem in errors(files))


def test_a_result_that_is_never_issued_or_handed_over_is_told_at_its_element() -> None:
    never = scale(("process.bpmn", 'Operator id="certificates.issue"', 'Operator id="applications.approve"'))
    assert any("no service task issues it" in problem.message for problem in never)
    unkept = scale(("process.bpmn", 'name="kind" value="handover"', 'name="form" value="verify"'))
    assert [one.element_id for one in unkept if "never handed over" in one.message] == ["issue"]


def test_a_way_past_the_handover_is_told_at_the_end_it_leads_to() -> None:
    always = ("service.yaml", ", where: passed = true", "")
    way = (
        '<bpmn:sequenceFlow id="f10" sourceRef="any" targetRef="collected"><bpmn:conditionExpression>certificate_number'
    )
    past = ("process.bpmn", LAST_FLOW, f"{way} == 'x'</bpmn:conditionExpression></bpmn:sequenceFlow>{LAST_FLOW}")
    unread = ("process.bpmn", "certificate_count &gt; 0", "certificate_number != None")
    told = [one for one in scale(always, past, unread) if one.rule == "result"]
    assert [(one.element_id, "never handed over" in one.message) for one in told] == [("collected", True)]


def test_a_register_entry_is_told_and_not_handed_over() -> None:
    handed = scale(
        ("service.yaml", "certificate: {", "result: register_entry\ncertificate: {"), more={"certificate.typ": None}
    )
    assert [one.element_id for one in handed if "no paper that would be handed over" in one.message] == ["hand_over"]


def test_what_is_issued_by_officers_answers_comes_after_them_on_every_way() -> None:
    ways = (
        '<bpmn:exclusiveGateway id="maybe" name="Verify?" default="f11" />'
        '<bpmn:sequenceFlow id="f11" sourceRef="maybe" targetRef="verify" />'
        '<bpmn:sequenceFlow id="f12" sourceRef="maybe" targetRef="approve">'
        "<bpmn:conditionExpression>certificate_count == 0</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    begins = ("process.bpmn", 'sourceRef="begin" targetRef="verify"', 'sourceRef="begin" targetRef="maybe"')
    early = scale(begins, ("process.bpmn", LAST_FLOW, f"{ways}{LAST_FLOW}"))
    assert any(one.element_id == "issue" and "before it was answered" in one.message for one in early), early


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("#data.row.seral.value.km\n", "seral"),
        ('#row("kinds")\n', "kinds"),
        ('#data.row.at("x", default: none)\n', "x"),
    ],
)
def test_a_key_that_no_row_has_is_refused(more: str, key: str) -> None:
    source = changed("industry/scale_check")["certificate.typ"]
    (told,) = scale(more={"certificate.typ": source + more.encode()})
    assert f"has no “{key}” here; write one of: " in told.message
    assert all(known in told.message for known in ("kind", "serial", "passed", "next_check"))
    assert told.line == source.count(b"\n") + 1
