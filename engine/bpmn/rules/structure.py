"""The structural rules of BPMN 2.0.2 that a drawing must keep before it is run."""

from __future__ import annotations

from engine.bpmn.graph import Node, Scope, triggers_of
from engine.bpmn.language.reasons import Reason, because
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.assemble import begins_implicitly, nodes_of
from engine.bpmn.rules.conditions import check_timer_words, check_truth
from engine.bpmn.rules.ends import check_ends
from engine.bpmn.rules.events import (
    check_caught_twice,
    check_event,
    check_event_gateway,
    check_links,
    check_loop_events,
)
from engine.bpmn.rules.gateways import check_conditions, check_direction, check_gateway
from engine.bpmn.rules.reduction import is_join
from engine.bpmn.rules.report import Report
from engine.bpmn.rules.soundness import Allowance, Soundness, never_ends
from engine.bpmn.rules.undoing import check_ad_hoc, check_compensation
from engine.bpmn.variables import variables_of


class Rules:
    """Checks the scopes of a set of files."""

    def __init__(self, processes: dict[str, Scope], findings: Findings) -> None:
        self._processes = processes
        self._report = Report(processes, findings)
        self._allowance = Allowance()
        nodes = [node for scope in processes.values() for node in nodes_of(scope)]
        self._called = {node.work.called for node in nodes if node.work}
        self._handlers = {node.compensated_by for node in nodes}
        self._known = _named(nodes)
        self._anything = any(scope.nodes for scope in processes.values())

    def check(self) -> None:
        """Apply every rule."""
        scopes: list[Scope] = []
        for process in self._processes.values():
            nodes = nodes_of(process)
            for node in nodes:
                self._node(node)
            scopes += [process, *(node.inner for node in nodes if node.inner is not None)]
        for scope in scopes:
            self._scope(scope)
        if not self._report.has_errors:
            for scope in scopes:
                self._soundness(scope)

    def _scope(self, scope: Scope) -> None:
        plain = [node for node in scope.nodes.values() if node.type == "startEvent" and not node.triggers]
        if not scope.nodes:
            if not scope.frayed:
                self._empty(scope)
            return
        if scope.kind == "process" and len(plain) > 1:
            self._report.error_in("start-several", scope, number=len(plain))
        check_links(self._report, scope)
        check_caught_twice(self._report, scope)
        check_ends(self._report, scope)
        self._beginnings(scope)

    def _empty(self, scope: Scope) -> None:
        """A pool that was left empty beside others is only a frame: some tools always write one."""
        if scope.kind == "process" and self._anything and scope.id not in self._called:
            self._report.note_in("process-empty", scope)
        elif scope.kind in ("subProcess", "transaction"):
            self._report.warn_in("empty-passed", scope)
        else:
            self._report.error_in("empty", scope)

    def _beginnings(self, scope: Scope) -> None:
        starts = [node for node in scope.nodes.values() if node.type == "startEvent"]
        if scope.kind == "eventSubProcess":
            if len(starts) != 1 or not starts[0].triggers:
                self._report.error_in("event-sub-process-start", scope)
        elif scope.kind in ("subProcess", "transaction") and starts and (len(starts) > 1 or starts[0].triggers):
            self._report.error_in("sub-process-start", scope)
        if not starts and not scope.starts and scope.kind != "adHocSubProcess" and not _instantiating(scope):
            self._report.error_in("start-none", scope)
        if not scope.frayed:
            self._reachable(scope, bool(starts))

    def _reachable(self, scope: Scope, started: bool) -> None:
        """Every node can be reached. Of a loose part of the drawing only the first node is told."""
        reached = _reached(scope)
        loose = [node for node in scope.nodes.values() if started and begins_implicitly(node)]
        for node in loose:
            if node.type != "adHocSubProcess":
                self._report.error("start-and-loose", node)
        reached |= _following(loose)
        for node in scope.nodes.values():
            if node not in reached:
                self._report.error("unreachable", node)
                reached |= _following([node])

    def _soundness(self, scope: Scope) -> None:
        for node in never_ends(scope):
            self._report.error("never-ends", node)
        if scope.kind == "adHocSubProcess":
            if any(is_join(node) for node in scope.nodes.values()):
                self._report.note_in("soundness-free", scope)
            return
        found = Soundness(scope, self._allowance)
        for node in scope.nodes.values():
            if node.id in found.multiplies:
                self._report.warn("multiplies", node)
            if not found.complete:
                continue
            if node.id in found.met - found.fired:
                self._report.error("join-never", node, reason=_waits_for(node, "never"))
            if node.id in found.stuck & found.fired:
                self._report.warn("join-may-wait", node, reason=_waits_for(node, "may-wait"))
            if node.id in found.twice:
                self._report.warn("runs-twice", node)
        if not found.complete and not found.multiplies:
            self._report.note_in("soundness-open", scope)

    def _node(self, node: Node) -> None:
        if node.type.endswith("Event"):
            check_event(self._report, node)
        check_loop_events(self._report, node)
        self._not_run(node)
        check_conditions(self._report, node)
        check_truth(self._report, node)
        check_timer_words(self._report, node, self._known)
        if node.type == "eventBasedGateway":
            check_event_gateway(self._report, node)
        elif node.type.endswith("Gateway"):
            check_gateway(self._report, node)
        check_direction(self._report, node)
        if node.instantiates and any(flow.source.type != "eventBasedGateway" for flow in node.incoming):
            self._report.error("instantiate-incoming", node)
        if node.type == "eventSubProcess" and (node.incoming or node.outgoing):
            self._report.error("event-sub-process-flow", node)
        if node.work is not None and node.work.called:
            self._call(node, node.work.called)
        check_compensation(self._report, node, is_handler=node in self._handlers)
        if node.type == "adHocSubProcess":
            check_ad_hoc(self._report, node)

    def _call(self, node: Node, called: str) -> None:
        process = self._processes.get(called)
        if process is None:
            self._report.error("call-unknown", node, id=called)
        elif not process.starts:
            self._report.error("call-start", node, id=called)

    def _not_run(self, node: Node) -> None:
        what = None
        if node.instantiates and node.loop is not None:
            what = "a receive task in a loop that begins a process"
        if node.type == "eventSubProcess" and node.loop is not None:
            what = "an event sub-process in a loop"
        if what:
            self._report.error("not-run", node, what=what)


def _named(nodes: list[Node]) -> frozenset[str]:
    """The variables that the files name: declared, written, brought by an event, or an entry of a list."""
    _, named = variables_of(nodes)
    scopes = {scope.id: scope for node in nodes for scope in (node.scope, node.inner) if scope is not None}
    named |= {name for scope in scopes.values() for name in scope.declared}
    named |= {trigger.variable for node in nodes for trigger in triggers_of(node) if trigger.variable}
    named |= {name for node in nodes if node.loop for name in (node.loop.item, node.loop.output_item) if name}
    return named | {entry.target for node in nodes for entry in node.inputs}


def _waits_for(node: Node, how: str) -> Reason:
    """What a node waits for in vain: flows at a gateway, tokens at an activity that wants several."""
    if node.type.endswith("Gateway"):
        return because(f"join-{how}-gateway")
    return because(f"join-{how}-activity", number=node.start_quantity)


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
