"""Timers at the border of an activity that end its work when they fire, as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.bpmn.graph import Node
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import ProcessDefinition

_ASKS_SOMEBODY: Final = ("userTask", "manualTask", "task")


@dataclass(frozen=True, slots=True)
class Deadline:
    """An interrupting timer boundary event: its id, the activity that it ends, the timer as it is written, and what it
    leads to before anybody is asked again."""

    element_id: str
    host_id: str
    written: str
    leads_to: frozenset[str]


def deadlines(definition: ProcessDefinition) -> Iterator[Deadline]:
    """Every interrupting timer boundary event of the drawing."""
    for node in definition.graph.nodes.values():
        if node.host is None or not node.interrupting:
            continue
        for trigger in node.triggers:
            if trigger.kind == "timer":
                timer = trigger.timer
                written = timer.source if isinstance(timer, Expression) else timer or ""
                yield Deadline(node.id, node.host.id, written, _after(node))


def _after(event: Node) -> frozenset[str]:
    waiting, found = [event], {event}
    for node in waiting:
        following = {flow.target for flow in node.outgoing} - found if node.type not in _ASKS_SOMEBODY else set()
        found |= following
        waiting += following
    return frozenset(node.id for node in found)
