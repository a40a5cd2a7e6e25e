"""The workflow control-flow patterns (van der Aalst, ter Hofstede et al., 2003 and 2006) as BPMN can draw them.

Each is a small process and the path it must take, alone, in a loop and in a sub-process. What BPMN 2.0.2 has no means
for is named in ``NOT_DRAWN``.
"""

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, script, signal, timer, user
from tests.engine.bpmn.drawings.fragments_activities import several, sub
from tests.engine.bpmn.drawings.fragments_events import TERMINATE, end
from tests.engine.bpmn.drawings.fragments_flows import catch, ends, gate
from tests.engine.bpmn.drawings.matrix import Fragment, fragment, nested, repeated
from tests.engine.bpmn.running.test_matrix import play

NOT_DRAWN = {
    15: "instances cannot be added while others run: BPMN fixes their number when the activity begins (13.3.7)",
    27: "nobody can declare instances done from outside but by a completion condition, which pattern 34 shows",
    36: "as pattern 15, with a condition on a number that is not known",
}


def activated(count: int) -> str:
    """A complex gateway that goes on at this many tokens."""
    condition = f"<activationCondition>activationCount >= {count}</activationCondition>"
    return f'<complexGateway id="j">{condition}</complexGateway>'


THREE = S + gate("parallel", "f") + user("a", "b", "c") + E
INTO_JOIN = flows("s > f", "f > a > j", "f > b > j", "f > c > j", "j > d > e")

