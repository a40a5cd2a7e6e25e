"""What service tasks ask of the outside: answered, refused with a code, or tried again with growing pauses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.claiming import FIRST, LEASE, SPREAD
from engine.clockwork import schedule
from engine.connectors import CallAnswer, CallFailed, WebConnector
from engine.flow import by_hand, connector_answers, retrying
from engine.versions.replaying import replay
from storage.calls import CallStatus, ConnectorCall
from storage.processes import Incident
from tests import patience
from tests.administrators import confirm
from tests.bank import SmallBank, small_bank
from tests.cast import NOW, Member
from tests.engine.flow import drawings
from tests.engine.flow.test_bringing import at
from tests.small.cases import Kilns

REGISTRY = "registry.kilns"
CALLS = (
    '<bpmn:serviceTask id="look" name="Look it up"><bpmn:extensionElements>'
    '<spiffworkflow:serviceTaskOperator id="connectors.call" resultVariable="entry"><spiffworkflow:parameters>'
    f'<spiffworkflow:parameter id="connector" type="str" value="\'{REGISTRY}\'" />'
    '<spiffworkflow:parameter id="kilns" type="int" value="kilns" />'
    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    '<bpmn:boundaryEvent id="unknown" attachedToRef="look"><bpmn:errorEventDefinition id="ed" errorRef="er" />'
    "</bpmn:boundaryEvent>"
    '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="look" />'
    '<bpmn:sequenceFlow id="f33" sourceRef="look" targetRef="check" />'
    '<bpmn:sequenceFlow id="f34" sourceRef="unknown" targetRef="refuse" />'
)
DRAWING = (
    ('<bpmn:process id="kiln_permit"', '<bpmn:error id="er" errorCode="UNKNOWN" /><bpmn:process id="kiln_permit"'),
    ('<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />', CALLS),
    ("<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f33</bpmn:incoming>"),
    ("<bpmn:incoming>f8</bpmn:incoming>", "<bpmn:incoming>f8</bpmn:incoming><bpmn:incoming>f34</bpmn:incoming>"),
)


@dataclass
class Registry:
    """A register that the test can switch off, or let answer with an error."""

    works: bool = True
    code: str = ""
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def call(self, key: str, parameters: Mapping[str, Any]) -> CallAnswer:
        self.asked.append((key, parameters))
        if not self.works:
            raise CallFailed("the line is down")
        return CallAnswer({"known": True}, self.code)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def asking(kilns: Kilns, registry: Registry) -> Kilns:
    """The service, with a call after the payment, three attempts at most."""
    kilns.draw(2, *DRAWING)
    return Kilns(replace(kilns.house, connectors={REGISTRY: registry}, call_attempts=3), kilns.cast)


def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def sweep(kilns: Kilns, **later: float) -> int:
    return schedule.sweep(kilns.house, now=NOW + timedelta(**later)).called


def row(kilns: Kilns) -> ConnectorCall:
    with kilns.house.database.reading() as session:
        return session.scalars(select(ConnectorCall)).one()


def test_a_call_is_made_after_the_step_and_its_answer_brings_the_case_on(asking: Kilns, registry: Registry) -> None:
    sent = paid(asking)
    assert (at(asking, sent), registry.asked) == (["look"], [])
    assert (sweep(asking), sweep(asking)) == (1, 0)
    assert (at(asking, sent), [asked for _, asked in registry.asked]) == (["check"], [{"kilns": 2}])
    assert row(asking).status == CallStatus.ANSWERED
    with asking.house.database.reading() as session:
        assert replay(session, asking.house, asking.row(sent).id).same


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_error_with_a_code_takes_the_way_of_its_boundary_event(asking: Kilns, registry: Registry) -> None:
    registry.code = "UNKNOWN"
    sent = paid(asking)
    sweep(asking)
    assert (asking.row(sent).outcome, asking.row(sent).status) == ("rejected", "ended")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_code_that_nothing_catches_is_an_incident_and_a_retry_asks_again(asking: Kilns, registry: Registry) -> None:
    registry.code = "OTHER"
    sent = paid(asking)
    sweep(asking)
    with asking.house.database.reading() as session:
        told = session.scalars(select(Incident)).one()
    assert (told.element_id, told.kind, "OTHER" in told.reason) == ("look", "fail", True)
    registry.code = ""
    with asking.house.database.transaction() as session:
        assert retrying.retry(session, asking.house, asking.cast.visal.actor, told.id, "Repaired.", now=NOW)
    assert (sweep(asking), at(asking, sent)) == (1, ["check"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_administrators_see_calls_without_an_answer_and_messages_that_nobody_took(
    asking: Kilns, registry: Registry, signed_in: Callable[[Member], FlaskClient]
) -> None:
    registry.works = False
    sent = paid(asking)
    sweep(asking)
    asking.draw(3, *drawings.SENDS)
    sender = paid(asking)
    page = signed_in(asking.cast.visal).get("/admin/outbox?lang=en").get_data(as_text=True)
    for part in (sent.reference, REGISTRY, "the line is down", sender.reference, "kiln_measured"):
        assert part in page
    assert asking.cast.dara.name_latin not in page


def test_a_failure_of_the_moment_is_tried_again_with_the_same_key_after_growing_pauses(
    asking: Kilns, registry: Registry
) -> None:
    registry.works = False
    sent = paid(asking)
    sweep(asking)
    first = row(asking)
    assert (first.status, first.attempts, first.last_error) == ("pending", 1, "the line is down")
    assert FIRST <= first.next_attempt_at - NOW <= FIRST * (1 + SPREAD)
    with asking.house.database.reading() as session:
        assert session.scalar(select(connector_answers.next_due())) == first.next_attempt_at
    sweep(asking, seconds=30)
    assert len(registry.asked) == 1
    registry.works = True
    sweep(asking, minutes=2)
    assert (at(asking, sent), len({key for key, _ in registry.asked}), len(registry.asked)) == (["check"], 1, 2)


def test_after_the_last_attempt_it_is_an_incident_and_a_retry_counts_anew(asking: Kilns, registry: Registry) -> None:
    registry.works = False
    sent = paid(asking)
    for hour in range(5):
        sweep(asking, hours=hour)
    assert (len(registry.asked), row(asking).status) == (3, "failed")
    with asking.house.database.reading() as session:
        told = session.scalars(select(Incident)).one()
    assert (told.element_id, told.what, told.expression) == ("look", "connector", REGISTRY)
    assert (told.reason, told.variables) == ("the connector did not answer: the line is down", {"kilns": "2"})
    with asking.house.database.transaction() as session:
        assert retrying.retry(session, asking.house, asking.cast.visal.actor, told.id, "Repaired.", now=NOW)
    assert (row(asking).status, row(asking).attempts) == ("pending", 0)
    registry.works = True
    sweep(asking)
    assert at(asking, sent) == ["check"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_connector_that_is_not_set_up_is_said(asking: Kilns) -> None:
    nobody = Kilns(replace(asking.house, connectors={}, call_attempts=1), asking.cast)
    paid(nobody)
    sweep(nobody)
    with nobody.house.database.reading() as session:
        assert session.scalars(select(Incident.reason)).one() == "the connector did not answer: it is not set up"


def test_one_of_two_workers_makes_a_call_and_one_that_died_is_taken_over(asking: Kilns) -> None:
    paid(asking)
    claimed = []
    for later in (timedelta(0), timedelta(seconds=1), LEASE + timedelta(seconds=1)):
        with asking.house.database.transaction() as session:
            claimed.append(connector_answers.claim(asking.house, session, row(asking).id, now=NOW + later))
    assert [each is not None for each in claimed] == [True, False, True]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_suspended_case_asks_nothing_until_it_is_resumed(asking: Kilns, registry: Registry) -> None:
    sent = paid(asking)
    visal = asking.cast.visal.actor
    with asking.house.database.transaction() as session:
        by_hand.suspend(session, asking.house, visal, sent.key, "ត្រូវពិនិត្យ", now=NOW)
    assert (sweep(asking), registry.asked) == (0, [])
    with asking.house.database.transaction() as session:
        by_hand.resume(session, asking.house, visal, sent.key, "រួចហើយ", now=NOW)
    assert (sweep(asking), at(asking, sent)) == (1, ["check"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_call_whose_task_the_case_has_left_is_not_made(asking: Kilns, registry: Registry) -> None:
    sent = paid(asking)
    with asking.house.database.transaction() as session:
        by_hand.skip(
            session, asking.house, asking.cast.visal.actor, sent.key, row(asking).task_ref, reason="ដោះស្រាយរួច", now=NOW
        )
    confirm(asking.house, sent.key)
    assert (sweep(asking), registry.asked, row(asking).status) == (0, [], "withdrawn")


@pytest.fixture
def outside() -> Iterator[SmallBank]:
    with small_bank() as server:
        yield server


def test_a_web_service_answers_with_a_record(outside: SmallBank) -> None:
    outside.says = b'{"known": true}'
    connector = WebConnector(outside.url, "a token", timeout=patience.SECONDS)
    assert connector.call("key", {"md5": "x"}) == CallAnswer({"known": True})
    assert outside.tokens == ["Bearer a token"]


def test_a_web_service_may_refuse_with_a_code_and_anything_else_is_a_failure(outside: SmallBank) -> None:
    connector = WebConnector(outside.url, "a token", timeout=patience.SECONDS)
    outside.status, outside.says = 422, json.dumps({"error": "UNKNOWN", "known": False}).encode()
    assert connector.call("key", {"md5": "x"}) == CallAnswer({}, "UNKNOWN")
    for status, says in ((422, b"{}"), (500, b"{}"), (200, b"[]"), (200, b"no"), (302, b"{}"), (200, b"[" * 70_000)):
        outside.status, outside.says = status, says
        with pytest.raises(CallFailed):
            connector.call("key", {"md5": "x"})


def test_a_web_service_is_asked_over_https_only() -> None:
    with pytest.raises(ValueError, match="https"):
        WebConnector("http://registry.example.org")
