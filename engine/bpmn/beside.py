"""What of a drawing may go on beside something else: there, what one way has found out another may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.bpmn.graph import Graph, Node, Scope

_MERGES = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


def beside_others(graph: Graph) -> set[Node]:
    """Nodes at which a token may be while another of the same case is elsewhere; rather one too many than one too
    few."""
    found: set[Node] = set()
    for node in graph.nodes.values():
        if len(node.outgoing) > 1 and node.type not in ("exclusiveGateway", "eventBasedGateway"):
            found |= _branches(graph, node)
        if node.host is not None and not node.interrupting:
            found |= _within(graph, _ahead([node, node.host]))
        if node.loop is not None and node.loop.multiple:
            found |= _within(graph, [node]) - {node}
        if node.for_compensation:
            found |= _within(graph, [node])
    for scope in {*graph.scopes.values(), *graph.processes.values()}:
        if scope.kind == "adHocSubProcess" or len(scope.starts) > 1 or any(map(_adds_a_token, scope.event_starts)):
            found |= _within(graph, scope.nodes.values())
    return found


def inner_of(graph: Graph, node: Node) -> Scope | None:
    """What runs inside a sub-process or behind a call activity."""
    if node.inner is not None:
        return node.inner
    return graph.processes.get(node.work.called) if node.work is not None and node.work.called else None


def _branches(graph: Graph, split: Node) -> set[Node]:
    """What lies between a split and the merge to which all its branches lead; where there is none, all behind it."""
    targets = [flow.target for flow in split.outgoing]
    reached = [_ahead([target], stop={split}.__contains__) for target in targets]
    common = set.intersection(*reached)
    merges = {node for node in common if node.type in _MERGES and len(node.incoming) > 1}
    return _within(graph, _ahead([one for one in targets if one not in merges], stop=merges.__contains__) - merges)


def _ahead(nodes: Iterable[Node], stop: Callable[[Node], bool] = lambda _node: False) -> set[Node]:
    seen: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            if not stop(node):
                waiting += [flow.target for flow in node.outgoing] + node.boundaries
    return seen


def _within(graph: Graph, nodes: Iterable[Node]) -> set[Node]:
    """The nodes and everything inside them."""
    seen: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += _contents(inner_of(graph, node))
    return seen


def _contents(scope: Scope | None) -> Iterator[Node]:
    if scope is not None:
        yield from scope.nodes.values()


def _adds_a_token(sub: Node) -> bool:
    return sub.inner is not None and any(not node.interrupting for node in sub.inner.nodes.values())
