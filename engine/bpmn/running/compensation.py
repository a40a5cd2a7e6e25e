"""Undoing what was done: compensation handlers, transactions and their cancellation (2.0.2, 10.7 and 13.5.5).

A scope remembers, in ``marks["done"]``, its completed activities that can be compensated: [element, what was done
inside, its own variables as they were then]; the variables are left out when there are none.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn.graph import Node, Trigger, event_start
from engine.bpmn.running.propagation import catches, fire_boundary
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Live, SubScope, Token

Done = list[Any]
"""[element id, [Done …]] or [element id, [Done …], {variable: value}]"""


def remember(live: Live, token: Token) -> None:
    """Note that an activity was completed, if it or something in it can be compensated.

    A handler at the border of an activity with several rounds or instances is called once for all of them; an event
    sub-process within it, once for each (2.0.2, 13.5.5).
    """
    node = token.node
    inside: list[Done] = token.marks.pop("done", [])
    kept = token.marks.pop("kept", {})
    if node.loop is not None and node.compensated_by is None and _handler(node) is not None:
        _note(live.marks, inside)
    elif node.compensated_by is not None or inside or _handler(node) is not None:
        _note(live.marks, [_record(node.id, inside, kept)])


def remember_round(host: Token, token: Token) -> None:
    """Note with the whole activity what was done in one of its rounds or instances."""
    inside: list[Done] = token.marks.pop("done", [])
    kept = {**token.data, **token.marks.pop("kept", {})}
    if token.node.compensated_by is None and _handler(token.node) is not None:
        _note(host.marks, [_record(token.node.id, inside, kept)])
    else:
        _note(host.marks, _knowing(kept, inside))


def hand_over(live: SubScope, owner: Token) -> None:
    """What was done in a scope that ends now is remembered with the activity it was carried out for.

    With it go the variables of the scope: handlers see them as they were (2.0.2, 13.5.5). A called process that gives
    back all its variables leaves only those it declared.
    """
    if "done" not in live.marks and _handler(owner.node) is None:
        return
    _note(owner.marks, live.marks.pop("done", []))
    gave_all = live.role == "call" and live.scope.outputs is None
    kept = {name: value for name, value in live.data.items() if not gave_all or name in live.scope.declared}
    if kept:
        owner.marks["kept"] = kept


def _note(marks: dict[str, Any], done: list[Done]) -> None:
    if done:
        marks.setdefault("done", []).extend(done)


def _record(element: str, inside: list[Done], kept: dict[str, Any]) -> Done:
    return [element, inside, kept] if kept else [element, inside]


def _knowing(kept: dict[str, Any], done: list[Done]) -> list[Done]:
    """The records, with the variables of the scope around them."""
    return [_record(element, inside, kept | (own[0] if own else {})) for element, inside, *own in done]


def _handler(node: Node) -> Node | None:
    """The start of the compensation event sub-process within a sub-process."""
    subs = node.inner.event_starts if node.inner else []
    return catches([start for sub in subs for start in event_start(sub)], "compensation")


def compensate(run: Run, token: Token, trigger: Trigger) -> bool:
    """Begin to undo what the trigger means, latest first; False when there is nothing to undo."""
    meant: list[Done] = []
    for live in _scopes_meant(token.workflow, trigger.ref):
        done: list[Done] = live.marks.pop("done", [])
        meant = [one for one in done if trigger.ref in (None, one[0])] + meant
        _note(live.marks, [one for one in done if trigger.ref not in (None, one[0])])
    return _begin(run, token, meant)


def _scopes_meant(live: Live, ref: str | None) -> list[Live]:
    """The thrower's scope, and the one its event sub-process belongs to; for one activity, the nearest that did it."""
    if ref is None:
        meant = [live]
        while live.scope.kind == "eventSubProcess" and live.role == "scope" and live.owner is not None:
            live = live.owner.workflow
            meant.append(live)
        return meant
    current: Live | None = live
    while current is not None and not any(one[0] == ref for one in current.marks.get("done", [])):
        current = current.owner.workflow if current.owner is not None and current.role != "call" else None
    return [current] if current is not None else []


def _begin(run: Run, token: Token, meant: list[Done]) -> bool:
    if token.child is not None:  # a second trigger of the same event
        token.child.marks["queue"][:0] = meant
        return True
    undoing = run.open("compensation", token.workflow.scope, token)
    undoing.marks["queue"] = meant
    if next_handler(run, undoing):
        return True
    run.close(undoing)
    return False


def next_handler(run: Run, undoing: SubScope) -> bool:
    """Begin the next compensation handler; False when all is undone."""
    queue: list[Done] = undoing.marks["queue"]
    while queue:
        element, inside, *kept = queue.pop()
        known: dict[str, Any] = kept[0] if kept else {}
        node = run.graph.nodes[element]
        start = _handler(node)
        if node.compensated_by is not None:
            run.place(node.compensated_by, undoing).data.update(known)
            return True
        if start is not None and start.scope.node is not None:
            undoing.marks["done"] = _knowing(known, inside)
            handler = run.place(start.scope.node, undoing)
            handler.marks["start"] = start.id
            handler.data.update(known)
            return True
        queue.extend(_knowing(known, inside))
    return False


def cancel_transaction(run: Run, token: Token) -> bool:
    """A cancel end event: stop the transaction and undo all that was done in it. True while the undoing goes on."""
    live: Live = token.workflow
    while not (live.scope.kind == "transaction" and live.role == "scope") and live.owner is not None:
        live = live.owner.workflow
    assert live.owner is not None  # noqa: S101 - the rules ask for a transaction around a cancel end event
    host = live.owner.workflow.owner if live.owner.workflow.role == "loop" else live.owner
    assert host is not None  # noqa: S101 - rounds and instances are carried out for an activity
    meant = _done_within(host)
    _stop(run, host, token)
    token.marks["cancels"] = host.id
    return _begin(run, token, meant)


def _done_within(token: Token) -> list[Done]:
    """What was done on behalf of the token, in scopes that still run as well."""
    done: list[Done] = list(token.marks.get("done", []))
    live = token.child
    if live is None or live.role == "compensation":
        return done
    done += live.marks.get("done", [])
    for inner in live.tasks.values():
        done += _done_within(inner)
    return _knowing({**token.data, **live.data}, done)


def _stop(run: Run, host: Token, token: Token) -> None:
    """Everything the host's transaction does ends, but the token; nothing interrupts what is being cancelled."""
    while token is not host:
        live = token.workflow
        run.clear(live, keep=token)
        live.marks["interrupted"] = True
        live.marks.pop("done", None)
        live.arms.clear()
        assert live.owner is not None  # noqa: S101 - the host is further out
        token = live.owner
        token.marks["cancelled"] = True
        token.arms.clear()


def transaction_cancelled(run: Run, token: Token) -> None:
    """Everything is undone: the transaction ends at its cancel boundary event."""
    host = run.instance.everything[token.marks["cancels"]]
    event = catches(host.node.boundaries, "cancel")
    if event is not None:
        fire_boundary(run, host, event)
