"""A task of an officer that is open beside one of the applicant: time runs, and the office is asked."""

from __future__ import annotations

import pytest

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.flow import by_hand
from engine.working_time import promises
from storage.applications import ApplicationStatus
from storage.clocks import ClockStatus
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import DAY, clock
from tests.small.cases import Kilns

FORKED = (
    '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
    '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />'
    '<bpmn:sequenceFlow id="f3b" sourceRef="was_paid" targetRef="correct" />',
)
LEAVES = (
    "<bpmn:outgoing>f3</bpmn:outgoing>",
    "<bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f3b</bpmn:outgoing>",
)
REACHED = "<bpmn:incoming>f6</bpmn:incoming>", "<bpmn:incoming>f6</bpmn:incoming><bpmn:incoming>f3b</bpmn:incoming>"


@pytest.fixture
def both(kilns: Kilns) -> Submitted:
    """A paid application that the office checks while the applicant may send it again."""
    kilns.draw(2, FORKED, LEAVES, REACHED)
    sent = kilns.send()
    assert (kilns.row(sent).waits_for_applicant, clock(kilns, sent, "norm").status) == (False, ClockStatus.PAUSED)
    kilns.pay(sent)
    return sent


def test_while_the_office_has_a_task_too_the_applicant_is_not_waited_for(kilns: Kilns, both: Submitted) -> None:
    assert kilns.task(both, "check") != kilns.task(both, "correct")
    row, norm = kilns.row(both), clock(kilns, both, "norm")
    assert (row.waits_for_applicant, norm.status) == (False, ClockStatus.RUNNING)
    assert row.promised_at == norm.due_at is not None
    assert schedule.sweep(kilns.house, now=NOW + 30 * DAY).breached == 1


def test_when_only_the_applicant_can_go_on_the_promise_stands_still(kilns: Kilns, both: Submitted) -> None:
    kilns.check(both, "return", now=NOW + DAY)
    row, norm = kilns.row(both), clock(kilns, both, "norm")
    assert (row.waits_for_applicant, norm.status, row.promised_at) == (True, ClockStatus.PAUSED, None)


def test_who_has_an_ended_case_waits_for_nothing(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    assert kilns.row(sent).waits_for_applicant
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, sent.key, "sent twice", now=NOW + DAY)
    row = kilns.row(sent)
    assert (row.status, row.waits_for_applicant) == (ApplicationStatus.ENDED, False)
    assert promises.day_shown(row, NOW + DAY) is None
