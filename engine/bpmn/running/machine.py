"""The front door's steps: pure functions from (definition, state, input, now) to a Snapshot.

Every step loads the case, fires what was due before, does what it was asked, moves the tokens until all of them wait,
and fires what has become due meanwhile. A step that fails raises and leaves the given state as it was. A ``LiveCache``
saves the loading; it changes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.bpmn.errors import NobodyWaits, StartNotPossible, StepFailed, TaskNotReady
from engine.bpmn.graph import Graph, Node, triggers_of
from engine.bpmn.language.reasons import Unfit, because
from engine.bpmn.language.values import plain, variable_name
from engine.bpmn.model import Message, ProcessDefinition, Signal, Snapshot
from engine.bpmn.running import arming, codec, correlation, flowing, throwing
from engine.bpmn.running.live import LiveCache
from engine.bpmn.running.propagation import propagate
from engine.bpmn.running.run import Run
from engine.bpmn.running.snapshots import is_ready, snapshot
from engine.bpmn.running.stepping import drain, settle_timers
from engine.bpmn.spiff.tokens import Holder, Instance, TaskState, Token

Functions = Mapping[str, Callable[..., Any]] | None


def start(
    definition: ProcessDefinition,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    start_event: str | None = None,
    caught: Message | Signal | None = None,
    functions: Functions = None,
    live: LiveCache | None = None,
) -> Snapshot:
    """Begin an instance at its plain start, or at the start event (or instantiating receive task) that is named.

    Where there is one way to begin, it need not be named; an event gateway then waits for what comes first.

    ``caught`` is the message or signal that set it off; what it carries is kept as the start event says.

    A start event that needs all its triggers begins with the one that came, ``start#1`` for its second (``start`` for
    its first), and waits for the others. Raises StartNotPossible, StepFailed.
    """
    run = Run(definition.graph, _aware(now), functions)
    instance = run.instance = Instance(definition.graph, run)
    instance.data.update(dict.fromkeys(instance.scope.declared))
    store(run, instance, variables, instance.scope.id)
    name, _, trigger = (start_event or "").partition("#")
    beginnings = _beginnings(definition.graph, name or None)
    arming.arm(run, instance)
    for node in beginnings:
        if node.event_gateway_type == "Parallel":
            flowing.open_event_gateway(run, node)
            continue
        number = _trigger_number(node, trigger) if caught is None else _receive(run, node, caught)
        token = run.place(node, instance)
        token.caught = node.instantiates and node.type != "eventBasedGateway"
        if token.caught:
            flowing.pass_event_gateway(run, node)
        elif node.needs_all:
            token.marks[arming.mark_of(node)] = [number]
    return end_step(run, now, live)


def _beginnings(graph: Graph, start_event: str | None) -> list[Node]:
    process = graph.process
    events = [node for node in process.nodes.values() if node.type == "startEvent"]
    if start_event is None:
        if process.starts:
            return process.starts
        ways = events + [node for node in process.nodes.values() if node.instantiates and not node.incoming]
        if len(ways) == 1:
            return ways
        raise StartNotPossible(f"process {process.id!r} begins with an event that must be named")
    node = process.nodes.get(start_event)
    if node is None or (node.type != "startEvent" and not node.instantiates):
        raise StartNotPossible(f"process {process.id!r} has no start event {start_event!r}")
    return [node]


def _receive(run: Run, node: Node, caught: Message | Signal) -> int:
    """Keep what came with the message or signal, and say which trigger that was.

    A message sets the correlation keys that it carries.
    """
    if isinstance(caught, Message):
        correlation.remember(run, run.instance, caught.name, caught.payload)
    kind = "message" if isinstance(caught, Message) else "signal"
    for number, trigger in enumerate(triggers_of(node)):
        if (trigger.kind, trigger.name) == (kind, caught.name):
            throwing.store_payload(run, run.instance, node, trigger, caught.payload)
            return number
    raise StartNotPossible(f"start event {node.id!r} does not begin with {caught.name!r}")


def _trigger_number(node: Node, written: str) -> int:
    number = int(written) if written.isdecimal() else 0
    if number and number >= len(node.triggers):
        raise StartNotPossible(f"start event {node.id!r} has no trigger number {number}")
    return number


def complete(
    definition: ProcessDefinition,
    state: bytes,
    task_id: str,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    functions: Functions = None,
    live: LiveCache | None = None,
) -> Snapshot:
    """A person has done a task, or a service has answered. Raises TaskNotReady, StepFailed, StateUnreadable."""
    run = begin_step(definition, state, now, functions, live)
    token = _task(run, task_id)
    work = token.node.work
    result = work.result_variable if work else None
    store(run, token, {result: dict(variables)} if result else variables, token.node.id)
    if is_ready(token):
        token.run()
    else:
        token.complete()
    return end_step(run, now, live)


def fail(
    definition: ProcessDefinition,
    state: bytes,
    task_id: str,
    error_code: str,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    functions: Functions = None,
    live: LiveCache | None = None,
) -> Snapshot:
    """A service call ended in a BPMN error.

    Raises StepFailed when nothing catches it, TaskNotReady, StateUnreadable.
    """
    run = begin_step(definition, state, now, functions, live)
    token = _task(run, task_id)
    store(run, token, variables, token.node.id)
    if not propagate(run, token, "error", error_code):
        raise StepFailed(token.node.id, None, because("error-answered", code=error_code))
    return end_step(run, now, live)


def fire_timers(
    definition: ProcessDefinition,
    state: bytes,
    *,
    now: datetime,
    functions: Functions = None,
    live: LiveCache | None = None,
) -> Snapshot:
    """Fire every timer that is due, in order, each once. Raises StepFailed, StateUnreadable."""
    run = begin_step(definition, state, now, functions, live)
    return end_step(run, now, live)


def deliver(
    definition: ProcessDefinition,
    state: bytes,
    event: Message | Signal,
    *,
    now: datetime,
    functions: Functions = None,
    live: LiveCache | None = None,
) -> Snapshot:
    """Give a message to the one element that waits for it, or a signal to all that listen.

    Raises NobodyWaits (messages only), StepFailed, StateUnreadable.
    """
    run = begin_step(definition, state, now, functions, live)
    if isinstance(event, Signal):
        throwing.hear(run, event.name, event.payload)
        return end_step(run, now, live)
    found = _addressee(run, event)
    if found is None:
        raise NobodyWaits(event.name, event.correlation)
    correlation.remember(run, found[0], event.name, event.payload)
    throwing.catch(run, *found, event.payload)
    return end_step(run, now, live)


def _addressee(run: Run, message: Message) -> tuple[Holder, Node, int] | None:
    """Who gets the message: one that asked for this correlation before one that takes any."""
    anyone: tuple[Holder, Node, int] | None = None
    for holder, event, index, trigger in arming.listeners(run, "message"):
        if trigger.name != message.name or not correlation.fits(run, holder, message):
            continue
        wanted = holder.arms.get(arming.key_of(event, index))
        if wanted is not None and wanted == message.correlation:
            return holder, event, index
        if anyone is None and (wanted is None or message.correlation is None):
            anyone = holder, event, index
    return anyone


def cancel(definition: ProcessDefinition, state: bytes, *, now: datetime) -> Snapshot:
    """End the instance here and now; a finished one stays as it is. Raises StateUnreadable."""
    run = Run(definition.graph, _aware(now), None)
    instance = codec.load(definition.graph, run, state)
    if instance.status == "running":
        run.clear(instance)
        instance.arms.clear()
        instance.status = "terminated"
    return snapshot(definition.graph, run)


def begin_step(
    definition: ProcessDefinition,
    state: bytes,
    now: datetime,
    functions: Functions,
    live: LiveCache | None,
    *,
    settle: bool = True,
) -> Run:
    """The case of ``state``, ready to be stepped, with everything fired that was due. Raises StateUnreadable."""
    graph = definition.graph
    run = Run(graph, _aware(now), functions)
    instance = live.take(state) if live is not None else None
    if instance is None or instance.graph is not graph:
        instance = codec.load(graph, run, state)
    run.instance, instance.script_engine = instance, run
    if settle:
        run.timers_armed.extend(arming.running_timers(run))
        settle_timers(run, run.now)
    return run


def end_step(run: Run, now: datetime, live: LiveCache | None) -> Snapshot:
    """Move everything on until it waits, and describe the case."""
    drain(run)
    settle_timers(run, _aware(now))
    instance = run.instance
    if instance.status != "running":
        instance.arms.clear()
    taken = snapshot(run.graph, run)
    if live is not None and instance.status == "running":
        instance.script_engine = None  # with all that this step knew; the next one brings its own
        live.keep(taken.state, instance)
    return taken


def _task(run: Run, task_id: str) -> Token:
    token = run.instance.everything.get(task_id)
    if token is None or not (is_ready(token) or _awaits_service(token)):
        raise TaskNotReady(task_id)
    return token


def awaits(definition: ProcessDefinition, state: bytes, task_id: str, *, now: datetime) -> bool:
    """Whether a person or a service is still to complete this task. Raises StateUnreadable."""
    try:
        _task(begin_step(definition, state, now, None, None, settle=False), task_id)
    except TaskNotReady:
        return False
    return True


def _awaits_service(token: Token) -> bool:
    work = token.node.work
    return work is not None and bool(work.operator) and token.has_state(TaskState.STARTED) and token.child is None


def store(run: Run, holder: Holder, variables: Mapping[str, Any], element_id: str) -> None:
    """Keep what came from outside as variables; raises StepFailed for what the state cannot hold."""
    for name, value in variables.items():
        try:
            run.assign(holder, variable_name(name), plain(value))
        except Unfit as unfit:
            raise StepFailed(element_id, None, because("not-kept", name=repr(name)[:80], reason=unfit.reason)) from None


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    return now.astimezone(UTC)
