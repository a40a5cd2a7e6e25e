"""Takes the recorded inputs of a case again, on any version of its process, and says where the path parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from engine.bpmn.errors import BpmnRefusal, TaskNotReady
from engine.bpmn.model import ProcessDefinition, Snapshot
from engine.bpmn.running.by_hand import positions
from engine.bpmn.running.live import LiveCache
from engine.bpmn.steps import Functions, Step


@dataclass(frozen=True, slots=True)
class Input:
    """A step as it was recorded, also one that an administrator took by hand: when, where (``element_id``: the task
    completed or failed, the start event, or where the token was that was skipped or moved), and the elements that it
    passed then.
    """

    step: Step
    at: datetime
    element_id: str | None = None
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """How far the inputs lead.

    same: every input was taken and passed what it had passed. other: all were taken, but from input ``number`` on
    another path (``element_id``: the first element that differs). stuck: input ``number`` could not be taken;
    ``refusal`` says why. ``waits`` are the elements where something waits at the end, which is the input that is needed
    next; ``passed`` holds for every input that was taken the elements that it passed, ``ways`` are all sequence flows
    that were taken.
    """

    outcome: Literal["same", "other", "stuck"]
    number: int | None
    element_id: str | None
    refusal: BpmnRefusal | None
    waits: tuple[str, ...]
    passed: tuple[tuple[str, ...], ...]
    snapshot: Snapshot | None
    ways: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is stuck, empty otherwise."""
        return str(self.refusal) if self.refusal else ""


def replay(
    definition: ProcessDefinition,
    inputs: Sequence[Input],
    functions_at: Callable[[datetime], Functions] | None = None,
    rested: Collection[str] | None = None,
    live: LiveCache | None = None,
) -> Replayed:
    """Drive ``inputs`` through the version. ``rested``, if given, are the elements where the tokens were in the end;
    ``live`` saves reading the state again after every input.

    A task or token is the recorded one if it is there, so that the same version gives the same bytes; on another
    version it is found by its element: the first of that element that waits.
    """
    snapshot: Snapshot | None = None
    passed: list[tuple[str, ...]] = []
    ways: list[str] = []
    calls: dict[str, str] = {}
    for number, one in enumerate(inputs):
        taking = _Taking(definition, snapshot, one, calls, functions_at(one.at) if functions_at else None, live)
        try:
            snapshot = taking.take()
        except BpmnRefusal as refusal:
            waits = _waits(definition, snapshot, one.at)
            return Replayed("stuck", number, one.element_id, refusal, waits, tuple(passed), snapshot, tuple(ways))
        for effect in snapshot.effects:
            if effect.task_id is not None:
                calls[effect.task_id] = effect.element_id
        ways += [flow for flow, _ in snapshot.ways]
        passed.append(tuple(element.element_id for element in snapshot.passed))
    place, element = _parting(passed, inputs)
    if place is None and rested is not None and snapshot is not None:
        element = _first_difference(_rests(definition, snapshot, inputs[-1].at), tuple(sorted(rested)))
        place = len(inputs) - 1 if element is not None else None
    outcome: Literal["same", "other"] = "same" if place is None else "other"
    waits = _waits(definition, snapshot, inputs[-1].at) if inputs else ()
    return Replayed(outcome, place, element, None, waits, tuple(passed), snapshot, tuple(ways))


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
    live: LiveCache | None

    @property
    def state(self) -> bytes:
        """The state before the input."""
        return self.snapshot.state if self.snapshot is not None else b""

    def take(self) -> Snapshot:
        """The instance after the input; raises BpmnRefusal."""
        match self.one.step.operation:
            case "skip" | "move":
                there = positions(self.definition, self.state, now=self.one.at)
                return self.take_at((each.id, each.element_id) for each in there)
            case "complete" | "fail":
                tasks = self.snapshot.tasks if self.snapshot is not None else ()
                return self.take_at([*((task.id, task.element_id) for task in tasks), *self.calls.items()])
            case _:
                return self.taken(self.one.step)

    def take_at(self, there: Iterable[tuple[str, str]]) -> Snapshot:
        """The step at one of these that is at the recorded element: the recorded one before the others in their order.
        Calls that were interrupted meanwhile no longer wait."""
        step = self.one.step
        found = [own for own, element in there if element == self.one.element_id]
        for own in sorted(found, key=lambda own: own != step.task_ref):
            try:
                taken = self.taken(replace(step, task_ref=own))
            except TaskNotReady:
                continue
            self.calls.pop(own, None)
            return taken
        raise TaskNotReady(self.one.element_id or "")

    def taken(self, step: Step) -> Snapshot:
        return step.take(self.definition, self.state, self.functions, self.one.at, self.live)


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
