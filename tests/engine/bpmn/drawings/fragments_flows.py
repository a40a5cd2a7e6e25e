"""Flows and gateways (BPMN 2.0.2, 8.3.13, 10.6, 13.3.1 and 13.4)."""

from __future__ import annotations

from tests.engine.bpmn.drawings.drawing import E, S, flows, message, script, timer, user
from tests.engine.bpmn.drawings.matrix import Fragment, fragment


def gate(kind: str, *ids: str, default: str = "") -> str:
    """Gateways; ``default`` is the target of the default flow."""
    chosen = f' default=">{default}"' if default else ""
    return "".join(f'<{kind}Gateway id="{one}"{chosen}/>' for one in ids)


def ends(*ids: str) -> str:
    """Plain end events."""
    return "".join(f'<endEvent id="{one}"/>' for one in ids)


def catch(event_id: str, definition: str, attributes: str = "") -> str:
    """An intermediate catching event."""
    return f'<intermediateCatchEvent id="{event_id}" {attributes}>{definition}</intermediateCatchEvent>'


FLOWS: list[Fragment] = [
    fragment("a sequence", S + user("a", "b") + E + flows("s > a > b > e"), "s", "do a: a", "do b: b e"),
    fragment(
        "two flows out of an activity",
        S + user("a", "b", "c") + gate("parallel", "j") + E + flows("s > a", "a > b > j", "a > c > j", "j > e"),
        "s",
        "do a: a",
        "do c: c",
        "do b: b j e",
    ),
    fragment(
        "two flows out of a start event, two into an end event",
        S + user("a", "b") + E + flows("s > a > e", "s > b > e"),
        "s",
        "do a: a e",
        "do b: b e",
    ),
    fragment(
        "two flows into an activity",
        S
        + gate("parallel", "f")
        + user("a", "b")
        + script("c", "x = 1")
        + E
        + flows("s > f", "f > a > c", "f > b > c", "c > e"),
        "s f",
        "do a: a c e",
        "do b: b c e",
    ),
    fragment(
        "two flows out of a catching event",
        S
        + catch("c", message("m"))
        + script("a", "x = 1")
        + script("b", "y = 1")
        + gate("parallel", "j")
        + E
        + flows("s > c", "c > a > j", "c > b > j", "j > e"),
        "s",
        "send answer: c a b j e",
    ),
    fragment(
        "two flows out of a throwing event",
        S + '<intermediateThrowEvent id="t"/>' + user("a", "b") + E + flows("s > t", "t > a > e", "t > b > e"),
        "s t",
        "do a: a e",
        "do b: b e",
    ),
    fragment(
        "a flow from an activity to itself",
        S + user("a") + gate("exclusive", "x", default="e") + E + flows("s > a > x", "x > e", "x > a: again"),
        "s",
        "do a again=True: a x",
        "do a again=False: a x e",
        variables={"again": True},
    ),
    fragment(
        "conditional flows out of an activity",
        S
        + user("a", "b", "c", "d")
        + gate("inclusive", "j")
        + E
        + flows("s > a", "a > b: n > 1", "a > c: n > 2", "a > d: n > 9", "b > j", "c > j", "d > j", "j > e"),
        "s",
        "do a: a",
        "do b: b",
        "do c: c j e",
        variables={"n": 3},
    ),
    fragment(
        "a conditional flow beside one without condition",
        S
        + user("a")
        + script("b", "x = 1")
        + script("c", "x = 2")
        + E
        + flows("s > a", "a > b", "a > c: n > 1", "b > e", "c > e"),
        "s",
        "do a n=1: a b e",
        variables={"n": 3},
    ),
    fragment(
        "the default flow of an activity",
        S
        + '<userTask id="a" default=">c"/>'
        + user("b", "c")
        + E
        + flows("s > a", "a > b: n > 5", "a > c", "b > e", "c > e"),
        "s",
        "do a: a",
        "do c: c e",
        variables={"n": 3},
    ),
    fragment(
        "a default flow beside one without a condition is taken when no condition holds",
        S
        + '<userTask id="a" default=">d"/>'
        + user("b", "c", "d")
        + gate("parallel", "j")
        + E
        + flows("s > a", "a > c: n > 5", "a > b > j", "a > d > j", "j > e", "c > e"),
        "s",
        "do a: a",
        "do b: b",
        "do d: d j e",
        variables={"n": 3},
    ),
    fragment(
        "a default flow beside one without a condition is left when a condition holds",
        S
        + '<userTask id="a" default=">d"/>'
        + user("b", "c", "d")
        + gate("exclusive", "k")
        + gate("parallel", "j")
        + E
        + flows("s > a", "a > c: n > 5", "a > b > j", "a > d > k", "c > k > j", "j > e"),
        "s",
        "do a: a",
        "do b: b",
        "do c: c k j e",
        variables={"n": 9},
    ),
    fragment(
        "a default flow without any condition beside it is always taken",
        S
        + '<userTask id="a" default=">c"/>'
        + user("b", "c")
        + gate("parallel", "j")
        + E
        + flows("s > a", "a > b > j", "a > c > j", "j > e"),
        "s",
        "do a: a",
        "do b: b",
        "do c: c j e",
    ),
    fragment(
        "complex gateway takes its default flow beside one without a condition",
        S
        + '<complexGateway id="g" default=">d"/>'
        + user("b", "c", "d")
        + gate("parallel", "j")
        + E
        + flows("s > g", "g > c: n > 5", "g > b > j", "g > d > j", "j > e", "c > e"),
        "s g",
        "do b: b",
        "do d: d j e",
        variables={"n": 3},
    ),
    fragment(
        "an activity that does not take its default flow",
        S
        + '<userTask id="a" default=">c"/>'
        + user("b", "c")
        + E
        + flows("s > a", "a > b: n > 1", "a > c", "b > e", "c > e"),
        "s",
        "do a: a",
        "do b: b e",
        variables={"n": 3},
    ),
    fragment("no start and no end", user("a", "b") + flows("a > b"), "", "do a: a", "do b: b"),
    fragment(
        "several beginnings without start event",
        user("a", "b", "c") + flows("a > b"),
        "",
        "do a: a",
        "do c: c",
        "do b: b",
    ),
    fragment(
        "no end event",
        S + user("a", "b") + flows("s > a", "s > b"),
        "s",
        "do b: b",
        "do a: a",
    ),
    fragment(
        "a pair of links",
        S
        + user("a")
        + '<intermediateThrowEvent id="l1"><linkEventDefinition name="L"/></intermediateThrowEvent>'
        + catch("l2", '<linkEventDefinition name="L"/>')
        + user("b")
        + E
        + flows("s > a > l1", "l2 > b > e"),
        "s",
        "do a: a l1 l2",
        "do b: b e",
    ),
    fragment(
        "two throwing links and one that catches",
        S
        + gate("exclusive", "x", default="l2")
        + "".join(
            f'<intermediateThrowEvent id="{one}"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            for one in ("l1", "l2")
        )
        + catch("l3", '<linkEventDefinition name="L"/>')
        + E
        + flows("s > x", "x > l1: n == 1", "x > l2", "l3 > e"),
        "s x l2 l3 e",
        variables={"n": 0},
    ),
]

