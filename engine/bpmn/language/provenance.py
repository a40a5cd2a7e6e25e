"""Where the value of a variable comes from: which variables hold nothing but what others of a given set say."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.bpmn.model import ProcessDefinition

Written = tuple[str, frozenset[str] | None]
"""A variable, and what is read to write it; None where that cannot be told."""


def computed_from(definition: ProcessDefinition, known: Collection[str]) -> frozenset[str]:
    """The variables of ``known`` and those that scripts and decisions compute from such variables alone."""
    writers: dict[str, list[frozenset[str] | None]] = {}
    for name, reads in _written(definition):
        writers.setdefault(name, []).append(reads)
    found = frozenset(known)
    while True:
        more = {
            name
            for name, all_reads in writers.items()
            if name not in found and all(reads is not None and reads <= found | {name} for reads in all_reads)
        }
        if not more:
            return found
        found |= more


def _written(definition: ProcessDefinition) -> Iterator[Written]:
    for node in definition.graph.nodes.values():
        work = node.work
        if work is not None and work.script is not None:
            yield from ((name, expression.names) for name, expression in work.script.lines if name)
        if work is not None and work.decision is not None:
            yield from ((name, work.decision.reads) for name, _ in work.decision.outputs)
        if work is not None and work.result_variable:
            yield work.result_variable, None
        yield from ((entry.target, None) for entry in node.outputs)
        if node.loop is not None and node.loop.output_collection:
            yield node.loop.output_collection, None
