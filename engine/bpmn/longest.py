"""The longest way through a drawing, by what each element takes: ways side by side count as the longer one of them, a
way back is gone once at most.

Found on the drawing alone; conditions are not looked at, every way of a choice is open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.graph import Graph, Node
from engine.bpmn.model import ProcessDefinition

_Place = tuple[Node, tuple[Node, ...]]
"""A node, with the activities that hold it from the outside in: a process may be called from several places."""


@dataclass(frozen=True, slots=True)
class LongWay:
    """What the longest way takes, and the elements on it that take something, in order."""

    length: int
    elements: tuple[str, ...]


def longest_way(
    definition: ProcessDefinition, takes: Mapping[str, int], *, after: Collection[str], until: Collection[str]
) -> LongWay:
    """The longest way from one of the elements ``after``, when it is done (none: from the start), to one of ``until``
    or an end. ``takes`` says what an element takes, by id; others take nothing."""
    return _Walk(definition.graph, takes, frozenset(after), frozenset(until)).longest()


@dataclass
class _Walk:
    graph: Graph
    takes: Mapping[str, int]
    after: frozenset[str]
    until: frozenset[str]
    longest_from: dict[_Place, LongWay] = field(default_factory=dict)

    def longest(self) -> LongWay:
        found = [self._look(start) for start in self._starts()]
        if self.after:
            found = [self._beyond(place) for place in self.longest_from if place[0].id in self.after]
        return max(found, key=lambda way: way.length, default=LongWay(0, ()))

    def _starts(self) -> Iterator[_Place]:
        scope = self.graph.process
        yield from ((node, ()) for node in (*scope.starts, *scope.event_starts))

    def _look(self, start: _Place) -> LongWay:
        """The longest way from here on; every place is left when all that comes behind it is known."""
        standing: list[tuple[_Place, list[_Place]]] = [(start, self._next(start))]
        on_the_way = {start}
        while standing:
            place, ahead = standing[-1]
            if ahead:
                following = ahead.pop(0)
                if following not in self.longest_from and following not in on_the_way:
                    on_the_way.add(following)
                    standing.append((following, self._next(following)))
                continue
            standing.pop()
            on_the_way.discard(place)
            self.longest_from[place] = self._with_own(place, self._beyond(place))
        return self.longest_from[start]

    def _beyond(self, place: _Place) -> LongWay:
        """The longest way behind a place; where that leads back, the way back is not gone again."""
        ways = [self.longest_from[one] for one in self._next(place) if one in self.longest_from]
        return max(ways, key=lambda way: way.length, default=LongWay(0, ()))

    def _with_own(self, place: _Place, beyond: LongWay) -> LongWay:
        own = self.takes.get(place[0].id, 0)
        return LongWay(own + beyond.length, (place[0].id, *beyond.elements)) if own else beyond

    def _next(self, place: _Place) -> list[_Place]:
        node, holders = place
        if node.id in self.until:
            return []
        inner = node.inner
        if inner is None and node.work is not None and node.work.called and node not in holders:
            inner = self.graph.processes.get(node.work.called)
        beside = [(event, holders) for event in node.boundaries]
        if inner is not None and inner.starts:
            return [*((start, (*holders, node)) for start in inner.starts), *beside]
        return [*self._behind(node, holders), *beside]

    def _behind(self, node: Node, holders: tuple[Node, ...]) -> Iterator[_Place]:
        """What comes behind a node, and at the end of what an activity holds behind that."""
        if node.outgoing or not holders:
            yield from ((flow.target, holders) for flow in node.outgoing)
        else:
            yield from self._behind(holders[-1], holders[:-1])
