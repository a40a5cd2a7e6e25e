"""What the matrix cannot play because it is refused, or fails in words: each with its rule."""

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
    timer,
    user,
)
from tests.engine.bpmn.drawings.fragments_activities import ERROR, ESCALATION, several, sub
from tests.engine.bpmn.drawings.fragments_corners import failing
from tests.engine.bpmn.drawings.fragments_events import NEEDS_ALL, end, handler
from tests.engine.bpmn.drawings.fragments_flows import ends, gate
from tests.engine.bpmn.drawings.matrix import ROOT

DEFINITIONS = {
    "timer": "<timerEventDefinition{}><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition{}><condition>True</condition></conditionalEventDefinition>",
    "compensation": "<compensateEventDefinition{}/>",
    "cancel": "<cancelEventDefinition{}/>",
    "terminate": "<terminateEventDefinition{}/>",
    "error": '<errorEventDefinition{} errorRef="err"/>',
    "link": '<linkEventDefinition{} name="L"/>',
}


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_instances_throw_only_what_a_boundary_can_catch_without_ending_them(kind: str) -> None:
    root = ROOT + DEFINITIONS[kind].format(' id="def"')
    whenever = '<complexBehaviorDefinition><condition>True</condition><event id="th">'
    whenever += DEFINITIONS[kind].format("") + "</event></complexBehaviorDefinition>"
    for activity in (
        several("a", "2", 'behavior="None" noneBehaviorEventRef="def"'),
        several("a", "2", 'behavior="Complex"', whenever),
    ):
        assert rules_broken(document(S + activity + E + flows("s > a > e"), root)) == {"throw-type"}


@pytest.mark.parametrize("written", ["R0/PT1H", "R3/PT0S", "R/", "R3/1H", "'R0/PT1H'"])
def test_a_cycle_that_never_comes_or_never_rests_is_refused(written: str) -> None:
    body = S + user("a") + boundary("b", "a", timer("Cycle", written), False) + ends("z") + E
    assert rules_broken(document(body + flows("s > a > e", "b > z"))) == {"timer-text"}


def test_an_event_that_needs_all_its_triggers_waits_for_nothing_that_is_thrown_outward() -> None:
    body = S + sub("i", failing("i", "a")) + boundary("b", "i", ERROR + message("m")) + E + flows("s > i > e", "b > e")
    body = body.replace("<boundaryEvent", f"<boundaryEvent {NEEDS_ALL}")
    assert rules_broken(document(body, ROOT)) == {"needs-all-type"}
    inside = S + user("a") + end("x", ESCALATION) + flows("s > a > x")
    inside += handler(ESCALATION + message("m"), attributes=NEEDS_ALL)
    assert rules_broken(document(inside, ROOT)) == {"needs-all-type"}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (S + '<startEvent id="s2"/>' + user("a", "b") + flows("s > a", "s2 > b"), "start-several"),
        (S + user("a", "b") + flows("s > a"), "start-and-loose"),
        (
            sub("i", '<startEvent id="i1"/><startEvent id="i2"/>' + user("a") + flows("i1 > a", "i2 > a")),
            "sub-process-start",
        ),
        (S + gate("exclusive", "x") + user("a", "b") + flows("s > x", "x > a", "x > b"), "flow-without-condition"),
        (S + gate("exclusive", "k1") + user("a") + flows("s > k1 > a > k1"), "never-ends"),
    ],
)
def test_beginnings_choices_and_endings_that_say_nothing_are_refused(body: str, rule: str) -> None:
    assert rules_broken(document(body)) == {rule}


@pytest.mark.parametrize(
    ("body", "element"),
    [
        (S + gate("exclusive", "x") + user("a", "b") + flows("s > x", "x > a: n > 5", "x > b: n > 6"), "x"),
        (S + gate("inclusive", "x") + user("a", "b") + flows("s > x", "x > a: n > 5", "x > b: n > 6"), "x"),
        (S + '<complexGateway id="x"/>' + user("a", "b") + flows("s > x", "x > a: n > 5", "x > b: n > 6"), "x"),
        (
            S
            + '<scriptTask id="x"><script>n = 1</script></scriptTask>'
            + user("a", "b")
            + flows("s > x", "x > a: n > 5", "x > b: n > 6"),
            "x",
        ),
    ],
)
def test_no_way_out_is_a_failure_at_its_element_and_nothing_is_skipped(body: str, element: str) -> None:
    with pytest.raises(bpmn.StepFailed) as failure:
        Player(document(body), {"n": 1})
    assert failure.value.element_id == element


BROKEN = "n > 'x'"


@pytest.mark.parametrize(
    "body",
    [
        user("a")
        + handler(f"<conditionalEventDefinition><condition>{BROKEN}</condition></conditionalEventDefinition>"),
        user("a") + handler(timer("Duration", BROKEN)),
        user("a") + boundary("h_s", "a", timer("Duration", BROKEN)) + flows("h_s > z") + ends("z"),
    ],
)
def test_an_expression_that_fails_is_told_at_the_event_that_it_belongs_to(body: str) -> None:
    with pytest.raises(bpmn.StepFailed) as failure:
        Player(document(S + body + E + flows("s > a > e").replace("flow_", "g_")), {"n": 1})
    assert (failure.value.element_id, failure.value.expression) == ("h_s", BROKEN)
