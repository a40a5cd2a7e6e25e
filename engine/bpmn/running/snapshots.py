"""Describes a case after a step in the plain dataclasses of the front door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from engine.bpmn.graph import Graph, Node, Trigger
from engine.bpmn.model import Effect, PendingTimer, ReadyTask, Snapshot, Subscription
from engine.bpmn.running import codec
from engine.bpmn.running.arming import awaited, holders, key_of, moment_of, running_timers, watched
from engine.bpmn.running.correlation import as_text
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Holder, Instance, TaskState, Token, variables_seen


def snapshot(graph: Graph, run: Run) -> Snapshot:
    """Everything the caller must know after the step."""
    instance = run.instance
    timers = sorted((due, key.partition("#")[0]) for due, _, _, key in running_timers(run))
    return Snapshot(
        state=codec.dump(graph, instance),
        status=instance.status,
        ended_with=instance.ended_with,
        tasks=tuple(_ready_tasks(instance)),
        timers=tuple(PendingTimer(element, moment_of(due)) for due, element in timers),
        subscriptions=tuple(_subscriptions(run)),
        effects=tuple(effect for effect in run.effects if _still_wanted(instance, effect)),
        passed=tuple(run.passed),
        variables=_own(instance.data),
        reached=tuple(run.reached),
        ways=tuple(run.ways),
        rules=tuple(run.rules),
    )


def _still_wanted(instance: Instance, effect: Effect) -> bool:
    """A service call that was interrupted in the very step that asked for it is not made."""
    return effect.task_id is None or effect.task_id in instance.everything


def is_ready(token: Token) -> bool:
    """True for a task that waits for a person."""
    spec = token.task_spec
    return bool(token.has_state(TaskState.READY) and spec.manual and not spec.is_host(token))


def _ready_tasks(instance: Instance) -> Iterator[ReadyTask]:
    around: dict[str, dict[str, Any]] = {}
    for token in instance.everything.values():
        if is_ready(token):
            node, live = token.node, token.workflow
            if live.id not in around:  # once for all tasks of a scope: a list of 10,000 may be among its variables
                around[live.id] = _own(variables_seen(live))
            seen = around[live.id] | _own(token.data)
            kind: Literal["user", "manual"] = "user" if node.type == "userTask" else "manual"
            yield ReadyTask(token.id, node.id, node.name, node.lane, node.properties, seen, kind)


def _subscriptions(run: Run) -> Iterator[Subscription]:
    for holder in holders(run.instance):
        for event in watched(holder):
            for index, trigger in awaited(holder, event):
                if trigger.kind in ("message", "signal"):
                    yield _subscription(run, holder, event, index, trigger)


def _subscription(run: Run, holder: Holder, event: Node, index: int, trigger: Trigger) -> Subscription:
    name = trigger.name or ""
    if trigger.kind == "signal":
        return Subscription("signal", name, None, event.id)
    correlation: str | None = holder.arms.get(key_of(event, index))
    return Subscription(
        "message", name, correlation if correlation is not None else as_text(run, holder, name), event.id
    )


def _own(variables: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that the caller may change without changing the case, which may live on in a cache."""
    return {name: _copy(value) for name, value in variables.items()}


def _copy(value: Any) -> Any:
    if isinstance(value, list):
        return [_copy(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _copy(entry) for key, entry in value.items()}
    return value
