"""Random drawings without any block structure, and a token game that plays them by the letter of BPMN 2.0.2.

The game looks for paths anew whenever it is asked whether an inclusive gateway may go on (13.4.3), and follows every
order in which several of them may. So it shares neither tables nor order with an engine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.engine.bpmn.drawings.drawing import document, user

Marking = tuple[str, ...]
"""Tokens, sorted: a task they are at, or ``source>target`` for a flow they are on."""
GATES = {"x": "exclusive", "p": "parallel", "i": "inclusive"}


@dataclass
class Net:
    """A drawing: tasks ``t…``, exclusive gateways ``x…``, parallel ``p…``, inclusive ``i…``, the start ``s`` and the
    end ``e``."""

    arrows: list[tuple[str, str]] = field(default_factory=list)

    def outgoing(self, node: str) -> list[str]:
        """Flows out of the node, in the order drawn; the last one out of a gateway is its default flow."""
        return [f"{source}>{target}" for source, target in self.arrows if source == node]

    def incoming(self, node: str) -> list[str]:
        """Flows into the node."""
        return [f"{source}>{target}" for source, target in self.arrows if target == node]

    @property
    def nodes(self) -> list[str]:
        """Every node, each once."""
        return list(dict.fromkeys(node for arrow in self.arrows for node in arrow))

    @property
    def choices(self) -> list[str]:
        """Variables that decide at gateways."""
        return [node for node in self.nodes if node[0] in "xi" and len(self.outgoing(node)) > 1]

    def drawn(self) -> bytes:
        """The net as a BPMN file."""
        body = '<startEvent id="s"/><endEvent id="e"/>'
        for node in self.nodes:
            if node[0] == "t":
                body += user(node)
            elif node[0] in GATES:
                default = f' default="{node}_d"' if node in self.choices else ""
                body += f'<{GATES[node[0]]}Gateway id="{node}"{default}/>'
        return document(body + "".join(self._flow(source, target) for source, target in self.arrows))

    def _flow(self, source: str, target: str) -> str:
        out = self.outgoing(source)
        number = out.index(f"{source}>{target}")
        flow_id, condition = f"{source}_to_{target}", ""
        if source in self.choices and number == len(out) - 1:
            flow_id = f"{source}_d"
        elif source in self.choices:
            test = f"{source} == {number}" if source[0] == "x" else f"{source} // {2**number} % 2 == 1"
            condition = f"<conditionExpression>{test}</conditionExpression>"
        return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'


def random_net(chance: random.Random) -> Net:
    """A net of some gateways and tasks, joined at random; every flow is drawn once."""
    kinds = chance.choices("xpi", weights=(3, 3, 4), k=chance.randrange(3, 7))
    gates = [f"{kind}{number}" for number, kind in enumerate(kinds)]
    net, tasks = Net([("s", gates[0])]), 0
    for number, gate in enumerate(gates):
        later = [*gates[number + 1 :], "e"]
        targets = [chance.choice(later if chance.random() < 0.7 else gates) for _ in range(chance.randrange(1, 3))]
        for target in dict.fromkeys([later[0], *targets]):
            tasks += 1
            net.arrows += [(gate, f"t{tasks}"), (f"t{tasks}", target)]
    return net


def played(net: Net, marking: Marking, values: Mapping[str, int]) -> set[Marking]:
    """Every marking in which nothing can move by itself any more."""
    found, waiting, seen = set(), [marking], {marking}
    while waiting:
        current = waiting.pop()
        following = list(_moves(net, current, values))
        if not following:
            found.add(current)
        for one in following:
            if one not in seen and len(one) < 40:
                seen.add(one)
                waiting.append(one)
    return found


def _moves(net: Net, marking: Marking, values: Mapping[str, int]) -> Iterator[Marking]:
    for token in dict.fromkeys(marking):
        target = token.partition(">")[2]
        merges = target[:1] in ("p", "i") and len(net.incoming(target)) > 1
        if target and not merges:
            yield _fired(net, marking, [token], target, values)
            return
    for node in net.nodes:
        needed = net.incoming(node)
        if node[0] == "p" and len(needed) > 1 and all(flow in marking for flow in needed):
            yield _fired(net, marking, needed, node, values)
            return
    for node in net.nodes:
        arrived = [flow for flow in net.incoming(node) if flow in marking]
        if node[0] == "i" and len(net.incoming(node)) > 1 and arrived and not _can_come(net, marking, node):
            yield _fired(net, marking, arrived, node, values)


def _fired(net: Net, marking: Marking, taken: list[str], node: str, values: Mapping[str, int]) -> Marking:
    rest = list(marking)
    for token in taken:
        rest.remove(token)
    return tuple(sorted(rest + ([node] if node[0] == "t" else chosen(net, node, values))))


def chosen(net: Net, node: str, values: Mapping[str, int]) -> list[str]:
    """The flows that get a token when the node is left."""
    out = net.outgoing(node)
    if node not in net.choices:
        return out
    if node[0] == "x":
        return [out[min(values[node], len(out) - 1)]]
    return [flow for number, flow in enumerate(out[:-1]) if values[node] >> number & 1] or out[-1:]


def _can_come(net: Net, marking: Marking, gate: str) -> bool:
    """Whether some token can come by a flow that has none, on a path past the gateway, and by none that has one."""
    filled = {flow for flow in net.incoming(gate) if flow in marking}
    for token in set(marking):
        at = token.partition(">")[2] or token
        reached = _reached(net, at, gate) if at != gate else set()
        ends = reached & set(net.incoming(gate))
        if ends - filled and not ends & filled:
            return True
    return False


def _reached(net: Net, node: str, gate: str) -> set[str]:
    """Flows that a token at the node can be on later without passing the gateway."""
    flows: set[str] = set()
    waiting = [node]
    while waiting:
        for flow in net.outgoing(waiting.pop()):
            if flow not in flows:
                flows.add(flow)
                target = flow.partition(">")[2]
                waiting += [target] if target != gate else []
    return flows
