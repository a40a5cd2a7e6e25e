"""Beginning with a message or signal, and when a start timer begins an instance."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import MONDAY, E, document, flows, message, signal, user
from tests.engine.bpmn.running.test_correlation import KEY, MESSAGES, PROPERTY

CALLED = (
    '<message id="asked" name="asked"><extensionElements><spiffworkflow:messageVariable>request'
    "</spiffworkflow:messageVariable></extensionElements></message>"
)
BODY = f'<startEvent id="s">{message("asked")}</startEvent>' + user("a") + E + flows("s > a > e")
DAY = timedelta(days=1)


def begin(source: bytes, caught: bpmn.Message | bpmn.Signal, start_event: str = "s") -> bpmn.Snapshot:
    definition = bpmn.parse({"test.bpmn": source})
    return bpmn.start(definition, {}, now=MONDAY, start_event=start_event, caught=caught)


def test_what_a_message_brings_is_kept_as_the_start_event_says() -> None:
    begun = begin(document(BODY, '<message id="asked" name="asked"/>'), bpmn.Message("asked", {"number": 7}))
    assert (begun.variables, [task.element_id for task in begun.tasks]) == ({"number": 7}, ["a"])
    under_a_name = begin(document(BODY, CALLED), bpmn.Message("asked", {"number": 7}))
    assert under_a_name.variables == {"request": {"number": 7}}


def test_a_signal_brings_something_too() -> None:
    body = f'<startEvent id="s">{signal("flood")}</startEvent>' + user("a") + E + flows("s > a > e")
    begun = begin(document(body, '<signal id="flood" name="flood"/>'), bpmn.Signal("flood", {"river": "Sangker"}))
    assert begun.variables == {"river": "Sangker"}


def test_the_message_that_begins_an_instance_sets_its_correlation_keys() -> None:
    catch = f'<intermediateCatchEvent id="wait">{message("said")}</intermediateCatchEvent>'
    body = f'<startEvent id="s">{message("asked")}</startEvent>' + catch + E + flows("s > wait > e")
    definition = bpmn.parse({"test.bpmn": document(body, MESSAGES + PROPERTY + KEY)})
    mine = bpmn.Message("asked", {"request": {"reference": "GH-1"}})
    begun = bpmn.start(definition, {}, now=MONDAY, start_event="s", caught=mine)
    assert [wait.correlation for wait in begun.subscriptions] == ["GH-1"]
    with pytest.raises(bpmn.NobodyWaits):
        bpmn.deliver(definition, begun.state, bpmn.Message("said", {"reference": "GH-2"}), now=MONDAY)
    after = bpmn.deliver(definition, begun.state, bpmn.Message("said", {"reference": "GH-1"}), now=MONDAY)
    assert after.status == "completed"


def test_a_receive_task_and_an_event_gateway_may_begin_with_a_message() -> None:
    root = '<message id="asked" name="asked"/><message id="other" name="other"/>'
    receives = '<receiveTask id="r" instantiate="true" messageRef="asked"/>' + user("a") + E + flows("r > a > e")
    begun = begin(document(receives, root), bpmn.Message("asked", {"number": 7}), "r")
    assert (begun.variables, [task.element_id for task in begun.tasks]) == ({"number": 7}, ["a"])
    catch = '<intermediateCatchEvent id="{0}">{1}</intermediateCatchEvent>'
    chosen = (
        '<eventBasedGateway id="g" instantiate="true"/>'
        + catch.format("one", message("asked"))
        + catch.format("two", message("other"))
        + user("a", "b")
        + E
        + flows("g > one > a > e", "g > two > b > e")
    )
    second = begin(document(chosen, root), bpmn.Message("other", {}), "two")
    assert [task.element_id for task in second.tasks] == ["b"]


def test_a_start_event_begins_with_its_own_message_only() -> None:
    with pytest.raises(bpmn.StartNotPossible):
        begin(document(BODY, '<message id="asked" name="asked"/>'), bpmn.Message("other", {}))


def test_one_of_several_ways_to_begin_must_be_named() -> None:
    body = "".join(f'<startEvent id="{name}_event">{message(name)}</startEvent>' for name in ("asked", "said"))
    definition = bpmn.parse({"f": document(body + user("a") + flows("asked_event > a", "said_event > a"), MESSAGES)})
    with pytest.raises(bpmn.StartNotPossible):
        bpmn.start(definition, {}, now=MONDAY)


def moments(written: str, since: datetime = MONDAY, most: int = 4) -> list[timedelta]:
    """The first moments of a start timer, counted from Monday."""
    found, moment = [], bpmn.first_start(written, since)
    while moment is not None and len(found) < most:
        found.append(moment.due_at - MONDAY)
        moment = bpmn.start_after(written, since, moment.due_at, moment.left)
    return found


def test_a_date_begins_one_instance_unless_it_has_passed() -> None:
    assert moments("2026-03-03T08:00:00+07:00") == [DAY]
    assert moments("2026-03-03T08:00:00+07:00", MONDAY + 2 * DAY) == []


def test_a_duration_begins_one_instance_so_long_after_publishing() -> None:
    assert moments("P2D") == [2 * DAY]


def test_a_cycle_begins_as_many_as_it_says() -> None:
    assert moments("R3/P1D") == [DAY, 2 * DAY, 3 * DAY]
    assert moments("R/P1D") == [DAY, 2 * DAY, 3 * DAY, 4 * DAY]
    with pytest.raises(bpmn.NotATimer):
        moments("R0/P1D")


def test_repetitions_before_publishing_are_used_up() -> None:
    assert moments("R5/2026-03-02T08:00:00+07:00/P1D", MONDAY + 2.5 * DAY) == [3 * DAY, 4 * DAY]
    assert moments("R2/2026-03-02T08:00:00+07:00/P1D", MONDAY + 9 * DAY) == []
    assert moments("R/0001-01-15T08:00:00+07:00/P1M", most=1) == [13 * DAY]
    assert moments("R2/2026-03-05T08:00:00+07:00/P1D") == [3 * DAY, 4 * DAY]


def test_the_shortest_pause_of_a_cycle() -> None:
    assert bpmn.shortest_pause("R/PT90M") == timedelta(minutes=90)
    assert bpmn.shortest_pause("R/P1M") == 28 * DAY
    assert bpmn.shortest_pause("P1D") is None
    with pytest.raises(bpmn.NotATimer):
        bpmn.shortest_pause("today()")


def behind_a_gateway(kind: str, merge: str) -> bytes:
    """A process that begins at an event gateway with two messages, which meet again."""
    body = f'<eventBasedGateway id="g" instantiate="true" eventGatewayType="{kind}"/>'
    for name in ("asked", "said"):
        body += f'<intermediateCatchEvent id="{name}_event">{message(name)}</intermediateCatchEvent>'
    body += f'<{merge} id="j"/>' + user("a") + E
    body += flows("g > asked_event > j", "g > said_event > j", "j > a > e")
    return document(body, MESSAGES)


@pytest.mark.parametrize(("kind", "merge"), [("Exclusive", "exclusiveGateway"), ("Parallel", "parallelGateway")])
def test_an_event_gateway_that_is_the_only_way_to_begin_waits_when_nothing_is_named(kind: str, merge: str) -> None:
    source = behind_a_gateway(kind, merge)
    assert [problem for problem in bpmn.check({"test.bpmn": source}) if problem.severity == "error"] == []
    definition = bpmn.parse({"test.bpmn": source})
    step = bpmn.start(definition, {}, now=MONDAY)
    assert {wait.name for wait in step.subscriptions} == {"asked", "said"}
    step = bpmn.deliver(definition, step.state, bpmn.Message("asked"), now=MONDAY)
    if kind == "Parallel":
        assert ([wait.name for wait in step.subscriptions], step.tasks) == (["said"], ())
        step = bpmn.deliver(definition, step.state, bpmn.Message("said"), now=MONDAY)
    assert ([task.element_id for task in step.tasks], step.subscriptions) == (["a"], ())


def test_alternatives_behind_an_event_gateway_cannot_be_joined() -> None:
    problems = bpmn.check({"test.bpmn": behind_a_gateway("Exclusive", "parallelGateway")})
    assert [problem.rule for problem in problems if problem.severity == "error"] == ["join-never"]


def test_a_receive_task_that_is_the_only_way_to_begin_need_not_be_named() -> None:
    body = '<receiveTask id="r" instantiate="true" messageRef="asked"/>' + user("a") + E + flows("r > a > e")
    definition = bpmn.parse({"test.bpmn": document(body, MESSAGES)})
    assert [passed.element_id for passed in bpmn.start(definition, {}, now=MONDAY).passed] == ["r"]
