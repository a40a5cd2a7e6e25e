"""What a token that is taken elsewhere by hand passes, on drawings of every kind."""

from __future__ import annotations

import pytest

from engine import bpmn

NAMESPACE = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t"'


def drawn(body: str, *flows: str) -> bpmn.ProcessDefinition:
    """A process of these elements and flows ``a>b``."""
    lines = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{flow.split(">")[0]}" targetRef="{flow.split(">")[1]}" />'
        for number, flow in enumerate(flows)
    )
    text = f'<definitions {NAMESPACE} id="d"><process id="p" isExecutable="true">{body}{lines}</process></definitions>'
    return bpmn.parse({"p.bpmn": text.encode()})


def task(*names: str) -> str:
    return "".join(f'<userTask id="{name}" name="{name}" />' for name in names)


PARALLEL = drawn(
    '<startEvent id="s" /><parallelGateway id="fork" /><parallelGateway id="join" /><endEvent id="e" />'
    + task("pay", "look", "last"),
    "s>fork", "fork>pay", "fork>look", "pay>join", "look>join", "join>last", "last>e",
)  # fmt: skip
CHOICE = drawn(
    '<startEvent id="s" /><exclusiveGateway id="which" default="f2" /><exclusiveGateway id="met" /><endEvent id="e" />'
    + task("ask", "pay", "free", "last")
    + '<sequenceFlow id="paid" sourceRef="which" targetRef="pay"><conditionExpression>x == 1</conditionExpression>'
    "</sequenceFlow>",
    "s>ask", "ask>which", "which>free", "pay>met", "free>met", "met>last", "last>e",
)  # fmt: skip
INSIDE = drawn(
    '<startEvent id="s" /><endEvent id="e" /><subProcess id="sub"><startEvent id="is" />'
    + task("first", "pay")
    + '<endEvent id="ie" /><sequenceFlow id="i0" sourceRef="is" targetRef="first" />'
    '<sequenceFlow id="i1" sourceRef="first" targetRef="pay" /><sequenceFlow id="i2" sourceRef="pay" targetRef="ie" />'
    '</subProcess><manualTask id="before" /><scriptTask id="issue"><script>y = 1</script></scriptTask>'
    + task("last"),
    "s>before", "before>sub", "sub>issue", "issue>last", "last>e",
)  # fmt: skip


@pytest.mark.parametrize(
    ("drawing", "places", "left", "reached", "passes", "spares"),
    [
        (PARALLEL, {"pay", "look"}, "look", "last", {"pay", "look", "last"}, {"e"}),
        (PARALLEL, {"pay", "join"}, "join", None, {"pay", "last"}, {"e"}),
        (PARALLEL, {"pay", "look"}, "look", None, {"look", "join"}, {"fork"}),
        (CHOICE, {"ask"}, "ask", "free", {"ask", "pay", "free"}, {"last"}),
        (CHOICE, {"free"}, "free", "pay", {"free", "pay"}, {"last"}),
        (CHOICE, {"free"}, "free", "last", {"free", "last"}, {"pay", "e"}),
        (CHOICE, {"last"}, "last", "free", {"free"}, {"pay", "e"}),
        (INSIDE, {"before"}, "before", "issue", {"sub", "first", "pay", "issue", "last"}, {"e"}),
        (INSIDE, {"sub", "first"}, "first", "ie", {"first", "pay", "ie", "issue", "last"}, {"e"}),
        (INSIDE, {"sub", "first"}, "sub", None, {"first", "pay", "issue", "last"}, {"e"}),
        (INSIDE, {"sub", "pay"}, "pay", "first", {"first"}, {"pay", "issue"}),
        (INSIDE, {"sub", "pay"}, "pay", "pay", {"pay"}, {"first", "issue"}),
        (INSIDE, {"sub", "pay"}, "sub", None, {"sub", "pay", "issue"}, {"first", "e"}),
        (INSIDE, {"before"}, "before", None, {"before", "first"}, {"pay", "issue"}),
        (INSIDE, {"last"}, "last", "sub", {"sub", "first"}, {"pay", "last", "e"}),
    ],
)
def test_what_lies_between_what_others_still_had_to_do_and_what_begins_by_itself(
    drawing: bpmn.ProcessDefinition, places: set[str], left: str, reached: str | None, passes: set[str],
    spares: set[str],
) -> None:  # fmt: skip
    found = bpmn.passed_by_hand(drawing, places, left, reached)
    assert found >= passes
    assert not found & spares


