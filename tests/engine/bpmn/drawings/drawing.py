"""Small drawings for tests: BPMN bodies in a line or two, and a player that stores the state between any two steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from engine import bpmn
from engine.bpmn import LiveCache, Message, ProcessDefinition, Signal, Snapshot

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="http://test">'
)


def document(body: str, root: str = "", process_id: str = "p") -> bytes:
    """A file with one process of this body; ``root`` holds messages, signals, errors and further processes."""
    # The schema wants associations behind the flow elements; where they stand has no meaning.
    associations = "".join(re.findall(r"<association [^>]*/>", body))
    body = re.sub(r"<association [^>]*/>", "", body) + associations
    return f'{HEAD}{root}<process id="{process_id}" isExecutable="true">{body}</process></definitions>'.encode()


def flows(*arrows: str) -> str:
    """Sequence flows from lines such as ``a > b``, ``x > b: n == 1``, ``x > c*`` (default: see ``default``)."""
    drawn = []
    for number, arrow in enumerate(arrows):
        path, _, condition = arrow.partition(":")
        stops = [stop.strip() for stop in path.split(">")]
        for step, (source, target) in enumerate(pairwise(stops)):
            inner = ""
            if condition.strip() and step == len(stops) - 2:
                inner = f"<conditionExpression><![CDATA[{condition.strip()}]]></conditionExpression>"
            drawn.append(
                f'<sequenceFlow id="flow_{number}_{step}_{source}" sourceRef="{source}" targetRef="{target}">{inner}'
                "</sequenceFlow>"
            )
    return "".join(drawn)


def user(*ids: str) -> str:
    """User tasks."""
    return "".join(f'<userTask id="{one}"/>' for one in ids)


def script(task_id: str, source: str) -> str:
    """A script task."""
    return f'<scriptTask id="{task_id}"><script><![CDATA[{source}]]></script></scriptTask>'


def timer(kind: str, written: str) -> str:
    """A timer event definition: kind is Date, Duration or Cycle."""
    return f"<timerEventDefinition><time{kind}>{written}</time{kind}></timerEventDefinition>"


def boundary(event_id: str, host: str, definition: str, interrupting: bool = True) -> str:
    """A boundary event."""
    cancels = str(interrupting).lower()
    return (
        f'<boundaryEvent id="{event_id}" attachedToRef="{host}" cancelActivity="{cancels}">{definition}</boundaryEvent>'
    )


def message(reference: str) -> str:
    """A message event definition."""
    return f'<messageEventDefinition messageRef="{reference}"/>'


def signal(reference: str) -> str:
    """A signal event definition."""
    return f'<signalEventDefinition signalRef="{reference}"/>'


S = '<startEvent id="s"/>'
E = '<endEvent id="e"/>'


class Player:
    """Drives one instance by element names. Every step begins from stored bytes."""

    def __init__(
        self,
        source: bytes | Mapping[str, bytes] | ProcessDefinition,
        variables: Mapping[str, Any] | None = None,
        start_event: str | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        process_id: str | None = None,
    ) -> None:
        if isinstance(source, bytes):
            source = {"test.bpmn": source}
        self.definition = source if isinstance(source, ProcessDefinition) else bpmn.parse(source, process_id)
        self.now = MONDAY
        self.functions = functions
        self.passed: list[str] = []
        self.effects: list[bpmn.Effect] = []
        self.live = LiveCache()
        self.snapshot = self._step(
            lambda live: bpmn.start(
                self.definition, variables or {}, now=self.now, start_event=start_event, functions=functions, live=live
            )
        )

    def _step(self, step: Callable[[LiveCache | None], Snapshot]) -> Snapshot:
        """Take the step from the stored bytes and from memory: both must give the same in every detail."""
        stored, remembered = step(None), step(self.live)
        assert stored == remembered
        self.passed += [one.element_id for one in stored.passed]
        self.effects += stored.effects
        self.snapshot = stored
        return stored

    def do(self, element_id: str, **variables: Any) -> Player:
        """Complete the first ready task of that element."""
        task = next(task for task in self.snapshot.tasks if task.element_id == element_id)
        return self.complete(task.id, **variables)

    def complete(self, task_id: str, **variables: Any) -> Player:
        """Complete a task or service call by its identifier."""
        definition, state, now, functions = self.definition, self.snapshot.state, self.now, self.functions
        self._step(
            lambda live: bpmn.complete(definition, state, task_id, variables, now=now, functions=functions, live=live)
        )
        return self

    def fail(self, task_id: str, code: str, **variables: Any) -> Player:
        """Let a service call end in an error."""
        definition, state, now, functions = self.definition, self.snapshot.state, self.now, self.functions
        self._step(
            lambda live: bpmn.fail(definition, state, task_id, code, variables, now=now, functions=functions, live=live)
        )
        return self

    def wait(self, sweep: bool = True, **span: float) -> Player:
        """Let time pass; the clock of the house sweeps at the end of it."""
        self.now += timedelta(**span)
        definition, state, now, functions = self.definition, self.snapshot.state, self.now, self.functions
        if sweep:
            self._step(lambda live: bpmn.fire_timers(definition, state, now=now, functions=functions, live=live))
        return self

    def send(self, name: str, correlation: str | None = None, **payload: Any) -> Player:
        """Deliver a message."""
        return self._deliver(Message(name, payload, correlation))

    def signal(self, name: str, **payload: Any) -> Player:
        """Deliver a signal."""
        return self._deliver(Signal(name, payload))

    def _deliver(self, event: Message | Signal) -> Player:
        definition, state, now, functions = self.definition, self.snapshot.state, self.now, self.functions
        self._step(lambda live: bpmn.deliver(definition, state, event, now=now, functions=functions, live=live))
        return self

    @property
    def ready(self) -> list[str]:
        """The elements whose tasks wait for a person, sorted."""
        return sorted(task.element_id for task in self.snapshot.tasks)

    @property
    def status(self) -> str:
        """The status of the instance."""
        return self.snapshot.status

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the instance."""
        return self.snapshot.variables


def rules_broken(source: bytes | Mapping[str, bytes]) -> set[str]:
    """The rules that the drawing breaks so that it cannot be run."""
    files = {"test.bpmn": source} if isinstance(source, bytes) else source
    return {problem.rule for problem in bpmn.check(files) if problem.severity == "error"}
