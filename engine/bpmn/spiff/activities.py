"""What all activities have in common: when they begin, how often they run, what goes in and out."""

from __future__ import annotations

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Node, Work
from engine.bpmn.language.functions import BpmnErrorRaised
from engine.bpmn.language.reasons import because
from engine.bpmn.running import adhoc, arming, compensation, flowing, loops
from engine.bpmn.running.data import give_outputs, take_inputs
from engine.bpmn.running.propagation import propagate
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.specs import Flat, run_of
from engine.bpmn.spiff.tokens import TaskState, Token


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
                raise StepFailed(self.node.id, None, because("error-raised", code=raised.code)) from None
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


def work_of(node: Node) -> Work:
    """What the task does."""
    assert node.work is not None  # noqa: S101 - tasks have work by construction
    return node.work
