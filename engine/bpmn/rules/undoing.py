"""The rules of BPMN 2.0.2 about compensation, transactions and ad-hoc sub-processes (10.3.5, 10.6 and 10.7)."""

from __future__ import annotations

from engine.bpmn.graph import Node, Scope
from engine.bpmn.rules.report import Report


def check_compensation(report: Report, node: Node, *, is_handler: bool) -> None:
    """Handlers are joined by associations, events refer to activities that exist, cancelling stays in transactions."""
    kinds = {trigger.kind for trigger in node.triggers}
    if node.type == "boundaryEvent" and node.host is not None and "compensation" in kinds:
        _check_joined(report, node, node.host.compensated_by)
    if node.for_compensation:
        _check_handler(report, node, is_handler=is_handler)
    for trigger in node.triggers:
        if trigger.kind == "compensation" and trigger.ref and not _can_be_compensated(node, trigger.ref):
            report.error("compensation-reference", node, id=trigger.ref)
    _check_cancel(report, node, kinds)


def _check_joined(report: Report, event: Node, handler: Node | None) -> None:
    if handler is None:
        report.error("compensation-handler", event)
    elif handler.type == "eventSubProcess":
        report.error("compensation-event", handler)
    elif not handler.for_compensation:
        report.error("compensation-kind", handler)
    elif handler.scope is not event.scope:
        report.error("compensation-place", handler)
    if len(event.triggers) > 1 or event.outgoing:
        report.error("compensation-alone", event)


def _check_handler(report: Report, node: Node, *, is_handler: bool) -> None:
    if node.type == "eventSubProcess":
        if not is_handler:
            report.error("compensation-event", node)
        return
    if node.incoming or node.outgoing:
        report.error("compensation-flow", node)
    if not is_handler:
        report.error("compensation-loose", node)


def _can_be_compensated(node: Node, reference: str) -> bool:
    scope: Scope | None = node.scope
    while scope is not None:
        if reference in scope.nodes:
            return scope.nodes[reference].is_activity
        scope = scope.parent
    return False


def _check_cancel(report: Report, node: Node, kinds: set[str]) -> None:
    if "cancel" not in kinds:
        return
    if node.type == "boundaryEvent" and (node.host is None or node.host.type != "transaction"):
        report.error("cancel-boundary", node)
    if node.type != "endEvent":
        return
    scope: Scope | None = node.scope
    while scope is not None and scope.kind != "transaction":
        scope = scope.parent
    if scope is None or scope.node is None:
        report.error("cancel-place", node)
    elif not any(trigger.kind == "cancel" for event in scope.node.boundaries for trigger in event.triggers):
        report.error("cancel-missing", scope.node)


def check_ad_hoc(report: Report, node: Node) -> None:
    """An ad-hoc sub-process holds activities, at least one of which can begin by itself."""
    scope = node.inner
    if scope is None:
        return
    if any(inner.type in ("startEvent", "endEvent") for inner in scope.nodes.values()):
        report.error("ad-hoc-content", node)
    if not any(inner.is_activity for inner in scope.starts):
        report.error("ad-hoc-empty", node)
