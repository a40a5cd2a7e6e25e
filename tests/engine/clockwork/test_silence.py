"""The term of the law passes without a decision: where the service says so, that decides the case, exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import Refused
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.events import CaseEvent
from storage.processes import UserTask
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import told
from tests.small.cases import PACKAGE, Kilns

A_MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
INTO = {"approve": "f5", "refuse": "f8", "issue": "f10"}
"""A flow that comes to each of these."""
MESSAGE = (
    '<bpmn:process id="kiln_permit"',
    '<bpmn:message id="m_silence" name="silence" /><bpmn:process id="kiln_permit"',
)


def drawn(target: str, at: str = "check") -> tuple[str, str]:
    before = '<bpmn:sequenceFlow id="f4"'
    event = (
        f'<bpmn:boundaryEvent id="silent" name="Silence" attachedToRef="{at}"><bpmn:outgoing>s1</bpmn:outgoing>'
        '<bpmn:messageEventDefinition id="s_def" messageRef="m_silence" /></bpmn:boundaryEvent>'
        f'<bpmn:sequenceFlow id="s1" sourceRef="silent" targetRef="{target}" />'
    )
    return before, event + before


def listed(target: str) -> tuple[str, str]:
    before = f"<bpmn:incoming>{INTO[target]}</bpmn:incoming>"
    return before, f"{before}<bpmn:incoming>s1</bpmn:incoming>"


def begun(
    kilns: Kilns,
    decides: str = "approved",
    *,
    target: str = "approve",
    at: str = "check",
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> Submitted:
    service = (PACKAGE / "service.yaml").read_bytes() + f"clock: {{silence: {decides}}}\n".encode()
    kilns.draw(2, MESSAGE, drawn(target, at), listed(target), more={"service.yaml": service, **more})
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def term(kilns: Kilns, sent: Submitted) -> Clock:
    with kilns.house.database.reading() as session:
        of_law = Clock.application_id == kilns.row(sent).id, Clock.kind == ClockKind.TERM
        return session.scalars(select(Clock).where(*of_law)).one()


def due(kilns: Kilns, sent: Submitted) -> datetime:
    day = term(kilns, sent).due_at
    assert day is not None
    return day


def kinds(kilns: Kilns, sent: Submitted) -> Sequence[str]:
    with kilns.house.database.reading() as session:
        of_case = CaseEvent.application_id == kilns.row(sent).id
        return session.scalars(select(CaseEvent.kind).where(of_case).order_by(CaseEvent.seq)).all()


def test_the_case_is_approved_a_moment_after_its_legal_term_and_not_at_it(kilns: Kilns) -> None:
    sent = begun(kilns)
    last = due(kilns, sent)
    schedule.sweep(kilns.house, now=last)
    assert kilns.row(sent).decided_at is None
    schedule.sweep(kilns.house, now=last + A_MOMENT)
    case = kilns.row(sent)
    assert (case.outcome, case.decided_at) == ("approved", last + A_MOMENT)
    assert kilns.certificate(sent).number == "KP-02-26-000001"
    assert term(kilns, sent).status == ClockStatus.LATE
    assert len(told(kilns, kilns.cast.dara, last + A_MOMENT, "ចាត់ទុកថាបានអនុម័ត")) == 1
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_the_case_is_refused_where_the_law_says_so(kilns: Kilns) -> None:
    sent = begun(kilns, "rejected", target="refuse")
    schedule.sweep(kilns.house, now=due(kilns, sent) + DAY)
    assert (kilns.row(sent).outcome, kilns.row(sent).status) == ("rejected", "ended")


def test_it_happens_once_however_often_somebody_looks(kilns: Kilns) -> None:
    sent = begun(kilns)
    late = due(kilns, sent) + DAY
    for _ in range(3):
        schedule.sweep(kilns.house, now=late)
    found = kinds(kilns, sent)
    assert found.count("decided_by_silence") == 1
    assert "breached" not in found[found.index("decided_by_silence") :]


def test_an_officer_whose_task_was_taken_by_silence_is_told_that_it_is_gone(kilns: Kilns) -> None:
    sent = begun(kilns)
    late = due(kilns, sent) + DAY
    schedule.sweep(kilns.house, now=late)
    with kilns.house.database.reading() as session:
        of_case = UserTask.application_id == kilns.row(sent).id, UserTask.element_id == "check"
        assert session.scalars(select(UserTask.status).where(*of_case)).one() == "cancelled"
    with pytest.raises(Refused):
        kilns.check(sent, "refuse", now=late)
    assert kilns.row(sent).outcome == "approved"


def test_a_decision_in_time_leaves_nothing_to_silence(kilns: Kilns) -> None:
    sent = begun(kilns)
    last = due(kilns, sent)
    kilns.check(sent, "ok", now=last)
    schedule.sweep(kilns.house, now=last + DAY)
    assert "decided_by_silence" not in kinds(kilns, sent)


def test_while_the_applicant_has_to_answer_nothing_is_decided(kilns: Kilns) -> None:
    sent = begun(kilns)
    last = due(kilns, sent)
    kilns.check(sent, "return", now=NOW + DAY)
    schedule.sweep(kilns.house, now=last + 30 * DAY)
    assert kilns.row(sent).decided_at is None


def test_where_nothing_waits_for_it_the_term_is_broken_like_any_other(kilns: Kilns) -> None:
    sent = begun(kilns, at="correct")
    schedule.sweep(kilns.house, now=due(kilns, sent) + DAY)
    assert kilns.row(sent).decided_at is None
    assert term(kilns, sent).breaches == 1
    assert "decided_by_silence" not in kinds(kilns, sent)


def test_a_certificate_that_cannot_be_drawn_waits_as_an_incident_and_the_decision_stands(kilns: Kilns) -> None:
    sent = begun(kilns, more={"certificate.typ": b"#panic()"})
    late = due(kilns, sent) + DAY
    schedule.sweep(kilns.house, now=late)
    schedule.sweep(kilns.house, now=late + DAY)
    found = kinds(kilns, sent)
    assert (found.count("incident"), found.count("decided_by_silence")) == (1, 1)
    assert kilns.row(sent).outcome == "approved"


def test_a_way_that_decides_nothing_is_not_said_to_have_decided(kilns: Kilns) -> None:
    """No such version is published; one of before may run."""
    sent = begun(kilns, target="issue")
    schedule.sweep(kilns.house, now=due(kilns, sent) + DAY)
    assert kilns.row(sent).decided_at is None
    assert "decided_by_silence" not in kinds(kilns, sent)
