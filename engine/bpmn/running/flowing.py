"""How tokens leave a node, and how parallel gateways and activities merge them (BPMN 2.0.2, 13.3 and 13.4)."""

from __future__ import annotations

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Flow, Node
from engine.bpmn.language.reasons import because
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Live, TaskState, Token, variables_seen

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
    is_open = [flow for flow in node.outgoing if flow is not node.default and _is_open(run, token, flow)]
    taken = with_default(node, is_open)
    if not taken:
        raise no_way(token)
    return taken


def with_default(node: Node, taken: list[Flow]) -> list[Flow]:
    """The flows that are open, and the default flow unless a condition holds: beside flows without one (table 10.3)."""
    if node.default is None or any(flow.condition is not None for flow in taken):
        return taken
    return [flow for flow in node.outgoing if flow is node.default or flow in taken]


def _first_true(run: Run, token: Token) -> Flow:
    for flow in token.node.outgoing:
        if flow is not token.node.default and _is_open(run, token, flow):
            return flow
    if token.node.default is None:
        raise no_way(token)
    return token.node.default


def _is_open(run: Run, token: Token, flow: Flow) -> bool:
    return flow.condition is None or bool(run.evaluate(flow.condition, token))


def no_way(token: Token) -> StepFailed:
    """The failure of a node that has no open flow and no default flow."""
    conditions = [flow.condition for flow in token.node.outgoing if flow.condition]
    seen, names = variables_seen(token), frozenset[str]().union(*(condition.names for condition in conditions))
    written = "; ".join(condition.source for condition in conditions)
    used = {name: seen[name] for name in names if name in seen}
    return StepFailed(token.node.id, written, because("no-way"), used)


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
    if token.workflow.arrived[node.id] < len(node.incoming):
        return False
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
    if token.workflow.arrived[token.node.id] < wanted:
        return False
    run.spend(len(token.workflow.tasks), token.node.id)
    for other in parked_at(token.workflow, token.node):
        if other is not token:
            run.remove(other)
    token.parked = False
    return True


def pass_event_gateway(run: Run, event: Node) -> None:
    """An event gateway that begins the instance was passed; a parallel one waits for its other events as well."""
    for gateway in [flow.source for flow in event.incoming if flow.source.instantiates]:
        if gateway.event_gateway_type == "Parallel":
            open_event_gateway(run, gateway, event)
        else:
            run.pass_by(gateway)


def open_event_gateway(run: Run, gateway: Node, come: Node | None = None) -> None:
    """A parallel event gateway is passed at once, and every event behind it is waited for but the one that has come."""
    run.pass_by(gateway)
    for flow in gateway.outgoing:
        if flow.target is not come:
            run.place(flow.target, run.instance, flow.id)
