"""Which variables the nodes of a drawing read and write, and what they compare them with."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final
from typing import Literal as OneOf

from engine.bpmn.graph import Node, triggers_of
from engine.bpmn.language.cells import Literal
from engine.bpmn.language.compared import compared_in, ordered_in
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import ProcessDefinition

_COUNTED_AT_JOIN: Final = frozenset({"activationCount", "waitingForStart"})
"""What a complex gateway tells its own conditions (10.6.5)."""
_ROUND: Final = "loopCounter"
_COUNTED_BY_LOOP: Final = frozenset(
    {
        _ROUND,
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)
"""What an activity with rounds or instances tells its own condition (13.3.6, 13.3.7)."""

Need = OneOf["before", "after", "never"]
"""By when an element needs a variable: before a case comes to it, by the time that the element is left (the conditions
of its flows, and of its next round or instance), or never, since it waits until the variable is there."""


def variables_of(nodes: Iterable[Node]) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that the nodes read, and those that they give a value."""
    reads: set[str] = set()
    writes: set[str] = set()
    for node in nodes:
        reads |= _names(expressions_of(node)) - _told_at(node)
        if node.work and node.work.script:
            reads |= node.work.script.reads
            writes |= node.work.script.writes
        if node.work and node.work.decision:
            reads |= node.work.decision.reads
            writes |= {name for name, _ in node.work.decision.outputs}
        if node.work and node.work.result_variable:
            writes.add(node.work.result_variable)
        # What is declared, and what an activity takes as its data, is a variable there, and in what it holds.
        writes |= node.scope.declared.keys()
        writes |= {entry.target for entry in (*node.inputs, *node.outputs) if entry.store is None}
        if node.loop:
            # Every round and instance sees which it is, and its entry of the list.
            writes |= {_ROUND, *filter(None, (node.loop.output_collection, node.loop.collection and node.loop.item))}
            reads |= {*filter(None, (node.loop.collection,))}
    return frozenset(reads), frozenset(writes)


def read_at(definition: ProcessDefinition) -> Iterator[tuple[str, str, Need]]:
    """Where the drawing reads which variable: the id of the element, the name, and by when it must be there."""
    for node in definition.graph.nodes.values():
        left = [flow.condition for flow in node.outgoing if flow.condition is not None] + _asked_after(node)
        awaited = [trigger.condition for trigger in node.triggers if trigger.condition is not None]
        awaited += [node.inner.completion] if node.inner and node.inner.completion else []
        after, none = (_names(expressions) - _told_at(node) for expressions in (left, awaited))
        own = [expression for expression in _own_expressions(node) if expression not in left + awaited]
        before = _names(own) - _told_at(node) | (variables_of([node])[0] - after - none)
        for name in sorted(before | after | none):
            yield node.id, name, "before" if name in before else "after" if name in after else "never"


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


def timed_by(definition: ProcessDefinition) -> Iterator[tuple[str, str, str]]:
    """The timers that are one variable: the id of the event, what is asked for (date, duration or cycle), the name."""
    for node in definition.graph.nodes.values():
        for trigger in node.triggers:
            if isinstance(trigger.timer, Expression) and isinstance(trigger.timer.tree, ast.Name):
                yield node.id, trigger.timer_kind or "", trigger.timer.tree.id


def writers(definition: ProcessDefinition, name: str) -> frozenset[str]:
    """The elements that give this variable a value themselves, by id."""
    return frozenset(node.id for node in definition.graph.nodes.values() if name in variables_of([node])[1])


def _names(expressions: Iterable[Expression]) -> set[str]:
    return {name for expression in expressions for name in expression.names}


def _told_at(node: Node) -> frozenset[str]:
    """Names that the place itself gives a value, in the expressions written there."""
    stores = frozenset(name for entry in (*node.inputs, *node.outputs) for name, _ in entry.stores)
    counted = _COUNTED_AT_JOIN if node.type == "complexGateway" else frozenset()
    return stores | counted | (_COUNTED_BY_LOOP if node.loop else frozenset())


def _asked_after(node: Node) -> list[Expression]:
    """What is asked when a round or an instance of the activity is done."""
    if node.loop is None or (not node.loop.multiple and node.loop.test_before):
        return []
    return [one for one in (node.loop.condition, *(when for when, _ in node.loop.complex_events)) if one is not None]


def _own_expressions(node: Node) -> Iterable[Expression]:
    found = [node.activation, node.correlation, node.inner.completion if node.inner else None]
    for trigger in triggers_of(node):
        found += [trigger.condition, trigger.payload]
        if isinstance(trigger.timer, Expression):
            found.append(trigger.timer)
    if node.loop:
        found += [node.loop.condition, node.loop.cardinality, *(when for when, _ in node.loop.complex_events)]
    if node.work:
        found += [value for _, value in node.work.parameters]
    found += [entry.expression for entry in (*node.inputs, *node.outputs)]
    return [expression for expression in found if expression is not None]
