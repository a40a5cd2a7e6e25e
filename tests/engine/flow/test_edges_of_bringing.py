"""Who gets a message when things are not simple: many that lie there, suspended and stuck cases, what fails midway."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import bpmn
from engine.applications.submitting import Submitted
from engine.catalog.published import Catalog
from engine.flow import bringing, by_hand
from storage.database import open_database
from storage.processes import Incident, ProcessDefinition, ProcessInstance, Subscription, ThrownKind, WaitingMessage
from tests.cast import NOW
from tests.engine.flow import drawings
from tests.engine.flow.test_bringing import at, paid, route, waiting
from tests.engine.flow.test_follow_ups import begun
from tests.small.cases import Kilns

HOUR = timedelta(hours=1)
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""What does not depend on the database."""
FAILS = (
    (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="sum" />'
        '<bpmn:scriptTask id="sum"><bpmn:script>total = unknown + 1</bpmn:script></bpmn:scriptTask>'
        '<bpmn:sequenceFlow id="f33" sourceRef="sum" targetRef="check" />',
    ),
    ("<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f33</bpmn:incoming>"),
)
"""What is drawn after the event breaks."""


def instance(kilns: Kilns, sent: Submitted) -> ProcessInstance:
    with kilns.house.database.reading() as session:
        found = select(ProcessInstance).where(ProcessInstance.application_id == kilns.row(sent).id)
        return session.scalars(found).one()


def variables(kilns: Kilns, sent: Submitted) -> dict[str, Any]:
    row = instance(kilns, sent)
    with kilns.house.database.reading() as session:
        published = kilns.house.catalog.of(session, row.definition_id)
    return dict(bpmn.variables(published.process, row.state, now=NOW))


def lay(kilns: Kilns, sender: Submitted, name: str = "kiln_measured", **how: Any) -> int:
    """A message of a case that has not arrived."""
    told: dict[str, Any] = {"kind": ThrownKind.MESSAGE, "correlation": "", "payload": {}, "thrown_at": NOW - HOUR}
    told |= {"tried_at": NOW - HOUR, "element_id": "anywhere"} | how
    with kilns.house.database.transaction() as session:
        row = WaitingMessage(name=name, sender_id=kilns.row(sender).id, **told)
        session.add(row)
        session.flush()
        return row.id


def lying(kilns: Kilns) -> list[int]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(WaitingMessage.id).order_by(WaitingMessage.id)))


def bring(kilns: Kilns, message_id: int) -> bool:
    with kilns.house.database.transaction() as session:
        return bringing.bring(session, kilns.house, message_id, now=NOW)


def suspend(kilns: Kilns, sent: Submitted) -> None:
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, "an appeal", now=NOW)


def waits_for(kilns: Kilns, version: int, *drawn: tuple[str, str]) -> Submitted:
    """A case on a version of its own."""
    kilns.draw(version, *drawn)
    return paid(kilns)


def names_alone(kilns: Kilns, name: str, instance_id: int = 0) -> None:
    bringing.bring_at_once(kilns.house, names={name}, instance_id=instance_id, now=NOW)


@ON_ONE
def test_what_a_message_and_a_signal_bring_is_what_the_case_sees(kilns: Kilns) -> None:
    sender = kilns.send()
    takes, hears = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY), waits_for(kilns, 3, *drawings.LISTENS)
    lay(kilns, sender, payload={"measured": 7})
    target = instance(kilns, hears).id
    lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, payload={"level": 9}, target_id=target)
    assert (route(kilns), waiting(kilns)) == (2, 0)
    assert variables(kilns, takes)["measured"] == 7
    assert variables(kilns, hears)["level"] == 9


@ON_ONE
def test_at_once_comes_what_was_just_thrown_or_has_the_name_or_is_for_the_case_and_nothing_else(kilns: Kilns) -> None:
    sender = kilns.send()
    takes, hears = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY), waits_for(kilns, 3, *drawings.LISTENS)
    target = instance(kilns, hears).id
    message = lay(kilns, sender)
    signal = lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=target)
    names_alone(kilns, "kiln_weighed")
    names_alone(kilns, "flood")  # a name is that of a message
    assert (lying(kilns), at(kilns, takes), at(kilns, hears)) == ([message, signal], ["was_paid"], ["was_paid"])
    bringing.bring_at_once(kilns.house, names=frozenset(), instance_id=target, now=NOW - HOUR * 9)
    assert at(kilns, hears) == ["check"]