PATTERNS: dict[int, Fragment] = {
    1: fragment("sequence", S + user("a", "b") + E + flows("s > a > b > e"), "s", "do a: a", "do b: b e"),
    2: fragment(
        "parallel split",
        S + gate("parallel", "f") + user("a", "b") + E + flows("s > f", "f > a > e", "f > b > e"),
        "s f",
        "do b: b e",
        "do a: a e",
    ),
    3: fragment(
        "synchronization",
        S + gate("parallel", "f", "j") + user("a", "b") + E + flows("s > f", "f > a > j", "f > b > j", "j > e"),
        "s f",
        "do b: b",
        "do a: a j e",
    ),
    4: fragment(
        "exclusive choice",
        S
        + gate("exclusive", "x", default="b")
        + user("a", "b")
        + E
        + flows("s > x", "x > a: n == 1", "x > b", "a > e", "b > e"),
        "s x",
        "do a: a e",
        variables={"n": 1},
    ),
    5: fragment(
        "simple merge",
        S
        + gate("exclusive", "x", "k")
        + user("a", "b", "c")
        + E
        + flows("s > x", "x > a: n == 1", "x > b: n != 1", "a > k", "b > k", "k > c > e"),
        "s x",
        "do a: a k",
        "do c: c e",
        variables={"n": 1},
    ),
    6: fragment(
        "multi-choice",
        S
        + gate("inclusive", "f")
        + user("a", "b", "c")
        + E
        + flows("s > f", "f > a: n > 0", "f > b: n > 1", "f > c: n > 2", "a > e", "b > e", "c > e"),
        "s f",
        "do b: b e",
        "do a: a e",
        variables={"n": 2},
    ),
    7: fragment(
        "structured synchronizing merge",
        S
        + gate("inclusive", "f", "j")
        + user("a", "b", "c")
        + E
        + flows("s > f", "f > a: n > 0", "f > b: n > 1", "f > c: n > 2", "a > j", "b > j", "c > j", "j > e"),
        "s f",
        "do b: b",
        "do a: a j e",
        variables={"n": 2},
    ),
    8: fragment(
        "multi-merge",
        S
        + gate("parallel", "f")
        + gate("exclusive", "k")
        + user("a", "b")
        + script("c", "x = 1")
        + E
        + flows("s > f", "f > a > k", "f > b > k", "k > c > e"),
        "s f",
        "do a: a k c e",
        "do b: b k c e",
    ),
    9: fragment(
        "structured discriminator",
        THREE + activated(1) + user("d") + INTO_JOIN,
        "s f",
        "do b: b j",
        "do d: d e",
        "do a: a",
        "do c: c",
    ),
    10: fragment(
        "arbitrary cycles",
        S
        + gate("exclusive", "k1", "k2")
        + gate("exclusive", "x", default="k2")
        + gate("exclusive", "y", default="e")
        + user("a", "b")
        + E
        + flows("s > k1 > a > x", "x > b: n == 1", "x > k2", "b > k2", "k2 > y", "y > k1: n < 3", "y > e"),
        "s k1",
        "do a n=1: a x",
        "do b n=2: b k2 y k1",
        "do a n=3: a x k2 y e",
        variables={"n": 0},
    ),
    11: fragment(
        "implicit termination",
        S + gate("parallel", "f") + user("a", "b") + flows("s > f", "f > a", "f > b"),
        "s f",
        "do a: a",
        "do b: b",
    ),
    12: fragment(
        "instances that nobody waits for",
        S
        + gate("parallel", "f")
        + gate("exclusive", "x", "k1")
        + user("a")
        + script("count", "n = n + 1")
        + E
        + flows("s > k1 > count > f", "f > a", "f > x", "x > k1: n < 3", "x > e: n == 3"),
        "s k1 count f x k1 count f x k1 count f x e",
        "do a: a",
        "do a: a",
        "do a: a",
        variables={"n": 0},
    ),
    13: fragment(
        "instances, the number drawn",
        S + several("a", "3") + E + flows("s > a > e"),
        "s",
        "do a: a",
        "do a: a",
        "do a: a e",
    ),
    14: fragment(
        "instances, the number known when they begin",
        S
        + user("b")
        + several("a", "9").replace("<loopCardinality>9", "<loopCardinality>n")
        + E
        + flows("s > b > a > e"),
        "s",
        "do b n=2: b",
        "do a: a",
        "do a: a e",
        variables={"n": 0},
    ),
    16: fragment(
        "deferred choice",
        S
        + '<eventBasedGateway id="g"/>'
        + catch("c1", message("m"))
        + catch("c2", timer("Duration", "PT1H"))
        + E
        + flows("s > g", "g > c1 > e", "g > c2 > e"),
        "s",
        "wait 60: g c2 e",
    ),
    17: fragment(
        "interleaved parallel routing",
        S
        + sub("i", user("a", "b", "c") + flows("a > b"), 'ordering="Sequential"', "adHocSubProcess")
        + E
        + flows("s > i > e"),
        "s",
        "do a: a",
        "do b: b",
        "do c: c i e",
    ),
    18: fragment(
        "milestone: open until its event has come",
        S + user("a") + boundary("over", "a", message("m")) + ends("z") + E + flows("s > a > e", "over > z"),
        "s",
        "send answer: over z",
    ),
    19: fragment(
        "cancel task",
        S + user("a", "b") + boundary("x", "a", message("m")) + E + flows("s > a > e", "x > b > e"),
        "s",
        "send answer: x",
        "do b: b e",
    ),
    20: fragment(
        "cancel case",
        S + gate("parallel", "f") + user("a", "b") + end("x", TERMINATE) + flows("s > f", "f > a", "f > b > x"),
        "s f",
        "do b: b x",
        status="terminated",
    ),
    21: fragment(
        "structured loop",
        S
        + '<userTask id="a"><standardLoopCharacteristics><loopCondition>again</loopCondition>'
        + "</standardLoopCharacteristics>"
        "</userTask>" + E + flows("s > a > e"),
        "s",
        "do a again=True: a",
        "do a again=False: a e",
        variables={"again": False},
    ),
    22: fragment(
        "recursion",
        S + '<callActivity id="i" calledElement="q"/>' + E + flows("s > i > e"),
        "s q_s qa qx q_s qa qx q_e qi q_e i e",
        variables={"n": 0},
        root='<process id="q"><startEvent id="q_s"/>'
        + script("qa", "n = n + 1")
        + '<exclusiveGateway id="qx" default="qd"/>'
        '<callActivity id="qi" calledElement="q"/>'
        + ends("q_e")
        + flows("q_s > qa > qx", "qx > qi: n < 2", "qi > q_e")
        + '<sequenceFlow id="qd" sourceRef="qx" targetRef="q_e"/></process>',
    ),
    23: fragment(
        "transient trigger",
        S + user("a") + catch("c", signal("sig")) + E + flows("s > a > c > e"),
        "s",
        "signal holiday:",
        "do a: a",
        "signal holiday: c e",
        several=False,
    ),
    24: fragment(
        "persistent trigger: the caller keeps the message until somebody waits",
        S + user("a") + '<receiveTask id="r" messageRef="m"/>' + E + flows("s > a > r > e"),
        "s",
        "do a: a",
        "send answer: r e",
    ),
    25: fragment(
        "cancel region",
        S
        + sub("i", '<startEvent id="i_s"/>' + user("a", "b") + flows("i_s > a", "i_s > b"))
        + boundary("x", "i", message("m"))
        + user("c")
        + E
        + flows("s > i > e", "x > c > e"),
        "s i_s",
        "do a: a",
        "send answer: x",
        "do c: c e",
    ),
    26: fragment(
        "cancel several instances",
        S + several("a", "3") + boundary("x", "a", message("m")) + E + flows("s > a > e", "x > e"),
        "s",
        "do a: a",
        "send answer: x e",
    ),
    28: fragment(
        "blocking discriminator",
        THREE + activated(1) + user("d") + INTO_JOIN,
        "s f",
        "do a: a j",
        "do d: d e",
        "do b: b",
        "do c: c",
    ),
    29: fragment(
        "cancelling discriminator",
        S
        + sub(
            "i", '<startEvent id="i_s"/>' + user("a", "b") + end("x", TERMINATE) + flows("i_s > a > x", "i_s > b > x")
        )
        + E
        + flows("s > i > e"),
        "s i_s",
        "do b: b x i e",
    ),
    30: fragment(
        "structured partial join",
        THREE + activated(2) + user("d") + INTO_JOIN,
        "s f",
        "do a: a",
        "do c: c j",
        "do b: b",
        "do d: d e",
    ),
    31: fragment(
        "blocking partial join",
        THREE + activated(2) + user("d") + INTO_JOIN,
        "s f",
        "do c: c",
        "do b: b j",
        "do d: d e",
        "do a: a",
    ),
    32: fragment(
        "cancelling partial join",
        S
        + sub(
            "i",
            '<startEvent id="i_s"/>'
            + gate("parallel", "f")
            + user("a", "b", "c")
            + activated(2)
            + end("x", TERMINATE)
            + flows("i_s > f", "f > a > j", "f > b > j", "f > c > j", "j > x"),
        )
        + E
        + flows("s > i > e"),
        "s i_s f",
        "do a: a",
        "do c: c j x i e",
    ),
    33: fragment(
        "generalized and-join: a token beyond the first of a flow waits for the next round",
        S
        + gate("parallel", "f", "j")
        + gate("exclusive", "k1", "k2")
        + user("a", "b", "c", "d")
        + ends("z")
        + flows("s > f", "f > a > k1", "f > b > k1", "k1 > j", "f > c > k2", "f > d > k2", "k2 > j", "j > z"),
        "s f",
        "do a: a k1",
        "do b: b k1",
        "do d: d k2 j z",
        "do c: c k2 j z",
    ),
    34: fragment(
        "static partial join of instances",
        S
        + several("a", "3", "", "<completionCondition>numberOfCompletedInstances == 2</completionCondition>")
        + E
        + flows("s > a > e"),
        "s",
        "do a: a",
        "do a: a e",
    ),
    35: fragment(
        "cancelling partial join of instances",
        S
        + several("a", "3", "", "<completionCondition>numberOfCompletedInstances >= 1</completionCondition>")
        + user("b")
        + E
        + flows("s > a > b > e"),
        "s",
        "do a: a",
        "do b: b e",
    ),
    37: fragment(
        "local synchronizing merge",
        S
        + gate("inclusive", "f", "j")
        + gate("exclusive", "x", default="z")
        + user("a", "b")
        + ends("z")
        + E
        + flows("s > f", "f > a: True", "f > b: True", "a > j", "b > x", "x > j: n == 1", "x > z", "j > e"),
        "s f",
        "do a: a",
        "do b: b x z j e",
        variables={"n": 0},
    ),
    38: fragment(
        "general synchronizing merge, in a loop",
        S
        + gate("exclusive", "k1")
        + gate("inclusive", "f", "j")
        + gate("exclusive", "x", default="j")
        + user("a", "b")
        + E
        + flows("s > f", "f > a: True", "f > k1: True", "a > j", "k1 > b > x", "x > k1: again", "x > j", "j > e"),
        "s f k1",
        "do a: a",
        "do b again=True: b x k1",
        "do b again=False: b x j e",
        variables={"again": True},
    ),
    39: fragment(
        "critical section: one after the other",
        S + sub("i", user("a", "b"), 'ordering="Sequential"', "adHocSubProcess") + E + flows("s > i > e"),
        "s",
        "do a: a",
        "do b: b i e",
    ),
    40: fragment(
        "interleaved routing",
        S + sub("i", user("a", "b", "c"), 'ordering="Sequential"', "adHocSubProcess") + E + flows("s > i > e"),
        "s",
        "do a: a",
        "do b: b",
        "do c: c i e",
    ),
    41: fragment(
        "thread merge",
        S
        + gate("parallel", "f")
        + user("a", "b")
        + '<userTask id="c" startQuantity="2"/>'
        + E
        + flows("s > f", "f > a > c", "f > b > c", "c > e"),
        "s f",
        "do a: a",
        "do b: b",
        "do c: c e",
    ),
    42: fragment(
        "thread split",
        S + '<userTask id="a" completionQuantity="2"/>' + user("b") + E + flows("s > a > b > e"),
        "s",
        "do a: a",
        "do b: b e",
        "do b: b e",
    ),
    43: fragment(
        "explicit termination",
        S + user("a", "b") + end("x", TERMINATE) + flows("s > a > x", "s > b > x"),
        "s",
        "do a: a x",
        status="terminated",
    ),
}


@pytest.mark.parametrize("number", PATTERNS)
def test_a_workflow_pattern_takes_its_path(number: int) -> None:
    one = PATTERNS[number]
    play(one)
    for wrapping in (repeated, nested):
        play(wrapping(one))


def test_every_pattern_is_drawn_or_has_its_reason() -> None:
    assert sorted([*PATTERNS, *NOT_DRAWN]) == list(range(1, 44))
