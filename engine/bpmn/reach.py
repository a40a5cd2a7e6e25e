"""From where in its scope a token can still come to a merging gateway, and by which of its flows (2.0.2, 13.4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.graph import Node


def waits_for_all_that_can_come(node: Node) -> bool:
    """True for a gateway that merges as many tokens as come, not one from each of its flows."""
    return node.type in ("inclusiveGateway", "complexGateway") and len(node.incoming) > 1


class Reach:
    """Found out when it is first asked for, once for a definition: few of many gateways of a process see a token.

    Flows are bits of a number. Nodes that can reach each other can reach the same, so each such group is looked at
    once, behind those it leads to: linear in the size of the scope, whatever circles are drawn.
    """

    def __init__(self, join: Node) -> None:
        self._join = join
        self._bits = {flow.id: 1 << number for number, flow in enumerate(join.incoming)}
        self._flows: dict[str, int] | None = None

    def bits(self, flows: Iterable[str]) -> int:
        """A set of incoming flows of the gateway as a number."""
        return sum(self._bits[flow] for flow in flows)

    def more_can_come(self, node_id: str, arrived: int) -> bool:
        """True when a token at the node can come by a flow that has none, and by no flow that has one."""
        if self._flows is None:
            self._flows = self._found()
        open_to_it = self._flows.get(node_id, 0)
        return bool(open_to_it) and not open_to_it & arrived

    def _found(self) -> dict[str, int]:
        flows: dict[str, int] = {}
        for group in _groups(self._join):
            reached = 0
            for node in group:
                for target in _next(node):
                    reached |= flows.get(target.id, 0)
                for flow in node.outgoing:
                    if flow.target is self._join:
                        reached |= self._bits[flow.id]
            flows |= {node.id: reached for node in group if node is not self._join}
        return flows


def _groups(join: Node) -> Iterator[list[Node]]:
    """The nodes before the gateway in groups that can reach each other, a group after those it leads to."""
    order = _finished(join)
    left = set(order) - {join}
    for node in reversed(order):
        if node in left:
            left.discard(node)
            group = [node]
            for one in group:
                new = [target for target in dict.fromkeys(_next(one)) if target in left]
                left.difference_update(new)
                group.extend(new)
            yield group


def _finished(join: Node) -> list[Node]:
    """The nodes before the gateway, in the order in which a search against the flows leaves them."""
    order: list[Node] = []
    seen: set[Node] = {join}
    path: list[tuple[Node, Iterator[Node]]] = [(join, _before(join))]
    while path:
        node, before = path[-1]
        found = next((one for one in before if one not in seen), None)
        if found is not None:
            seen.add(found)
            path.append((found, _before(found)))
        else:
            path.pop()
            order.append(node)
    return order


def _before(node: Node) -> Iterator[Node]:
    for flow in node.incoming:
        yield flow.source
    if node.host is not None:
        yield node.host


def _next(node: Node) -> Iterator[Node]:
    for flow in node.outgoing:
        yield flow.target
    yield from node.boundaries
