"""What crosses the border of the BPMN core: frozen dataclasses, plain values, no library objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.bpmn.graph import Graph

Status = Literal["running", "completed", "terminated", "failed"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in the files of a process: where, which rule, what is wrong and how to mend it, in both languages."""

    severity: Severity
    file: str
    element_id: str | None
    rule: str
    message: str
    message_km: str = ""
    element_name: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}: {self.element_id or '-'}"
        named = f" ({self.element_name})" if self.element_name else ""
        return f"{place}{named}: {self.message} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Element:
    """A flow element as drawn: what screens, publishing checks and history need to know about it. ``operation``: what
    a service task asks of the house."""

    id: str
    type: str
    name: str | None
    lane: str | None
    properties: Mapping[str, str]
    process_id: str
    parent_id: str | None = None
    file: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class StartEvent:
    """A way to begin an instance; ``kind`` is 'none', 'message', 'signal', 'timer' or 'conditional'.

    ``name`` is the message's or signal's name, or the timer's text as written. ``number`` counts the triggers of an
    element from 0; where an element needs all of them, an instance begins with one at ``element_id#number``.
    """

    element_id: str
    kind: str
    name: str | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """A process that passed its checks. ``digest`` identifies the files and the process chosen among them."""

    digest: str
    process_id: str
    name: str | None
    elements: Mapping[str, Element]
    lanes: tuple[str, ...]
    files: tuple[str, ...]
    starts: tuple[StartEvent, ...]
    messages: tuple[str, ...]
    signals: tuple[str, ...]
    variables_read: frozenset[str]
    variables_written: frozenset[str]
    graph: Graph = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A message for one instance. Without ``correlation`` it fits any catcher of that name."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal: every catcher of that name in the instance hears it."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadyTask:
    """A user or manual task that a person can complete now; ``variables`` are those it sees."""

    id: str
    element_id: str
    name: str | None
    lane: str | None
    properties: Mapping[str, str]
    variables: Mapping[str, Any]
    kind: Literal["user", "manual"] = "user"


@dataclass(frozen=True, slots=True)
class PendingTimer:
    """A timer that is running; ``due_at`` is an aware moment in UTC."""

    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """An element that waits for a message or a signal from outside."""

    kind: Literal["message", "signal"]
    name: str
    correlation: str | None
    element_id: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something the caller has to do outside: call a service, send a message, spread a signal, keep a value in a store.

    A service effect carries the ``task_id`` to complete or fail when the call came back. A signal has already reached
    the catchers of its own instance; the caller takes it to the others. A store effect replaces what the data store
    ``name`` holds by the payload's ``value``.
    """

    kind: Literal["service", "message", "signal", "store"]
    element_id: str
    name: str
    payload: Mapping[str, Any]
    task_id: str | None
    properties: Mapping[str, str]
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """An element that was passed in this step, and the moment: for a timer's consequences, the moment it was due."""

    element_id: str
    at: datetime
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An instance after a step: the bytes to store, and everything that storage and screens must know.

    ``passed`` are the elements that were completed, in this order; ``reached`` the same, with the activities that hold
    others (sub-processes and calls) where they began. ``ways`` are the sequence flows that were taken, each with the
    element to which it led, and ``rules`` the rows of decision tables that counted, by decision and number from 1: what
    a trial of the process has tried.
    """

    state: bytes
    status: Status
    ended_with: str | None
    tasks: tuple[ReadyTask, ...]
    timers: tuple[PendingTimer, ...]
    subscriptions: tuple[Subscription, ...]
    effects: tuple[Effect, ...]
    passed: tuple[Passed, ...]
    variables: Mapping[str, Any]
    reached: tuple[Passed, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
