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
