"""Takes the recorded inputs of a case again, on any version of its process, and says where the path parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.bpmn.errors import BpmnRefusal
from engine.bpmn.machine import cancel, complete, deliver, fail, fire_timers, start
from engine.bpmn.model import Message, ProcessDefinition, Signal, Snapshot

Kind = Literal["start", "complete", "fail", "message", "signal", "timers", "cancel"]
Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Input:
    """One input as it was recorded.

    `element_id` is the task completed or failed, or the start event; `name` the message, signal or error code; `passed`
    the elements that the step passed then.
    """

    kind: Kind
    at: datetime
    element_id: str | None = None
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    correlation: str | None = None
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """How far the inputs lead.

    same: every input was taken and passed what it had passed. other: all were taken, but from input `number` on another
    path (`element_id`: the first element that differs). stuck: input `number` could not be taken; `reason` says why.
    `waits` are the elements whose tasks wait at the end, which is the input that is needed next.
    """

    outcome: Literal["same", "other", "stuck"]
    number: int | None
    element_id: str | None
    reason: str
    waits: tuple[str, ...]
    snapshot: Snapshot | None


def replay(
    definition: ProcessDefinition,
    inputs: Sequence[Input],
    functions_at: Callable[[datetime], Functions] | None = None,
) -> Replayed:
    """Drive `inputs` through the version. A task is found by its element: the first of that element that waits."""
    snapshot: Snapshot | None = None
    parted: tuple[int, str | None] | None = None
    tasks: dict[str, str] = {}
    for number, one in enumerate(inputs):
        functions = functions_at(one.at) if functions_at else None
        try:
            snapshot = _take(definition, snapshot, one, tasks, functions)
        except BpmnRefusal as refusal:
            return Replayed("stuck", number, one.element_id, str(refusal), _waits(snapshot), snapshot)
        for effect in snapshot.effects:
            if effect.task_id is not None:
                tasks[effect.task_id] = effect.element_id
        passed = tuple(element.element_id for element in snapshot.passed)
        if parted is None and passed != one.passed:
            parted = number, _first_difference(passed, one.passed)
    if parted is not None:
        return Replayed("other", parted[0], parted[1], "", _waits(snapshot), snapshot)
    return Replayed("same", None, None, "", _waits(snapshot), snapshot)


def _take(
    definition: ProcessDefinition,
    snapshot: Snapshot | None,
    one: Input,
    calls: dict[str, str],
    functions: Functions | None,
) -> Snapshot:
    if one.kind == "start":
        return start(definition, one.variables, now=one.at, start_event=one.element_id, functions=functions)
    state = snapshot.state if snapshot is not None else b""
    if one.kind == "timers":
        return fire_timers(definition, state, now=one.at, functions=functions)
    if one.kind == "cancel":
        return cancel(definition, state, now=one.at)
    if one.kind == "message":
        message = Message(one.name or "", one.variables, one.correlation)
        return deliver(definition, state, message, now=one.at, functions=functions)
    if one.kind == "signal":
        return deliver(definition, state, Signal(one.name or "", one.variables), now=one.at, functions=functions)
    task = _task(snapshot, one.element_id, calls)
    if one.kind == "complete":
        return complete(definition, state, task, one.variables, now=one.at, functions=functions)
    return fail(definition, state, task, one.name or "", one.variables, now=one.at, functions=functions)


def _task(snapshot: Snapshot | None, element_id: str | None, calls: dict[str, str]) -> str:
    """The identifier of the task or call of that element; one that nothing waits for when there is none."""
    for task in snapshot.tasks if snapshot is not None else ():
        if task.element_id == element_id:
            return task.id
    for task_id, element in calls.items():
        if element == element_id:
            del calls[task_id]
            return task_id
    return f"(nothing waits at {element_id})"


def _first_difference(now: tuple[str, ...], then: tuple[str, ...]) -> str | None:
    for one, other in zip(now, then, strict=False):
        if one != other:
            return one
    longer = now if len(now) > len(then) else then
    return longer[min(len(now), len(then))]


def _waits(snapshot: Snapshot | None) -> tuple[str, ...]:
    return tuple(task.element_id for task in snapshot.tasks) if snapshot is not None else ()
