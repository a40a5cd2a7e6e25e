"""A process as the machine walks it: nodes, flows and scopes, built once per definition and never changed by a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.bpmn.language.decisions import Decision
from engine.bpmn.language.expressions import Expression
from engine.bpmn.language.scripts import Script

ScopeKind = Literal["process", "subProcess", "transaction", "adHocSubProcess", "eventSubProcess"]


@dataclass(slots=True, eq=False)
class Flow:
    """A sequence flow. A pair of link events is joined by one as well."""

    id: str
    source: Node
    target: Node
    condition: Expression | None = None


@dataclass(slots=True, eq=False)
class Trigger:
    """What an event waits for or throws.

    ``name`` is the message's or signal's name, the error or escalation code (None catches any), or the link's name;
    ``ref`` the activity a compensation is meant for.
    """

    kind: str
    id: str
    name: str | None = None
    ref: str | None = None
    condition: Expression | None = None
    timer_kind: str | None = None
    timer: str | Expression | None = None
    payload: Expression | None = None
    variable: str | None = None
    waits: bool = True


@dataclass(slots=True, eq=False)
class Loop:
    """Loop characteristics of an activity: a standard loop, or several instances."""

    multiple: bool
    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None
    sequential: bool = False
    cardinality: Expression | None = None
    collection: str | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: str | None = None
    behavior: str = "All"
    event: Trigger | None = None
    complex_events: tuple[tuple[Expression, Trigger], ...] = ()


@dataclass(slots=True, eq=False)
class Work:
    """What a task does when a token reaches it."""

    kind: str
    script: Script | None = None
    operator: str | None = None
    parameters: tuple[tuple[str, Expression], ...] = ()
    result_variable: str | None = None
    message: Trigger | None = None
    decision: Decision | None = None
    called: str | None = None


@dataclass(slots=True, eq=False)
class DataInput:
    """A value copied into an activity's own variables when it begins, or out of them when it is done.

    ``stores``: data stores that are read, each under the name it has here; ``store``: the data store that is written.
    """

    target: str
    source: str | None
    expression: Expression | None = None
    stores: tuple[tuple[str, str], ...] = ()
    store: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """An input or output set: the data inputs or outputs that must have a value, and those that may."""

    required: frozenset[str]
    optional: frozenset[str]


@dataclass(slots=True, eq=False)
class Node:
    """A flow node as drawn; ``watched`` are the catching events that are armed while a token rests here.

    ``spec`` is the SpiffWorkflow task specification that carries tokens through it.
    """

    id: str
    type: str
    name: str | None
    scope: Scope
    spec: Any = None
    lane: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    default: Flow | None = None
    triggers: tuple[Trigger, ...] = ()
    needs_all: bool = False
    interrupting: bool = True
    host: Node | None = None
    boundaries: list[Node] = field(default_factory=list)
    inner: Scope | None = None
    loop: Loop | None = None
    work: Work | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    for_compensation: bool = False
    compensated_by: Node | None = None
    instantiates: bool = False
    direction: str = "Unspecified"
    event_gateway_type: str = "Exclusive"
    activation: Expression | None = None
    correlation: Expression | None = None
    inputs: tuple[DataInput, ...] = ()
    outputs: tuple[DataInput, ...] = ()
    input_sets: tuple[DataSet, ...] = ()
    output_sets: tuple[DataSet, ...] = ()
    watched: tuple[Node, ...] = ()

    @property
    def announces(self) -> bool:
        """True for an event that throws a signal."""
        if self.type not in ("intermediateThrowEvent", "endEvent"):
            return False
        return any(trigger.kind == "signal" for trigger in self.triggers)

    @property
    def holds_others(self) -> bool:
        """True for an activity that is a scope of its own: a sub-process of any kind, or a call."""
        return self.inner is not None or (self.work is not None and self.work.called is not None)

    @property
    def is_activity(self) -> bool:
        """True for tasks, call activities and sub-processes."""
        return self.work is not None or self.inner is not None


@dataclass(slots=True, eq=False)
class Scope:
    """A container of flow nodes: a process or a sub-process of any kind.

    ``frayed`` are nodes with a flow that is not connected at its other end, which is reported: what comes before or
    after them is not known, nor where the flow was to begin or end.
    """

    id: str
    kind: ScopeKind
    process_id: str
    name: str | None = None
    node: Node | None = None
    parent: Scope | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    frayed: set[str] = field(default_factory=set)
    starts: list[Node] = field(default_factory=list)
    event_starts: list[Node] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    ordered: bool = False
    completion: Expression | None = None
    cancel_remaining: bool = True
    executable: bool = True
    spec: Any = None
    file: str = ""
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None


def triggers_of(event: Node) -> tuple[Trigger, ...]:
    """What the event waits for; a receive task waits for its message."""
    if event.work is not None:
        return (event.work.message,) if event.work.message else ()
    return event.triggers


def event_start(sub: Node) -> list[Node]:
    """The start events of an event sub-process (a sound one has exactly one)."""
    return [node for node in sub.inner.nodes.values() if node.type == "startEvent"] if sub.inner else []


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationKey:
    """A correlation key. By property: where each message carries it, and by process: how that computes it itself."""

    id: str
    properties: Mapping[str, Mapping[str, Expression]]
    bindings: Mapping[str, Mapping[str, Expression]]


@dataclass(slots=True, eq=False)
class Graph:
    """Everything a step needs to know: the chosen process and those it may call."""

    process: Scope
    processes: Mapping[str, Scope]
    nodes: Mapping[str, Node]
    scopes: Mapping[str, Scope]
    fingerprint: str
    keys: tuple[CorrelationKey, ...] = ()
    has_complex_joins: bool = field(init=False)
    condition_names: frozenset[str] = field(init=False)
    """Variables that the conditions of conditional events look at."""

    def __post_init__(self) -> None:
        conditions = (trigger.condition for node in self.nodes.values() for trigger in node.triggers)
        self.condition_names = frozenset(name for one in conditions if one is not None for name in one.names)
        joins = (node for node in self.nodes.values() if node.type == "complexGateway")
        self.has_complex_joins = any(len(node.incoming) > 1 for node in joins)