@ON_ONE
def test_what_has_the_name_comes_at_once_and_the_rest_with_it(kilns: Kilns) -> None:
    sender = kilns.send()
    takes, hears = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY), waits_for(kilns, 3, *drawings.LISTENS)
    lay(kilns, sender)
    lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=instance(kilns, hears).id)
    names_alone(kilns, "kiln_measured")
    assert (at(kilns, takes), at(kilns, hears), waiting(kilns)) == (["check"], ["check"], 0)


@ON_ONE
def test_what_was_thrown_at_this_moment_comes_at_once(kilns: Kilns) -> None:
    sender, takes = kilns.send(), waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    lay(kilns, sender, thrown_at=NOW)
    bringing.bring_at_once(kilns.house, names=frozenset(), instance_id=0, now=NOW)
    assert (at(kilns, takes), waiting(kilns)) == (["check"], 0)


@ON_ONE
def test_before_a_page_is_shown_so_much_is_brought_and_the_sweep_brings_the_rest(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 1)
    monkeypatch.setattr(bringing, "ROUNDS", 1)
    sender = kilns.send()
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    cases = [paid(kilns) for _ in range(4)]
    for _ in cases:
        lay(kilns, sender)
    names_alone(kilns, "kiln_measured")
    assert [at(kilns, each) for each in cases] == [["check"], ["check"], ["was_paid"], ["was_paid"]]
    assert (route(kilns), waiting(kilns)) == (2, 0)


@ON_ONE
def test_a_sweep_brings_a_batch_in_each_round_the_one_that_was_tried_longest_ago_first(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "BATCH", 1)
    monkeypatch.setattr(bringing, "ROUNDS", 1)
    sender = kilns.send()
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    for _ in range(3):
        paid(kilns)
    tried = [lay(kilns, sender, tried_at=NOW - hours * HOUR) for hours in (1, 3, 2)]
    for left in ([tried[0], tried[2]], [tried[0]], []):
        assert (route(kilns), lying(kilns)) == (1, left)


@ON_ONE
def test_a_message_that_breaks_goes_behind_the_others_that_wait(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "BATCH", 1)
    monkeypatch.setattr(bringing, "ROUNDS", 1)
    sender = kilns.send()
    waits_for(kilns, 2, *drawings.WAITS)
    third = waits_for(kilns, 4, *drawings.LISTENS)
    with kilns.house.database.transaction() as session:
        version = update(ProcessDefinition).where(ProcessDefinition.version == 2)
        session.execute(version.values(archive=b"damaged", digest="damaged"))
    breaks = lay(kilns, sender, correlation="2", tried_at=NOW - 2 * HOUR)
    flood = {"kind": ThrownKind.SIGNAL, "target_id": instance(kilns, third).id, "tried_at": NOW - HOUR}
    lay(kilns, sender, "flood", **flood)
    forgetful = replace(kilns.house, catalog=Catalog({}))  # which looks into the archive again
    assert [bringing.route_due(forgetful, now=NOW) for _ in range(2)] == [0, 1]
    assert lying(kilns) == [breaks]


@ON_ONE
def test_a_message_remembers_when_somebody_was_last_looked_for(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    message = lay(kilns, sender)
    assert bring(kilns, message) is False
    with kilns.house.database.reading() as session:
        assert session.get_one(WaitingMessage, message).tried_at == NOW


@ON_ONE
def test_a_page_is_shown_also_when_the_database_is_gone_before_anything_is_brought(
    kilns: Kilns, tmp_path: Path
) -> None:
    empty = open_database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    gone = replace(kilns.house, database=empty)
    bringing.bring_at_once(gone, names={"kiln_measured"}, instance_id=1, now=NOW)
    empty.close()


@ON_ONE
def test_a_case_that_cannot_be_opened_keeps_its_message_and_no_other_from_arriving(kilns: Kilns) -> None:
    sender = kilns.send()
    damaged, sound = waits_for(kilns, 2, *drawings.WAITS), waits_for(kilns, 3, *drawings.WAITS)
    third = waits_for(kilns, 4, *drawings.LISTENS)
    with kilns.house.database.transaction() as session:
        version = update(ProcessDefinition).where(ProcessDefinition.version == 2)
        session.execute(version.values(archive=b"damaged", digest="damaged"))
    first = lay(kilns, sender, correlation="2")
    lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=instance(kilns, third).id)
    forgetful = replace(kilns.house, catalog=Catalog({}))  # which looks into the archive again
    assert (bringing.route_due(forgetful, now=NOW), lying(kilns)) == (1, [first])
    assert at(kilns, third) == ["check"]
    assert instance(kilns, damaged).revision == instance(kilns, sound).revision


