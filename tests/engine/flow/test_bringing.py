"""Messages and signals between cases: who gets them, what waits, and what a failure leaves alone.

Here everything is left to the sweep, as when a worker was stopped between a step and what it had thrown.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import bpmn
from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.flow import bringing, by_hand
from engine.versions.replaying import replay
from storage.events import CaseEvent
from storage.processes import Incident, ProcessInstance, ThrownKind, WaitingMessage
from tests.cast import NOW
from tests.engine.flow import drawings
from tests.small.cases import Kilns


@pytest.fixture(autouse=True)
def _nothing_arrives_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 0)


def paid(kilns: Kilns, number: int = 2) -> Submitted:
    """An application for so many kilns, on the newest version, after its payment."""
    sent = kilns.send(answers={"kiln_name": "ឡ", "kilns": str(number)})
    kilns.pay(sent)
    return sent


def at(kilns: Kilns, sent: Submitted) -> list[str]:
    """The user tasks at which the case stands."""
    with kilns.house.database.reading() as session:
        instance = session.scalars(
            select(ProcessInstance).where(ProcessInstance.application_id == kilns.row(sent).id)
        ).one()
        published = kilns.house.catalog.of(session, instance.definition_id)
        return [each.element_id for each in bpmn.positions(published.process, instance.state, now=NOW)]


def waiting(kilns: Kilns) -> int:
    with kilns.house.database.reading() as session:
        return session.scalar(select(func.count(WaitingMessage.id))) or 0


def route(kilns: Kilns, **later: float) -> int:
    return bringing.route_due(kilns.house, now=NOW + timedelta(**later))


def test_a_message_reaches_the_one_case_that_waits_for_its_correlation(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS)
    two, three = paid(kilns, 2), paid(kilns, 3)
    kilns.draw(3, *drawings.SENDS)
    sender = paid(kilns, 3)
    assert (at(kilns, two), at(kilns, three), waiting(kilns)) == (["was_paid"], ["was_paid"], 1)
    assert schedule.sweep(kilns.house, now=NOW).routed == 1
    assert (at(kilns, two), at(kilns, three), waiting(kilns)) == (["was_paid"], ["check"], 0)
    with kilns.house.database.reading() as session:
        told = session.execute(select(CaseEvent.application_id, CaseEvent.actor_role, CaseEvent.data))
        events = {(row[0], row[1]) for row in told if row[2].get("name") == "kiln_measured"}
        assert events == {(kilns.row(sender).id, "cashier"), (kilns.row(three).id, "case")}
        assert all(replay(session, kilns.house, kilns.row(each).id).same for each in (two, three, sender))


def test_a_message_that_came_too_early_waits_for_its_case(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS)
    paid(kilns, 3)
    assert (route(kilns), waiting(kilns)) == (0, 1)
    kilns.draw(3, *drawings.WAITS)
    other, meant = paid(kilns, 2), paid(kilns, 3)
    assert (route(kilns, days=30), waiting(kilns)) == (1, 0)
    assert (at(kilns, other), at(kilns, meant)) == (["was_paid"], ["check"])


def test_of_several_cases_that_take_any_message_the_first_gets_it(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    first, second = paid(kilns), paid(kilns)
    kilns.draw(3, *drawings.SENDS_TO_ANY)
    paid(kilns)
    assert route(kilns) == 1
    assert (at(kilns, first), at(kilns, second)) == (["check"], ["was_paid"])
    paid(kilns)
    assert route(kilns) == 1
    assert at(kilns, second) == ["check"]


def test_a_case_that_named_the_correlation_comes_before_one_that_takes_anything(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    anything = paid(kilns, 3)
    kilns.draw(3, *drawings.WAITS)
    meant = paid(kilns, 3)
    kilns.draw(4, *drawings.SENDS)
    paid(kilns, 3)
    assert route(kilns) == 1
    assert (at(kilns, anything), at(kilns, meant)) == (["was_paid"], ["check"])


def test_an_ended_case_gets_nothing(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS)
    sender = paid(kilns)
    kilns.check(sender, "refuse")
    assert (route(kilns), waiting(kilns)) == (0, 1)


def test_a_signal_is_heard_by_every_case_that_listens_and_by_none_that_comes_later(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.LISTENS)
    first, second = paid(kilns), paid(kilns)
    kilns.draw(3, *drawings.SIGNALS)
    paid(kilns)
    kilns.draw(4, *drawings.LISTENS)
    late = paid(kilns)
    assert (waiting(kilns), schedule.sweep(kilns.house, now=NOW).routed) == (2, 2)
    assert [at(kilns, each) for each in (first, second, late)] == [["check"], ["check"], ["was_paid"]]
    assert waiting(kilns) == 0


def test_a_signal_that_nobody_hears_is_part_of_the_history_only(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SIGNALS)
    sent = paid(kilns)
    assert (at(kilns, sent), waiting(kilns), route(kilns)) == (["check"], 0, 0)
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count()).where(CaseEvent.kind == "signal_thrown")) == 1


def test_a_case_that_fails_on_a_message_keeps_it_in_an_incident_and_others_go_on(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS_FOR_ANY, (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="sum" />'
        '<bpmn:scriptTask id="sum"><bpmn:script>total = unknown + 1</bpmn:script></bpmn:scriptTask>'
        '<bpmn:sequenceFlow id="f33" sourceRef="sum" targetRef="check" />'),
        ("<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f33</bpmn:incoming>"),
    )  # fmt: skip
    broken = paid(kilns)
    kilns.draw(3, *drawings.WAITS_FOR_ANY)
    sound = paid(kilns)
    kilns.draw(4, *drawings.SENDS_TO_ANY)
    paid(kilns)
    paid(kilns)
    assert (route(kilns), waiting(kilns)) == (2, 0)
    with kilns.house.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.application_id, incident.element_id, incident.input["operation"]) == (
        kilns.row(broken).id, "sum", "deliver"
    )  # fmt: skip
    assert at(kilns, sound) == ["check"]
    paid(kilns)
    assert (route(kilns), waiting(kilns)) == (0, 1)


def test_two_workers_bring_a_message_once(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    paid(kilns)
    paid(kilns)
    kilns.draw(3, *drawings.SENDS_TO_ANY)
    paid(kilns)
    with kilns.house.database.reading() as session:
        message_id = session.scalars(select(WaitingMessage.id)).one()
    brought = []
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            brought.append(bringing.bring(session, kilns.house, message_id, now=NOW))
    assert brought == [True, False]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_waits_for_nobody_does_not_keep_the_rest_from_arriving(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "BATCH", 1)
    kilns.draw(2, *drawings.SENDS)
    for number in (4, 5, 6):
        paid(kilns, number)
    kilns.draw(3, *drawings.WAITS)
    meant = paid(kilns, 6)
    assert route(kilns) == 1
    assert at(kilns, meant) == ["check"]


def test_a_suspended_case_that_waited_longer_comes_after_one_that_runs(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "CANDIDATES", 1)  # as when very many are suspended
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    suspended, runs = paid(kilns), paid(kilns)
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, suspended.key, "an appeal", now=NOW)
    kilns.draw(3, *drawings.SENDS_TO_ANY)
    paid(kilns)
    assert route(kilns) == 1
    assert (at(kilns, suspended), at(kilns, runs), waiting(kilns)) == (["was_paid"], ["check"], 0)


def test_a_case_does_not_answer_itself(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    alone = paid(kilns)
    with kilns.house.database.transaction() as session:
        own = WaitingMessage(
            kind=ThrownKind.MESSAGE,
            name="kiln_measured",
            payload={},
            sender_id=kilns.row(alone).id,
            element_id="anywhere",
            thrown_at=NOW,
            tried_at=NOW,
        )
        session.add(own)
    assert (route(kilns), at(kilns, alone), waiting(kilns)) == (0, ["was_paid"], 1)
    other = paid(kilns)
    assert (route(kilns), at(kilns, alone), at(kilns, other)) == (1, ["was_paid"], ["check"])
