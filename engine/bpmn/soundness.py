"""Plays the tokens of one scope with every choice open, to find joins that wait in vain and tokens that multiply.

Conditions are not looked at: each flow of a choice may be taken. So "never" is certain, while "may" is a warning. One
token is moved at a time, the oldest that can: tokens only meet at joins, so the order of other moves cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Final

from engine.bpmn.graph import Flow, Node, Scope

MOST_MARKINGS: Final = 4_000
MOST_TOKENS: Final = 60
_MOST_ALIKE: Final = 3
_WIDEST_CHOICE: Final = 4
_STOPPING: Final = frozenset({"terminate", "error", "cancel"})

Marking = tuple[tuple[str, str], ...]
"""(node id, flow id by which the token came); tokens in order."""


class Soundness:
    """What can happen in a scope. `complete` says whether every marking was seen."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.fired: set[str] = set()
        self.stuck: set[str] = set()
        self.met: set[str] = set()
        self.twice: set[str] = set()
        self.multiplies: set[str] = set()
        self.complete = self._explore()

    def _explore(self) -> bool:
        if any((node.start_quantity, node.completion_quantity) != (1, 1) for node in self.scope.nodes.values()):
            return False
        waiting = [marking for marking in self._beginnings() if marking]
        seen = set(waiting)
        while waiting:
            marking = waiting.pop()
            for following in self._next(marking):
                if len(following) > MOST_TOKENS or self._grows(following):
                    return False
                if following not in seen:
                    if len(seen) >= MOST_MARKINGS:
                        return False
                    seen.add(following)
                    waiting.append(following)
        return True

    def _beginnings(self) -> list[Marking]:
        events = [node for node in self.scope.nodes.values() if node.type == "startEvent" and node.triggers]
        events += [node for node in self.scope.nodes.values() if node.instantiates]
        return [tuple((node.id, "") for node in self.scope.starts), *(((node.id, ""),) for node in events)]

    def _grows(self, marking: Marking) -> bool:
        """True when tokens pile up that came by the same flow: no join takes more than one of them."""
        piled = {token[0] for token in set(marking) if marking.count(token) > _MOST_ALIKE}
        self.multiplies |= piled
        return bool(piled)

    def _next(self, marking: Marking) -> Iterator[Marking]:
        nodes = self.scope.nodes
        places = [node for node, _ in marking]
        self.twice |= {node for node in set(places) if places.count(node) > 1 and not _joins(nodes[node])}
        for number, (place, _) in enumerate(marking):
            node = nodes[place]
            if _joins(node):
                self.met.add(place)
                continue
            rest = marking[:number] + marking[number + 1 :]
            for flows in _choices(node):
                yield _marking(rest, flows)
            return
        yield from self._merge(marking)

    def _merge(self, marking: Marking) -> Iterator[Marking]:
        """Only joins hold tokens: let the first that can go on; if none can, they are stuck."""
        for place in dict.fromkeys(node for node, _ in marking):
            node = self.scope.nodes[place]
            arrived = {flow: number for number, (at, flow) in enumerate(marking) if at == place}
            if node.type == "parallelGateway" and len(arrived) < len(node.incoming):
                continue
            self.fired.add(place)
            rest = tuple(token for number, token in enumerate(marking) if number not in arrived.values())
            for flows in _choices(node):
                yield _marking(rest, flows)
            return
        self.stuck |= {node for node, _ in marking}


def _joins(node: Node) -> bool:
    return node.type in ("parallelGateway", "inclusiveGateway", "complexGateway") and len(node.incoming) > 1


def _marking(rest: Marking, flows: tuple[Flow, ...]) -> Marking:
    return tuple(sorted((*rest, *((flow.target.id, flow.id) for flow in flows))))


def _choices(node: Node) -> Iterator[tuple[Flow, ...]]:
    """Every set of flows that a token leaving the node may be put on, what its boundary events began included."""
    beside = [tuple(event.outgoing) for event in node.boundaries if not event.interrupting]
    for flows in _leaving(node):
        yield flows
        for more in beside:
            yield flows + more
        if len(beside) > 1:
            yield flows + tuple(chain.from_iterable(beside))


def _leaving(node: Node) -> Iterator[tuple[Flow, ...]]:
    outgoing = tuple(node.outgoing)
    if node.type in ("exclusiveGateway", "eventBasedGateway") and outgoing:
        yield from ((flow,) for flow in outgoing)
    else:
        always = tuple(flow for flow in outgoing if flow.condition is None and flow is not node.default)
        open_to_choice = tuple(flow for flow in outgoing if flow not in always)
        yield from _subsets(always, open_to_choice)
    for event in node.boundaries:
        if event.interrupting:
            yield tuple(event.outgoing)


def _subsets(always: tuple[Flow, ...], chosen: tuple[Flow, ...]) -> Iterator[tuple[Flow, ...]]:
    sizes = range(len(chosen) + 1) if len(chosen) <= _WIDEST_CHOICE else (0, 1, 2, len(chosen))
    for some in chain.from_iterable(combinations(chosen, size) for size in sizes):
        if always or some or not chosen:
            yield always + some


def never_ends(scope: Scope) -> list[Node]:
    """Nodes from which no end can be reached, unless something else can stop the scope."""
    if _can_be_stopped(scope):
        return []
    ends = [node for node in scope.nodes.values() if not node.outgoing]
    alive: set[Node] = set()
    while ends:
        node = ends.pop()
        if node not in alive:
            alive.add(node)
            ends.extend(flow.source for flow in node.incoming)
            ends.extend([node.host] if node.host is not None and node.interrupting else [])
    return [node for node in scope.nodes.values() if node not in alive]


def _can_be_stopped(scope: Scope | None) -> bool:
    """True when an event beside or outside may end what goes on in the scope."""
    while scope is not None:
        if scope.node is not None and any(event.interrupting for event in scope.node.boundaries):
            return True
        for node in scope.nodes.values():
            stops = node.type == "endEvent" and any(trigger.kind in _STOPPING for trigger in node.triggers)
            if stops or node.type == "eventSubProcess":
                return True
        scope = scope.parent
    return False