@ON_ONE
def test_a_suspended_case_that_takes_anything_keeps_a_message_from_beginning_another(kilns: Kilns) -> None:
    sender = kilns.send()
    suspended = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    suspend(kilns, suspended)
    kilns.draw(3, *drawings.BEGINS_WITH_MESSAGE)
    lay(kilns, sender)
    assert (route(kilns), begun(kilns), waiting(kilns)) == (0, [], 1)


@ON_ONE
def test_a_suspended_case_for_which_a_message_is_meant_keeps_it_from_a_case_that_takes_anything(kilns: Kilns) -> None:
    sender = kilns.send()
    meant = waits_for(kilns, 2, *drawings.WAITS)
    suspend(kilns, meant)
    anything = waits_for(kilns, 3, *drawings.WAITS_FOR_ANY)
    for correlation, routed, there in (("2", 0, ["was_paid"]), ("3", 1, ["check"])):
        lay(kilns, sender, correlation=correlation)
        assert (route(kilns), at(kilns, anything), at(kilns, meant)) == (routed, there, ["was_paid"])
    assert waiting(kilns) == 1


@ON_ONE
def test_a_suspended_case_that_takes_anything_is_passed_over_for_one_that_runs(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    suspended, runs = paid(kilns), paid(kilns)
    suspend(kilns, suspended)
    for correlation in ("", "2"):
        message = lay(kilns, sender, correlation=correlation)
        with kilns.house.database.transaction() as session:
            row = session.get_one(WaitingMessage, message)
            assert bringing._candidates(session, row) == [kilns.row(runs).id, kilns.row(suspended).id]
            session.delete(row)


@ON_ONE
def test_a_message_for_anybody_passes_over_a_suspended_case_to_one_that_wants_another_correlation(
    kilns: Kilns,
) -> None:
    sender = kilns.send()
    suspended = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    suspend(kilns, suspended)
    runs = waits_for(kilns, 3, *drawings.WAITS)
    lay(kilns, sender)
    assert (route(kilns), at(kilns, runs), at(kilns, suspended)) == (1, ["check"], ["was_paid"])


@ON_ONE
def test_a_signal_waits_for_a_suspended_case_and_is_over_with_one_that_ended(kilns: Kilns) -> None:
    sender = kilns.send()
    suspended, over = waits_for(kilns, 2, *drawings.LISTENS), paid(kilns)
    signals = [
        lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=instance(kilns, each).id)
        for each in (suspended, over)
    ]
    suspend(kilns, suspended)
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, over.key, "sent twice", now=NOW)
    assert bring(kilns, signals[0]) is False
    assert (route(kilns), lying(kilns), at(kilns, suspended)) == (1, [signals[0]], ["was_paid"])


@ON_ONE
def test_a_signal_for_a_case_that_listens_no_more_changes_nothing_there(kilns: Kilns) -> None:
    sender = kilns.send()
    first, second = waits_for(kilns, 2, *drawings.LISTENS), paid(kilns)
    with kilns.house.database.transaction() as session:
        session.execute(
            update(Subscription).where(Subscription.instance_id == instance(kilns, first).id).values(name="storm")
        )
    before = instance(kilns, first).revision
    for each in (first, second):
        lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=instance(kilns, each).id)
    assert (route(kilns), waiting(kilns)) == (2, 0)
    assert (instance(kilns, first).revision, at(kilns, second)) == (before, ["check"])


@ON_ONE
def test_a_case_that_failed_on_a_signal_gets_no_other_until_that_is_resolved_and_others_do(kilns: Kilns) -> None:
    sender = kilns.send()
    broken, sound = waits_for(kilns, 2, *drawings.LISTENS, *FAILS), waits_for(kilns, 3, *drawings.LISTENS)
    there = instance(kilns, broken).id
    lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=there)
    assert (route(kilns), waiting(kilns)) == (1, 0)
    second = lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=there)
    lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=instance(kilns, sound).id)
    assert (route(kilns), lying(kilns), at(kilns, sound)) == (1, [second], ["check"])
    with kilns.house.database.transaction() as session:
        session.execute(update(Incident).values(status="resolved"))
    assert (route(kilns), waiting(kilns)) == (1, 0)


