"""The drawing of one scope made small: what cannot make a join wait in vain or tokens multiply is taken out.

Sequences, alternatives that meet again, parallel branches that are joined again, and circles without a fork become a
single place, one inside the other (reduction rules in the manner of Murata, "Petri nets: properties, analysis and
applications", 1989). A drawing of well nested blocks becomes one place, whatever its size; what is left is played.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from typing import Final, Literal

from engine.bpmn.graph import Flow, Node, Scope

Join = Literal["", "all", "some"]
_JOINS: Final[dict[str, Join]] = {"parallelGateway": "all", "inclusiveGateway": "some", "complexGateway": "some"}
_ENDING: Final = frozenset({"terminate", "error", "cancel"})
_WIDEST_CHOICE: Final = 4


def is_join(node: Node) -> bool:
    """True for a gateway that waits for tokens of several flows."""
    return node.type in _JOINS and len(node.incoming) > 1


class Arc:
    """A way from one place to the next; ``label`` is the flow by which a token arrives there."""

    __slots__ = ("label", "source", "target")

    def __init__(self, label: str, source: Place, target: Place) -> None:
        self.label, self.source, self.target = label, source, target


class Place:
    """A node of the drawing, with what was taken out behind it. ``choices`` is the node whose choice is made here."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.choices: Node | None = node
        self.join: Join = _JOINS[node.type] if is_join(node) else ""
        self.arcs: dict[str, Arc] = {}
        self.entered: set[Arc] = set()

    @property
    def counts(self) -> bool:
        """True for an activity that takes or gives several tokens at once."""
        return (self.node.start_quantity, self.node.completion_quantity) != (1, 1)

    @property
    def ends_all(self) -> bool:
        """True for an end event that takes all other tokens of the scope with it."""
        return self.node.type == "endEvent" and any(trigger.kind in _ENDING for trigger in self.node.triggers)

    def outcomes(self) -> Iterator[tuple[Arc, ...]]:
        """Every set of arcs that a token may leave by."""
        if self.choices is None:
            yield tuple(self.arcs.values())
            return
        for flows in _outcomes(self.choices):
            if all(flow.id in self.arcs for flow in flows):
                yield tuple(self.arcs[flow.id] for flow in flows)


def _outcomes(node: Node) -> Iterator[tuple[Flow, ...]]:
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
    if _is_alternative(node) and outgoing:
        yield from ((flow,) for flow in outgoing)
    else:
        others = tuple(flow for flow in outgoing if flow is not node.default)
        always = tuple(flow for flow in others if flow.condition is None)
        chosen = tuple(flow for flow in others if flow.condition is not None)
        default = () if node.default is None else (node.default,)
        yield from (always + (some or default) for some in _subsets(chosen) if always or some or default or not chosen)
    for event in node.boundaries:
        if event.interrupting:
            yield tuple(event.outgoing)


def _subsets(chosen: tuple[Flow, ...]) -> Iterator[tuple[Flow, ...]]:
    sizes = range(len(chosen) + 1) if len(chosen) <= _WIDEST_CHOICE else (0, 1, 2, len(chosen))
    return chain.from_iterable(combinations(chosen, size) for size in sizes)


def _is_alternative(node: Node) -> bool:
    """True when a token takes one of the flows: also beside a single condition, whose default is taken otherwise."""
    if node.type in ("exclusiveGateway", "eventBasedGateway"):
        return node.event_gateway_type != "Parallel"
    others = [flow for flow in node.outgoing if flow is not node.default]
    return node.default is not None and len(others) == 1 and others[0].condition is not None


def _gives_one(place: Place) -> bool:
    """True when a token always leaves by exactly one arc."""
    node = place.choices
    if node is None:
        return len(place.arcs) == 1
    if place.counts or any(len(event.outgoing) != 1 or not event.interrupting for event in node.boundaries):
        return False
    return bool(node.outgoing) and (_is_alternative(node) or len(node.outgoing) == 1)


def _gives_all(place: Place) -> bool:
    """True when a token always leaves by every arc."""
    node = place.choices
    if node is None:
        return True
    if place.counts or node.boundaries or _is_alternative(node):
        return False
    return all(flow.condition is None for flow in node.outgoing)


