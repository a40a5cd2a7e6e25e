"""Takes the recorded inputs of a case again, on any version of its process, and says where the path parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from engine.bpmn.errors import BpmnRefusal, TaskNotReady
from engine.bpmn.model import Message, ProcessDefinition, Signal, Snapshot
from engine.bpmn.running.by_hand import correct, move, positions, skip
from engine.bpmn.running.machine import cancel, complete, deliver, fail, fire_timers, start

InputKind = Literal[
    "start", "complete", "fail", "message", "signal", "timers", "cancel", "skip", "move", "correct"
]  # fmt: skip
Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Input:
    """One input as it was recorded, also one that an administrator gave by hand.

    ``element_id`` is the task completed or failed, the start event, or where the token was that was skipped or moved;
    ``task_id`` that task or token; ``name`` the message, signal or error code; ``to`` where a token was moved;
    ``passed`` the elements that the step passed then.
    """

    kind: InputKind
    at: datetime
    element_id: str | None = None
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    correlation: str | None = None
    passed: tuple[str, ...] = ()
    task_id: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """How far the inputs lead.

    same: every input was taken and passed what it had passed. other: all were taken, but from input ``number`` on
    another path (``element_id``: the first element that differs). stuck: input ``number`` could not be taken;
    ``refusal`` says why. ``waits`` are the elements where something waits at the end, which is the input that is needed
    next; ``passed`` holds for every input that was taken the elements that it passed.
    """

    outcome: Literal["same", "other", "stuck"]
    number: int | None
    element_id: str | None
    refusal: BpmnRefusal | None
    waits: tuple[str, ...]
    passed: tuple[tuple[str, ...], ...]
    snapshot: Snapshot | None

    @property
    def reason(self) -> str:
        """Why it is stuck, empty otherwise."""
        return str(self.refusal) if self.refusal else ""


def replay(
    definition: ProcessDefinition,
    inputs: Sequence[Input],
    functions_at: Callable[[datetime], Functions] | None = None,
    rested: Collection[str] | None = None,
) -> Replayed:
    """Drive ``inputs`` through the version. ``rested``, if given, are the elements where the tokens were in the end.

    A task or token is the recorded one if it is there, so that the same version gives the same bytes; on another
    version it is found by its element: the first of that element that waits.
    """
    snapshot: Snapshot | None = None
    passed: list[tuple[str, ...]] = []
    calls: dict[str, str] = {}
    for number, one in enumerate(inputs):
        taking = _Taking(definition, snapshot, one, calls, functions_at(one.at) if functions_at else None)
        try:
            snapshot = taking.take()
        except BpmnRefusal as refusal:
            return Replayed(
                "stuck", number, one.element_id, refusal, _waits(definition, snapshot, one.at), tuple(passed), snapshot
            )
        for effect in snapshot.effects:
            if effect.task_id is not None:
                calls[effect.task_id] = effect.element_id
        passed.append(tuple(element.element_id for element in snapshot.passed))
    place, element = _parting(passed, inputs)
    if place is None and rested is not None and snapshot is not None:
        element = _first_difference(_rests(definition, snapshot, inputs[-1].at), tuple(sorted(rested)))
        place = len(inputs) - 1 if element is not None else None
    outcome: Literal["same", "other"] = "same" if place is None else "other"
    waits = _waits(definition, snapshot, inputs[-1].at) if inputs else ()
    return Replayed(outcome, place, element, None, waits, tuple(passed), snapshot)


def _parting(passed: Sequence[tuple[str, ...]], inputs: Sequence[Input]) -> tuple[int | None, str | None]:
    """The first input that passed something else than it had passed, and the element."""
    for number, (there, one) in enumerate(zip(passed, inputs, strict=True)):
        if there != one.passed:
            return number, _first_difference(there, one.passed)
    return None, None


def _rests(definition: ProcessDefinition, snapshot: Snapshot, at: datetime) -> tuple[str, ...]:
    return tuple(sorted(each.element_id for each in positions(definition, snapshot.state, now=at)))


@dataclass(frozen=True, slots=True)
class _Taking:
    """One input about to be taken; ``calls`` are the service calls that were made so far, by task."""

    definition: ProcessDefinition
    snapshot: Snapshot | None
    one: Input
    calls: dict[str, str]
    functions: Functions | None

    @property
    def state(self) -> bytes:
        """The state before the input."""
        return self.snapshot.state if self.snapshot is not None else b""

    def take(self) -> Snapshot:
        """The instance after the input; raises BpmnRefusal."""
        one, definition, functions = self.one, self.definition, self.functions
        match one.kind:
            case "start":
                return self.start()
            case "timers":
                return fire_timers(definition, self.state, now=one.at, functions=functions)
            case "cancel":
                return cancel(definition, self.state, now=one.at)
            case "correct":
                return correct(definition, self.state, one.variables, now=one.at, functions=functions)
            case "message":
                message = Message(one.name or "", one.variables, one.correlation)
                return deliver(definition, self.state, message, now=one.at, functions=functions)
            case "signal":
                return deliver(
                    definition, self.state, Signal(one.name or "", one.variables), now=one.at, functions=functions
                )
            case "skip" | "move":
                return self.by_hand()
            case "complete" | "fail":
                return self.at_task()

    def start(self) -> Snapshot:
        """A plain beginning, or one with the message or signal that the start event waited for."""
        one, definition = self.one, self.definition
        if one.name is None:
            return start(definition, one.variables, now=one.at, start_event=one.element_id, functions=self.functions)
        is_signal = any(each.kind == "signal" and each.name == one.name for each in definition.starts)
        caught = (Signal if is_signal else Message)(one.name, one.variables)
        return start(definition, {}, now=one.at, start_event=one.element_id, caught=caught, functions=self.functions)

    def by_hand(self) -> Snapshot:
        """Skip or move the token."""
        one = self.one
        there = positions(self.definition, self.state, now=one.at)
        token = next(self.candidates((each.id, each.element_id) for each in there), None)
        if token is None:
            raise TaskNotReady(one.element_id or "")
        if one.kind == "skip":
            return skip(self.definition, self.state, token, now=one.at, functions=self.functions)
        return move(self.definition, self.state, token, one.to or "", now=one.at, functions=self.functions)

    def at_task(self) -> Snapshot:
        """Complete the task or call, or let it fail. Calls that were interrupted meanwhile no longer wait."""
        tasks = self.snapshot.tasks if self.snapshot is not None else ()
        waiting = [(task.id, task.element_id) for task in tasks] + list(self.calls.items())
        for task_id in self.candidates(iter(waiting)):
            try:
                taken = self.answer(task_id)
            except TaskNotReady:
                continue
            self.calls.pop(task_id, None)
            return taken
        raise TaskNotReady(self.one.element_id or "")

    def answer(self, task_id: str) -> Snapshot:
        """The recorded end of a task, for this one."""
        one, definition, state = self.one, self.definition, self.state
        if one.kind == "complete":
            return complete(definition, state, task_id, one.variables, now=one.at, functions=self.functions)
        return fail(definition, state, task_id, one.name or "", one.variables, now=one.at, functions=self.functions)

    def candidates(self, there: Iterator[tuple[str, str]]) -> Iterator[str]:
        """Those at the recorded element: the recorded one first, the others in their order."""
        found = [own for own, element in there if element == self.one.element_id]
        return iter(sorted(found, key=lambda own: own != self.one.task_id))


def _first_difference(now: tuple[str, ...], then: tuple[str, ...]) -> str | None:
    for one, other in zip(now, then, strict=False):
        if one != other:
            return one
    longer = now if len(now) > len(then) else then
    return longer[min(len(now), len(then))] if len(now) != len(then) else None


def _waits(definition: ProcessDefinition, snapshot: Snapshot | None, at: datetime) -> tuple[str, ...]:
    """Where something waits: a person's task, a call, an event; not the sub-processes around it."""
    if snapshot is None:
        return ()
    there = positions(definition, snapshot.state, now=at)
    waiting = [each.element_id for each in there if definition.elements[each.element_id].type not in _AROUND]
    return tuple(dict.fromkeys(waiting))


_AROUND: Final = frozenset({"subProcess", "transaction", "adHocSubProcess", "eventSubProcess", "callActivity"})
