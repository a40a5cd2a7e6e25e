"""The rules of BPMN 2.0.2 about how processes and sub-processes begin and end (10.3.3, 10.5.2 and 10.5.3)."""

from __future__ import annotations

from engine.bpmn.graph import Node, Scope, triggers_of
from engine.bpmn.rules.report import Report


def check_ends(report: Report, scope: Scope) -> None:
    """Start and end events come together; beside them nothing begins or ends by itself.

    The engine runs a drawing with only one of them, as tools draw it, so that is a warning.
    """
    starts = [node for node in scope.nodes.values() if node.type == "startEvent"]
    ends = [node for node in scope.nodes.values() if node.type == "endEvent"]
    if starts and not ends:
        report.warn_in("start-without-end", scope)
    if ends and not starts and not any(node.instantiates for node in scope.nodes.values()):
        report.warn_in("end-without-start", scope)
    for node in scope.nodes.values():
        if ends and not node.outgoing and not _ends_by_itself(node) and node.id not in scope.frayed:
            report.warn("end-and-loose", node)
        if node.instantiates and scope.kind != "process":
            report.error("instantiate-inside", node)
        elif node.instantiates and node.type == "receiveTask" and starts and not node.incoming:
            report.error("instantiate-beside-start", node)


def _ends_by_itself(node: Node) -> bool:
    """End events, events of which a rule of their own is told, handlers, and what is not part of the flow."""
    if node.type in ("endEvent", "startEvent", "boundaryEvent", "eventSubProcess") or node.type.endswith("Gateway"):
        return True
    linked = any(trigger.kind == "link" for trigger in triggers_of(node))
    return node.for_compensation or linked or node.type.startswith("intermediate")