def _gives_some(place: Place) -> bool:
    """True when a token leaves by one arc or more, all of them drawn from the node itself."""
    node = place.choices
    if node is None:
        return True
    return not place.counts and all(event.interrupting and event.outgoing for event in node.boundaries)


class Reduced:
    """The places that are left of a scope; ``starts`` are those where a token may begin."""

    def __init__(self, scope: Scope) -> None:
        self.places = {node.id: Place(node) for node in scope.nodes.values() if node.type != "boundaryEvent"}
        for place in list(self.places.values()):
            for flow in chain(place.node.outgoing, *(event.outgoing for event in place.node.boundaries)):
                arc = Arc(flow.id, place, self.places[flow.target.id])
                place.arcs[flow.id] = arc
                arc.target.entered.add(arc)
        self.rank: dict[str, int] = {}
        self.starts = {node.id for node in scope.starts}
        self.starts |= {node.id for node in scope.nodes.values() if node.type == "startEvent" or node.instantiates}
        self._reduce()
        self.rank = self._ranked()

    def _reduce(self) -> None:
        rules: tuple[Callable[[Place], list[Place]], ...] = (self._pass, self._turn, self._meet, self._follow)
        waiting, listed = deque(self.places.values()), set(self.places.values())
        while waiting:
            place = waiting.popleft()
            listed.discard(place)
            for rule in rules:
                if self.places.get(place.node.id) is place:
                    again = [one for one in rule(place) if one not in listed]
                    waiting.extend(again)
                    listed.update(again)

    def _ranked(self) -> dict[str, int]:
        """Places in the order of the flows: before what they lead to, except on the way back in circles."""
        order: list[str] = []
        seen: set[Place] = set()
        for start in self.places.values():
            path = [] if start in seen else [(start, iter(start.arcs.values()))]
            seen.add(start)
            while path:
                place, arcs = path[-1]
                following = next((arc.target for arc in arcs if arc.target not in seen), None)
                if following is None:
                    path.pop()
                    order.append(place.node.id)
                else:
                    seen.add(following)
                    path.append((following, iter(following.arcs.values())))
        return {place_id: number for number, place_id in enumerate(reversed(order))}

    def _pass(self, place: Place) -> list[Place]:
        """A place with one way in and one way out is left out."""
        if place.node.id in self.starts or place.join or len(place.entered) != 1 or len(place.arcs) != 1:
            return []
        (before,), (after,) = place.entered, place.arcs.values()
        if not _gives_one(place) or before.source is place or after.target is place:
            return []
        target = after.target
        before.label, before.target = after.label, target
        target.entered.discard(after)
        target.entered.add(before)
        del self.places[place.node.id]
        return [before.source, target]

    def _turn(self, place: Place) -> list[Place]:
        """A way back to the very place where the choice is made changes nothing."""
        own = [flow for flow, arc in place.arcs.items() if arc.target is place]
        if place.join or not own or len(own) == len(place.arcs) or not _gives_one(place):
            return []
        for flow in own:
            place.entered.discard(place.arcs.pop(flow))
        return [place]

    def _meet(self, place: Place) -> list[Place]:
        """Ways that all lead to the same place, which takes them as they are given, are one way."""
        targets = {arc.target for arc in place.arcs.values()}
        if len(place.arcs) < 2 or len(targets) != 1 or place in targets:
            return []
        (target,) = targets
        arcs = set(place.arcs.values())
        fits = {"": _gives_one, "all": _gives_all, "some": _gives_some}[target.join]
        if not fits(place) or (target.join and target.entered != arcs):
            return []
        kept, *others = place.arcs.values()
        target.entered.difference_update(others)
        place.arcs, place.choices, target.join = {kept.label: kept}, None, ""
        return [place, target]

    def _follow(self, place: Place) -> list[Place]:
        """A choice that can only be come to from here is made here."""
        if len(place.arcs) != 1 or not _gives_one(place):
            return []
        (after,) = place.arcs.values()
        target = after.target
        if target is place or len(target.entered) != 1 or target.join or target.node.id in self.starts:
            return []
        if target.counts or target.ends_all or place.counts or not target.arcs:
            return []
        place.arcs, place.choices = target.arcs, target.choices
        for arc in place.arcs.values():
            arc.source = place
        del self.places[target.node.id]
        return [place, *(arc.target for arc in place.arcs.values())]
