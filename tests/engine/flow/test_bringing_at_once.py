"""Messages and signals arrive as soon as the step that threw them is kept; what is kept for a case waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.flow import bringing, by_hand
from storage.database import afterwards
from tests.cast import NOW
from tests.engine.flow import drawings
from tests.engine.flow.test_bringing import at, paid, waiting
from tests.small.cases import Kilns

WHY = "ត្រូវពិនិត្យ"
YESTERDAY = NOW - timedelta(days=1)


def suspend(kilns: Kilns, sent: object, *, again: bool = False) -> None:
    """An administrator suspends the case, or resumes it an hour later (``again``)."""
    act = by_hand.resume if again else by_hand.suspend
    when = NOW + timedelta(hours=1) if again else NOW
    with kilns.house.database.transaction() as session:
        act(session, kilns.house, kilns.cast.visal.actor, sent.key, WHY, now=when)  # type: ignore[attr-defined]


def test_a_message_arrives_with_the_step_that_throws_it(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS)
    two, three = paid(kilns, 2), paid(kilns, 3)
    kilns.draw(3, *drawings.SENDS)
    sender = paid(kilns, 3)
    assert [at(kilns, each) for each in (two, three, sender)] == [["was_paid"], ["check"], ["check"]]
    assert waiting(kilns) == 0


def test_a_kept_message_arrives_as_soon_as_a_case_waits_for_it(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS, now=YESTERDAY)
    kilns.pay(kilns.send(answers={"kiln_name": "ឡ", "kilns": "3"}, now=YESTERDAY), now=YESTERDAY)
    assert waiting(kilns) == 1
    kilns.draw(3, *drawings.WAITS)
    assert (at(kilns, paid(kilns, 2)), at(kilns, paid(kilns, 3))) == (["was_paid"], ["check"])
    assert waiting(kilns) == 0


def test_a_signal_is_heard_with_the_step_that_gives_it(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.LISTENS)
    first, second = paid(kilns), paid(kilns)
    kilns.draw(3, *drawings.SIGNALS)
    paid(kilns)
    assert [at(kilns, each) for each in (first, second)] == [["check"], ["check"]]


def test_a_suspended_case_gets_its_message_and_its_signal_when_it_is_resumed(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS)
    meant = paid(kilns, 3)
    kilns.draw(3, *drawings.LISTENS)
    listens = paid(kilns)
    for each in (meant, listens):
        suspend(kilns, each)
    kilns.draw(4, *drawings.SENDS)
    paid(kilns, 3)
    kilns.draw(5, *drawings.SIGNALS)
    paid(kilns)
    assert (at(kilns, meant), at(kilns, listens), waiting(kilns)) == (["was_paid"], ["was_paid"], 2)
    assert bringing.route_due(kilns.house, now=NOW) == 0
    for each in (meant, listens):
        suspend(kilns, each, again=True)
    assert (at(kilns, meant), at(kilns, listens), waiting(kilns)) == (["check"], ["check"], 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_message_for_a_suspended_case_goes_to_nobody_who_takes_anything(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS)
    meant = paid(kilns, 3)
    suspend(kilns, meant)
    kilns.draw(3, *drawings.WAITS_FOR_ANY)
    anything = paid(kilns, 3)
    kilns.draw(4, *drawings.SENDS)
    paid(kilns, 3)
    assert (at(kilns, anything), waiting(kilns)) == (["was_paid"], 1)
    suspend(kilns, meant, again=True)
    assert (at(kilns, meant), at(kilns, anything), waiting(kilns)) == (["check"], ["was_paid"], 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_took_a_message_and_waits_for_the_next_stands_behind_the_others(kilns: Kilns) -> None:
    again = (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="enough" />'
        '<bpmn:exclusiveGateway id="enough" default="more" />'
        '<bpmn:sequenceFlow id="more" sourceRef="enough" targetRef="was_paid" />'
        '<bpmn:sequenceFlow id="f33" sourceRef="enough" targetRef="check">'
        "<bpmn:conditionExpression>kilns &lt; 0</bpmn:conditionExpression></bpmn:sequenceFlow>",
    )
    incoming = "<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f33</bpmn:incoming>"
    paid_for = "<bpmn:incoming>f2</bpmn:incoming>"
    from_both = paid_for, f"{paid_for}<bpmn:incoming>more</bpmn:incoming>"
    kilns.draw(2, *drawings.WAITS_FOR_ANY, again, incoming, from_both)
    takes_many = paid(kilns)
    kilns.draw(3, *drawings.WAITS_FOR_ANY)
    takes_one = paid(kilns)
    kilns.draw(4, *drawings.SENDS_TO_ANY)
    for _ in range(3):
        paid(kilns)
    assert (at(kilns, takes_many), at(kilns, takes_one), waiting(kilns)) == (["was_paid"], ["check"], 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_took_one_message_gets_the_next_that_lies_there(kilns: Kilns) -> None:
    weighed = drawings.ROOT, f'<bpmn:message id="weighed" name="kiln_weighed" />{drawings.ROOT}'
    other = drawings.message().replace('"m"', '"m2"').replace("measured", "weighed")
    kilns.draw(2, weighed, drawings.event("Throw", other), now=YESTERDAY)
    kilns.pay(kilns.send(now=YESTERDAY), now=YESTERDAY)
    assert waiting(kilns) == 1
    then = (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />',
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="then" />'
        f'<bpmn:intermediateCatchEvent id="then">{other}</bpmn:intermediateCatchEvent>'
        '<bpmn:sequenceFlow id="f33" sourceRef="then" targetRef="check" />',
    )
    incoming = "<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f33</bpmn:incoming>"
    kilns.draw(3, weighed, *drawings.WAITS_FOR_ANY, then, incoming)
    waits = paid(kilns)
    kilns.draw(4, *drawings.SENDS_TO_ANY)
    paid(kilns)
    assert (at(kilns, waits), waiting(kilns)) == (["check"], 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_is_brought_for_a_step_that_was_undone(kilns: Kilns) -> None:
    done: list[str] = []
    try:
        with kilns.house.database.transaction() as session:
            afterwards(session, lambda: done.append("undone"))
            raise RuntimeError
    except RuntimeError:
        pass
    with kilns.house.database.transaction() as session:
        afterwards(session, lambda: done.append("kept"))
        assert done == []
    assert done == ["kept"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_one_of_several_steps_asked_for_is_done_though_that_of_another_breaks(kilns: Kilns) -> None:
    done: list[str] = []

    def breaks() -> None:
        raise RuntimeError

    with kilns.house.database.transaction() as session:
        for act in (lambda: done.append("first"), breaks, lambda: done.append("last")):
            afterwards(session, act)
    assert done == ["first", "last"]
