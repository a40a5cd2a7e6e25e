"""What an administrator may do to a running case by hand: see where it is, correct variables, skip or move a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.errors import MoveNotPossible, TaskNotReady
from engine.bpmn.model import ProcessDefinition, Snapshot
from engine.bpmn.running import flowing
from engine.bpmn.running.machine import begin_step, end_step, store
from engine.bpmn.running.run import Run
from engine.bpmn.running.snapshots import snapshot
from engine.bpmn.spiff.tokens import Token

Functions = Mapping[str, Callable[..., Any]] | None


@dataclass(frozen=True, slots=True)
class Position:
    """A token that rests: its identifier, its element, and whether it waits at a merging gateway for others."""

    id: str
    element_id: str
    merging: bool


def positions(definition: ProcessDefinition, state: bytes, *, now: datetime) -> tuple[Position, ...]:
    """Where the tokens of the case are; outer activities before what goes on inside them. Raises StateUnreadable."""
    run = begin_step(definition, state, now, None, None, settle=False)
    tokens = [token for token in run.instance.everything.values() if token.workflow.role != "loop"]
    return tuple(Position(token.id, token.node.id, token.parked) for token in tokens)


def describe(definition: ProcessDefinition, state: bytes, *, now: datetime) -> Snapshot:
    """The case as it stands; nothing is fired and nothing moves. Raises StateUnreadable."""
    run = begin_step(definition, state, now, None, None, settle=False)
    return snapshot(run.graph, run)


def variables(definition: ProcessDefinition, state: bytes, *, now: datetime) -> Mapping[str, Any]:
    """The variables of the process as they are. Raises StateUnreadable."""
    return dict(begin_step(definition, state, now, None, None, settle=False).instance.data)


def correct(
    definition: ProcessDefinition,
    state: bytes,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    functions: Functions = None,
) -> Snapshot:
    """Give variables of the process other values. Raises StepFailed, StateUnreadable."""
    run = begin_step(definition, state, now, functions, None)
    store(run, run.instance, variables, definition.process_id)
    return end_step(run, now, None)


def skip(
    definition: ProcessDefinition, state: bytes, token_id: str, *, now: datetime, functions: Functions = None
) -> Snapshot:
    """Let a token leave its element without doing the work there; what went on inside the element ends.

    Raises TaskNotReady for an unknown token, MoveNotPossible for one inside several instances, StepFailed.
    """
    run = begin_step(definition, state, now, functions, None)
    token = _token(run, token_id)
    flowing.leave(run, token)
    return end_step(run, now, None)


def move(
    definition: ProcessDefinition,
    state: bytes,
    token_id: str,
    element_id: str,
    *,
    now: datetime,
    functions: Functions = None,
) -> Snapshot:
    """Take a token to another element of the same process or sub-process, which then begins.

    Raises MoveNotPossible when the element is not there or nothing could begin at it, TaskNotReady, StepFailed.
    """
    run = begin_step(definition, state, now, functions, None)
    token = _token(run, token_id)
    target = token.workflow.scope.nodes.get(element_id)
    if target is None or target.type in ("boundaryEvent", "eventSubProcess") or target.for_compensation:
        raise MoveNotPossible(token.node.id, element_id)
    run.place(target, token.workflow)
    run.remove(token)
    return end_step(run, now, None)


def _token(run: Run, token_id: str) -> Token:
    token = run.instance.everything.get(token_id)
    if token is None:
        raise TaskNotReady(token_id)
    if token.workflow.role not in ("process", "scope", "call"):
        raise MoveNotPossible(token.node.id, None)
    return token
