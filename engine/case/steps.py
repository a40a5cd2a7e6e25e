"""One input to a running process as a value: it can be taken, recorded in the history, kept and taken again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine import bpmn
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import WorkingHours

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
        process: bpmn.ProcessDefinition,
        state: bytes,
        functions: Functions,
        now: datetime,
        live: bpmn.LiveCache | None = None,
    ) -> bpmn.Snapshot:
        """The instance after this input. ``state`` is not used by a start; ``functions``: what expressions may ask;
        ``live`` saves the reading of a state that was just stepped."""
        match self.operation:
            case "start":
                return self._start(process, functions, now, live)
            case "complete":
                task, values = self.task_ref, self.variables
                return bpmn.complete(process, state, task, values, now=now, functions=functions, live=live)
            case "fail":
                code, values = self.name, self.variables
                return bpmn.fail(process, state, self.task_ref, code, values, now=now, functions=functions, live=live)
            case "timers":
                return bpmn.fire_timers(process, state, now=now, functions=functions, live=live)
            case "deliver":
                message = bpmn.Message(self.name, self.variables, self.correlation or None)
                return bpmn.deliver(process, state, message, now=now, functions=functions, live=live)
            case "signal":
                signal = bpmn.Signal(self.name, self.variables)
                return bpmn.deliver(process, state, signal, now=now, functions=functions, live=live)
            case "cancel":
                return bpmn.cancel(process, state, now=now)
            case "skip":
                return bpmn.skip(process, state, self.task_ref, now=now, functions=functions)
            case "move":
                return bpmn.move(process, state, self.task_ref, self.element_id, now=now, functions=functions)
            case "correct":
                return bpmn.correct(process, state, self.variables, now=now, functions=functions)
            case "perform":
                raise ValueError("an operation is performed by the house, not by the process")

    def _start(
        self, process: bpmn.ProcessDefinition, functions: Functions, now: datetime, live: bpmn.LiveCache | None
    ) -> bpmn.Snapshot:
        if not self.name:
            place, given = self.element_id or None, self.variables
            return bpmn.start(process, given, now=now, start_event=place, functions=functions, live=live)
        signals = {start.name for start in process.starts if start.kind == "signal"}
        caught = (bpmn.Signal if self.name in signals else bpmn.Message)(self.name, self.variables)
        return bpmn.start(
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


def calendar_functions(calendar: WorkingTime, now: datetime) -> Functions:
    """What the expressions of a diagram may ask about the working time of the case's office."""

    def working_days(count: int) -> str:
        return calendar.add_working_days(now, count).isoformat()

    def working_hours(count: int) -> str:
        return calendar.add_working_hours(now, WorkingHours(count)).isoformat()

    return {"working_days": working_days, "working_hours": working_hours}


def remembering(functions: Functions, heard: dict[str, Any]) -> Functions:
    """The same functions; every answer is also put into ``heard``, so that the history holds what the calendar said."""

    def asked(name: str) -> Callable[..., Any]:
        def answer(*arguments: Any, **named: Any) -> Any:
            said = functions[name](*arguments, **named)
            heard[_question(name, arguments, named)] = said
            return said

        return answer

    return {name: asked(name) for name in functions}


def repeating(heard: Mapping[str, Any], otherwise: Functions) -> Functions:
    """Functions that answer as they did when ``heard`` was recorded, and like ``otherwise`` when asked anything new."""

    def asked(name: str) -> Callable[..., Any]:
        def answer(*arguments: Any, **named: Any) -> Any:
            question = _question(name, arguments, named)
            return heard[question] if question in heard else otherwise[name](*arguments, **named)

        return answer

    return {name: asked(name) for name in otherwise}


def _question(name: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> str:
    return f"{name}({', '.join([*map(str, arguments), *(f'{key}={value}' for key, value in sorted(named.items()))])})"
