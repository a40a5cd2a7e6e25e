"""Undoing what was done: compensation handlers, transactions and their cancellation (2.0.2, 10.7 and 13.5.5).

A scope remembers, in `marks["done"]`, its completed activities that can be compensated: [element, what was done
inside].
"""

from __future__ import annotations

from typing import Any

from engine.bpmn.arming import event_start
from engine.bpmn.graph import Node, Trigger
from engine.bpmn.propagation import catches, fire_boundary
from engine.bpmn.run import Run
from engine.bpmn.tokens import Live, SubScope, Token

Done = list[Any]
"""[element id, [Done …]]"""


def remember(live: Live, token: Token) -> None:
    """Note that an activity was completed, if it or something in it can be compensated."""
    inside: list[Done] = token.marks.pop("done", [])
    if token.node.compensated_by is not None or inside or _handler(token.node) is not None:
        live.marks.setdefault("done", []).append([token.node.id, inside])


def hand_over(live: SubScope, owner: Token) -> None:
    """What was done in a scope that ends now is remembered with the activity it was carried out for."""
    if "done" in live.marks:
        owner.marks.setdefault("done", []).extend(live.marks.pop("done"))


def _handler(node: Node) -> Node | None:
    """The start of the compensation event sub-process within a sub-process."""
    subs = node.inner.event_starts if node.inner else []
    return catches([start for sub in subs for start in event_start(sub)], "compensation")


def compensate(run: Run, token: Token, trigger: Trigger) -> bool:
    """Begin to undo what the trigger means, latest first; False when there is nothing to undo."""
    live = _scope_meant(token.workflow, trigger.ref)
    if live is None:
        return False
    done: list[Done] = live.marks.get("done", [])
    meant = [one for one in done if trigger.ref in (None, one[0])]
    live.marks["done"] = [one for one in done if one not in meant]
    if not live.marks["done"]:
        del live.marks["done"]
    return _begin(run, token, live, meant)


def _scope_meant(live: Live, ref: str | None) -> Live | None:
    """The scope whose activities are meant: the thrower's own, or the one its event sub-process belongs to."""
    while live.scope.kind == "eventSubProcess" and live.role == "scope" and live.owner is not None:
        live = live.owner.workflow
    current: Live | None = live
    while current is not None and ref is not None and not any(one[0] == ref for one in current.marks.get("done", [])):
        current = current.owner.workflow if current.owner is not None and current.role != "call" else None
    return current if current is not None and "done" in current.marks else None


def _begin(run: Run, token: Token, live: Live, meant: list[Done]) -> bool:
    undoing = run.open("compensation", live.scope, token)
    undoing.marks["queue"] = meant
    if next_handler(run, undoing):
        return True
    run.close(undoing)
    return False


def next_handler(run: Run, undoing: SubScope) -> bool:
    """Begin the next compensation handler; False when all is undone."""
    queue: list[Done] = undoing.marks["queue"]
    while queue:
        element, inside = queue.pop()
        node = run.graph.nodes[element]
        start = _handler(node)
        if node.compensated_by is not None:
            run.place(node.compensated_by, undoing)
            return True
        if start is not None and start.scope.node is not None:
            undoing.marks["done"] = inside
            run.place(start.scope.node, undoing).marks["start"] = start.id
            return True
        queue.extend(inside)
    return False


def cancel_transaction(run: Run, token: Token) -> bool:
    """A cancel end event: stop the transaction and undo it. True while the undoing goes on."""
    live: Live = token.workflow
    while live.scope.kind != "transaction" and live.owner is not None:
        live = live.owner.workflow
    token.marks["cancels"] = live.id
    run.clear(live, keep=_within(live, token))
    meant = live.marks.pop("done", [])
    return _begin(run, token, live, meant)


def _within(live: Live, token: Token) -> Token:
    """The token of `live` on whose behalf `token` moves: itself, or the activity around it."""
    while token.workflow is not live and token.workflow.owner is not None:
        token = token.workflow.owner
    return token


def transaction_cancelled(run: Run, token: Token) -> None:
    """Everything is undone: the transaction ends at its cancel boundary event."""
    host = run.case.everything[token.marks["cancels"]]
    event = catches(host.node.boundaries, "cancel")
    if event is not None:
        fire_boundary(run, host, event)
