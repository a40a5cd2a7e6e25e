"""What keeps a running case from going to another version of its process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.bpmn.graph import Graph, Node
from engine.bpmn.running.arming import holders, watched
from engine.bpmn.spiff.tokens import ROOT, Instance, Live, Token
from engine.bpmn.versions.differences import differing, goes_on_alike, keys_alike, mapped, node_facts, runs_alike

DONE: Final = ("done", "queue")
"""The marks that hold what may be undone, and what is being undone."""
_AWAITED: Final = frozenset({"type", "triggers", "needs_all", "interrupting", "correlation", "work"})
"""Facts about an event that say what it waits for, and not what comes after it."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot go to the new version as things are: the element, and a fact about it.

    ``removed``, ``other-type``, ``other-scope``, ``other-loop``, ``flow-removed``, ``all-arrived`` (a gateway would
    wait for nothing more), ``changed`` (it waits there, or remembers it), ``passed-changed``, ``event-failed``.
    """

    element_id: str
    fact: str


@dataclass(frozen=True, slots=True)
class Way:
    """From one version to the other: which elements take the place of which."""

    old: Graph
    new: Graph
    mapping: Mapping[str, str]

    def target(self, node: Node) -> Node | None:
        """The node that takes the place of this one."""
        return self.new.nodes.get(mapped(node.id, self.mapping))

    def scope_of(self, live: Live) -> str:
        """The identifier of the scope in the new version."""
        return self.new.process.id if live.id == ROOT else mapped(live.scope.id, self.mapping)

    def flow(self, node: Node, flow_id: str | None) -> str | None:
        """The flow of the new version by which a token would have come that waits at ``node``."""
        target = self.target(node)
        incoming = target.incoming if target is not None else []
        if flow_id in {flow.id for flow in incoming}:
            return flow_id
        old = next((flow for flow in node.incoming if flow.id == flow_id), None)
        if old is None:
            return flow_id
        source = mapped(old.source.id, self.mapping)
        same = [flow.id for flow in incoming if flow.source.id == source]
        return same[0] if len(same) == 1 else None


def obstacles_of(way: Way, instance: Instance) -> list[Obstacle]:
    """Everything that keeps the case from going over."""
    found = [fact for token in instance.everything.values() if (fact := _at_token(way, token)) is not None]
    found += [fact for live in instance.lives if (fact := _other_scope(way, live)) is not None]
    for holder in holders(instance):
        for event in watched(holder):
            if _other_event(way, event):
                found.append(Obstacle(event.id, "changed"))
        found += [fact for element in _remembered(holder.marks) if (fact := _forgotten(way, element)) is not None]
    return [*found, *_other_keys(way, instance), *_all_arrived(way, instance)]


def touched(instance: Instance) -> set[str]:
    """Elements that the case is at, waits for or remembers."""
    near = {token.node.id for token in instance.everything.values()} | {live.scope.id for live in instance.lives}
    for holder in holders(instance):
        near |= {event.id for event in watched(holder)} | set(_remembered(holder.marks))
    return near | set(instance.marks.get("keys", {}))


def _at_token(way: Way, token: Token) -> Obstacle | None:
    node, target = token.node, way.target(token.node)
    fact = None
    if target is None:
        fact = "removed"
    elif target.type != node.type:
        fact = "other-type"
    elif target.scope.id != way.scope_of(token.workflow) and target.id != target.scope.id:
        fact = "other-scope"
    elif _shape(node) != _shape(target):
        fact = "other-loop"
    elif token.parked and way.flow(node, token.flow) is None:
        fact = "flow-removed"
    elif node.id not in way.mapping and not runs_alike(node, target, way.mapping):
        fact = "changed"
    return Obstacle(node.id, fact) if fact else None


def _other_scope(way: Way, live: Live) -> Obstacle | None:
    if live.role not in ("process", "scope", "call"):
        return None
    target = way.new.scopes.get(way.scope_of(live))
    if target is None:
        return Obstacle(live.scope.id, "removed")
    is_meant = live.scope.id in way.mapping or goes_on_alike(live.scope, target, way.mapping)
    return None if is_meant else Obstacle(live.scope.id, "changed")


def _other_event(way: Way, event: Node) -> bool:
    target = way.target(event)  # whoever waits for an event that is gone has changed himself
    if target is None or event.id in way.mapping:
        return False
    return bool(_AWAITED & set(differing(node_facts(event, way.mapping), node_facts(target))))


def _forgotten(way: Way, element: str) -> Obstacle | None:
    old = way.old.nodes[element]
    target = way.target(old)
    if target is None:
        return Obstacle(element, "removed")
    return None if element in way.mapping or runs_alike(old, target, way.mapping) else Obstacle(element, "changed")


def _other_keys(way: Way, instance: Instance) -> Iterator[Obstacle]:
    """Correlation keys that the case has set."""
    there = {key.id: key for key in way.new.keys}
    for key in way.old.keys:
        if key.id not in instance.marks.get("keys", {}) or key.id in way.mapping:
            continue
        if key.id not in there or not keys_alike(key, there[key.id]):
            yield Obstacle(key.id, "changed" if key.id in there else "removed")


def _all_arrived(way: Way, instance: Instance) -> Iterator[Obstacle]:
    """Gateways of the new version for which every token has come: nothing would ever let them go on."""
    arrived: dict[tuple[str, str], set[str | None]] = {}
    for token in instance.everything.values():
        target = way.target(token.node)
        if token.parked and target is not None and target.type == "parallelGateway":
            arrived.setdefault((token.workflow.id, token.node.id), set()).add(way.flow(token.node, token.flow))
    for (_, element), flows in arrived.items():
        target = way.target(way.old.nodes[element])
        if target is not None and len(flows) >= len(target.incoming):
            yield Obstacle(element, "all-arrived")


def behind(way: Way, passed: Iterable[str]) -> Iterator[Obstacle]:
    """Elements behind the case that are different now; a step on the new version might not have come here.

    What the old version does not have itself was passed before an earlier transfer, which decided about it.
    """
    for element in dict.fromkeys(passed):
        old, target = way.old.nodes.get(element), way.new.nodes.get(element)
        if old is None or element in way.mapping or (target and runs_alike(old, target, way.mapping)):
            continue
        yield Obstacle(element, "passed-changed")


def _remembered(marks: Mapping[str, Any]) -> list[str]:
    """Elements a scope or token remembers: what may be undone, gateways and events that have part of what they need."""
    found = [name.partition(":")[2] for name in marks if name.startswith(("complex:", "got:"))]
    waiting = [record for name in DONE if isinstance(marks.get(name), list) for record in marks[name]]
    while waiting:
        element, inside, *_ = waiting.pop()
        found.append(element)
        waiting.extend(inside)
    return found


def _shape(node: Node) -> tuple[bool, ...] | None:
    """What rounds and instances that have begun rely on: how they follow one another, and what they carry."""
    loop = node.loop
    if loop is None:
        return None
    return (loop.multiple, loop.sequential, bool(loop.output_collection), bool(loop.item and loop.collection))
