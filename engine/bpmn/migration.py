"""Takes a running case to another version of its process, or says why it cannot go there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.bpmn import codec
from engine.bpmn.arming import ARMED, arm_one, holders, key_of, triggers_of, watched
from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Graph, Node
from engine.bpmn.model import ProcessDefinition, Snapshot
from engine.bpmn.run import Run
from engine.bpmn.snapshots import snapshot
from engine.bpmn.tokens import ROOT, Case, Holder, Live, SubScope, Token
from engine.bpmn.versions import compare, mapped, runs_alike


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot go to the new version as things are: the element, and a fact about it.

    `removed`, `other-type`, `other-scope`, `other-loop`, `flow-removed`, `changed` (it waits there), `passed-changed`,
    `event-failed`.
    """

    element_id: str
    fact: str


@dataclass(frozen=True, slots=True)
class Migration:
    """The verdict about one case, and the case in the new version unless it is blocked.

    safe: nothing it passed or waits on differs. mapped: it differs where the mapping says that this is meant.
    blocked: `obstacles` says where no mapping helps or none was stated. Timers that go on keep their due moments.
    """

    verdict: Literal["safe", "mapped", "blocked"]
    obstacles: tuple[Obstacle, ...]
    snapshot: Snapshot | None


def migrate(
    old: ProcessDefinition,
    new: ProcessDefinition,
    state: bytes,
    *,
    now: datetime,
    passed: Iterable[str] = (),
    mapping: Mapping[str, str] | None = None,
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Migration:
    """The case of `state` in the version `new`; nothing is written and `state` stays valid.

    `passed` are the elements the case has passed. `mapping` names, for elements of the old version, those that take
    their place; an element mapped to itself says that its change is meant. Raises StateUnreadable.
    """
    mapping = mapping or {}
    case = codec.load(old.graph, Run(old.graph, now, None), state)
    moving = _Moving(old.graph, new.graph, mapping)
    obstacles = [*moving.obstacles(case), *_behind(old, new, passed, mapping)]
    if obstacles:
        return Migration("blocked", tuple(dict.fromkeys(obstacles)), None)
    run = Run(new.graph, now, functions)
    try:
        moving.move(case, run)
    except StepFailed as failure:
        return Migration("blocked", (Obstacle(failure.element_id, "event-failed"),), None)
    touched = {token.node.id for token in case.everything.values()} | set(passed)
    verdict: Literal["safe", "mapped"] = "mapped" if touched & mapping.keys() else "safe"
    return Migration(verdict, (), snapshot(new.graph, run))


def _behind(
    old: ProcessDefinition, new: ProcessDefinition, passed: Iterable[str], mapping: Mapping[str, str]
) -> list[Obstacle]:
    """Elements behind the case that are different now; a step on the new version might not have come here."""
    differences = compare(old, new)
    gone = differences.removed | differences.changed
    return [Obstacle(one, "passed-changed") for one in dict.fromkeys(passed) if one in gone and one not in mapping]


def _remembered(marks: Mapping[str, Any]) -> list[str]:
    """Elements a scope or token remembers: what may be undone, gateways and events that have part of what they need."""
    found = [name.partition(":")[2] for name in marks if name.startswith(("complex:", "got:"))]
    waiting = [record for name in ("done", "queue") if isinstance(marks.get(name), list) for record in marks[name]]
    while waiting:
        element, inside = waiting.pop()
        found.append(element)
        waiting.extend(inside)
    return found


class _Moving:
    """Takes tokens and scopes from one version to the other."""

    def __init__(self, old: Graph, new: Graph, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping

    def target(self, node: Node) -> Node | None:
        """The node that takes the place of this one."""
        return self.new.nodes.get(mapped(node.id, self.mapping))

    def scope_of(self, live: Live) -> str:
        """The identifier of the scope in the new version."""
        return self.new.process.id if live.id == ROOT else mapped(live.scope.id, self.mapping)

    def obstacles(self, case: Case) -> list[Obstacle]:
        """Everything that keeps the tokens of the case from going over."""
        found = [fact for token in case.everything.values() if (fact := self._obstacle(token)) is not None]
        for holder in holders(case):
            for element in _remembered(holder.marks):
                node = self.new.nodes.get(element)
                if node is None or not runs_alike(self.old.nodes[element], node):
                    found.append(Obstacle(element, "removed" if node is None else "changed"))
        return found

    def _obstacle(self, token: Token) -> Obstacle | None:
        node, target = token.node, self.target(token.node)
        fact = None
        if target is None:
            fact = "removed"
        elif target.type != node.type:
            fact = "other-type"
        elif target.scope.id != self.scope_of(token.workflow) and target.id != target.scope.id:
            fact = "other-scope"
        elif (target.loop is None) != (node.loop is None) or (
            target.loop and node.loop and target.loop.multiple != node.loop.multiple
        ):
            fact = "other-loop"
        elif token.parked and self._flow(token, target) is None:
            fact = "flow-removed"
        elif node.id not in self.mapping and not runs_alike(node, target):
            fact = "changed"
        return Obstacle(node.id, fact) if fact else None

    def _flow(self, token: Token, target: Node) -> str | None:
        """The flow of the new version by which a waiting token would have come."""
        incoming = {flow.id for flow in target.incoming}
        if token.flow in incoming:
            return token.flow
        old = next((flow for flow in token.node.incoming if flow.id == token.flow), None)
        if old is None:
            return token.flow
        source = mapped(old.source.id, self.mapping)
        same = [flow.id for flow in target.incoming if flow.source.id == source]
        return same[0] if len(same) == 1 else None

    def move(self, case: Case, run: Run) -> None:
        """Build the case anew in the new version, then arm the events that it did not have before."""
        fresh = run.case = Case(self.new, run)
        fresh.status, fresh.ended_with, fresh.counter = case.status, case.ended_with, case.counter
        fresh.data, fresh.marks = dict(case.data), dict(case.marks)
        lives: dict[str, Live] = {ROOT: fresh}
        pairs: list[tuple[Holder, Holder]] = [(case, fresh)]
        for token in case.everything.values():
            live = lives.get(token.workflow.id) or self._open(token.workflow, fresh, lives, pairs)
            target = self.target(token.node)
            assert target is not None  # noqa: S101 - without a target the case was blocked
            moved = Token(token.id, target, live, self._flow(token, target) if token.parked else token.flow)
            moved._state, moved.parked, moved.data = token._state, token.parked, dict(token.data)
            moved.internal_data = dict(token.marks)
            pairs.append((token, moved))
        for before, after in pairs:
            self._rearm(run, before, after)

    def _open(self, live: Live, fresh: Case, lives: dict[str, Live], pairs: list[tuple[Holder, Holder]]) -> Live:
        opened = SubScope(live.role, self.new.scopes[self.scope_of(live)], fresh.everything[live.id])
        opened.data, opened.marks = dict(live.data), dict(live.marks)
        lives[live.id] = opened
        pairs.append((live, opened))
        return opened

    def _rearm(self, run: Run, before: Holder, after: Holder) -> None:
        old_events = {event.id for event in watched(before)}
        origin = {mapped(event, self.mapping): event for event in old_events}
        for event in watched(after):
            for index, trigger in enumerate(triggers_of(event)):
                key, was = key_of(event, index), origin.get(event.id)
                if was is None:
                    if trigger.kind in ARMED:
                        arm_one(run, after, event, index, trigger)
                    continue
                old_key = key.replace(event.id, was, 1)
                if old_key in before.arms:
                    after.arms[key] = before.arms[old_key]
