"""What a token that is taken elsewhere by hand goes past, begins, and lets begin before anybody is asked again.

Found on the drawing alone: everything that could happen counts, whatever the variables of a case say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from engine.bpmn.graph import Graph, Node, Scope
from engine.bpmn.model import ProcessDefinition

_ASKS_SOMEBODY: Final = ("userTask", "manualTask", "task")


def passed_by_hand(
    definition: ProcessDefinition, places: Iterable[str], left: str, reached: str | None
) -> frozenset[str]:
    """The elements that a token of the case at ``places`` passes or begins when it is taken from ``left`` to
    ``reached``; ``reached`` None: when it goes on as drawn, its work not done.

    That is what lies between, what other tokens still had to do before ``reached``, what can no longer be come to, and
    what begins by itself up to the next that asks somebody.
    """
    drawn = _Drawn(definition.graph)
    left_node = definition.graph.nodes[left]
    standing = drawn.innermost([definition.graph.nodes[place] for place in {*places, left}])
    ways = drawn.after(left_node) if reached is None else [definition.graph.nodes[reached]]
    found = {left_node} if reached is None else drawn.given_up(left_node, ways[0])
    for way in ways:
        before = drawn.all_before(way)
        for place in standing:
            found |= drawn.all_after(place) & before
        found |= drawn.by_itself(way)
    return frozenset(node.id for node in found)


def ahead_of(definition: ProcessDefinition, place: str) -> frozenset[str]:
    """The element and everything that a token there can still come to."""
    return frozenset(node.id for node in _Drawn(definition.graph).all_after(definition.graph.nodes[place]))


def behind(definition: ProcessDefinition, place: str) -> frozenset[str]:
    """What a token that has done the element can come to as it is drawn, without what an event brings about."""
    drawn = _Drawn(definition.graph)
    return frozenset(node.id for node in drawn.drawn_behind(definition.graph.nodes[place]))


def comes_again(definition: ProcessDefinition, place: str) -> bool:
    """Whether a case can come to the element once more after it was done: by a way back, or because it, or what it
    lies in, is done several times."""
    drawn, node = _Drawn(definition.graph), definition.graph.nodes[place]
    return node in drawn.behind(node) or drawn.is_repeated(node)


class _Drawn:
    """The ways through a drawing, across the borders of sub-processes and of the processes that it calls."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._before: dict[Node, list[Node]] = {}
        self._callers: dict[str, list[Node]] = {}
        for node in graph.nodes.values():
            if node.work and node.work.called:
                self._callers.setdefault(node.work.called, []).append(node)
        for node in graph.nodes.values():
            for after in self._next(node):
                self._before.setdefault(after, []).append(node)

    def all_after(self, node: Node) -> set[Node]:
        """The node and everything that can follow it."""
        return _walk([node], self._next)

    def behind(self, node: Node) -> set[Node]:
        """Everything that can follow once the node is done."""
        return _walk(self.after(node), self._next)

    def drawn_behind(self, node: Node) -> set[Node]:
        """Everything that follows by flows alone once the node is done: no boundary event, no event sub-process."""
        return _walk(self._flows_on(node), lambda one: [*self._flows_on(one), *self._begun_in(one)])

    def _flows_on(self, node: Node) -> list[Node]:
        around = [] if node.outgoing else self._holders(node.scope)
        return [flow.target for flow in node.outgoing] or [one for holder in around for one in self._flows_on(holder)]

    def _begun_in(self, node: Node) -> list[Node]:
        return [one for one in self._inside(node) if one.type != "eventSubProcess"]

    def is_repeated(self, node: Node) -> bool:
        """Whether the node, or what it lies in, has a loop or several instances."""
        return any(one.loop is not None for one in _walk([node], lambda each: self._holders(each.scope)))

    def all_before(self, node: Node) -> set[Node]:
        """The node and everything that it can follow."""
        return _walk([node], lambda one: self._before.get(one, ()))

    def innermost(self, nodes: list[Node]) -> list[Node]:
        """Those that hold no other: what a sub-process still has to do is told by the tokens inside it."""
        outer = {holder for node in nodes for holder in _walk(self._holders(node.scope), self._around)}
        return [node for node in nodes if node not in outer]

    def _around(self, node: Node) -> list[Node]:
        return self._holders(node.scope)

    def after(self, node: Node) -> list[Node]:
        """What a token that leaves the node comes to; beyond its sub-process, where that ends with it."""
        return [flow.target for flow in node.outgoing] or self._beyond(node.scope)

    def by_itself(self, node: Node) -> set[Node]:
        """The node and what follows until somebody is asked to do something, who is included."""
        return _walk([node], lambda one: () if one.type in _ASKS_SOMEBODY else self._inside(one) or self.after(one))

    def given_up(self, left: Node, reached: Node) -> set[Node]:
        """What can no longer be come to once the token was taken there, or belongs before it and was not done."""
        still = _walk(self._next(reached), self._next)
        found = self.all_after(left) - still
        if reached not in self.all_after(left) and left not in still:
            found |= self.all_before(reached) - self.all_before(left)
        return found

    def _next(self, node: Node) -> list[Node]:
        drawn_after = [flow.target for flow in node.outgoing]
        events = [one for one in node.scope.nodes.values() if one.type == "eventSubProcess"]
        undone = [node.compensated_by] if node.compensated_by else []
        beyond = [] if drawn_after else self._beyond(node.scope)
        return [*drawn_after, *node.boundaries, *events, *undone, *self._inside(node), *beyond]

    def _inside(self, node: Node) -> list[Node]:
        called = self._graph.processes.get(node.work.called or "") if node.work else None
        inner = node.inner or called
        return [one for one in inner.nodes.values() if not one.incoming and one.host is None] if inner else []

    def _beyond(self, scope: Scope) -> list[Node]:
        holders = self._holders(scope)
        return [one for holder in holders for one in (*(f.target for f in holder.outgoing), *holder.boundaries)]

    def _holders(self, scope: Scope) -> list[Node]:
        return [scope.node] if scope.node else self._callers.get(scope.id, [])


def _walk(begin: Iterable[Node], follow: Callable[[Node], Iterable[Node]]) -> set[Node]:
    waiting, found = list(begin), set(begin)
    for node in waiting:
        new = [one for one in dict.fromkeys(follow(node)) if one not in found]
        found.update(new)
        waiting.extend(new)
    return found
