"""An instance in flight: SpiffWorkflow tasks as tokens, SpiffWorkflow workflows as the scopes they move in.

Stock SpiffWorkflow keeps a tree of everything that happened and may happen. Here a workflow holds only the tasks
that exist now, side by side: nothing finished is kept, nothing is predicted, identifiers come from a counter and no
clock is read. So the same inputs give the same state, joins in loops cannot see earlier rounds, and cost does not
grow.

How the states of SpiffWorkflow are used: FUTURE on the way to a node; WAITING for an event or for other tokens;
READY for a person; STARTED while a service, a scope or the rounds of a loop are carried out on the token's behalf.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterator, MutableMapping
from typing import Any, Final, Literal

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.graph import Graph, Node, Scope
from engine.bpmn.model import Status

__all__ = [
    "ROOT",
    "Holder",
    "Instance",
    "Live",
    "ScopeRole",
    "SubScope",
    "TaskState",
    "Token",
    "element_of",
    "enclosing",
    "variables_seen",
]

ScopeRole = Literal["process", "scope", "call", "loop", "compensation"]
ROOT: Final = ""
"""The identifier of the process's own scope; every other scope has that of its owner."""


class Token(Task):  # type: ignore[misc]
    """A token at a node. ``data`` holds variables only it sees.

    ``arms`` holds, by event, what only this instance knows: a timer's due moment, a correlation, a condition's last
    value.
    """

    # What SpiffWorkflow's tasks have and no token ever changes: once for all of them, not once for each of thousands.
    _parent: None = None
    _children: tuple[()] = ()
    triggered = False
    thread_id = 0
    last_state_change = 0.0

    def __init__(self, token_id: str, node: Node, scope: Live, flow: str | None = None) -> None:
        # Task.__init__ would draw a random identifier, read the clock and hang the task into a tree.
        self.id: str = token_id
        self.workflow: Live = scope
        self.task_spec = node.spec
        self.node = node
        self.flow = flow
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.arms: dict[str, Any] = {}
        self._parked = False
        self.caught = False
        self._state: int = TaskState.FUTURE
        scope.tasks[token_id] = self
        scope.instance.everything[token_id] = self

    def _set_state(self, value: int) -> None:
        self._state = value

    @property
    def marks(self) -> dict[str, Any]:
        """What the specifications remember about this token: SpiffWorkflow's internal data."""
        return self.internal_data

    @property
    def parked(self) -> bool:
        """True while the token waits for others at a merging node; its scope counts them by node."""
        return self._parked

    @parked.setter
    def parked(self, parked: bool) -> None:
        if parked != self._parked:
            self._parked = parked
            self.workflow.arrived[self.node.id] += 1 if parked else -1

    @property
    def child(self) -> SubScope | None:
        """The scope that is carried out on behalf of this token."""
        found: SubScope | None = self.workflow.instance.subprocesses.get(self.id)
        return found

    @property
    def rests(self) -> bool:
        """True while the token waits for something other than tokens: then its events listen.

        Nothing interrupts a transaction that is being cancelled.
        """
        waits = self._state != TaskState.FUTURE and not self.parked and not self.caught
        return waits and "cancelled" not in self.internal_data


class Live:
    """What a process instance and the scopes within it have in common."""

    id: str
    role: ScopeRole
    scope: Scope
    owner: Token | None
    instance: Instance
    data: dict[str, Any]
    tasks: dict[str, Token]
    arms: dict[str, Any]
    marks: dict[str, Any]
    arrived: Counter[str]
    depth_within: int

    def get_tasks_iterator(self, first_task: Token | None = None, **criteria: Any) -> Iterator[Token]:
        """The tokens of this scope; ``state`` is a mask, ``manual`` asks for tasks of persons."""
        state: int = criteria.get("state", TaskState.ANY_MASK)
        manual: bool | None = criteria.get("manual")
        for token in (first_task,) if first_task is not None else tuple(self.tasks.values()):
            if token.has_state(state) and manual in (None, token.task_spec.manual):
                yield token

    def _task_completed_notify(self, task: Token) -> None:
        """Nothing: the step itself sees which scopes have become empty."""


class SubScope(Live, BpmnSubWorkflow):  # type: ignore[misc]
    """A scope within an instance: a sub-process, a called process, the rounds of a loop, a compensation."""

    def __init__(self, role: ScopeRole, scope: Scope, owner: Token) -> None:
        self.owner: Token = owner
        self.id = owner.id
        self.role = role
        self.scope = scope
        self.instance = owner.workflow.instance
        self.arms = {}
        self.marks = {}
        self.arrived = Counter()
        self.depth_within = owner.workflow.depth_within + 1
        super().__init__(scope.spec, owner.id, self.instance, deserializing=True)
        self.instance.subprocesses[owner.id] = self

    def _calculate_depth(self) -> int:
        return self.depth_within


class Instance(Live, BpmnWorkflow):  # type: ignore[misc]
    """A process instance. Its script engine is the step that is being carried out; between steps there is none."""

    script_engine: object | None

    def __init__(self, graph: Graph, step: object) -> None:
        self.id = ROOT
        self.role = "process"
        self.scope = graph.process
        self.owner = None
        self.instance = self
        self.arms = {}
        self.marks = {}
        self.arrived = Counter()
        self.depth_within = 0
        self.graph = graph
        self.everything: dict[str, Token] = {}
        self.counter = 0
        self.status: Status = "running"
        self.ended_with: str | None = None
        super().__init__(graph.process.spec, None, script_engine=step, deserializing=True)

    @property
    def lives(self) -> list[Live]:
        """The process's scope and all within it, in the order they were opened."""
        inner = self.subprocesses.values()
        return [self, *sorted(inner, key=lambda live: (len(live.id), live.id))] if len(inner) > 1 else [self, *inner]


Holder = Token | Live
"""What events can listen on behalf of: a token that rests at an activity or event, or an open scope."""


def enclosing(holder: Holder) -> Iterator[Holder]:
    """The token or scope itself, then everything around it up to the process instance, innermost first."""
    current: Holder | None = holder
    while current is not None:
        yield current
        current = current.workflow if isinstance(current, Token) else current.owner


def variables_seen(holder: Holder) -> MutableMapping[str, Any]:
    """The variables visible from here: local ones before those of the process. A called process sees only its own."""
    maps: list[MutableMapping[str, Any]] = []
    for around in enclosing(holder):
        outermost = isinstance(around, Live) and around.role in ("process", "call")
        if around.data or outermost:
            maps.append(around.data)
        if outermost:
            break
    return maps[0] if len(maps) == 1 else ChainMap(*maps)


def element_of(holder: Holder) -> str:
    """The element a failure is reported at."""
    return holder.node.id if isinstance(holder, Token) else holder.scope.id
