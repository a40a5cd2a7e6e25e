"""What differs between two versions of a process, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.arming import triggers_of
from engine.bpmn.decisions import Decision
from engine.bpmn.expressions import Expression
from engine.bpmn.graph import DataInput, Loop, Node, Trigger, Work
from engine.bpmn.model import ProcessDefinition


@dataclass(frozen=True, slots=True)
class Differences:
    """Elements that only the new version has, that it has no longer, and that it runs differently.

    A new name or place in the drawing is no difference.
    """

    added: frozenset[str]
    removed: frozenset[str]
    changed: frozenset[str]


def compare(old: ProcessDefinition, new: ProcessDefinition) -> Differences:
    """The differences from `old` to `new`."""
    before, after = old.graph.nodes, new.graph.nodes
    kept = before.keys() & after.keys()
    return Differences(
        added=frozenset(after.keys() - before.keys()),
        removed=frozenset(before.keys() - after.keys()),
        changed=frozenset(one for one in kept if not runs_alike(before[one], after[one])),
    )


def runs_alike(one: Node, other: Node) -> bool:
    """True when a token at either node has the same to do and the same ways to go."""
    return _facts(one) == _facts(other)


def _facts(node: Node) -> tuple[object, ...]:
    return (
        node.type,
        node.scope.id,
        node.lane,
        sorted(node.properties.items()),
        [(flow.target.id, _source(flow.condition), flow is node.default) for flow in node.outgoing],
        sorted(flow.source.id for flow in node.incoming),
        [_trigger(trigger) for trigger in triggers_of(node)],
        (node.needs_all, node.interrupting, node.start_quantity, node.completion_quantity, node.for_compensation),
        (node.instantiates, node.event_gateway_type, _source(node.activation), _source(node.correlation)),
        (node.host.id if node.host else None, node.compensated_by.id if node.compensated_by else None),
        [event.id for event in node.boundaries],
        _loop(node.loop),
        _work(node.work),
        [_data(entry) for entry in (*node.inputs, *node.outputs)],
    )


def _source(written: Expression | str | None) -> str | None:
    return written.source if isinstance(written, Expression) else written


def _trigger(trigger: Trigger) -> tuple[object, ...]:
    return (
        trigger.kind, trigger.name, trigger.ref, _source(trigger.condition), trigger.timer_kind, _source(trigger.timer),
        _source(trigger.payload), trigger.variable, trigger.waits,
    )  # fmt: skip


def _loop(loop: Loop | None) -> tuple[object, ...] | None:
    if loop is None:
        return None
    return (
        loop.multiple, _source(loop.condition), loop.test_before, loop.maximum, loop.sequential,
        _source(loop.cardinality), loop.collection, loop.item, loop.output_collection, loop.output_item, loop.behavior,
        _trigger(loop.event) if loop.event else None,
        [(_source(condition), _trigger(trigger)) for condition, trigger in loop.complex_events],
    )  # fmt: skip


def _work(work: Work | None) -> tuple[object, ...] | None:
    if work is None:
        return None
    script = [(name, line.source) for name, line in work.script.lines] if work.script else None
    parameters = [(name, value.source) for name, value in work.parameters]
    table = _decision(work.decision) if work.decision else None
    return work.kind, script, work.operator, parameters, work.result_variable, work.called, table


def _decision(decision: Decision) -> tuple[object, ...]:
    cells = [[(cell.negated, [test.source for test in cell.tests]) for cell in rule.cells] for rule in decision.rules]
    results = [[_source(result) for result in rule.results] for rule in decision.rules]
    outputs = [(name, _source(default)) for name, default in decision.outputs]
    return decision.policy, decision.aggregation, [one.source for one in decision.inputs], outputs, cells, results


def _data(entry: DataInput) -> tuple[object, ...]:
    return entry.target, entry.source, _source(entry.expression), entry.stores, entry.store


def mapped(element: str, mapping: Mapping[str, str]) -> str:
    """The element of the new version that takes the place of `element`."""
    return mapping.get(element, element)
