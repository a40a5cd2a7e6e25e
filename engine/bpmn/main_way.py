"""The main way through a drawing: how a case goes when all is well, in the order in which things happen.

Found on the drawing alone. Of several ways a choice takes the one on which the most of what is wanted lies, then the
one on which most people work, and never a way back; what happens side by side comes one branch after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engine.bpmn.graph import Node, Scope
from engine.bpmn.model import ProcessDefinition

_ASKS_SOMEBODY: Final = ("userTask", "manualTask", "task")
_ALL_AT_ONCE: Final = ("parallelGateway", "inclusiveGateway")
_WANTED, _SHUNNED, _BROKEN = 1_000, -100, -10_000


def main_way(definition: ProcessDefinition, wanted: Collection[str], shunned: Collection[str]) -> tuple[str, ...]:
    """The ids of the elements of the main way, those of sub-processes and called processes behind the activity that
    holds them. ``wanted`` is what the case is to come to, ``shunned`` what it comes to when something is wrong."""
    walk = _Walk(definition, frozenset(wanted), frozenset(shunned))
    return tuple(node.id for node in walk.through(definition.graph.process))


class _Walk:
    def __init__(self, definition: ProcessDefinition, wanted: frozenset[str], shunned: frozenset[str]) -> None:
        self._graph = definition.graph
        self._wanted, self._shunned = wanted, shunned
        self._values: dict[Node, int] = {}
        self._ways: dict[Node, tuple[Node, ...]] = {}
        self._forward: dict[Node, list[Node]] = {}
        self._open: set[Scope] = set()

    def through(self, scope: Scope) -> tuple[Node, ...]:
        """The nodes from the plain start of a scope to its end; all of them where nothing says an order."""
        if scope in self._open:  # a process that calls itself
            return ()
        self._open.add(scope)
        start = next(iter(scope.starts), None)
        if start is not None:
            self._look_ahead(start)
        found = self._from(start) if start is not None else tuple(scope.nodes.values())
        self._open.discard(scope)
        return found

    def _from(self, node: Node) -> tuple[Node, ...]:
        if node not in self._ways:
            inner = self._inner(node)
            held = (node, *(self.through(inner) if inner is not None else ()))
            self._ways[node] = tuple(dict.fromkeys((*held, *self._after(node))))
        return self._ways[node]

    def _look_ahead(self, start: Node) -> None:
        """Finds, for every node behind the start, what is drawn after it, without the ways back."""
        on_the_way: list[tuple[Node, list[Node]]] = [(start, _targets(start))]
        standing = {start}
        self._forward[start] = []
        while on_the_way:
            node, targets = on_the_way[-1]
            if not targets:
                standing.discard(on_the_way.pop()[0])
                continue
            target = targets.pop(0)
            if target in standing:
                continue
            self._forward[node].append(target)
            if target not in self._forward:
                self._forward[target] = []
                standing.add(target)
                on_the_way.append((target, _targets(target)))

    def _after(self, node: Node) -> tuple[Node, ...]:
        targets = self._forward[node]
        if not targets:
            return ()
        if not _goes_every_way(node):
            return self._from(max(targets, key=self._value))
        ways = [self._from(target) for target in targets]
        together = set(ways[0]).intersection(*ways[1:])
        apart = [one for way in ways for one in way if one not in together]
        return (*apart, *(one for one in ways[0] if one in together))

    def _value(self, node: Node) -> int:
        """How much of what is wanted lies on the best way from here."""
        if node not in self._values:
            after = [self._value(target) for target in self._forward[node]]
            best = (sum if _goes_every_way(node) else max)(after) if after else 0
            self._values[node] = self._own(node) + best
        return self._values[node]

    def _own(self, node: Node) -> int:
        is_broken = node.type == "endEvent" and any(trigger.kind == "error" for trigger in node.triggers)
        return self._good(node) + _SHUNNED * (node.id in self._shunned) + _BROKEN * is_broken

    def _good(self, node: Node) -> int:
        """How many people work at the node and in what it holds, and how much is wanted there."""
        inner, held = self._inner(node), 0
        if inner is not None and inner not in self._open:
            self._open.add(inner)
            held = sum(map(self._good, inner.nodes.values()))
            self._open.discard(inner)
        return held + (node.type in _ASKS_SOMEBODY) + _WANTED * (node.id in self._wanted)

    def _inner(self, node: Node) -> Scope | None:
        if node.inner is not None:
            return node.inner
        return self._graph.processes.get(node.work.called) if node.work is not None and node.work.called else None


def _targets(node: Node) -> list[Node]:
    return [flow.target for flow in node.outgoing]


def _goes_every_way(node: Node) -> bool:
    """Whether a token that leaves goes every way."""
    if node.type in _ALL_AT_ONCE:
        return True
    return node.is_activity and all(flow.condition is None for flow in node.outgoing)
