"""To which elements a case can come past others: what is drawn so that nobody can leave out what must be done first.

Conditions are not looked at, every way of a choice is open. A token that comes to an element that is avoided stays
there; what waits for it (a parallel join, the end of a sub-process) waits for ever. Where more can be said only by
playing the tokens, the answer leans towards "cannot": it names no element that is well guarded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import Final

from engine.bpmn.graph import Flow, Graph, Node, Scope
from engine.bpmn.model import ProcessDefinition

_GATEWAYS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
_BREAKS: Final = frozenset({"error", "cancel"})


def reached_without(definition: ProcessDefinition, elements: Collection[str]) -> frozenset[str]:
    """The ids of elements to which a case can come although none of ``elements`` has been completed; an element of them
    among these is one that can be the first."""
    return frozenset(_Avoiding(definition.graph, elements).reached())


class _Avoiding:
    """Which tokens can come to the end of their scope without an avoided element, and from that, where tokens come."""

    def __init__(self, graph: Graph, avoided: Collection[str]) -> None:
        self._graph = graph
        self._avoided = frozenset(avoided)
        self._callers: dict[str, list[Node]] = {}
        for node in graph.nodes.values():
            if node.work is not None and node.work.called:
                self._callers.setdefault(node.work.called, []).append(node)
        self._stopping = self._that_stop()
        self._through: set[Node] = set()
        self._settle()

    def reached(self) -> set[str]:
        seen: set[Node] = set()
        passed: set[Flow] = set()
        waiting = list(_beginnings(self._graph.process))
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            waiting += [event for event in node.boundaries if not _undoes(event)]
            inner = self._inner(node)
            waiting += [*self._begun(inner), *_event_starts(inner)] if inner is not None else []
            if not self._is_done(node):
                continue
            waiting += [node.compensated_by] if node.compensated_by is not None else []
            passed.update(node.outgoing)
            waiting += [flow.target for flow in node.outgoing if _may_go_on(flow.target, passed)]
        return {node.id for node in seen}

    def _begun(self, scope: Scope) -> list[Node]:
        """Where tokens begin in a scope; what goes one after the other only behind what can be done."""
        done = [*takewhile(self._through.__contains__, scope.starts)] if scope.ordered else scope.starts
        return scope.starts[: len(done) + 1]

    def _settle(self) -> None:
        waiting = list(self._graph.nodes.values())
        while waiting:
            node = waiting.pop()
            if node not in self._through and self._goes_through(node):
                self._through.add(node)
                waiting += self._depending(node)

    def _depending(self, node: Node) -> Iterator[Node]:
        yield from (flow.source for flow in node.incoming)
        if node.host is not None:
            yield node.host
        if node.scope.node is not None:
            yield node.scope.node
            if node.scope.kind == "eventSubProcess" and node.scope.parent is not None and node.scope.parent.node:
                yield node.scope.parent.node
        yield from self._callers.get(node.scope.id, ())

    def _goes_through(self, node: Node) -> bool:
        """Whether a token at the node, and all that come of it, can end."""
        if any(event in self._through for event in node.boundaries if event.interrupting and not _undoes(event)):
            return True
        if node.type == "endEvent" and any(trigger.kind in _BREAKS for trigger in node.triggers):
            return False
        if not self._is_done(node):
            return False
        targets = [flow.target for flow in node.outgoing]
        if not targets:
            return True
        if _splits(node):
            return all(target in self._through for target in targets) or not self._stopping.isdisjoint(targets)
        return not self._through.isdisjoint(targets)

    def _is_done(self, node: Node) -> bool:
        """Whether the node itself can be left by its flows."""
        if may_be_left_out(node):
            return True
        if node.id in self._avoided:
            return False
        inner = self._inner(node)
        return inner is None or self._ends(inner)

    def _ends(self, scope: Scope) -> bool:
        if scope.completion is not None and scope.cancel_remaining and scope.starts:
            # One activity may be enough; in a sequence it is the first.
            if any(node in self._through for node in scope.starts[: 1 if scope.ordered else None]):
                return True
        elif all(node in self._through for node in scope.starts):
            return True
        if not self._stopping.isdisjoint(scope.starts):
            return True
        return any(start in self._through for start in _event_starts(scope) if start.interrupting)

    def _inner(self, node: Node) -> Scope | None:
        if node.inner is not None:
            return node.inner
        return self._graph.processes.get(node.work.called) if node.work is not None and node.work.called else None

    def _that_stop(self) -> set[Node]:
        """Nodes from which a token can come to an end that ends the whole scope."""
        found: set[Node] = set()
        nodes = self._graph.nodes.values()
        waiting = [node for node in nodes if any(trigger.kind == "terminate" for trigger in node.triggers)]
        while waiting:
            node = waiting.pop()
            if node not in found and node.id not in self._avoided:
                found.add(node)
                waiting += [flow.source for flow in node.incoming]
                waiting += [node.host] if node.host is not None else []
        return found


def may_be_left_out(node: Node) -> bool:
    """Whether a token may pass an activity without doing it once: a loop that is asked before its first round."""
    return node.loop is not None and not node.loop.multiple and node.loop.test_before


def _beginnings(process: Scope) -> Iterator[Node]:
    yield from process.starts
    yield from (node for node in process.nodes.values() if node.type == "startEvent" or node.instantiates)
    yield from _event_starts(process)


def _event_starts(scope: Scope) -> Iterator[Node]:
    for sub in scope.event_starts:
        if sub.inner is not None:
            yield from (node for node in sub.inner.nodes.values() if node.type == "startEvent")


def _may_go_on(target: Node, passed: set[Flow]) -> bool:
    return target.type != "parallelGateway" or passed.issuperset(target.incoming)


def _splits(node: Node) -> bool:
    """Whether a token that leaves goes every way."""
    if node.type in _GATEWAYS:
        return False
    return node.type == "parallelGateway" or all(flow.condition is None for flow in node.outgoing)


def _undoes(event: Node) -> bool:
    return any(trigger.kind == "compensation" for trigger in event.triggers)
