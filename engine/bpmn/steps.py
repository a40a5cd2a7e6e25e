"""One input to a running process as a value: it can be taken, recorded in the history, kept and taken again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.bpmn.model import Message, ProcessDefinition, Signal, Snapshot
from engine.bpmn.running import by_hand, machine
from engine.bpmn.running.live import LiveCache

Operation = Literal[
    "start", "complete", "fail", "timers", "deliver", "signal", "perform", "cancel", "skip", "move", "correct"
]
Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with the process: start it (at the start event ``element_id`` with the message or signal ``name``,
    when no application begins it), complete a task, let a service call fail, fire due timers, deliver a message (to the
    catcher with this ``correlation``, if one is given) or a signal, perform the house operation that a service task
    asks for (``name``, at ``element_id``); or, by hand, cancel, skip the element of the token ``task_ref``, move it to
    ``element_id``, correct ``variables``."""

    operation: Operation
    task_ref: str = ""
    name: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    element_id: str = ""
    correlation: str = ""

    def take(
        self,
        process: ProcessDefinition,
        state: bytes,
        functions: Functions | None,
        now: datetime,
        live: LiveCache | None = None,
    ) -> Snapshot:
        """The instance after this input. ``state`` is not used by a start; ``functions``: what expressions may ask;
        ``live`` saves the reading of a state that was just stepped."""
        match self.operation:
            case "start":
                return self._start(process, functions, now, live)
            case "complete":
                task, values = self.task_ref, self.variables
                return machine.complete(process, state, task, values, now=now, functions=functions, live=live)
            case "fail":
                code, values = self.name, self.variables
                return machine.fail(
                    process, state, self.task_ref, code, values, now=now, functions=functions, live=live
                )
            case "timers":
                return machine.fire_timers(process, state, now=now, functions=functions, live=live)
            case "deliver":
                message = Message(self.name, self.variables, self.correlation or None)
                return machine.deliver(process, state, message, now=now, functions=functions, live=live)
            case "signal":
                signal = Signal(self.name, self.variables)
                return machine.deliver(process, state, signal, now=now, functions=functions, live=live)
            case "cancel":
                return machine.cancel(process, state, now=now)
            case "skip":
                return by_hand.skip(process, state, self.task_ref, now=now, functions=functions)
            case "move":
                return by_hand.move(process, state, self.task_ref, self.element_id, now=now, functions=functions)
            case "correct":
                return by_hand.correct(process, state, self.variables, now=now, functions=functions)
            case "perform":
                raise ValueError("an operation is performed by the house, not by the process")

    def _start(
        self, process: ProcessDefinition, functions: Functions | None, now: datetime, live: LiveCache | None
    ) -> Snapshot:
        if not self.name:
            place, given = self.element_id or None, self.variables
            return machine.start(process, given, now=now, start_event=place, functions=functions, live=live)
        signals = {start.name for start in process.starts if start.kind == "signal"}
        caught = (Signal if self.name in signals else Message)(self.name, self.variables)
        return machine.start(
            process, {}, now=now, start_event=self.element_id, caught=caught, functions=functions, live=live
        )

    def recorded(self) -> dict[str, Any]:
        """The step as plain data for the history and for incidents."""
        return {
            "operation": self.operation,
            "task_ref": self.task_ref,
            "name": self.name,
            "variables": dict(self.variables),
            "element_id": self.element_id,
            "correlation": self.correlation,
        }


def step_from(recorded: Mapping[str, Any]) -> Step:
    """The step that ``recorded()`` wrote down."""
    return Step(**recorded)
