"""Where a service says so, the law counts on while a fee is owed; and a fee that nobody pays can lapse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.case.standing import put_right
from engine.clockwork import schedule
from engine.packages import build_package, check_files, read_files, run_scenarios
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.messages import Notification
from tests.cast import NOW
from tests.small.cases import PACKAGE, Kilns

FILES = read_files(PACKAGE)
RUNS = {"service.yaml": FILES["service.yaml"].replace(b"stages:", b"clock: {pauses_while_unpaid: false}\nstages:")}
WEEK = timedelta(days=7)
PAYS = '<spiffworkflow:property name="kind" value="payment" />'
REMINDED = (
    f'{PAYS}<spiffworkflow:property name="due" value="8 working days" />'
    '<spiffworkflow:property name="remind" value="2 working days" />'
)
FLOW = '<bpmn:sequenceFlow id="f2"'
LAPSES = (
    '<bpmn:boundaryEvent id="unpaid" attachedToRef="pay"><bpmn:outgoing>f20</bpmn:outgoing>'
    '<bpmn:timerEventDefinition id="td"><bpmn:timeDate xsi:type="bpmn:tFormalExpression">working_days(10)'
    "</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:sequenceFlow id="f20" sourceRef="unpaid" targetRef="over" />'
    '<bpmn:endEvent id="over"><bpmn:extensionElements><spiffworkflow:properties>'
    '<spiffworkflow:property name="outcome" value="lapsed" /></spiffworkflow:properties></bpmn:extensionElements>'
    "<bpmn:incoming>f20</bpmn:incoming></bpmn:endEvent>"
)


def promises(kilns: Kilns) -> list[Clock]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(Clock).where(Clock.kind != ClockKind.TASK)))


@pytest.mark.parametrize("runs", [True, False])
def test_the_promise_runs_while_a_fee_is_owed_only_where_the_service_says_so(kilns: Kilns, runs: bool) -> None:
    if runs:
        kilns.draw(2, more=RUNS)
    sent = kilns.send()
    assert {clock.status for clock in promises(kilns)} == {ClockStatus.RUNNING if runs else ClockStatus.PAUSED}
    assert (kilns.row(sent).promised_at is not None) is runs
    schedule.sweep(kilns.house, now=NOW + 3 * WEEK)
    assert any(clock.breaches for clock in promises(kilns)) is runs


def test_upkeep_lets_it_run_too(kilns: Kilns) -> None:
    kilns.draw(2, more=RUNS)
    row = kilns.row(kilns.send())
    with kilns.house.database.transaction() as session:
        assert not put_right(session, kilns.house, row.id, now=NOW)
    assert {clock.status for clock in promises(kilns)} == {ClockStatus.RUNNING}


def test_a_scenario_counts_the_same_days() -> None:
    late = FILES["tests.yaml"].replace(b"at: 2026-03-02 09:30", b"at: 2026-03-05 09:30")
    late = late.replace(b"at: 2026-03-03 09:00", b"at: 2026-03-05 10:00")
    used = []
    for changed in ({}, RUNS):
        package = build_package({**FILES, **changed, "tests.yaml": late})
        used += [result.working_days for result in run_scenarios(package, WorkingTime(USUAL_WEEK))]
    assert used == [0, 2]


def test_a_fee_may_lapse_where_somebody_is_reminded_of_it_before() -> None:
    process = FILES["process.bpmn"].decode().replace(FLOW, LAPSES + FLOW)
    (found,) = [one for one in check_files({**FILES, "process.bpmn": process.encode()}) if one.severity == "error"]
    assert (found.element_id, "nobody reminds the applicant" in found.message) == ("pay", True)
    process = process.replace(PAYS, REMINDED)
    assert [one for one in check_files({**FILES, "process.bpmn": process.encode()}) if one.severity == "error"] == []


def test_a_fee_that_nobody_pays_is_reminded_of_and_lapses(kilns: Kilns) -> None:
    kilns.draw(2, (PAYS, REMINDED), (FLOW, LAPSES + FLOW))
    sent = kilns.send()
    for day in range(22):
        schedule.sweep(kilns.house, now=NOW + timedelta(days=day))
    assert kilns.row(sent).outcome == "lapsed"
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Notification.body).where(Notification.channel == "sms")).all()
    assert sum("យើងនៅរង់ចាំអ្នក" in body and "បង់ថ្លៃសេវា" in body for body in told) == 1
    assert sum("បានបិទ" in body for body in told) == 1
