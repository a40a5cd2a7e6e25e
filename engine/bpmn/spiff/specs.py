"""The task specifications that carry tokens: SpiffWorkflow's classes with the behaviour of BPMN 2.0.2.

Each class takes its place in the life of a SpiffWorkflow task: ``_update_hook`` decides whether the token may go on,
``_run_hook`` does the work (None: it goes on outside), ``_on_complete_hook`` puts tokens on the flows that follow.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as bpmn_specs
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs import WorkflowSpec

from engine.bpmn.graph import Node
from engine.bpmn.reach import Reach, waits_for_all_that_can_come
from engine.bpmn.running import arming, compensation, flowing, throwing
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import SubScope, TaskState, Token


def run_of(token: Token) -> Run:
    """The step that is moving the token."""
    run = token.workflow.instance.script_engine
    assert isinstance(run, Run)  # noqa: S101 - only steps move tokens
    return run


class FlatProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """A process specification that holds what was drawn and nothing else: no artificial start, join and end."""

    def __init__(self, name: str, description: str | None, filename: str | None) -> None:
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.description = description
        self.svg = None
        self.end = None
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []


class Flat:
    """What all nodes have in common. A token passes at once and goes on along the outgoing flows."""

    node: Node
    manual: bool
    reach: Reach | None = None
    """For a gateway that merges whatever may still come: from where it can."""

    def __init__(self, wf_spec: FlatProcessSpec, bpmn_id: str, node: Node, **attributes: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **self.stock_arguments(node), **attributes)  # type: ignore[call-arg]
        self.node = node
        node.spec = self

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004 - subclasses look at the node
        """What the constructor of the SpiffWorkflow class wants besides the common attributes."""
        return {}

    def test(self) -> None:
        """Nothing: a node without incoming flow is legal BPMN, and the drawing was checked."""

    def _predict(self, *_: Any, **__: Any) -> None:
        """Nothing: no task exists before a token reaches it."""

    def is_host(self, token: Token) -> bool:  # noqa: ARG002
        """True for a token that stands for several rounds or instances of an activity."""
        return False

    def go_on(self, token: Token) -> None:
        """What the token waited for has come."""
        token.caught = False
        token._ready()
        token.run()

    def _update_hook(self, token: Token) -> bool:  # noqa: ARG002
        return True

    def _on_ready_hook(self, token: Token) -> None:
        """Nothing to prepare."""

    def _run_hook(self, token: Token) -> bool | None:  # noqa: ARG002
        return True

    def _on_complete_hook(self, token: Token) -> None:
        flowing.leave(run_of(token), token)


class _OneEvent(Flat):
    """SpiffWorkflow's event classes want one event definition; the triggers are with the node."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004
        """See Flat."""
        return {"event_definition": None}


class StartEvent(_OneEvent, bpmn_specs.StartEvent):  # type: ignore[misc]
    """A start event: it has happened when a token is put on it, unless it needs further triggers."""

    def _update_hook(self, token: Token) -> bool:
        if self.node not in self.node.watched:
            return True
        token._set_state(TaskState.WAITING)
        arming.arm(run_of(token), token)
        return False


class BoundaryEvent(_OneEvent, bpmn_specs.BoundaryEvent):  # type: ignore[misc]
    """A boundary event: a token is put on it when it has happened."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:
        """See Flat."""
        return {"event_definition": None, "cancel_activity": node.interrupting}


class CatchEvent(_OneEvent, bpmn_specs.IntermediateCatchEvent):  # type: ignore[misc]
    """An intermediate catching event: the token waits until what it waits for has come."""

    def _update_hook(self, token: Token) -> bool:
        if self.node.triggers[0].kind == "link":
            return True
        token._set_state(TaskState.WAITING)
        arming.arm(run_of(token), token)
        return False


class ThrowEvent(_OneEvent, bpmn_specs.IntermediateThrowEvent):  # type: ignore[misc]
    """An intermediate throwing event; one that compensates waits until everything is undone."""

    def _run_hook(self, token: Token) -> bool | None:
        run = run_of(token)
        undoing = throwing.throw_all(run, token)
        if not run.is_alive(token):
            return None
        if undoing and not all(trigger.waits for trigger in self.node.triggers):
            self._go_ahead(run, token)
        return None if undoing else True

    def _go_ahead(self, run: Run, token: Token) -> None:
        """Let the flow go on while the compensation is still being carried out."""
        run.pass_by(self.node)
        token.marks["gone"] = True
        for flow in self.node.outgoing:
            run.place(flow.target, token.workflow, flow.id)

    def scope_completed(self, run: Run, token: Token, live: SubScope) -> None:
        """One handler is done: the next, or on."""
        if not compensation.next_handler(run, live):
            run.close(live)
            token.complete()

    def _on_complete_hook(self, token: Token) -> None:
        if "gone" in token.marks:
            run_of(token).remove(token)
        else:
            super()._on_complete_hook(token)


class EndEvent(_OneEvent, bpmn_specs.EndEvent):  # type: ignore[misc]
    """An end event: the token ends here, after causing what the event throws."""

    def _run_hook(self, token: Token) -> bool | None:
        run = run_of(token)
        run.pass_by(self.node)
        return None if throwing.throw_all(run, token) and run.is_alive(token) else True

    def scope_completed(self, run: Run, token: Token, live: SubScope) -> None:
        """One handler is done: the next, or what the event throws after undoing, or the end."""
        if compensation.next_handler(run, live):
            return
        run.close(live)
        if not throwing.throw_rest(run, token):
            token.complete()

    def _on_complete_hook(self, token: Token) -> None:
        run = run_of(token)
        if "cancels" in token.marks and run.is_alive(token):
            compensation.transaction_cancelled(run, token)
        run.remove(token)


class ExclusiveGateway(Flat, bpmn_specs.ExclusiveGateway):  # type: ignore[misc]
    """Takes the first flow whose condition holds."""


class ParallelGateway(Flat, bpmn_specs.ParallelGateway):  # type: ignore[misc]
    """Waits for one token on every incoming flow, then takes all outgoing ones."""

    def _update_hook(self, token: Token) -> bool:
        return flowing.merge_parallel(run_of(token), token)


class _Merging(Flat):
    """Where several flows come in, tokens wait until nothing more can come, or enough has come; see ``merging``."""

    def __init__(self, wf_spec: FlatProcessSpec, bpmn_id: str, node: Node, **attributes: Any) -> None:
        super().__init__(wf_spec, bpmn_id, node, **attributes)
        self.reach = Reach(node) if waits_for_all_that_can_come(node) else None

    def _update_hook(self, token: Token) -> bool:
        if self.reach is None:
            return True
        flowing.park(token)
        return False


class InclusiveGateway(_Merging, bpmn_specs.InclusiveGateway):  # type: ignore[misc]
    """Waits for every token that can still come, then takes all flows whose condition holds."""


class ComplexGateway(_Merging, BpmnSpecMixin):  # type: ignore[misc]
    """Waits until its activation condition holds; see ``flowing``."""


class EventGateway(Flat, bpmn_specs.EventBasedGateway):  # type: ignore[misc]
    """Waits until the first of the events behind it has come."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004
        """See Flat."""
        return {"event_definition": MultipleEventDefinition()}

    def _update_hook(self, token: Token) -> bool:
        token._set_state(TaskState.WAITING)
        arming.arm(run_of(token), token)
        return False
