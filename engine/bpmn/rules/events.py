"""The rules of BPMN 2.0.2 about events: which type may stand where, and what may be joined to it (10.5)."""

from __future__ import annotations

from typing import Final

from engine.bpmn.graph import Node, Scope, event_start, triggers_of
from engine.bpmn.rules.report import Report

_CATCH: Final = frozenset({"message", "signal", "timer", "conditional", "link"})
_THROW: Final = frozenset({"message", "signal", "escalation", "compensation", "link"})
_END: Final = frozenset({"message", "signal", "escalation", "compensation", "error", "cancel", "terminate"})
_BOUNDARY: Final = frozenset(
    {"message", "signal", "timer", "conditional", "error", "escalation", "compensation", "cancel"}
)
_START: Final = frozenset({"message", "signal", "timer", "conditional"})
_EVENT_SUB_PROCESS: Final = _START | {"error", "escalation", "compensation"}
_BEHIND_GATEWAY: Final = frozenset({"message", "signal", "timer", "conditional"})
_OF_INSTANCES: Final = frozenset({"message", "signal", "escalation"})


def check_event(report: Report, node: Node) -> None:
    """The rules for one event."""
    if node.type == "startEvent":
        _start(report, node)
    elif node.type == "endEvent":
        if node.outgoing:
            report.error("end-outgoing", node)
        if not node.incoming and not node.scope.frayed:
            report.error("end-incoming", node)
        _allowed(report, node, _END, "throw-type")
    elif node.type == "intermediateThrowEvent":
        _allowed(report, node, _THROW, "throw-type")
        _followed(report, node)
    elif node.type == "intermediateCatchEvent":
        if not node.triggers:
            report.error("catch-trigger", node)
        _allowed(report, node, _CATCH, "catch-type")
        _followed(report, node)
    elif node.type == "boundaryEvent":
        _boundary(report, node)
    if node.needs_all and len(node.triggers) > 1:
        _allowed(report, node, _BEHIND_GATEWAY, "needs-all-type")


def check_loop_events(report: Report, node: Node) -> None:
    """What an activity may throw when one of its instances is done."""
    if node.loop is None:
        return
    for trigger in (node.loop.event, *(trigger for _, trigger in node.loop.complex_events)):
        if trigger is not None and trigger.kind not in _OF_INSTANCES:
            report.error("throw-type", node, kind=trigger.kind)


def _followed(report: Report, node: Node) -> None:
    if node.id in node.scope.frayed:
        return
    if node in node.scope.starts:
        report.error("event-incoming", node)
    kinds = {trigger.kind for trigger in node.triggers}
    if node.outgoing or {"boundaryEvent": "compensation", "intermediateThrowEvent": "link"}.get(node.type) in kinds:
        return
    # Undoing is often drawn as the last thing of a path; it ends there without harm.
    say = report.warn if kinds == {"compensation"} else report.error
    say("event-outgoing", node)


def _allowed(report: Report, node: Node, kinds: frozenset[str], rule: str) -> None:
    for trigger in node.triggers:
        if trigger.kind not in kinds:
            report.error(rule, node, kind=trigger.kind)


def _start(report: Report, node: Node) -> None:
    if node.incoming:
        report.error("start-incoming", node)
    if not node.outgoing and not node.scope.frayed:
        report.error("start-outgoing", node)
    always = {trigger.kind for trigger in node.triggers} & {"error", "compensation"}
    if always and not node.interrupting:
        report.error("boundary-always-interrupts", node)
    inside_event = node.scope.kind == "eventSubProcess"
    _allowed(report, node, _EVENT_SUB_PROCESS if inside_event else _START, "start-type")


def _boundary(report: Report, node: Node) -> None:
    if node.incoming:
        report.error("boundary-incoming", node)
    if not node.triggers:
        report.error("boundary-trigger", node)
    _allowed(report, node, _BOUNDARY, "boundary-type")
    _followed(report, node)
    kinds = {trigger.kind for trigger in node.triggers}
    if not node.interrupting and kinds & {"error", "cancel"}:
        report.error("boundary-always-interrupts", node)


def check_caught_twice(report: Report, scope: Scope) -> None:
    """One error or escalation is caught at one place: on one boundary, or by one event sub-process of a scope."""
    starts = [start for sub in scope.event_starts for start in event_start(sub)]
    for events in (starts, *(node.boundaries for node in scope.nodes.values())):
        seen: set[tuple[str, str | None]] = set()
        for event in events:
            for trigger in event.triggers:
                if trigger.kind not in ("error", "escalation", "cancel"):
                    continue
                if (trigger.kind, trigger.name) in seen:
                    report.error("caught-twice", event, kind=trigger.kind, name=trigger.name or "")
                seen.add((trigger.kind, trigger.name))


def check_event_gateway(report: Report, node: Node) -> None:
    """What may follow an event gateway."""
    if len(node.outgoing) < 2:
        report.error("event-gateway-targets", node)
    if node.event_gateway_type == "Parallel" and not node.instantiates:
        report.error("event-gateway-parallel", node)
    for flow in node.outgoing:
        target = flow.target
        kinds = {trigger.kind for trigger in triggers_of(target)}
        fits = target.type in ("intermediateCatchEvent", "receiveTask") and kinds <= _BEHIND_GATEWAY and kinds
        if not fits or len(target.incoming) > 1 or target.boundaries or target.loop:
            report.error("event-gateway-target", node, id=target.id)
    types = {flow.target.type for flow in node.outgoing}
    messages = any(
        trigger.kind == "message"
        for flow in node.outgoing
        if flow.target.type == "intermediateCatchEvent"
        for trigger in flow.target.triggers
    )
    if "receiveTask" in types and messages:
        report.error("event-gateway-mixed", node)


def check_links(report: Report, scope: Scope) -> None:
    """Link events come in pairs: any number that throw, one that catches, in the same scope."""
    catches: dict[str, Node] = {}
    thrown: set[str] = set()
    for node in scope.nodes.values():
        for trigger in node.triggers:
            if trigger.kind != "link" or trigger.name is None:
                continue
            if len(node.triggers) > 1:
                report.error("link-flows", node)
            if node.type == "intermediateCatchEvent":
                if trigger.name in catches:
                    report.error("link-several", node, name=trigger.name)
                catches[trigger.name] = node
            else:
                thrown.add(trigger.name)
    for node in scope.nodes.values():
        for trigger in node.triggers:
            if trigger.kind == "link" and trigger.name is not None:
                _link(report, node, trigger.name, catches, thrown)


def _link(report: Report, node: Node, name: str, catches: dict[str, Node], thrown: set[str]) -> None:
    if node.type == "intermediateThrowEvent":
        if name not in catches:
            report.error("link-target", node, name=name)
        elif len(node.outgoing) > 1:
            report.error("link-flows", node)
    elif name not in thrown:
        report.error("link-source", node, name=name)
    elif any(flow.source.type != "intermediateThrowEvent" for flow in node.incoming):
        report.error("link-flows", node)
