"""The sequence flows of a process and of those that it may call, as they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.model import ProcessDefinition


@dataclass(frozen=True, slots=True)
class DrawnFlow:
    """A sequence flow: the elements that it joins, by their names in the case, and whether it is the only one into its
    target."""

    id: str
    source_id: str
    target_id: str
    file: str
    is_only: bool


def drawn_flows(definition: ProcessDefinition) -> tuple[DrawnFlow, ...]:
    """Every sequence flow that is drawn; a pair of link events is joined by none."""
    nodes = definition.graph.nodes.values()
    return tuple(
        DrawnFlow(flow.id, node.id, flow.target.id, node.scope.file, len(flow.target.incoming) == 1)
        for node in nodes
        for flow in node.outgoing
        if not any(trigger.kind == "link" for trigger in node.triggers)
    )
