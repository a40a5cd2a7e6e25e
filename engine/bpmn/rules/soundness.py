"""Plays the tokens of one scope with every choice open, to find joins that wait in vain and tokens that multiply.

Conditions are not looked at: each flow of a choice may be taken. So "never" is certain, while "may" is a warning. One
token is moved at a time: tokens only meet at joins, so the order of other moves cannot matter. What is played is the
drawing reduced to the places where something can go wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Final

from engine.bpmn.graph import Node, Scope
from engine.bpmn.reach import Reach, waits_for_all_that_can_come
from engine.bpmn.rules.reduction import Arc, Place, Reduced

_STOPPING: Final = frozenset({"terminate", "error", "cancel"})
MOST_MARKINGS: Final = 4_000
MOST_TOKENS: Final = 200
_MOST_ALIKE: Final = 3
_NODES_PER_MARKING: Final = 10
"""Finding out what can come to a join looks at every node, the first time; so many of them count as one marking."""
_ENDED: Final = ("", "")
"""Stands in a marking for an end event that takes all other tokens with it; when it comes is left open."""

Marking = tuple[tuple[str, str], ...]
"""(place, flow by which the token came); tokens in order."""


class Allowance:
    """How many markings may still be looked at in all scopes of a check together."""

    def __init__(self, markings: int = 5 * MOST_MARKINGS) -> None:
        self.markings = markings


class Soundness:
    """What can happen in a scope. ``complete`` says whether every marking was seen."""

    def __init__(self, scope: Scope, allowance: Allowance | None = None) -> None:
        self.scope = scope
        self.fired: set[str] = set()
        self.stuck: set[str] = set()
        self.met: set[str] = set()
        self.twice: set[str] = set()
        self.multiplies: set[str] = set()
        self._reach: dict[str, Reach] = {}
        self._allowance = allowance or Allowance()
        self._net = Reduced(scope)
        self._counts = any(place.counts for place in self._net.places.values())
        self._alike = max([_MOST_ALIKE, *(max(_quantities(place.node)) for place in self._net.places.values())])
        self.complete = self._explore()

    def _explore(self) -> bool:
        waiting = [marking for marking in self._beginnings() if marking]
        seen = set(waiting)
        while waiting:
            marking = waiting.pop()
            for following in self._next(marking):
                if len(following) > MOST_TOKENS or self._grows(following):
                    return False
                if following not in seen:
                    self._allowance.markings -= 1
                    if len(seen) >= MOST_MARKINGS or self._allowance.markings < 0:
                        return False
                    seen.add(following)
                    waiting.append(following)
        return True

    def _beginnings(self) -> list[Marking]:
        events = [node for node in self.scope.nodes.values() if node.type == "startEvent" and node.triggers]
        events += [node for node in self.scope.nodes.values() if node.instantiates and not _with_others(node)]
        return [tuple((node.id, "") for node in self.scope.starts), *(((node.id, ""),) for node in events)]

    def _grows(self, marking: Marking) -> bool:
        """True when tokens pile up that came by the same flow: no join takes more than one of them."""
        if len(marking) <= self._alike:
            return False
        piled = {token[0] for token, number in Counter(marking).items() if number > self._alike and token != _ENDED}
        self.multiplies |= piled
        return bool(piled)

    def _next(self, marking: Marking) -> Iterator[Marking]:
        held: dict[str, list[int]] = {}
        for number, (place_id, _) in enumerate(marking):
            held.setdefault(place_id, []).append(number)
        places = [self._net.places[place_id] for place_id in held if place_id]
        self.met |= {place.node.id for place in places if _waits(place)}
        free = [place for place in places if not _waits(place)]
        if not free:
            yield from self._merge(marking, held)
            return
        if not self._counts:
            self.twice |= {place.node.id for place in free if place.arcs and len(held[place.node.id]) > 1}
        # Whoever is furthest behind goes first: what comes together anywhere is seen together.
        moved = min(free, key=lambda place: self._net.rank[place.node.id])
        yield from self._leave(marking, held[moved.node.id][:1])

    def _merge(self, marking: Marking, held: dict[str, list[int]]) -> Iterator[Marking]:
        """Only joins hold tokens: let one that can go on; if none can, they are stuck."""
        ready = {
            place_id: taken
            for place_id, numbers in held.items()
            if place_id and (taken := _taken(self._net.places[place_id], marking, numbers))
        }
        certain = (place_id for place_id in ready if self._net.places[place_id].join != "some")
        last = (place_id for place_id in ready if not self._others_can_come(place_id, marking, held))
        chosen = next(chain(certain, last), None)
        if chosen is not None:
            self.fired.add(chosen)
            yield from self._leave(marking, ready[chosen])
        elif _ENDED not in marking:
            self.stuck |= held.keys()

    def _others_can_come(self, place_id: str, marking: Marking, held: dict[str, list[int]]) -> bool:
        """True when a token elsewhere can still come to an inclusive join, which therefore waits (2.0.2, 13.4.3)."""
        join = self._net.places[place_id].node
        if not waits_for_all_that_can_come(join):
            return False
        reach = self._reach.get(place_id)
        if reach is None:
            reach = self._reach[place_id] = Reach(join)
            self._allowance.markings -= len(self.scope.nodes) // _NODES_PER_MARKING
        arrived = reach.bits({marking[number][1] for number in held[place_id]})
        return any(reach.more_can_come(other, arrived) for other in held if other not in ("", place_id))

    def _leave(self, marking: Marking, taken: list[int]) -> Iterator[Marking]:
        """The markings after these tokens of one place went on together."""
        place = self._net.places[marking[taken[0]][0]]
        rest = tuple(token for number, token in enumerate(marking) if number not in set(taken))
        if place.ends_all:
            yield rest if _ENDED in rest else (_ENDED, *rest)
            return
        for arcs in place.outcomes():
            yield _marking(rest, arcs * place.node.completion_quantity)


def _with_others(event: Node) -> bool:
    """True for an event behind a parallel event gateway that begins the process: all of them come."""
    return any(flow.source.event_gateway_type == "Parallel" for flow in event.incoming)


def _quantities(node: Node) -> tuple[int, int]:
    return node.start_quantity, node.completion_quantity


def _waits(place: Place) -> bool:
    return bool(place.join) or place.node.start_quantity > 1


def _taken(place: Place, marking: Marking, numbers: list[int]) -> list[int]:
    """The tokens at a waiting place that it would take now; none when it waits for more."""
    if not place.join:
        wanted = place.node.start_quantity
        return numbers[:wanted] if len(numbers) >= wanted else []
    arrived = {marking[number][1]: number for number in numbers}
    if place.join == "all" and len(arrived) < len(place.entered):
        return []
    return list(arrived.values())


def _marking(rest: Marking, arcs: tuple[Arc, ...]) -> Marking:
    return tuple(sorted((*rest, *((arc.target.node.id, arc.label) for arc in arcs))))


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
        if scope.event_starts or (scope.node and any(event.interrupting for event in scope.node.boundaries)):
            return True
        ends = (node for node in scope.nodes.values() if node.type == "endEvent")
        if any(trigger.kind in _STOPPING for node in ends for trigger in node.triggers):
            return True
        scope = scope.parent
    return False
