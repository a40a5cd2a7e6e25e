"""The task specifications of tasks: what is done by a person, a script, a decision, a service or a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.spiff.specs import defaults as spiff_specs

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Node
from engine.bpmn.language.decisions import decide
from engine.bpmn.language.evaluating import ExpressionFailed
from engine.bpmn.language.scripts import run_script
from engine.bpmn.model import Effect
from engine.bpmn.running import throwing
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.activities import Activity, work_of
from engine.bpmn.spiff.tokens import Token, variables_seen


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
        script = work_of(self.node).script
        if script is not None:
            _guarded(self.node, lambda: run_script(script, run.evaluator, variables_seen(token), _assigner(run, token)))
        return True


def _assigner(run: Run, token: Token) -> Callable[[str, Any], None]:
    return lambda name, value: run.assign(token, name, value)


def _guarded(node: Node, work: Callable[[], None]) -> None:
    try:
        work()
    except ExpressionFailed as failure:
        raise StepFailed(node.id, failure.expression, failure.reason, failure.used) from None


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
        decision = work_of(self.node).decision
        if decision is None:
            return
        outputs = decide(decision, run.evaluator, variables_seen(token), counted=run.rules)
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
        work, node = work_of(self.node), self.node
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
        work = work_of(self.node)
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