def test_what_lies_ahead_is_everything_that_can_still_come() -> None:
    assert bpmn.ahead_of(INSIDE, "pay") == {"pay", "ie", "issue", "last", "e"}
    assert bpmn.ahead_of(CHOICE, "free") == {"free", "met", "last", "e"}


CIRCLE = drawn(
    '<startEvent id="s" /><exclusiveGateway id="which" default="f4" /><exclusiveGateway id="met" /><endEvent id="e" />'
    + task("ask", "last")
    + '<sequenceFlow id="back" sourceRef="which" targetRef="met"><conditionExpression>x == 1</conditionExpression>'
    "</sequenceFlow>",
    "s>met", "met>ask", "ask>which", "last>e", "which>last",
)  # fmt: skip


def test_a_case_comes_again_by_a_way_back_and_only_then() -> None:
    assert {place for place in ("s", "ask", "which", "last", "e") if bpmn.comes_again(CIRCLE, place)} == {
        "ask",
        "which",
    }
    assert not any(bpmn.comes_again(PARALLEL, place) for place in ("pay", "look", "last"))


@pytest.mark.parametrize("where", ["task", "sub-process"])
def test_what_is_done_several_times_comes_again(where: str) -> None:
    loop = "<standardLoopCharacteristics><loopCondition>x == 1</loopCondition></standardLoopCharacteristics>"
    inner = '<startEvent id="is" /><endEvent id="ie" />' + task("one")
    inner += (
        '<sequenceFlow id="i1" sourceRef="is" targetRef="one" /><sequenceFlow id="i2" sourceRef="one" targetRef="ie" />'
    )
    if where == "task":
        inner, loop = inner.replace('name="one" />', f'name="one">{loop}</userTask>'), ""
    body = f'<startEvent id="s" /><endEvent id="e" /><subProcess id="sub">{loop}{inner}</subProcess>'
    assert bpmn.comes_again(drawn(body, "s>sub", "sub>e"), "one")


EVENTS = drawn(
    '<startEvent id="s" /><endEvent id="e" /><endEvent id="late" /><boundaryEvent id="slow" attachedToRef="last">'
    '<timerEventDefinition id="t"><timeDuration>"P1D"</timeDuration></timerEventDefinition></boundaryEvent>'
    '<subProcess id="sub"><startEvent id="is" /><endEvent id="ie" />' + task("choose", "inner")
    + '<sequenceFlow id="i0" sourceRef="is" targetRef="choose" /><sequenceFlow id="i1" sourceRef="choose" '
    'targetRef="inner" /><sequenceFlow id="i2" sourceRef="inner" targetRef="ie" /></subProcess>'
    '<subProcess id="taken_back" triggeredByEvent="true"><startEvent id="asked"><timerEventDefinition id="m">'
    '<timeDuration>"P9D"</timeDuration></timerEventDefinition>'
    '</startEvent><endEvent id="gone" />' + task("confirm")
    + '<sequenceFlow id="w0" sourceRef="asked" targetRef="confirm" />'
    '<sequenceFlow id="w1" sourceRef="confirm" targetRef="gone" /></subProcess>'
    + task("before", "last", "call"),
    "s>before", "before>sub", "sub>last", "last>e", "slow>call", "call>late",
)  # fmt: skip


def test_behind_an_element_lies_what_flows_lead_to_and_not_what_an_event_brings_about() -> None:
    assert bpmn.behind(EVENTS, "choose") == {"inner", "ie", "last", "e"}
    assert bpmn.behind(EVENTS, "before") == {"sub", "is", "choose", "inner", "ie", "last", "e"}
