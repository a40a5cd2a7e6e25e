"""How inclusive and complex gateways merge tokens: when nothing else can move (BPMN 2.0.2, 13.4.3 and 13.4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.graph import Flow, Node
from engine.bpmn.reach import Reach
from engine.bpmn.running.flowing import go_on, no_way, one_per_flow, parked_at, with_default
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Holder, Live, Token

_STARTED: Final = "complex:"
"""The mark of a complex gateway that has started and waits for the rest: the flows that it has taken a token from."""


def merge_when_quiet(run: Run) -> bool:
    """Let inclusive and complex gateways go on that no token can reach any more; True when one did.

    Asked only when nothing else can move, because any move may change what can still arrive.
    """
    run.spend(len(run.instance.everything), run.graph.process.id)
    return any(_merge(run, live, node) for live, node in list(_waiting(run)))


def _waiting(run: Run) -> Iterator[tuple[Live, Node]]:
    """Gateways that tokens wait at, and those that have started and wait for the rest; each once."""
    seen: set[tuple[str, str]] = set()
    for token in run.instance.everything.values():
        place = (token.workflow.id, token.node.id)
        if token.parked and token.task_spec.reach is not None and place not in seen:
            seen.add(place)
            yield token.workflow, token.node
    if not run.graph.has_complex_joins or run.instance.status != "running":
        return
    for live in run.instance.lives:
        for mark in live.marks if "interrupted" not in live.marks else ():
            name = mark.removeprefix(_STARTED)
            if name != mark and (live.id, name) not in seen:
                yield live, run.graph.nodes[name]


def _merge(run: Run, live: Live, node: Node) -> bool:
    if node.type == "inclusiveGateway":
        return _merge_inclusive(run, live, node)
    started = f"{_STARTED}{node.id}" in live.marks
    return _reset_complex(run, live, node) if started else _start_complex(run, live, node)


def _merge_inclusive(run: Run, live: Live, node: Node) -> bool:
    arrived = one_per_flow(parked_at(live, node))
    if _more_can_come(live, node, set(arrived)):
        return False
    token, *others = arrived.values()
    for other in others:
        run.remove(other)
    proceed(token)
    return True


def proceed(token: Token) -> None:
    """A merged token goes through its gateway."""
    token.parked = False
    token._ready()
    token.run()


def _more_can_come(live: Live, node: Node, arrived: set[str]) -> bool:
    """True when some token can still come by a flow that has none, and not by one that has (2.0.2, 13.4.3)."""
    reach: Reach | None = node.spec.reach
    if reach is None:
        return False
    bits = reach.bits(arrived)
    for token in live.tasks.values():
        if (token.node is node and token.parked) or "gone" in token.marks:
            continue
        if reach.more_can_come(token.node.id, bits):
            return True
    return False


def _start_complex(run: Run, live: Live, node: Node) -> bool:
    """The gateway starts when its activation condition holds: it takes a token from each flow that has one."""
    arrived = one_per_flow(parked_at(live, node))
    token, *others = arrived.values()
    extra = {"activationCount": len(parked_at(live, node)), "waitingForStart": True}
    if node.activation is None or not run.evaluate(node.activation, token, extra):
        return False
    live.marks[f"{_STARTED}{node.id}"] = list(arrived)
    flows = with_default(node, [flow for flow in node.outgoing if _holds(run, token, flow, extra)])
    if not flows:
        raise no_way(token)
    run.pass_by(node)
    for other in others:
        run.remove(other)
    go_on(run, token, flows)
    return True


def _reset_complex(run: Run, live: Live, node: Node) -> bool:
    """Begin anew once nothing can come by the flows that had no token; what came by them meanwhile is taken."""
    taken = set(live.marks[f"{_STARTED}{node.id}"])
    arrived = one_per_flow(parked_at(live, node))
    fresh = [token for flow, token in arrived.items() if flow not in taken]
    if _more_can_come(live, node, taken | set(arrived)):
        return False
    del live.marks[f"{_STARTED}{node.id}"]
    extra = {"activationCount": len(fresh), "waitingForStart": False}
    holder: Holder = fresh[0] if fresh else live
    flows = [flow for flow in node.outgoing if flow.condition and _holds(run, holder, flow, extra)]
    for flow in flows:
        run.place(flow.target, live, flow.id)
    for token in fresh:
        run.remove(token)
    return True


def _holds(run: Run, holder: Holder, flow: Flow, extra: Mapping[str, object]) -> bool:
    if flow is flow.source.default:
        return False
    return flow.condition is None or bool(run.evaluate(flow.condition, holder, extra, at=flow.source.id))
