"""The task specifications of activities: tasks, call activities and sub-processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as bpmn_specs
from SpiffWorkflow.spiff.specs import defaults as spiff_specs

from engine.bpmn import adhoc, arming, compensation, flowing, loops, throwing
from engine.bpmn.decisions import decide
from engine.bpmn.errors import StepFailed
from engine.bpmn.expressions import ExpressionFailed
from engine.bpmn.functions import BpmnErrorRaised
from engine.bpmn.graph import Node, Work
from engine.bpmn.model import Effect
from engine.bpmn.propagation import propagate
from engine.bpmn.run import Run
from engine.bpmn.scripts import run_script
from engine.bpmn.specs import Flat, run_of
from engine.bpmn.tokens import SubScope, TaskState, Token, variables_seen


class Activity(Flat):
    """Begins when enough tokens are there, arms its boundary events, and is carried out once or several times."""

    def _update_hook(self, token: Token) -> bool:
        return flowing.enough(run_of(token), token)

    def _on_ready_hook(self, token: Token) -> None:
        run = run_of(token)
        if token.workflow.role != "loop":
            take_inputs(run, token)
        if self.node.watched:
            arming.arm(run, token)

    def go_on(self, token: Token) -> None:
        """See Flat. The activity has begun already: its timers run on."""
        token.run()

    def is_host(self, token: Token) -> bool:
        """True for the token that stands for all rounds or instances of the activity."""
        return self.node.loop is not None and token.workflow.role != "loop"

    def _run_hook(self, token: Token) -> bool | None:
        run = run_of(token)
        if self.is_host(token) and token.child is None:
            token._set_state(TaskState.STARTED)
            return True if loops.begin(run, token) else None
        try:
            return self.perform(run, token)
        except BpmnErrorRaised as raised:
            if not propagate(run, token, "error", raised.code):
                reason = f"it raised the error {raised.code}, which nothing catches"
                raise StepFailed(self.node.id, None, reason) from None
            return None

    def perform(self, run: Run, token: Token) -> bool | None:  # noqa: ARG002
        """Do the work of one instance; None when it goes on outside and completes later."""
        return True

    def _on_complete_hook(self, token: Token) -> None:
        run = run_of(token)
        if token.workflow.role == "loop":
            loops.instance_done(run, token)
            return
        give_outputs(run, token)
        live = token.workflow
        compensation.remember(live, token)
        if self.node.loop is None:
            run.pass_by(self.node)
        flowing.go_on(run, token, flowing.chosen(run, token))
        if live.scope.kind == "adHocSubProcess":
            adhoc.after_activity(run, live)


def take_inputs(run: Run, token: Token) -> None:
    """Copy the activity's data inputs into its own variables."""
    for entry in token.node.inputs:
        seen = variables_seen(token)
        if entry.expression is not None:
            token.data[entry.target] = run.evaluate(entry.expression, token)
        elif entry.source is not None and entry.source in seen:
            token.data[entry.target] = seen[entry.source]
        else:
            raise StepFailed(token.node.id, entry.source, f"there is no variable named {entry.source}")
    for entry in token.node.outputs:
        if entry.source and entry.source not in token.data:
            token.data[entry.source] = None


def give_outputs(run: Run, token: Token) -> None:
    """Copy the activity's data outputs to where they belong, outside of it."""
    for entry in token.node.outputs:
        value = run.evaluate(entry.expression, token) if entry.expression else token.data.get(entry.source or "")
        run.assign(token.workflow, entry.target, value)


class UserTask(Activity, spiff_specs.UserTask):  # type: ignore[misc]
    """Waits for a person."""


class ManualTask(Activity, spiff_specs.ManualTask):  # type: ignore[misc]
    """Waits for a person who works outside the system and says when it is done."""


class NoneTask(Activity, spiff_specs.NoneTask):  # type: ignore[misc]
    """A task without a type: as with SpiffWorkflow, somebody has to say that it is done."""


class ScriptTask(Activity, spiff_specs.ScriptTask):  # type: ignore[misc]
    """Carries out its script."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004
        """See Flat."""
        return {"script": ""}

    def perform(self, run: Run, token: Token) -> bool | None:
        """Run the script with the variables the token sees."""
        script = _work(self.node).script
        if script is not None:
            _guarded(self.node, lambda: run_script(script, run.evaluator, variables_seen(token), _assigner(run, token)))
        return True


def _assigner(run: Run, token: Token) -> Callable[[str, Any], None]:
    return lambda name, value: run.assign(token, name, value)


def _guarded(node: Node, work: Callable[[], None]) -> None:
    try:
        work()
    except ExpressionFailed as failure:
        raise StepFailed(node.id, failure.expression, failure.reason) from None


def _work(node: Node) -> Work:
    assert node.work is not None  # noqa: S101 - tasks have work by construction
    return node.work


class BusinessRuleTask(Activity, spiff_specs.BusinessRuleTask):  # type: ignore[misc]
    """Evaluates its decision table and stores the outputs as variables."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004
        """See Flat."""
        return {"dmnEngine": None}

    def perform(self, run: Run, token: Token) -> bool | None:
        """Decide."""
        _guarded(self.node, lambda: self._decide(run, token))
        return True

    def _decide(self, run: Run, token: Token) -> None:
        decision = _work(self.node).decision
        outputs = decide(decision, run.evaluator, variables_seen(token)) if decision is not None else {}
        for name, value in outputs.items():
            run.assign(token, name, value)


