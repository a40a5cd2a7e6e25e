"""The structural rules of BPMN 2.0.2 that a drawing must keep before it is run."""

from __future__ import annotations

from typing import Final

from engine.bpmn.graph import Node, Scope
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.assemble import begins_implicitly, nodes_of
from engine.bpmn.rules.ends import check_ends
from engine.bpmn.rules.events import (
    check_caught_twice,
    check_event,
    check_event_gateway,
    check_links,
    check_loop_events,
)
from engine.bpmn.rules.reduction import is_join
from engine.bpmn.rules.soundness import Allowance, Soundness, never_ends
from engine.bpmn.rules.undoing import check_ad_hoc, check_compensation

_CONDITIONS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


class Rules:
    """Checks the scopes of a set of files."""

    def __init__(self, processes: dict[str, Scope], findings: Findings) -> None:
        self.processes = processes
        self.findings = findings
        self._allowance = Allowance()
        nodes = [node for scope in processes.values() for node in nodes_of(scope)]
        self._called = {node.work.called for node in nodes if node.work}
        self.handlers = {node.compensated_by for node in nodes}
        self._anything = any(scope.nodes for scope in processes.values())

    def error(self, rule: str, node: Node, **detail: object) -> None:
        """Report something that forbids running the process."""
        self.findings.add("error", rule, self._file(node.scope), node.id, node.name, **detail)

    def warn(self, rule: str, node: Node, **detail: object) -> None:
        """Report something the analyst should look at."""
        self.findings.add("warning", rule, self._file(node.scope), node.id, node.name, **detail)

    def error_in(self, rule: str, scope: Scope, **detail: object) -> None:
        """Report something about a whole process or sub-process."""
        self.findings.add("error", rule, self._file(scope), scope.id, scope.name, **detail)

    def warn_in(self, rule: str, scope: Scope, **detail: object) -> None:
        """Report something about a whole process or sub-process that the analyst should look at."""
        self.findings.add("warning", rule, self._file(scope), scope.id, scope.name, **detail)

    def _file(self, scope: Scope) -> str:
        return scope.file or self.processes[scope.process_id].file

    def check(self) -> None:
        """Apply every rule."""
        scopes: list[Scope] = []
        for process in self.processes.values():
            nodes = nodes_of(process)
            for node in nodes:
                self._node(node)
            scopes += [process, *(node.inner for node in nodes if node.inner is not None)]
        for scope in scopes:
            self._scope(scope)
        if not self.findings.errors:
            for scope in scopes:
                self._soundness(scope)

    def _scope(self, scope: Scope) -> None:
        plain = [node for node in scope.nodes.values() if node.type == "startEvent" and not node.triggers]
        if not scope.nodes:
            self._empty(scope)
            return
        if scope.kind == "process" and len(plain) > 1:
            self.error_in("start-several", scope, number=len(plain))
        check_links(self, scope)
        check_caught_twice(self, scope)
        check_ends(self, scope)
        self._beginnings(scope)

    def _empty(self, scope: Scope) -> None:
        """A pool that was left empty beside others is only a frame: some tools always write one."""
        if scope.kind == "process" and self._anything and scope.id not in self._called:
            self.findings.add("note", "process-empty", self._file(scope), scope.id, scope.name)
        else:
            self.error_in("empty", scope)

    def _beginnings(self, scope: Scope) -> None:
        starts = [node for node in scope.nodes.values() if node.type == "startEvent"]
        if scope.kind == "eventSubProcess":
            if len(starts) != 1 or not starts[0].triggers:
                self.error_in("event-sub-process-start", scope)
        elif scope.kind in ("subProcess", "transaction") and starts and (len(starts) > 1 or starts[0].triggers):
            self.error_in("sub-process-start", scope)
        if not starts and not scope.starts and scope.kind != "adHocSubProcess" and not _instantiating(scope):
            self.error_in("start-none", scope)
        if not scope.frayed:
            self._reachable(scope, bool(starts))

    def _reachable(self, scope: Scope, started: bool) -> None:
        """Every node can be reached. Of a loose part of the drawing only the first node is told."""
        reached = _reached(scope)
        loose = [node for node in scope.nodes.values() if started and begins_implicitly(node)]
        for node in loose:
            if node.type != "adHocSubProcess":
                self.error("start-and-loose", node)
        reached |= _following(loose)
        for node in scope.nodes.values():
            if node not in reached:
                self.error("unreachable", node)
                reached |= _following([node])

    def _soundness(self, scope: Scope) -> None:
        for node in never_ends(scope):
            self.error("never-ends", node)
        if scope.kind == "adHocSubProcess":
            if any(is_join(node) for node in scope.nodes.values()):
                self.findings.add("note", "soundness-free", self._file(scope), scope.id, scope.name)
            return
        found = Soundness(scope, self._allowance)
        for node in scope.nodes.values():
            if node.id in found.multiplies:
                self.warn("multiplies", node)
            if not found.complete:
                continue
            if node.id in found.met - found.fired:
                self.error("join-never", node)
            if node.id in found.stuck & found.fired:
                self.warn("join-may-wait", node)
            if node.id in found.twice:
                self.warn("runs-twice", node)
        if not found.complete and not found.multiplies:
            self.findings.add("note", "soundness-open", self._file(scope), scope.id, scope.name)

    def _node(self, node: Node) -> None:
        if node.type.endswith("Event"):
            check_event(self, node)
        check_loop_events(self, node)
        self._not_run(node)
        self._flows(node)
        if node.type == "eventBasedGateway":
            check_event_gateway(self, node)
        elif node.type.endswith("Gateway"):
            self._gateway(node)
        self._direction(node)
        if node.instantiates and any(flow.source.type != "eventBasedGateway" for flow in node.incoming):
            self.error("instantiate-incoming", node)
        if node.type == "eventSubProcess" and (node.incoming or node.outgoing):
            self.error("event-sub-process-flow", node)
        if node.work is not None and node.work.called:
            self._call(node, node.work.called)
        check_compensation(self, node)
        if node.type == "adHocSubProcess":
            check_ad_hoc(self, node)

    def _gateway(self, node: Node) -> None:
        incoming, outgoing = len(node.incoming), len(node.outgoing)
        if node.id in node.scope.frayed:
            return
        if not outgoing and incoming < 2:
            self.error("gateway-outgoing", node)
        elif outgoing < 2 and incoming < 2:
            self.error("gateway-idle", node)
        if node.type == "complexGateway" and incoming > 1 and node.activation is None:
            self.error("complex-condition", node)

    def _direction(self, node: Node) -> None:
        incoming, outgoing = len(node.incoming), len(node.outgoing)
        wrong = {
            "Converging": incoming < 2 or outgoing > 1,
            "Diverging": outgoing < 2 or incoming > 1,
            "Mixed": incoming < 2 or outgoing < 2,
        }
        if wrong.get(node.direction, False) and node.id not in node.scope.frayed:
            self.error("gateway-direction", node, direction=node.direction, incoming=incoming, outgoing=outgoing)

    def _call(self, node: Node, called: str) -> None:
        process = self.processes.get(called)
        if process is None:
            self.error("call-unknown", node, id=called)
        elif not process.starts:
            self.error("call-start", node, id=called)

    def _not_run(self, node: Node) -> None:
        what = None
        if node.instantiates and node.loop is not None:
            what = "a receive task in a loop that begins a process"
        if node.type == "eventSubProcess" and node.loop is not None:
            what = "an event sub-process in a loop"
        if what:
            self.error("not-run", node, what=what)

    def _flows(self, node: Node) -> None:
        conditioned = [flow for flow in node.outgoing if flow.condition is not None]
        if conditioned and not (node.type in _CONDITIONS or node.is_activity):
            self.error("condition-place", node)
        if node.is_activity and len(node.outgoing) == len(conditioned) == 1:
            self.warn("condition-alone", node)
        if node.default is not None and node.default.condition is not None:
            self.error("condition-default", node)
        if node.type in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1:
            open_flows = [flow.id for flow in node.outgoing if flow.condition is None and flow is not node.default]
            if open_flows:
                flows = "; ".join(self.findings.label(self._file(node.scope), own) or own for own in open_flows)
                self.error("flow-without-condition", node, flows=flows)


def _instantiating(scope: Scope) -> bool:
    return scope.kind == "process" and any(node.instantiates for node in scope.nodes.values())


def _reached(scope: Scope) -> set[Node]:
    """Nodes that a token can get to in this scope."""
    waiting = [node for node in scope.nodes.values() if node.type in ("startEvent", "eventSubProcess")]
    waiting += [*scope.starts, *(node for node in scope.nodes.values() if node.instantiates or node.for_compensation)]
    if scope.kind == "adHocSubProcess":
        waiting += [node for node in scope.nodes.values() if not node.incoming]
    return _following(waiting)


def _following(nodes: list[Node]) -> set[Node]:
    """These nodes and all that a token there can get to."""
    waiting = list(nodes)
    reached: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(flow.target for flow in node.outgoing)
            waiting.extend(node.boundaries)
    return reached
