"""What must come first comes first: the payment, the approval, the certificate, each before what needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.packages import check_files
from engine.problems import Problem
from tests.engine.packages.kiln import KILN, led
from tests.engine.packages.small import FILES as STALL
from tests.engine.packages.small import free_of_charge

KHMER = re.compile(r"[\u1780-\u17b3]")
ON_APPROVAL = KILN["service.yaml"].replace(b"pay: on_submission", b"pay: on_approval")


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def the_error(files: Mapping[str, bytes]) -> Problem:
    (found,) = errors(files)
    assert KHMER.search(found.message_km)
    assert found.line is not None
    return found


def test_the_permit_pays_approves_issues_and_hands_over_in_order() -> None:
    assert errors(KILN) == []


def test_a_fee_that_no_task_takes_is_refused() -> None:
    free = free_of_charge()
    files = dict(STALL) | {"process.bpmn": free["process.bpmn"], "tests.yaml": free["tests.yaml"]}
    files["texts.yaml"] = STALL["texts.yaml"].replace("  pay: {km: បង់ប្រាក់, en: Pay}\n".encode(), b"")
    files["tests.yaml"] = files["tests.yaml"].replace(b"      working_days", b"      fee: 3000\n      working_days")
    found = the_error(files)
    assert (found.file, found.line) == ("service.yaml", 8)
    assert "no task takes the payment, so nobody could pay it" in found.message
    nothing = (
        files["fees.dmn"]
        .replace(b"<text>1000</text>", b"<text>0</text>")
        .replace(b"<text>800</text>", b"<text>0</text>")
    )
    assert errors(files | {"fees.dmn": nothing}) == []


FREE_WAY = (
    '<bpmn:exclusiveGateway id="large" default="d1"/><bpmn:sequenceFlow id="d1" sourceRef="large" targetRef="pay"/>'
    '<bpmn:sequenceFlow id="d2" sourceRef="large" targetRef="was_paid">'
    "<bpmn:conditionExpression>kilns == 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
)


def test_a_way_past_the_payment_is_refused_where_everybody_pays() -> None:
    past = led(("f1", "begin", "large"), more=FREE_WAY)
    found = the_error(past)
    assert (found.element_id, found.rule) == ("approve", "order")
    assert "by a way that does not pass “Pay the fee”" in found.message


def test_a_way_past_the_payment_is_for_those_who_pay_nothing() -> None:
    past = led(("f1", "begin", "large"), more=FREE_WAY)
    row = re.search(r"(?s)<rule .*?</rule>", KILN["fees.dmn"].decode())
    assert row is not None
    fees = KILN["fees.dmn"].decode().replace("</decisionTable>", _free_row(row[0]) + "</decisionTable>")
    assert not [one for one in errors(past | {"fees.dmn": fees.encode()}) if one.rule == "order"]


def _free_row(row: str) -> str:
    """The same rule again, for nothing."""
    return re.sub(r"<text>\d+</text>", "<text>0</text>", re.sub(r'id="(\w+)"', r'id="\1_free"', row))


def test_a_payment_after_the_decision_is_refused_where_it_should_come_with_the_application() -> None:
    late = led(("f1", "begin", "was_paid"), ("f10", "approve", "pay"), ("f2", "pay", "issue"))
    found = the_error(late)
    assert (found.element_id, found.rule) == ("pay", "order")
    assert "comes only after the decision; draw it before that, or write pay: on_approval" in found.message
    assert errors(late | {"service.yaml": ON_APPROVAL}) == []


def test_a_payment_before_the_approval_is_refused_where_it_should_come_with_it() -> None:
    found = the_error(dict(KILN) | {"service.yaml": ON_APPROVAL})
    assert (found.element_id, "can come before applications.approve" in found.message) == ("pay", True)


def test_a_result_before_the_payment_is_refused_also_where_it_is_paid_on_approval() -> None:
    last = led(("f1", "begin", "was_paid"), ("f12", "tell", "pay"), ("f2", "pay", "hand_over"))
    found = the_error(last | {"service.yaml": ON_APPROVAL})
    assert (found.element_id, "without the fee being paid" in found.message) == ("issue", True)


def test_a_certificate_that_nobody_approved_is_refused() -> None:
    beside = led(("f5", "which", "issue"), ("f10", "approve", "tell"), ("f11", "issue", "approve"))
    found = the_error(beside)
    assert (found.element_id, found.rule) == ("issue", "order")
    assert "without an approval, by a way that does not pass applications.approve" in found.message


def test_a_handover_without_a_certificate_is_refused_where_the_service_issues_one() -> None:
    early = led(("f10", "approve", "tell"), ("f13", "hand_over", "issue"), ("f11", "issue", "collected"))
    found = the_error(early)
    assert (found.element_id, "There would be nothing to hand over here" in found.message) == ("hand_over", True)


def test_a_second_handover_is_refused_by_its_name() -> None:
    again = (
        '<bpmn:userTask id="again" name="Again"><bpmn:extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="kind" value="handover" /></spiffworkflow:properties></bpmn:extensionElements>'
        '</bpmn:userTask><bpmn:sequenceFlow id="f14" sourceRef="again" targetRef="collected" />'
    )
    files = led(("f13", "hand_over", "again"), more=again)
    lane = b"<bpmn:flowNodeRef>hand_over</bpmn:flowNodeRef>"
    files["process.bpmn"] = files["process.bpmn"].replace(lane, lane + lane.replace(b"hand_over", b"again"))
    words = KILN["texts.yaml"].decode().replace("elements:\n", "elements:\n  again: {km: ប្រគល់ម្តងទៀត, en: Again}\n")
    found = the_error(files | {"texts.yaml": words.encode()})
    assert (found.element_id, "A result is handed over once" in found.message) == ("again", True)


NUMBERED = (
    b'value="&quot;ready&quot;" />',
    b'value="&quot;ready&quot;" /><spiffworkflow:parameter id="reason" type="string" value="certificate_number" />',
)


def test_the_number_of_a_certificate_is_read_behind_the_operation_that_gives_it() -> None:
    told = KILN["process.bpmn"].replace(*NUMBERED)
    assert errors(dict(KILN) | {"process.bpmn": told}) == []
    plain = b'<bpmn:sequenceFlow id="f11" sourceRef="issue" targetRef="tell" />'
    on_leaving = led(("f11", "issue", "tell"))["process.bpmn"].replace(plain, BY_NUMBER)
    assert errors(dict(KILN) | {"process.bpmn": on_leaving.replace(b'id="issue"', b'id="issue" default="f15"')}) == []


BY_NUMBER = (
    b'<bpmn:sequenceFlow id="f11" sourceRef="issue" targetRef="tell">'
    b'<bpmn:conditionExpression>certificate_number != ""</bpmn:conditionExpression></bpmn:sequenceFlow>'
    b'<bpmn:sequenceFlow id="f15" sourceRef="issue" targetRef="hand_over" />'
)


def test_the_number_of_a_certificate_cannot_be_read_where_none_may_be_issued_yet() -> None:
    drawn = KILN["process.bpmn"].replace(b'result == "refuse"', b'certificate_number == "" or result == "refuse"')
    found = the_error(dict(KILN) | {"process.bpmn": drawn})
    assert (found.element_id, found.rule) == ("which", "order")
    assert "“certificate_number” is read here, which certificates.issue gives" in found.message


def test_what_no_operation_of_the_drawing_gives_is_given_by_nothing() -> None:
    drawn = KILN["process.bpmn"].replace(b'id="certificates.issue"', b'id="applications.approve"').replace(*NUMBERED)
    found = [one for one in errors(dict(KILN) | {"process.bpmn": drawn}) if one.rule == "variables"]
    assert ["which nothing gives it" in one.message for one in found] == [True]


ASKED_AGAIN = (
    '<bpmn:exclusiveGateway id="granted" default="g2"/>'
    '<bpmn:sequenceFlow id="g1" sourceRef="granted" targetRef="issue">'
    '<bpmn:conditionExpression>result == "ok"</bpmn:conditionExpression></bpmn:sequenceFlow>'
    '<bpmn:sequenceFlow id="g2" sourceRef="granted" targetRef="refused"/>'
)


def test_a_condition_that_is_asked_twice_is_answered_alike() -> None:
    """Both ways meet, and the same question parts them again."""
    twice = led(("f9", "refuse", "granted"), ("f10", "approve", "granted"), more=ASKED_AGAIN)
    assert errors(twice) == []


def test_a_result_for_those_who_were_refused_is_still_refused() -> None:
    otherwise = ASKED_AGAIN.replace('"ok"', '"refuse"')
    found = the_error(led(("f9", "refuse", "granted"), ("f10", "approve", "granted"), more=otherwise))
    assert (found.element_id, "without an approval" in found.message) == ("issue", True)


def test_a_way_back_over_a_handover_is_refused() -> None:
    back = (
        '<bpmn:exclusiveGateway id="more" default="m1"/>'
        '<bpmn:sequenceFlow id="m1" sourceRef="more" targetRef="collected"/>'
        '<bpmn:sequenceFlow id="m2" sourceRef="more" targetRef="tell">'
        "<bpmn:conditionExpression>kilns == 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    found = the_error(led(("f13", "hand_over", "more"), more=back))
    assert (found.element_id, found.rule) == ("hand_over", "order")
    assert "a way leads back here after that" in found.message
