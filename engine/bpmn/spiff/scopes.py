"""The task specifications of activities that are scopes of their own: sub-processes of every kind, and calls."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as bpmn_specs
from SpiffWorkflow.spiff.specs import defaults as spiff_specs

from engine.bpmn.graph import Node
from engine.bpmn.running import adhoc, arming, compensation
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.activities import Activity, work_of
from engine.bpmn.spiff.tokens import SubScope, TaskState, Token, variables_seen


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
        run.begin_within(self.node)
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
        if not live.tasks:  # nothing is drawn in it: it is done as it begins (13.3.4)
            run.emptied.append(live)


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

    def begin(self, run: Run, live: SubScope) -> None:
        """Begin at the start event that happened."""
        run.place(live.scope.nodes[live.owner.marks.pop("start")], live)


class CallActivity(_Scoped, spiff_specs.CallActivity):  # type: ignore[misc]
    """Carries out another process with a copy of the variables, and takes what it gives back."""

    def perform(self, run: Run, token: Token) -> bool | None:
        """Open the called process."""
        run.begin_within(self.node)
        called = run.graph.processes[work_of(self.node).called or ""]
        token._set_state(TaskState.STARTED)
        seen = variables_seen(token)
        live = run.open("call", called, token)
        live.data.update(
            {
                name: run.counted(seen[name], self.node.id)
                for name in (seen if called.inputs is None else called.inputs)
                if name in seen
            }
        )
        for name in called.declared:
            live.data.setdefault(name, None)
        arming.arm(run, live)
        for node in called.starts:
            run.place(node, live)
        return None

    def scope_completed(self, run: Run, token: Token, live: SubScope) -> None:
        """Take over the variables that the called process gives back: its outputs, or all that it changed."""
        given = live.scope.outputs
        if given is None:
            given = tuple(name for name in live.marks.get("changed", ()) if name not in live.scope.declared)
        for name in given:
            if name in live.data:
                run.assign(token, name, live.data[name])
        super().scope_completed(run, token, live)
