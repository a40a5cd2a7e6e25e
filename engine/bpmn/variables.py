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
_PASSING: Final = ("Gateway", "Event")
"""What ends the types of elements that are no activities."""

Need = OneOf["before", "after", "never"]
"""By when an element needs a variable: before a case comes to it, by the time that the element is left (the conditions
of its flows, and of its next round or instance), or never, since it waits until the variable is there."""


def variables_of(nodes: Iterable[Node]) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that the nodes read, and those that they give a value."""
    reads: set[str] = set()
    writes: set[str] = set()
    for node in nodes:
        around = _known_around(node)
        reads |= _names(flow.condition for flow in node.outgoing) - _counted_at(node) - around
        reads |= _read_by(node) - _told_at(node) - _known_in(node) - around
        if node.loop and node.loop.collection:
            reads |= {node.loop.collection} - around
        writes |= _written_by(node) - around
        # What a process declares is there from its beginning; what is called sees all that its call sees.
        writes |= node.scope.declared.keys() if node.scope.node is None else frozenset()
        writes |= _known_in(node) | around if node.work and node.work.called else frozenset()
    return frozenset(reads), frozenset(writes)


def known_in_part(nodes: Iterable[Node]) -> frozenset[str]:
    """The names that are variables only in an activity and in what it holds."""
    return frozenset(name for node in nodes for name in _known_in(node))


def _read_by(node: Node) -> set[str]:
    work = node.work
    reads = _names(_own_expressions(node))
    reads |= work.script.reads if work and work.script else frozenset()
    return reads | (work.decision.reads if work and work.decision else frozenset())


def _written_by(node: Node) -> set[str]:
    """What it gives a value outside of itself."""
    work, writes = node.work, set[str]()
    if work:
        writes |= work.script.writes if work.script else frozenset()
        writes |= {name for name, _ in work.decision.outputs} if work.decision else frozenset()
        writes |= {work.result_variable} if work.result_variable else frozenset()
    writes -= _known_in(node)
    writes |= {entry.target for entry in node.outputs if entry.store is None}
    return writes | ({node.loop.output_collection} if node.loop and node.loop.output_collection else frozenset())


def _known_in(node: Node) -> frozenset[str]:
    """What an activity takes as its data or declares, which round or instance it is, and its entry of the list."""
    names = {entry.target for entry in node.inputs} | {*(node.inner.declared if node.inner else ())}
    if node.loop:
        names |= {_ROUND, *filter(None, (node.loop.collection and node.loop.item,))}
    return frozenset(names)


def _known_around(node: Node) -> frozenset[str]:
    """The names that are variables only in the activities that the node lies in."""
    holder, names = node.scope.node, frozenset[str]()
    while holder is not None:
        names |= _known_in(holder)
        holder = holder.scope.node
    return names


def read_at(definition: ProcessDefinition) -> Iterator[tuple[str, str, Need]]:
    """Where the drawing reads which variable: the id of the element, the name, and by when it must be there."""
    for node in definition.graph.nodes.values():
        left = [flow.condition for flow in node.outgoing if flow.condition is not None] + _asked_after(node)
        awaited = [trigger.condition for trigger in node.triggers if trigger.condition is not None]
        awaited += [node.inner.completion] if node.inner and node.inner.completion else []
        read = variables_of([node])[0]
        after, none = (_names(expressions) & read for expressions in (left, awaited))
        own = [expression for expression in _own_expressions(node) if expression not in left + awaited]
        before = _names(own) & read | (read - after - none)
        for name in sorted(before | after | none):
            yield node.id, name, "before" if name in before else "after" if name in after else "never"
        if node.scope.node is not None and node.scope.completion is not None and not node.type.endswith(_PASSING):
            # Whether an ad-hoc sub-process is done is asked after each of its activities.
            asked = node.scope.completion.names & variables_of([node.scope.node])[0]
            yield from ((node.id, name, "after") for name in sorted(asked))


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


def _names(expressions: Iterable[Expression | None]) -> set[str]:
    return {name for expression in expressions if expression is not None for name in expression.names}


def _told_at(node: Node) -> frozenset[str]:
    """Names that the place itself gives a value, in the expressions written there."""
    stores = frozenset(name for entry in (*node.inputs, *node.outputs) for name, _ in entry.stores)
    return stores | _counted_at(node) | (_COUNTED_BY_LOOP if node.loop else frozenset())


def _counted_at(node: Node) -> frozenset[str]:
    """The same in the conditions of its flows, which are asked when it is left."""
    return _COUNTED_AT_JOIN if node.type == "complexGateway" else frozenset()


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
