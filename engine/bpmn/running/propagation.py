"""Errors, escalations and cancellations on their way outward, and the events that catch them (2.0.2, 10.5 and 13.5)."""

from __future__ import annotations

from engine.bpmn.graph import Node, event_start, triggers_of
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Holder, Live, Token


def fire_boundary(run: Run, host: Token, event: Node) -> None:
    """The boundary event happens: its own path begins, and the activity ends if the event interrupts it."""
    run.place(event, host.workflow)
    if event.interrupting:
        run.remove(host)


def start_event_sub_process(run: Run, live: Live, start: Node) -> None:
    """An event sub-process begins in an open scope; an interrupting one ends everything else there."""
    sub = start.scope.node
    assert sub is not None  # noqa: S101 - only start events of event sub-processes listen on scopes
    token = run.hold(sub, live)
    token.marks["start"] = start.id
    run.begun.append(token)
    if start.interrupting:
        live.marks["interrupted"] = True
        live.arms.clear()
        run.clear(live, keep=token)


def propagate(run: Run, holder: Holder, kind: str, code: str | None) -> bool:
    """Take an error or escalation outward from ``holder`` until something catches it; False when nothing does.

    Event sub-processes of a scope come before the boundary events of the activity around it. None catches what it
    throws itself.
    """
    current: Holder | None = holder
    came_from: Token | None = None
    while current is not None:
        if isinstance(current, Token):
            if current.workflow.role != "loop":
                event = _catching(current.node.boundaries, kind, code)
                if event is not None:
                    fire_boundary(run, current, event)
                    return True
            came_from, current = current, current.workflow
            continue
        if _listens(current):
            others = [sub for sub in current.scope.event_starts if came_from is None or sub is not came_from.node]
            start = _catching([start for sub in others for start in event_start(sub)], kind, code)
            if start is not None:
                start_event_sub_process(run, current, start)
                return True
        current = current.owner
    return False


def _listens(live: Live) -> bool:
    return live.role not in ("loop", "compensation") and "interrupted" not in live.marks


def _catching(events: list[Node], kind: str, code: str | None) -> Node | None:
    """The event that names the code, before one that catches any."""
    caught = [(event, trigger) for event in events for trigger in triggers_of(event) if trigger.kind == kind]
    for event, trigger in caught:
        if trigger.name == code:
            return event
    return next((event for event, trigger in caught if trigger.name is None), None)


def catches(events: list[Node], kind: str) -> Node | None:
    """The first of the events that waits for ``kind``, whatever the code."""
    return next((event for event in events for trigger in triggers_of(event) if trigger.kind == kind), None)
