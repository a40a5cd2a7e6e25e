"""Reports what a rule finds broken, at a node or a whole scope: what all rules about the graph have in common."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.graph import Flow, Node, Scope
from engine.bpmn.problems.findings import Findings


class Report:
    """Where the rules write to. It knows the processes, so that a finding names the file it is in."""

    def __init__(self, processes: Mapping[str, Scope], findings: Findings) -> None:
        self._processes = processes
        self._findings = findings

    @property
    def has_errors(self) -> bool:
        """True when something was found that forbids running any of the files, by whichever rule."""
        return bool(self._findings.errors)

    def error(self, rule: str, node: Node, **detail: object) -> None:
        """Report something that forbids running the process."""
        self._findings.add("error", rule, self._file(node.scope), node.id, node.name, **detail)

    def warn(self, rule: str, node: Node, **detail: object) -> None:
        """Report something the analyst should look at."""
        self._findings.add("warning", rule, self._file(node.scope), node.id, node.name, **detail)

    def error_in(self, rule: str, scope: Scope, **detail: object) -> None:
        """Report something about a whole process or sub-process."""
        self._findings.add("error", rule, self._file(scope), scope.id, scope.name, **detail)

    def warn_in(self, rule: str, scope: Scope, **detail: object) -> None:
        """Report something about a whole process or sub-process that the analyst should look at."""
        self._findings.add("warning", rule, self._file(scope), scope.id, scope.name, **detail)

    def note_in(self, rule: str, scope: Scope, **detail: object) -> None:
        """Report something about a whole process or sub-process that is good to know."""
        self._findings.add("note", rule, self._file(scope), scope.id, scope.name, **detail)

    def label(self, flow: Flow) -> str:
        """What the analyst sees of a flow."""
        return self._findings.label(self._file(flow.source.scope), flow.id) or flow.id

    def _file(self, scope: Scope) -> str:
        return scope.file or self._processes[scope.process_id].file
