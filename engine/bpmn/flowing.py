"""How tokens leave a node and how gateways merge them (BPMN 2.0.2, 13.3 and 13.4)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Flow, Node
from engine.bpmn.reasons import because
from engine.bpmn.run import Run
from engine.bpmn.tokens import Live, TaskState, Token

_ALWAYS_ALL = frozenset(
    {"parallelGateway", "startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)


def leave(run: Run, token: Token) -> None:
    """Pass the node: put a token on every flow it chooses, and take this one away."""
    run.pass_by(token.node)
    go_on(run, token, chosen(run, token))


def go_on(run: Run, token: Token, flows: list[Flow]) -> None:
    """Take the token away and put new ones on the flows, as many as the activity's completion quantity says."""
    for _ in range(token.node.completion_quantity):
        for flow in flows:
            run.place(flow.target, token.workflow, flow.id)
    run.remove(token)


def chosen(run: Run, token: Token) -> list[Flow]:
    """The outgoing flows that get a token; raises StepFailed when the drawing leaves no way."""
    node = token.node
    if not node.outgoing or node.type in _ALWAYS_ALL:
        return node.outgoing
    if node.type == "exclusiveGateway":
        return [_first_true(run, token)]
    taken = [flow for flow in node.outgoing if flow is not node.default and _is_open(run, token, flow)]
    if taken:
        return taken
    if node.default is not None:
        return [node.default]
    raise _no_way(node)


def _first_true(run: Run, token: Token) -> Flow:
    for flow in token.node.outgoing:
        if flow is not token.node.default and _is_open(run, token, flow):
            return flow
    if token.node.default is None:
        raise _no_way(token.node)
    return token.node.default


def _is_open(run: Run, token: Token, flow: Flow) -> bool:
    return flow.condition is None or bool(run.evaluate(flow.condition, token))


def _no_way(node: Node) -> StepFailed:
    conditions = "; ".join(flow.condition.source for flow in node.outgoing if flow.condition)
    return StepFailed(node.id, conditions, because("no-way"))


def parked_at(live: Live, node: Node) -> list[Token]:
    """Tokens of the scope that wait at a merging node, in order of arrival."""
    return [token for token in live.tasks.values() if token.node is node and token.parked]


def one_per_flow(tokens: list[Token]) -> dict[str, Token]:
    """The first token that arrived by each flow."""
    first: dict[str, Token] = {}
    for token in tokens:
        first.setdefault(token.flow or "", token)
    return first


def park(token: Token) -> None:
    """Let the token wait for others at a merging node."""
    token.parked = True
    token._set_state(TaskState.WAITING)


def merge_parallel(run: Run, token: Token) -> bool:
    """A parallel gateway goes on when a token has come by every incoming flow; it takes one from each."""
    node = token.node
    if len(node.incoming) < 2:
        return True
    park(token)
    run.spend(len(token.workflow.tasks), node.id)
    arrived = one_per_flow(parked_at(token.workflow, node))
    if len(arrived) < len(node.incoming):
        return False
    for other in arrived.values():
        if other is not token:
            run.remove(other)
    token.parked = False
    return True


def enough(run: Run, token: Token) -> bool:
    """True when the activity's start quantity has been reached; the tokens that waited are taken away."""
    wanted = token.node.start_quantity
    if wanted == 1 or token.workflow.role == "loop":
        return True
    park(token)
    run.spend(len(token.workflow.tasks), token.node.id)
    waiting = parked_at(token.workflow, token.node)
    if len(waiting) < wanted:
        return False
    for other in waiting:
        if other is not token:
            run.remove(other)
    token.parked = False
    return True


def merge_when_quiet(run: Run) -> bool:
    """Let inclusive and complex gateways go on that no token can reach any more; True when one did.

    Asked only when nothing else can move, because any move may change what can still arrive.
    """
    run.spend(len(run.case.everything), run.graph.process.id)
    seen: set[tuple[str, str]] = set()
    for token in list(run.case.everything.values()):
        place = (token.workflow.id, token.node.id)
        if not token.parked or not token.node.reach or place in seen:
            continue
        seen.add(place)
        merge = _merge_inclusive if token.node.type == "inclusiveGateway" else _merge_complex
        if merge(run, token.workflow, token.node):
            return True
    return False


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
    if node.reach is None:
        return False
    bits = node.reach.bits(arrived)
    for token in live.tasks.values():
        if (token.node is node and token.parked) or "gone" in token.marks:
            continue
        if node.reach.more_can_come(token.node.id, bits):
            return True
    return False


def _merge_complex(run: Run, live: Live, node: Node) -> bool:
    """Start when the activation condition holds; then wait for the rest and begin anew (2.0.2, 13.4.5)."""
    mark = f"complex:{node.id}"
    taken: list[str] | None = live.marks.get(mark)
    arrived = one_per_flow(parked_at(live, node))
    if taken is None:
        token, *others = arrived.values()
        extra = {"activationCount": len(parked_at(live, node)), "waitingForStart": True}
        if node.activation is None or not run.evaluate(node.activation, token, extra):
            return False
        live.marks[mark] = list(arrived)
        flows = [flow for flow in node.outgoing if _holds(run, token, flow, extra)] or _fallback(node)
        run.pass_by(node)
    else:
        fresh = {flow: token for flow, token in arrived.items() if flow not in taken}
        if not fresh or _more_can_come(live, node, set(fresh) | set(taken)):
            return False
        token, *others = fresh.values()
        del live.marks[mark]
        extra = {"activationCount": len(fresh), "waitingForStart": False}
        flows = [flow for flow in node.outgoing if flow.condition and _holds(run, token, flow, extra)]
    for other in others:
        run.remove(other)
    go_on(run, token, flows)
    return True


def _holds(run: Run, token: Token, flow: Flow, extra: Mapping[str, object]) -> bool:
    if flow is token.node.default:
        return False
    return flow.condition is None or bool(run.evaluate(flow.condition, token, extra))


def _fallback(node: Node) -> list[Flow]:
    if node.default is None:
        raise _no_way(node)
    return [node.default]
