"""What an inclusive gateway still waits for, in random tangles of flows, by a quick way and by a plain one."""

from __future__ import annotations

import random

import pytest

from engine import bpmn
from engine.bpmn.graph import Flow, Node, Scope
from engine.bpmn.reach import Reach
from tests.engine.bpmn.drawings.drawing import MONDAY, E, S, document, flows


def tangle(seed: int) -> tuple[list[Node], Node]:
    """Some nodes, any flows between them, some boundary events; and one of the nodes."""
    chance = random.Random(seed)
    scope = Scope("p", "process", "p")
    nodes = [Node(f"n{number}", "userTask", None, scope) for number in range(chance.randrange(2, 9))]
    for number in range(chance.randrange(1, 20)):
        flow = Flow(f"f{number}", chance.choice(nodes), chance.choice(nodes))
        flow.source.outgoing.append(flow)
        flow.target.incoming.append(flow)
    for event in nodes[: chance.randrange(2)]:
        event.host = chance.choice(nodes[1:])
        event.host.boundaries.append(event)
    return nodes, chance.choice(nodes)


def ways(node: Node, join: Node) -> set[str]:
    """The flows of the join that lead to it from the node, by walking all paths that do not pass the join."""
    found: set[str] = set()
    seen: set[Node] = set()
    waiting = [node] if node is not join else []
    while waiting:
        one = waiting.pop()
        if one in seen or one is join:
            continue
        seen.add(one)
        found |= {flow.id for flow in one.outgoing if flow.target is join}
        waiting += [flow.target for flow in one.outgoing] + one.boundaries
    return found


@pytest.mark.parametrize("block", range(5))
def test_a_gateway_waits_for_what_can_come_by_a_free_flow_and_by_no_other(block: int) -> None:
    waited = 0
    for seed in range(block * 60, block * 60 + 60):
        nodes, join = tangle(seed)
        reach = Reach(join)
        for arrived in [set(), *({flow.id} for flow in join.incoming)]:
            for node in nodes:
                expected = bool(ways(node, join)) and not ways(node, join) & arrived
                assert reach.more_can_come(node.id, reach.bits(arrived)) is expected
                waited += expected
    assert waited > 100


def test_a_thousand_inclusive_gateways_behind_each_other_are_run() -> None:
    gates = "".join(f'<inclusiveGateway id="g{number}" default="d{number}"/>' for number in range(1000))
    ahead = "".join(
        f'<sequenceFlow id="d{number}" sourceRef="g{number}" targetRef="g{number + 1}"/>' for number in range(999)
    )
    beside = [f"g{number} > g{number + 2}: n == 1" for number in range(998)]
    drawing = document(
        S + gates.replace(' default="d999"', "") + ahead + E + flows("s > g0", "g999 > e", *beside), process_id="p"
    )
    assert not [one for one in bpmn.check({"f": drawing}) if one.severity == "error"]
    assert bpmn.start(bpmn.parse({"f": drawing}), {"n": 2}, now=MONDAY).status == "completed"