class ServiceTask(Activity, spiff_specs.ServiceTask):  # type: ignore[misc]
    """Asks the caller to perform an operation and waits for its answer."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:
        """See Flat."""
        return {"operation_name": node.id, "operation_params": {}, "result_variable": None}

    def perform(self, run: Run, token: Token) -> bool | None:
        """Emit the call with its parameters."""
        work, node = _work(self.node), self.node
        payload = {name: run.evaluate(value, token) for name, value in work.parameters}
        run.effects.append(Effect("service", node.id, work.operator or "", payload, token.id, node.properties))
        return None


class SendTask(Activity, spiff_specs.SendTask):  # type: ignore[misc]
    """Sends its message and goes on; with an operator it is a service task."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004
        """See Flat."""
        return {"event_definition": None}

    def perform(self, run: Run, token: Token) -> bool | None:
        """Send the message, or call the service."""
        work = _work(self.node)
        if work.message is None:
            return ServiceTask.perform(self, run, token)
        throwing.throw(run, token, work.message)
        return True


class ReceiveTask(Activity, spiff_specs.ReceiveTask):  # type: ignore[misc]
    """Waits for its message."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:  # noqa: ARG004
        """See Flat."""
        return {"event_definition": None}

    def perform(self, run: Run, token: Token) -> bool | None:  # noqa: ARG002
        """Wait."""
        if token.caught:
            token.caught = False
            return True
        return None


class _Scoped(Activity):
    """An activity that is carried out as a scope of its own."""

    @staticmethod
    def stock_arguments(node: Node) -> dict[str, Any]:
        """See Flat."""
        return {"subworkflow_spec": node.id}

    def scope_completed(self, run: Run, token: Token, live: SubScope) -> None:
        """Everything in the scope is done: so is the activity."""
        compensation.hand_over(live, token)
        run.close(live)
        token.complete()


class SubProcess(_Scoped, spiff_specs.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process."""

    def perform(self, run: Run, token: Token) -> bool | None:
        """Open the scope and put tokens on its beginnings."""
        scope = self.node.inner
        assert scope is not None  # noqa: S101 - sub-processes have a scope by construction
        token._set_state(TaskState.STARTED)
        live = run.open("scope", scope, token)
        live.data.update(dict.fromkeys(scope.declared))
        arming.arm(run, live)
        self.begin(run, live)
        return None

    def begin(self, run: Run, live: SubScope) -> None:
        """Put tokens where the scope begins."""
        for node in live.scope.starts:
            run.place(node, live)


class AdHocSubProcess(SubProcess):
    """Activities without a drawn order."""

    def begin(self, run: Run, live: SubScope) -> None:
        """See SubProcess."""
        adhoc.begin(run, live)

    def scope_completed(self, run: Run, token: Token, live: SubScope) -> None:
        """Done, or once more."""
        if adhoc.is_over(run, token, live):
            super().scope_completed(run, token, live)


class Transaction(SubProcess):
    """A transaction: a sub-process that can be cancelled as a whole."""


class EventSubProcess(SubProcess, bpmn_specs.EventSubprocess):  # type: ignore[misc]
    """An event sub-process: a token is put on it when its start event has happened."""

    def perform(self, run: Run, token: Token) -> bool | None:
        """Open the scope and begin at the start event that happened."""
        scope = self.node.inner
        assert scope is not None  # noqa: S101 - sub-processes have a scope by construction
        token._set_state(TaskState.STARTED)
        live = run.open("scope", scope, token)
        arming.arm(run, live)
        run.place(scope.nodes[token.marks.pop("start")], live)
        return None


class CallActivity(_Scoped, spiff_specs.CallActivity):  # type: ignore[misc]
    """Carries out another process with a copy of the variables, and takes what it gives back."""

    def perform(self, run: Run, token: Token) -> bool | None:
        """Open the called process."""
        called = run.graph.processes[_work(self.node).called or ""]
        token._set_state(TaskState.STARTED)
        seen = variables_seen(token)
        live = run.open("call", called, token)
        live.data.update(
            {name: seen[name] for name in (seen if called.inputs is None else called.inputs) if name in seen}
        )
        for name in called.declared:
            live.data.setdefault(name, None)
        arming.arm(run, live)
        for node in called.starts:
            run.place(node, live)
        return None

    def scope_completed(self, run: Run, token: Token, live: SubScope) -> None:
        """Take over the variables that the called process gives back."""
        given = live.scope.outputs
        for name in live.data if given is None else given:
            if name in live.data and (given is not None or name not in live.scope.declared):
                run.assign(token, name, live.data[name])
        super().scope_completed(run, token, live)
