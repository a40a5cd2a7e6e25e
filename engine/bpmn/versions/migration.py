"""Takes a running case to another version of its process, or says why it cannot go there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Node, triggers_of
from engine.bpmn.model import ProcessDefinition, Snapshot
from engine.bpmn.running import codec
from engine.bpmn.running.arming import ARMED, arm_one, key_of, watched
from engine.bpmn.running.run import Run
from engine.bpmn.running.snapshots import snapshot
from engine.bpmn.spiff.tokens import ROOT, Holder, Instance, Live, SubScope, Token
from engine.bpmn.versions.differences import mapped
from engine.bpmn.versions.obstacles import DONE, Obstacle, Way, behind, obstacles_of, touched


@dataclass(frozen=True, slots=True)
class Migration:
    """The verdict about one case, and the case in the new version unless it is blocked.

    safe: nothing it passed or waits on differs. mapped: it differs where the mapping says that this is meant.
    blocked: ``obstacles`` says where no mapping helps or none was stated. Timers that go on keep their due moments.
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
    """The case of ``state`` in the version ``new``; nothing is written and ``state`` stays valid.

    ``passed`` are the elements the case has passed. ``mapping`` names, for elements of the old version, those that take
    their place; an element mapped to itself says that its change is meant. Raises StateUnreadable.
    """
    way = Way(old.graph, new.graph, mapping or {})
    instance = codec.load(old.graph, Run(old.graph, now, None), state)
    passed = tuple(passed)
    obstacles = [*obstacles_of(way, instance), *behind(way, passed)]
    if obstacles:
        return Migration("blocked", tuple(dict.fromkeys(obstacles)), None)
    run = Run(new.graph, now, functions)
    try:
        _Moving(way).move(instance, run)
    except StepFailed as failure:
        return Migration("blocked", (Obstacle(failure.element_id, "event-failed"),), None)
    is_meant = (touched(instance) | set(passed)) & way.mapping.keys()
    return Migration("mapped" if is_meant else "safe", (), snapshot(new.graph, run))


class _Moving:
    """Takes tokens and scopes from one version to the other."""

    def __init__(self, way: Way) -> None:
        self.way = way

    def move(self, instance: Instance, run: Run) -> None:
        """Build the case anew in the new version, then arm the events that it did not have before."""
        fresh = run.instance = Instance(self.way.new, run)
        fresh.status, fresh.ended_with, fresh.counter = instance.status, instance.ended_with, instance.counter
        fresh.data, fresh.marks = self._data(instance, fresh), self._marks(instance.marks)
        lives: dict[str, Live] = {ROOT: fresh}
        pairs: list[tuple[Holder, Holder]] = [(instance, fresh)]
        for token in instance.everything.values():
            live = lives.get(token.workflow.id) or self._open(token.workflow, fresh, lives, pairs)
            target = self.way.target(token.node)
            assert target is not None  # noqa: S101 - without a target the case was blocked
            moved = Token(token.id, target, live, self.way.flow(token.node, token.flow) if token.parked else token.flow)
            moved._state, moved.parked, moved.data = token._state, token.parked, dict(token.data)
            moved.internal_data = self._marks(token.marks)
            pairs.append((token, moved))
        for before, after in pairs:
            self._rearm(run, before, after)

    def _open(self, live: Live, fresh: Instance, lives: dict[str, Live], pairs: list[tuple[Holder, Holder]]) -> Live:
        opened = SubScope(live.role, self.way.new.scopes[self.way.scope_of(live)], fresh.everything[live.id])
        opened.data, opened.marks = self._data(live, opened), self._marks(live.marks)
        lives[live.id] = opened
        pairs.append((live, opened))
        return opened

    def _data(self, before: Live, after: Live) -> dict[str, Any]:
        """The variables of a scope, and those that it declares only now."""
        if after.role not in ("process", "scope", "call"):
            return dict(before.data)
        return dict.fromkeys(after.scope.declared.keys() - before.scope.declared.keys()) | before.data

    def _marks(self, marks: Mapping[str, Any]) -> dict[str, Any]:
        """What a token or scope remembers, about the elements of the new version."""
        moved: dict[str, Any] = {}
        for name, value in marks.items():
            kind, colon, element = name.partition(":")
            if kind == "complex":
                value = [self.way.flow(self.way.old.nodes[element], flow) for flow in value]
            elif name in DONE and isinstance(value, list):
                value = self._records(value)
            elif name == "start":
                value = mapped(value, self.way.mapping)
            moved[kind + colon + mapped(element, self.way.mapping) if colon else name] = value
        return moved

    def _records(self, done: list[Any]) -> list[Any]:
        return [[mapped(element, self.way.mapping), self._records(inside), *kept] for element, inside, *kept in done]

    def _rearm(self, run: Run, before: Holder, after: Holder) -> None:
        """Events that go on keep what they know, above all their due moments; those that are new begin to listen."""
        origin = {mapped(event.id, self.way.mapping): event for event in watched(before)}
        for event in watched(after):
            was = origin.get(event.id)
            for index, trigger in enumerate(triggers_of(event)):
                key = key_of(event, index)
                if was is not None and _listens_alike(was, event, index):
                    old_key = key_of(was, index)
                    if old_key in before.arms:
                        after.arms[key] = before.arms[old_key]
                elif trigger.kind in ARMED:
                    arm_one(run, after, event, index, trigger)


def _listens_alike(old: Node, new: Node, index: int) -> bool:
    """Whether what the old event knows is of use to the new one."""
    before, after = triggers_of(old), triggers_of(new)
    if index >= len(before) or before[index].kind != after[index].kind:
        return False
    if after[index].kind != "message":
        return True
    one, other = old.correlation, new.correlation
    return (one and one.source) == (other and other.source)
