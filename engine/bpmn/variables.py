"""Which variables the nodes of a drawing read and write, and what they compare them with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.graph import Node, triggers_of
from engine.bpmn.language.cells import Literal
from engine.bpmn.language.compared import compared_in, ordered_in
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import ProcessDefinition


def variables_of(nodes: Iterable[Node]) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that the nodes read, and those that they give a value."""
    reads: set[str] = set()
    writes: set[str] = set()
    for node in nodes:
        for expression in expressions_of(node):
            reads |= expression.names
        if node.work and node.work.script:
            reads |= node.work.script.reads
            writes |= node.work.script.writes
        if node.work and node.work.decision:
            reads |= node.work.decision.reads
            writes |= {name for name, _ in node.work.decision.outputs}
        if node.work and node.work.result_variable:
            writes.add(node.work.result_variable)
        writes |= {entry.target for entry in node.outputs if entry.store is None}
        if node.loop and node.loop.output_collection:
            writes.add(node.loop.output_collection)
        if node.loop and node.loop.collection:
            reads.add(node.loop.collection)
    return frozenset(reads), frozenset(writes)


def read_at(definition: ProcessDefinition) -> Iterator[tuple[str, str, bool]]:
    """Where the drawing reads which variable: the id of the element, the name, and whether it is read only when the
    element is left (by the conditions of its flows)."""
    for node in definition.graph.nodes.values():
        leaving = {name for flow in node.outgoing if flow.condition is not None for name in flow.condition.names}
        before = {name for expression in _own_expressions(node) for name in expression.names}
        before |= variables_of([node])[0] - leaving
        yield from ((node.id, name, name not in before) for name in sorted(before | leaving))


def expressions_of(node: Node) -> Iterable[Expression]:
    """Every expression written at a node, its outgoing flows included."""
    return [*(flow.condition for flow in node.outgoing if flow.condition is not None), *_own_expressions(node)]


def compared(definition: ProcessDefinition) -> Iterator[tuple[str, str, str, Literal]]:
    """What the files compare variables with: the file, the id of the flow or element where that is written, the name,
    the value."""
    for node in definition.graph.nodes.values():
        written = [(flow.id, flow.condition) for flow in node.outgoing if flow.condition is not None]
        written += [(node.id, expression) for expression in _own_expressions(node)]
        if node.work and node.work.script:
            written += [(node.id, expression) for _, expression in node.work.script.lines]
        for place, expression in written:
            yield from ((node.scope.file, place, name, value) for name, value in compared_in(expression))


def ordered(definition: ProcessDefinition) -> Iterator[tuple[str, str, str]]:
    """What the files compare by order without asking first whether it is there: the file, the id of the flow or element
    where that is written, the name."""
    for node in definition.graph.nodes.values():
        written = [(flow.id, flow.condition) for flow in node.outgoing if flow.condition is not None]
        written += [(node.id, expression) for expression in _own_expressions(node)]
        if node.work and node.work.script:
            written += [(node.id, expression) for _, expression in node.work.script.lines]
        for place, expression in written:
            yield from ((node.scope.file, place, name) for name in sorted(ordered_in(expression)))


def writers(definition: ProcessDefinition, name: str) -> frozenset[str]:
    """The elements that give this variable a value themselves, by id."""
    return frozenset(node.id for node in definition.graph.nodes.values() if name in variables_of([node])[1])


def _own_expressions(node: Node) -> Iterable[Expression]:
    found = [node.activation, node.correlation]
    for trigger in triggers_of(node):
        found += [trigger.condition, trigger.payload]
        if isinstance(trigger.timer, Expression):
            found.append(trigger.timer)
    if node.loop:
        found += [node.loop.condition, node.loop.cardinality]
    if node.work:
        found += [value for _, value in node.work.parameters]
    found += [entry.expression for entry in (*node.inputs, *node.outputs)]
    return [expression for expression in found if expression is not None]
