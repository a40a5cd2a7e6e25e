"""Drawings that are sound are not complained about; tokens that wait in vain or meet are found, whatever the tangle.

The drawings are random. What can happen in them is found out by a game that plays every choice in every order.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.blocks import drawn, random_block
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, message, timer, user
from tests.engine.bpmn.drawings.token_game import Marking, Net, _can_come, random_net

SOUNDNESS = {"join-never", "join-may-wait", "runs-twice", "multiplies", "soundness-open", "soundness-free"}


def found(data: bytes) -> dict[str, set[str | None]]:
    """Rule → elements, of what is found about soundness; nothing else may be wrong."""
    problems = bpmn.check({"f.bpmn": data})
    assert not [one for one in problems if one.severity == "error" and one.rule not in SOUNDNESS]
    return {
        rule: {one.element_id for one in problems if one.rule == rule}
        for rule in sorted({one.rule for one in problems} & SOUNDNESS)
    }


@pytest.mark.parametrize("block", range(4))
def test_well_nested_drawings_of_any_size_are_sound(block: int) -> None:
    for seed in range(block * 15, block * 15 + 15):
        assert found(drawn(random_block(random.Random(seed), depth=3 + block))) == {}


@dataclass
class Game:
    """Everything that can happen in a net."""

    net: Net
    deadlocked: bool = False
    met: set[str] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)
    doubled: bool = False
    whole: bool = True

    def play(self, most: int = 1_500) -> Game:
        """Look at every marking, unless there are too many of them."""
        waiting: list[Marking] = [("s>" + self.net.outgoing("s")[0].partition(">")[2],)]
        seen: set[Marking] = set()
        while waiting:
            marking = waiting.pop()
            if marking in seen:
                continue
            seen.add(marking)
            self._look(marking)
            following = list(self._moves(marking))
            self.deadlocked |= bool(marking) and not following
            waiting += following
            if len(seen) > most or len(marking) > 9:
                self.whole = False
                return self
        return self

    def _look(self, marking: Marking) -> None:
        for token in marking:
            target = token.partition(">")[2]
            if self._joins(target):
                self.met |= {target}
            elif target != "e" and sum(other.endswith(">" + target) for other in marking) > 1:
                self.doubled = True

    def _joins(self, node: str) -> bool:
        return node[0] in "pi" and len(self.net.incoming(node)) > 1

    def _moves(self, marking: Marking) -> Iterator[Marking]:
        for token in dict.fromkeys(marking):
            if not self._joins(token.partition(">")[2]):
                yield from self._leave(marking, [token])
        for node in self.net.nodes:
            needed = self.net.incoming(node)
            arrived = [flow for flow in needed if flow in marking]
            if not self._joins(node) or not arrived or (node[0] == "p" and len(arrived) < len(needed)):
                continue
            if node[0] == "p" or not _can_come(self.net, marking, node):
                self.fired.add(node)
                yield from self._leave(marking, arrived)

    def _leave(self, marking: Marking, taken: list[str]) -> Iterator[Marking]:
        rest = list(marking)
        for token in taken:
            rest.remove(token)
        node = taken[0].partition(">")[2]
        out = self.net.outgoing(node)
        sizes = range(1, len(out) + 1) if node[0] == "i" else (1,) if node[0] == "x" else (len(out),)
        for size in sizes:
            for chosen in combinations(out, size):
                # The default flow, drawn last, is taken only when no other is.
                if size == 1 or node[0] != "i" or node not in self.net.choices or out[-1] not in chosen:
                    yield tuple(sorted([*rest, *chosen]))


@pytest.mark.parametrize("block", range(2))
def test_in_any_tangle_what_the_full_game_shows_is_found_and_nothing_else(block: int) -> None:
    compared = doubled = noticed = 0
    for seed in range(block * 50, block * 50 + 50):
        net = random_net(random.Random(seed))
        problems = bpmn.check({"f.bpmn": net.drawn()})
        if any(one.severity == "error" and one.rule not in SOUNDNESS for one in problems):
            continue
        told = found(net.drawn())
        game = Game(net).play()
        if not game.whole or {"multiplies", "soundness-open"} & told.keys():
            continue
        compared += 1
        assert told.get("join-never", set()) == game.met - game.fired
        assert bool({"join-never", "join-may-wait"} & told.keys()) == game.deadlocked
        assert game.doubled or "runs-twice" not in told
        doubled += game.doubled
        noticed += "runs-twice" in told
    assert compared > 10
    assert noticed >= doubled / 2, "tokens that meet long after each other may be overlooked, but not many"


GATE = '<{}Gateway id="{}"/>'


def gates(kind: str, *ids: str) -> str:
    """Gateways of one kind."""
    return "".join(GATE.format(kind, one) for one in ids)


def test_a_drawing_of_thousands_of_parallel_reviews_is_looked_at_whole() -> None:
    body, arrows, before = S + E, [], "s"
    for number in range(300):
        body += gates("parallel", f"f{number}", f"j{number}") + user(f"a{number}", f"b{number}")
        arrows += [f"{before} > f{number} > a{number} > j{number}", f"f{number} > b{number} > j{number}"]
        before = f"j{number}"
    assert found(document(body + flows(*arrows, f"{before} > e"))) == {}
    wrong = body.replace('<parallelGateway id="f299"/>', '<exclusiveGateway id="f299" default="late"/>')
    arrows[-1] = "f299 > b299: n == 1"
    wrong += '<sequenceFlow id="late" sourceRef="f299" targetRef="a299"/>'
    arrows[-2] = "j298 > f299"
    drawing = document(wrong + flows(*arrows, "a299 > j299", "b299 > j299", "j299 > e"))
    assert found(drawing) == {"join-never": {"j299"}}


def test_two_hundred_parallel_branches_with_choices_in_them_are_looked_at_whole() -> None:
    body, arrows = S + E + gates("parallel", "f", "j"), ["s > f", "j > e"]
    for number in range(200):
        body += f'<exclusiveGateway id="x{number}" default="d{number}"/>' + user(f"a{number}", f"b{number}")
        body += f'<sequenceFlow id="d{number}" sourceRef="x{number}" targetRef="b{number}"/>'
        body += gates("exclusive", f"y{number}")
        arrows += [f"f > x{number} > a{number}: n == 1", f"a{number} > y{number} > j", f"b{number} > y{number}"]
    assert found(document(body + flows(*arrows))) == {}


def test_what_cannot_be_looked_at_whole_is_said() -> None:
    body, arrows = S + E + gates("parallel", "f") + gates("inclusive", "j"), ["s > f", "j > e"]
    for number in range(14):
        body += f'<exclusiveGateway id="x{number}" default="d{number}"/>'
        body += f'<sequenceFlow id="d{number}" sourceRef="x{number}" targetRef="j"/>' + f'<endEvent id="e{number}"/>'
        arrows += [f"f > x{number}", f"x{number} > e{number}: n == 1"]
    assert found(document(body + flows(*arrows))) == {"soundness-open": {"p"}}


def test_joins_where_the_order_is_free_are_said_not_to_be_looked_at() -> None:
    inner = user("a", "b", "c") + gates("parallel", "j") + flows("a > j", "b > j", "j > c").replace("flow_", "i_")
    body = S + f'<adHocSubProcess id="sub">{inner}</adHocSubProcess>' + E + flows("s > sub > e")
    assert found(document(body)) == {"soundness-free": {"sub"}}


def test_a_join_beside_and_inside_an_event_sub_process_is_looked_at() -> None:
    def wrong(own: str, begin: str) -> str:
        body = f'<exclusiveGateway id="x{own}" default="d{own}"/>' + user(f"a{own}", f"b{own}")
        body += gates("parallel", f"j{own}") + f'<sequenceFlow id="d{own}" sourceRef="x{own}" targetRef="b{own}"/>'
        body += f'<endEvent id="e{own}"/>'
        return body + flows(
            f"{begin} > x{own} > a{own}: n == 1", f"a{own} > j{own} > e{own}", f"b{own} > j{own}"
        ).replace("flow_", f"f{own}_")

    start = f'<startEvent id="si">{message("m")}</startEvent>'
    inside = f'<subProcess id="sub" triggeredByEvent="true">{start}{wrong("i", "si")}</subProcess>'
    drawing = document(S + wrong("o", "s") + inside, '<message id="m" name="m"/>')
    assert found(drawing) == {"join-never": {"jo", "ji"}}


def test_activities_that_take_and_give_several_tokens_are_counted() -> None:
    giving = (
        user("a", "b").replace('id="a"', 'id="a" completionQuantity="{}"').replace('id="b"', 'id="b" startQuantity="3"')
    )
    body = S + E + flows("s > a > b > e")
    assert found(document(giving.format(3) + body)) == {}
    assert found(document(giving.format(2) + body)) == {"join-never": {"b"}}
    assert found(document(giving.format(4) + body)) == {"join-may-wait": {"b"}}


def test_tokens_that_an_end_event_takes_with_it_do_not_wait_in_vain() -> None:
    body = S + gates("parallel", "f", "j") + user("a", "b", "c") + E
    body += '<exclusiveGateway id="x" default="d"/><sequenceFlow id="d" sourceRef="x" targetRef="j"/>'
    arrows = ["s > f > a > j > e", "f > b > x", "x > c: n == 1", "c > stop"]
    for definition, told in (("<terminateEventDefinition/>", {}), ("", {"join-may-wait": {"j"}})):
        stop = f'<endEvent id="stop">{definition}</endEvent>'
        assert found(document(body + stop + flows(*arrows))) == told


def test_a_path_that_ends_at_a_border_is_no_way_to_a_join() -> None:
    body = S + gates("parallel", "f", "j") + user("a", "b", "c") + E + boundary("late", "a", timer("Duration", "P1D"))
    assert found(document(body + '<endEvent id="e2"/>' + flows("s > f > a > j > e", "f > b > j", "late > c > e2"))) == {
        "join-may-wait": {"j"}
    }


def test_problems_come_in_the_order_of_the_drawing() -> None:
    body, arrows = S + gates("parallel", "f") + E, ["s > f"]
    for number in range(9):
        body += user(f"a{number}") + f'<endEvent id="e{number}"/>'
        arrows += [f"f > a{number}", f"f > a{number}", f"a{number} > e{number}"]
    problems = bpmn.check({"f.bpmn": document(body + flows(*arrows, "a0 > e"))})
    assert [one.element_id for one in problems if one.rule == "runs-twice"] == [f"a{number}" for number in range(9)]


@pytest.mark.parametrize(("condition", "warned"), [("", {"runs-twice": {"m"}}), (": n == 1", {})])
def test_a_default_flow_beside_one_without_a_condition_is_a_second_way(
    condition: str, warned: dict[str, set[str | None]]
) -> None:
    drawing = S + '<userTask id="a" default="d"/>' + user("b", "m") + E
    drawing += flows(f"a > b{condition}", "s > a", "b > m > e")
    drawing += '<sequenceFlow id="d" sourceRef="a" targetRef="m"/>'
    assert found(document(drawing)) == warned
