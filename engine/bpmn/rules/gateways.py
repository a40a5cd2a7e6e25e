"""The rules of BPMN 2.0.2 about gateways and the conditions of the flows out of a node (10.6, 8.3.13 and 13.4)."""

from __future__ import annotations

from typing import Final

from engine.bpmn.graph import Node
from engine.bpmn.rules.report import Report

_CONDITIONS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def check_gateway(report: Report, node: Node) -> None:
    """A gateway leads somewhere and does something; one that counts tokens says how many."""
    incoming, outgoing = len(node.incoming), len(node.outgoing)
    if node.id in node.scope.frayed:
        return
    if not outgoing and incoming < 2:
        report.error("gateway-outgoing", node)
    elif outgoing < 2 and incoming < 2:
        report.error("gateway-idle", node)
    if node.type == "complexGateway" and incoming > 1 and node.activation is None:
        report.error("complex-condition", node)


def check_direction(report: Report, node: Node) -> None:
    """The direction that a gateway declares is the one in which its flows run."""
    incoming, outgoing = len(node.incoming), len(node.outgoing)
    wrong = {
        "Converging": incoming < 2 or outgoing > 1,
        "Diverging": outgoing < 2 or incoming > 1,
        "Mixed": incoming < 2 or outgoing < 2,
    }
    if wrong.get(node.direction, False) and node.id not in node.scope.frayed:
        report.error("gateway-direction", node, direction=node.direction, incoming=incoming, outgoing=outgoing)


def check_conditions(report: Report, node: Node) -> None:
    """Conditions stand where they are looked at, and every choice says when it is taken."""
    conditioned = [flow for flow in node.outgoing if flow.condition is not None]
    if conditioned and not (node.type in _CONDITIONS or node.is_activity):
        report.error("condition-place", node)
    if node.is_activity and len(node.outgoing) == len(conditioned) == 1:
        report.warn("condition-alone", node)
    if node.default is not None and node.default.condition is not None:
        report.error("condition-default", node)
    if node.type in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1:
        open_flows = [flow for flow in node.outgoing if flow.condition is None and flow is not node.default]
        if open_flows:
            report.error("flow-without-condition", node, flows="; ".join(map(report.label, open_flows)))
