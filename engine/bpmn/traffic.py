"""What a process sends to others: the messages and signals that its elements throw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from engine.bpmn.graph import Node, Trigger, triggers_of
from engine.bpmn.model import ProcessDefinition

_THROWING: Final = ("intermediateThrowEvent", "endEvent", "sendTask")


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that leaves the process at an element, or is waited for there."""

    element_id: str
    kind: Literal["message", "signal"]
    name: str


def thrown(definition: ProcessDefinition) -> tuple[Thrown, ...]:
    """Everything that any element of the files may throw to others, events of several instances included."""
    found = []
    for node in definition.graph.nodes.values():
        for trigger in _triggers(node):
            if trigger.kind == "message":
                found.append(Thrown(node.id, "message", trigger.name or ""))
            elif trigger.kind == "signal":
                found.append(Thrown(node.id, "signal", trigger.name or ""))
    return tuple(found)


def taken(definition: ProcessDefinition, message: str) -> tuple[str, ...]:
    """The ids of the elements that wait for the message of this name while a case is under way."""
    begins = {start.element_id for start in definition.starts}
    return tuple(
        node.id
        for node in definition.graph.nodes.values()
        if node.type not in _THROWING and node.id not in begins
        if any(each.kind == "message" and each.name == message for each in triggers_of(node))
    )


def heard(definition: ProcessDefinition) -> tuple[Thrown, ...]:
    """Everything that elements wait for from others while a case is under way."""
    begins = {start.element_id for start in definition.starts}
    return tuple(
        Thrown(node.id, "message" if trigger.kind == "message" else "signal", trigger.name or "")
        for node in definition.graph.nodes.values()
        if node.type not in _THROWING and node.id not in begins
        for trigger in triggers_of(node)
        if trigger.kind in ("message", "signal")
    )


def _triggers(node: Node) -> Iterator[Trigger]:
    if node.type in _THROWING:
        yield from triggers_of(node)
    if node.loop is not None:
        yield from (trigger for _, trigger in node.loop.complex_events)
        if node.loop.event is not None:
            yield node.loop.event
