"""Event sub-processes: at process level and inside sub-processes, interrupting and not, by every kind of start."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import (
    E,
    Player,
    S,
    boundary,
    document,
    flows,
    message,
    rules_broken,
    script,
    signal,
    timer,
    user,
)

ROOT = (
    '<message id="m" name="answer"/><signal id="sig" name="holiday"/>'
    '<error id="err" errorCode="E1"/><escalation id="esc" escalationCode="C1"/>'
)
ERROR = '<errorEventDefinition errorRef="err"/>'
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
CONDITION = "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>"


def on(definition: str, interrupting: bool = True, name: str = "handle") -> str:
    """An event sub-process with one user task."""
    inner = f'<startEvent id="{name}_start" isInterrupting="{str(interrupting).lower()}">{definition}</startEvent>'
    inner += user(name) + f'<endEvent id="{name}_end"/>' + flows(f"{name}_start > {name} > {name}_end")
    return f'<subProcess id="on_{name}" triggeredByEvent="true">{inner}</subProcess>'


WAYS = {
    "message": (message("m"), lambda player: player.send("answer")),
    "signal": (signal("sig"), lambda player: player.signal("holiday")),
    "timer": (timer("Duration", "P1D"), lambda player: player.wait(days=1)),
    "condition": (CONDITION, lambda player: player.do("b", n=1)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_an_event_sub_process_begins_when_its_event_happens(way: str, interrupting: bool, inside: bool) -> None:
    definition, happen = WAYS[way]
    body = S + user("a", "b") + flows("s > a", "s > b") + on(definition, interrupting)
    if inside:
        body = S.replace('"s"', '"s0"') + f'<subProcess id="sub">{body}</subProcess>' + user("after")
        body += flows("s0 > sub > after").replace("flow_", "outer_")
    player = Player(document(body, ROOT))
    assert player.ready == ["a", "b"]
    happen(player)
    left = [] if interrupting else ["a"] if way == "condition" else ["a", "b"]
    assert player.ready == [*left, "handle"]
    for task in [*left, "handle"]:
        player.do(task)
    if inside:
        assert player.ready == ["after"]
        player.do("after")
    assert player.status == "completed"


def test_nothing_of_an_event_sub_process_runs_before_its_event() -> None:
    player = Player(document(S + user("a") + flows("s > a") + on(ERROR), ROOT))
    assert player.ready == ["a"]
    assert player.do("a").passed == ["s", "a"]
    assert player.status == "completed"


def test_an_event_sub_process_that_does_not_interrupt_may_begin_many_times() -> None:
    player = Player(document(S + user("a") + flows("s > a") + on(message("m"), interrupting=False), ROOT))
    player.send("answer").send("answer")
    assert player.ready == ["a", "handle", "handle"]
    assert player.do("a").status == "running"
    assert player.do("handle").do("handle").status == "completed"


def test_what_an_event_sub_process_interrupted_cannot_be_interrupted_again() -> None:
    player = Player(document(S + user("a") + flows("s > a") + on(message("m")), ROOT)).send("answer")
    with pytest.raises(bpmn.NobodyWaits):
        player.send("answer")


def test_an_error_inside_is_caught_by_the_event_sub_process_before_the_boundary() -> None:
    inner = '<startEvent id="si"/>' + script("t", 'bpmn_error("E1")') + user("beside")
    inner += flows("si > t", "si > beside").replace("flow_", "inner_") + on(ERROR)
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + boundary("b", "sub", ERROR) + user("outside", "after")
    player = Player(document(body + flows("s > sub > after", "b > outside").replace("flow_", "outer_"), ROOT))
    assert player.ready == ["handle"]
    assert player.do("handle").ready == ["after"]


def test_an_error_in_an_error_handler_goes_outside() -> None:
    handler = (
        '<startEvent id="hs">' + ERROR + "</startEvent>" + script("again", 'bpmn_error("E1")') + flows("hs > again")
    )
    inner = '<startEvent id="si"/>' + script("t", 'bpmn_error("E1")') + flows("si > t").replace("flow_", "inner_")
    inner += f'<subProcess id="on_error" triggeredByEvent="true">{handler}</subProcess>'
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + boundary("b", "sub", ERROR) + user("outside") + E
    player = Player(document(body + flows("s > sub > e", "b > outside").replace("flow_", "outer_"), ROOT))
    assert player.ready == ["outside"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_starts_the_event_sub_process_of_its_scope(interrupting: bool) -> None:
    throw = f'<intermediateThrowEvent id="throw">{ESCALATION}</intermediateThrowEvent>'
    body = S + throw + user("a") + flows("s > throw > a") + on(ESCALATION, interrupting)
    assert Player(document(body, ROOT)).ready == (["handle"] if interrupting else ["a", "handle"])


def test_a_cycle_starts_its_event_sub_process_again_and_again() -> None:
    player = Player(document(S + user("a") + flows("s > a") + on(timer("Cycle", "R2/PT1H"), interrupting=False), ROOT))
    assert player.wait(days=1).ready == ["a", "handle", "handle"]


def test_an_event_sub_process_in_a_loop_listens_anew_every_time() -> None:
    inner = '<startEvent id="si"/>' + user("a") + flows("si > a").replace("flow_", "inner_") + on(message("m"))
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + '<exclusiveGateway id="x" default="outer_2_0_x"/>' + E
    body += flows("s > sub > x", "x > sub: again", "x > e").replace("flow_", "outer_")
    player = Player(document(body, ROOT), {"again": True})
    for _ in range(3):
        assert player.ready == ["a"]
        assert player.send("answer").ready == ["handle"]
        player.do("handle")
    assert player.do("a", again=False).status == "completed"
    assert len(player.snapshot.state) < 300


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ('<startEvent id="x"/>' + user("a") + flows("x > a"), "event-sub-process-start"),
        (user("a"), "event-sub-process-start"),
    ],
)
def test_an_event_sub_process_needs_one_start_with_a_type(inner: str, rule: str) -> None:
    body = (
        S
        + E
        + flows("s > e").replace("flow_", "o_")
        + f'<subProcess id="sub" triggeredByEvent="true">{inner}</subProcess>'
    )
    assert rule in rules_broken(document(body))


def test_an_event_sub_process_with_flows_is_refused() -> None:
    assert "event-sub-process-flow" in rules_broken(document(S + on(message("m")) + flows("s > on_handle"), ROOT))


def test_nothing_listens_any_more_when_the_instance_has_ended() -> None:
    body = (
        S
        + user("a")
        + flows("s > a")
        + on(message("m"), interrupting=False)
        + on(timer("Duration", "P1D"), name="late")
    )
    player = Player(document(body, ROOT)).do("a")
    assert player.status == "completed"
    assert player.snapshot.subscriptions == ()
    assert player.snapshot.timers == ()
    assert player.wait(days=2).status == "completed"
    with pytest.raises(bpmn.NobodyWaits):
        player.send("answer")