@ON_ONE
def test_a_case_that_failed_on_a_message_leaves_the_next_to_a_case_that_came_later(kilns: Kilns) -> None:
    sender, broken = kilns.send(), waits_for(kilns, 2, *drawings.WAITS_FOR_ANY, *FAILS)
    lay(kilns, sender)
    assert (route(kilns), waiting(kilns)) == (1, 0)
    sound = waits_for(kilns, 3, *drawings.WAITS_FOR_ANY)
    lay(kilns, sender)
    assert (route(kilns), at(kilns, broken), at(kilns, sound)) == (1, ["was_paid"], ["check"])
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Incident.attempts)).all() == [1]


@ON_ONE
def test_a_message_with_another_correlation_arrives_nowhere_and_stays(kilns: Kilns) -> None:
    sender = kilns.send()
    meant = waits_for(kilns, 2, *drawings.WAITS)
    message = lay(kilns, sender, correlation="3")
    assert bring(kilns, message) is False
    assert (route(kilns), lying(kilns), at(kilns, meant)) == (0, [message], ["was_paid"])
    lay(kilns, sender)  # without one it is for anybody
    assert (route(kilns), at(kilns, meant)) == (1, ["check"])


@ON_ONE
def test_a_message_of_another_name_or_a_signal_of_this_one_is_not_what_a_case_waits_for(kilns: Kilns) -> None:
    sender = kilns.send()
    waits = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    other = lay(kilns, sender, "kiln_weighed")
    assert bring(kilns, other) is False
    signal = lay(kilns, sender, kind=ThrownKind.SIGNAL, target_id=instance(kilns, waits).id)
    assert bring(kilns, signal) is True
    assert (at(kilns, waits), lying(kilns)) == (["was_paid"], [other])


@ON_ONE
def test_a_version_that_is_not_in_effect_begins_no_case_yet(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *drawings.BEGINS_WITH_MESSAGE, now=NOW + HOUR)
    lay(kilns, sender)
    assert (route(kilns), begun(kilns)) == (0, [])
    assert (route(kilns, hours=1), len(begun(kilns)), waiting(kilns)) == (1, 1, 0)


KEYED = (
    (
        drawings.ROOT,
        '<bpmn:message id="measured" name="kiln_measured" /><bpmn:correlationProperty id="number">'
        '<bpmn:correlationPropertyRetrievalExpression messageRef="measured">'
        "<bpmn:messagePath>measured</bpmn:messagePath>"
        "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
        '<bpmn:collaboration id="keys"><bpmn:correlationKey id="key"><bpmn:correlationPropertyRef>number'
        f"</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>{drawings.ROOT}",
    ),
    drawings.WAITS_FOR_ANY[1],
    (
        "</bpmn:process>",
        '<bpmn:correlationSubscription id="sub" correlationKeyRef="key"><bpmn:correlationPropertyBinding '
        'correlationPropertyRef="number"><bpmn:dataPath>kilns</bpmn:dataPath></bpmn:correlationPropertyBinding>'
        "</bpmn:correlationSubscription></bpmn:process>",
    ),
)
"""Waits for the message whose payload is about as many kilns as the case."""


@ON_ONE
def test_a_case_whose_key_does_not_fit_what_a_message_says_leaves_it_to_the_next(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *KEYED)
    two, three = paid(kilns, 2), paid(kilns, 3)
    lay(kilns, sender, payload={"measured": 3})
    assert (route(kilns), at(kilns, two), at(kilns, three)) == (1, ["was_paid"], ["check"])


@ON_ONE
@pytest.mark.parametrize("drawn", [drawings.WAITS, drawings.LISTENS], ids=["another correlation", "something else"])
def test_a_case_that_waits_for_something_else_takes_no_place_among_those_a_message_may_be_for(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch, drawn: tuple[tuple[str, str], ...]
) -> None:
    monkeypatch.setattr(bringing, "CANDIDATES", 1)
    sender = kilns.send()
    other, anything = waits_for(kilns, 2, *drawn), waits_for(kilns, 3, *drawings.WAITS_FOR_ANY)
    lay(kilns, sender, correlation="9")
    assert (route(kilns), at(kilns, other), at(kilns, anything)) == (1, ["was_paid"], ["check"])


@ON_ONE
def test_so_many_cases_are_tried_for_a_message_and_no_more(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = kilns.send()
    kilns.draw(2, *KEYED)
    paid(kilns, 2)
    three = paid(kilns, 3)
    message = lay(kilns, sender, payload={"measured": 3})
    monkeypatch.setattr(bringing, "CANDIDATES", 1)
    assert (bring(kilns, message), at(kilns, three)) == (False, ["was_paid"])
    monkeypatch.setattr(bringing, "CANDIDATES", 2)
    assert (bring(kilns, message), at(kilns, three)) == (True, ["check"])