GATEWAYS: list[Fragment] = [
    fragment(
        "exclusive gateway takes the first true flow",
        S
        + gate("exclusive", "x", default="c")
        + user("a", "b", "c")
        + E
        + flows("s > x", "x > a: n > 5", "x > b: n > 1", "x > c", "a > e", "b > e", "c > e"),
        "s x",
        "do b: b e",
        variables={"n": 3},
    ),
    fragment(
        "exclusive gateway takes its default",
        S
        + gate("exclusive", "x", default="a")
        + user("a", "b")
        + E
        + flows("s > x", "x > a", "x > b: n > 5", "a > e", "b > e"),
        "s x",
        "do a: a e",
        variables={"n": 3},
    ),
    fragment(
        "exclusive gateway passes every token on",
        S
        + gate("parallel", "f")
        + gate("exclusive", "k1")
        + user("a", "b")
        + script("c", "x = 1")
        + E
        + flows("s > f", "f > a > k1", "f > b > k1", "k1 > c > e"),
        "s f",
        "do a: a k1 c e",
        "do b: b k1 c e",
    ),
    fragment(
        "exclusive gateway that merges and splits",
        S
        + gate("exclusive", "x", default="b")
        + user("a", "b")
        + E
        + flows("s > x", "x > a: n > 1", "a > x", "x > b > e"),
        "s x",
        "do a n=2: a x",
        "do a n=0: a x",
        "do b: b e",
        variables={"n": 3},
    ),
    fragment(
        "parallel fork and join",
        S
        + gate("parallel", "f", "j")
        + user("a", "b", "c")
        + E
        + flows("s > f", "f > a > j", "f > b > j", "f > c > j", "j > e"),
        "s f",
        "do b: b",
        "do a: a",
        "do c: c j e",
    ),
    fragment(
        "parallel gateway that joins and forks",
        S
        + gate("parallel", "f", "g", "j")
        + user("a", "b", "c", "d")
        + E
        + flows("s > f", "f > a > g", "f > b > g", "g > c > j", "g > d > j", "j > e"),
        "s f",
        "do b: b",
        "do a: a g",
        "do c: c",
        "do d: d j e",
    ),
    fragment(
        "parallel join in a loop of its own",
        S
        + gate("exclusive", "k1")
        + gate("parallel", "f", "j")
        + user("a", "b")
        + gate("exclusive", "x", default="e")
        + E
        + flows("s > k1 > f", "f > a > j", "f > b > j", "j > x", "x > k1: again", "x > e"),
        "s k1 f",
        "do a: a",
        "do b again=True: b j x k1 f",
        "do b: b",
        "do a again=False: a j x e",
        variables={"again": True},
    ),
    fragment(
        "two tokens on one flow of a parallel join wait for two partners",
        S
        + gate("parallel", "f", "j")
        + gate("exclusive", "k1", "k")
        + user("a", "b", "c", "d")
        + ends("z")
        + flows("s > f", "f > a > k1", "f > b > k1", "k1 > j", "f > c > k", "f > d > k", "k > j", "j > z"),
        "s f",
        "do a: a k1",
        "do b: b k1",
        "do c: c k j z",
        "do d: d k j z",
    ),
    fragment(
        "inclusive gateway takes each true flow",
        S
        + gate("inclusive", "f", default="d")
        + gate("inclusive", "j")
        + user("a", "b", "c", "d")
        + E
        + flows(
            "s > f",
            "f > a: n > 0",
            "f > b: n > 1",
            "f > c: n > 5",
            "f > d",
            "a > j",
            "b > j",
            "c > j",
            "d > j",
            "j > e",
        ),
        "s f",
        "do b: b",
        "do a: a j e",
        variables={"n": 3},
    ),
    fragment(
        "inclusive gateway takes its default",
        S
        + gate("inclusive", "f", default="b")
        + gate("inclusive", "j")
        + user("a", "b")
        + E
        + flows("s > f", "f > a: n > 5", "f > b", "a > j", "b > j", "j > e"),
        "s f",
        "do b: b j e",
        variables={"n": 3},
    ),
    fragment(
        "inclusive join waits for tokens within a sub-process",
        S
        + gate("parallel", "f")
        + gate("inclusive", "j")
        + user("a")
        + f'<subProcess id="in"><startEvent id="in_s"/>{user("b")}{flows("in_s > b")}</subProcess>'
        + E
        + flows("s > f", "f > a > j", "f > in > j", "j > e"),
        "s f in_s",
        "do a: a",
        "do b: b in j e",
    ),
    fragment(
        "inclusive join with a way around it",
        S
        + gate("parallel", "f")
        + gate("exclusive", "x", default="away")
        + gate("inclusive", "j")
        + user("a", "b")
        + ends("away")
        + E
        + flows("s > f", "f > a > j", "f > b > x", "x > j: n == 1", "x > away", "j > e"),
        "s f",
        "do a: a",
        "do b: b x away j e",
        variables={"n": 0},
        flat=False,
    ),
    fragment(
        "inclusive join that a loop leads back to does not wait for itself",
        S
        + gate("inclusive", "j")
        + user("a")
        + gate("exclusive", "x", default="e")
        + E
        + flows("s > j > a > x", "x > e", "x > j: again"),
        "s j",
        "do a again=True: a x j",
        "do a again=False: a x e",
        variables={"again": True},
    ),
    fragment(
        "inclusive join does not wait for a token that can come by a flow that has one",
        S
        + gate("parallel", "f")
        + gate("exclusive", "k1", "x")
        + gate("inclusive", "j")
        + user("a", "b", "c")
        + ends("z")
        + flows("s > f", "f > a > k1", "f > b > x", "k1 > j", "x > k1: n == 1", "x > c: n != 1", "c > j", "j > z"),
        "s f",
        "do a: a k1 j z",
        "do b n=2: b x",
        "do c: c j z",
        variables={"n": 1},
    ),
    fragment(
        "inclusive join that a boundary event can still reach",
        S
        + gate("parallel", "f")
        + gate("inclusive", "j")
        + user("a", "b", "c")
        + f'<boundaryEvent id="t" attachedToRef="b">{timer("Duration", "PT1H")}</boundaryEvent>'
        + ends("z")
        + E
        + flows("s > f", "f > a > j", "f > b > z", "t > c > j", "j > e"),
        "s f",
        "do a: a",
        "wait 60: t",
        "do c: c j e",
    ),
    fragment(
        "inclusive join once the boundary event is gone",
        S
        + gate("parallel", "f")
        + gate("inclusive", "j")
        + user("a", "b", "c")
        + f'<boundaryEvent id="t" attachedToRef="b">{timer("Duration", "PT1H")}</boundaryEvent>'
        + ends("z")
        + E
        + flows("s > f", "f > a > j", "f > b > z", "t > c > j", "j > e"),
        "s f",
        "do a: a",
        "do b: b z j e",
        flat=False,
    ),
    fragment(
        "event gateway: the message wins",
        S
        + '<eventBasedGateway id="g"/>'
        + catch("c1", message("m"))
        + catch("c2", timer("Duration", "PT1H"))
        + user("a", "b")
        + E
        + flows("s > g", "g > c1 > a > e", "g > c2 > b > e"),
        "s",
        "send answer: g c1",
        "do a: a e",
    ),
    fragment(
        "event gateway: the earlier of two timers wins",
        S
        + '<eventBasedGateway id="g"/>'
        + catch("c1", timer("Duration", "PT2H"))
        + catch("c2", timer("Duration", "PT1H"))
        + user("a", "b")
        + E
        + flows("s > g", "g > c1 > a > e", "g > c2 > b > e"),
        "s",
        "wait 300: g c2",
        "do b: b e",
    ),
    fragment(
        "event gateway with receive tasks",
        S
        + '<eventBasedGateway id="g"/><receiveTask id="r1" messageRef="m"/><receiveTask id="r2" messageRef="m2"/>'
        + catch("c", timer("Duration", "PT1H"))
        + user("a")
        + E
        + flows("s > g", "g > r1 > e", "g > r2 > a > e", "g > c > e"),
        "s",
        "send question: g r2",
        "do a: a e",
    ),
    fragment(
        "event gateway in a loop with two timers",
        S
        + gate("exclusive", "k1")
        + '<eventBasedGateway id="g"/>'
        + catch("c1", timer("Duration", "PT1H"))
        + catch("c2", timer("Duration", "PT2H"))
        + catch("c3", message("m"))
        + E
        + flows("s > k1 > g", "g > c1 > k1", "g > c2 > e", "g > c3 > e"),
        "s k1",
        "wait 60: g c1 k1",
        "wait 180: g c1 k1 g c1 k1 g c1 k1",
        "send answer: g c3 e",
    ),
    fragment(
        "complex gateway: two of three, then the rest",
        S
        + gate("parallel", "f")
        + user("a", "b", "c")
        + '<complexGateway id="j"><activationCondition>activationCount >= 2</activationCondition></complexGateway>'
        + E
        + flows("s > f", "f > a > j", "f > b > j", "f > c > j", "j > e"),
        "s f",
        "do a: a",
        "do c: c j e",
        "do b: b",
    ),
    fragment(
        "complex gateway that splits",
        S
        + '<complexGateway id="g" default=">c"/>'
        + user("a", "b", "c")
        + gate("inclusive", "j")
        + E
        + flows("s > g", "g > a: n > 1", "g > b: n > 2", "g > c", "a > j", "b > j", "c > j", "j > e"),
        "s g",
        "do a: a",
        "do b: b j e",
        variables={"n": 3},
    ),
]
