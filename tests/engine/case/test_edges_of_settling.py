"""What a step leaves alone: fees, clocks and promises that it is not about, and what a case waits for no more."""

from __future__ import annotations

import pytest

from engine.documents import pdf
from storage.clocks import ClockKind, ClockStatus
from storage.payments import DueFee, FeeStatus
from storage.processes import ThrownKind
from tests.cast import NOW
from tests.engine.case.test_settling import DAY, HOUR, paid, throw, waits
from tests.engine.clockwork.test_new_days import clock
from tests.engine.flow import drawings
from tests.engine.flow.test_bringing import at
from tests.engine.tasks.test_side_by_side import FORKED, LEAVES, REACHED
from tests.small.cases import PACKAGE, Kilns

MAY_BE_LET_OFF = (
    drawings.MEASURED,
    (
        '<bpmn:sequenceFlow id="f2" sourceRef="pay" targetRef="was_paid" />',
        '<bpmn:sequenceFlow id="f2" sourceRef="pay" targetRef="was_paid" />'
        f'<bpmn:boundaryEvent id="let_off" attachedToRef="pay">{drawings.message()}</bpmn:boundaryEvent>'
        '<bpmn:sequenceFlow id="f22" sourceRef="let_off" targetRef="check" />',
    ),
    ("<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f22</bpmn:incoming>"),
)
"""A message takes the payment back, for which the case waits from the beginning."""
MESSAGE = ThrownKind.MESSAGE, "kiln_measured", ""


def ruled(rule: str) -> dict[str, bytes]:
    """The service with this rule for its clocks."""
    settings = (PACKAGE / "service.yaml").read_text(encoding="utf-8")
    return {"service.yaml": f"{settings}clock: {{{rule}}}\n".encode()}


def another_fee(kilns: Kilns, application_id: int) -> None:
    """A fee that is due at another task of the case."""
    with kilns.house.database.transaction() as session:
        session.add(
            DueFee(
                key="another", application_id=application_id, fee_key="copies", title_km="ច្បាប់ចម្លង",
                title_en="Copies", task_ref="elsewhere", amount=500, refundable=False, status=FeeStatus.DUE,
                reckoned_at=NOW,
            )
        )  # fmt: skip


def test_a_payment_that_is_taken_back_is_owed_no_more_and_every_other_fee_stays(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *MAY_BE_LET_OFF)
    sent = kilns.send()
    another_fee(kilns, kilns.row(sent).id)
    throw(kilns, sender, *MESSAGE)
    assert at(kilns, sent) == ["check"]
    assert [(fee.fee_key, fee.status) for fee in kilns.fees(sent)] == [
        ("fee", FeeStatus.DROPPED),
        ("copies", FeeStatus.DUE),
    ]


def test_what_a_case_waits_for_from_the_beginning_is_written_down_and_gone_when_it_came(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *MAY_BE_LET_OFF)
    sent = kilns.send()
    assert waits(kilns, sent) == [MESSAGE]
    throw(kilns, sender, *MESSAGE)
    assert waits(kilns, sent) == []


def test_a_decision_leaves_the_clock_of_a_task_that_is_open_beside_it(kilns: Kilns) -> None:
    due = '<spiffworkflow:property name="kind" value="correction" />'
    kilns.draw(2, FORKED, LEAVES, REACHED, (due, f'{due}<spiffworkflow:property name="due" value="9 working days" />'))
    sent = paid(kilns)
    kilns.check(sent, "ok", now=NOW + HOUR)
    assert clock(kilns, sent, ClockKind.NORM).status == ClockStatus.MET
    assert clock(kilns, sent, ClockKind.TASK).ended_at is None


def test_a_decision_whose_certificate_cannot_be_drawn_keeps_no_promise_yet(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_be_drawn(*_given: object, **_named: object) -> bytes:
        raise pdf.DocumentFailed("unknown variable")

    sent = paid(kilns)
    monkeypatch.setattr(pdf, "render_all", cannot_be_drawn)
    kilns.check(sent, "ok", now=NOW + HOUR)
    promise = clock(kilns, sent, ClockKind.NORM)
    assert (kilns.row(sent).decided_at, promise.status) == (NOW + HOUR, ClockStatus.RUNNING)
    assert kilns.row(sent).promised_at == promise.due_at


def test_the_clock_runs_while_a_fee_is_owed_where_the_service_says_so(kilns: Kilns) -> None:
    kilns.draw(2, more=ruled("pauses_while_unpaid: false"))
    assert clock(kilns, kilns.send(), ClockKind.NORM).status == ClockStatus.RUNNING


def test_a_clock_that_stands_still_says_why(kilns: Kilns) -> None:
    sent = paid(kilns)
    kilns.check(sent, "return", now=NOW + DAY)
    norm = clock(kilns, sent, ClockKind.NORM)
    assert [entry[3] for entry in norm.ledger if entry[0] == "pause"] == [
        "waits for the applicant at the counter",
        "waits for the applicant",
    ]


def test_a_correction_begins_the_term_anew_where_the_service_says_so(kilns: Kilns) -> None:
    kilns.draw(2, more=ruled("restarts_after_correction: true"))
    sent = paid(kilns)
    kilns.check(sent, "return", now=NOW + DAY)
    kilns.correct(sent, now=NOW + 2 * DAY)
    norm = clock(kilns, sent, ClockKind.NORM)
    assert [entry[0] for entry in norm.ledger] == ["run", "pause", "run", "pause", "restart"]
