"""What differs between two versions of a process, element by element.

Everything that the machine knows about an element counts, unless it is listed here as not changing the execution. So
whatever the machine learns to run is compared without being named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from engine.bpmn.graph import CorrelationKey, Flow, Graph, Node, Scope, Trigger
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import ProcessDefinition

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Differences:
    """Elements that only the new version has, that it has no longer, and that it runs differently.

    Processes and correlation keys count as elements. A new name or place in the drawing is no difference. ``what``
    names for every changed element the facts about it that differ, such as ``outgoing``, ``triggers``, ``work`` or
    ``loop``.
    """

    added: frozenset[str]
    removed: frozenset[str]
    changed: frozenset[str]
    what: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)


def compare(old: ProcessDefinition, new: ProcessDefinition) -> Differences:
    """The differences from ``old`` to ``new``."""
    before, after = _everything(old.graph), _everything(new.graph)
    what = {one: differing(before[one], after[one]) for one in before.keys() & after.keys()}
    what = {one: names for one, names in what.items() if names}
    return Differences(
        frozenset(after.keys() - before.keys()), frozenset(before.keys() - after.keys()), frozenset(what), what
    )


def names(definition: ProcessDefinition) -> frozenset[str]:
    """The elements of a version, its processes and correlation keys: what a mapping may name."""
    graph = definition.graph
    return frozenset(graph.nodes.keys() | graph.processes.keys() | {key.id for key in graph.keys})


def _everything(graph: Graph) -> dict[str, Facts]:
    """The facts of every process, correlation key and element; a global task is a process and its one element."""
    found: dict[str, Facts] = {scope.id: scope_facts(scope) for scope in graph.processes.values()}
    found |= {key.id: _fields(key, _SAME) for key in graph.keys}
    for node in graph.nodes.values():
        found[node.id] = {**found.get(node.id, {}), **node_facts(node)}
    return found


def differing(one: Facts, other: Facts) -> tuple[str, ...]:
    """The names of the facts that differ, sorted."""
    return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


def runs_alike(old: Node, new: Node, mapping: Mapping[str, str]) -> bool:
    """True when a token at either node has the same to do and the same ways to go. ``mapping``: which elements of
    the new version took the place of others."""
    return node_facts(old, mapping) == node_facts(new)


def keys_alike(one: CorrelationKey, other: CorrelationKey) -> bool:
    """True when both keys find the same values in the same messages and variables."""
    return _fields(one, _SAME) == _fields(other, _SAME)


def goes_on_alike(old: Scope, new: Scope, mapping: Mapping[str, str]) -> bool:
    """True when an open scope goes on in the same way: where it begins and with which data mattered when it opened."""
    opened = {"id", "parent", "declared", "inputs"} | ({"starts"} if old.kind != "adHocSubProcess" else set())
    return not set(differing(scope_facts(old, mapping), scope_facts(new))) - opened


_SAME: Final[Mapping[str, str]] = {}


def node_facts(node: Node, mapping: Mapping[str, str] = _SAME) -> Facts:
    """What a token at the node meets: its work, its events, and the ways it may go."""
    return {
        **_fields(node, mapping),
        "outgoing": [
            (mapped(flow.target.id, mapping), _plain(flow.condition, mapping), flow is node.default)
            for flow in node.outgoing
        ],
        "incoming": sorted(mapped(flow.source.id, mapping) for flow in node.incoming),
        "inner": scope_facts(node.inner, mapping) if node.inner else None,
    }


def scope_facts(scope: Scope, mapping: Mapping[str, str] = _SAME) -> Facts:
    """What a process or sub-process does besides what is done at its nodes."""
    return {**_fields(scope, mapping), "declared": sorted(scope.declared)}


_WITHOUT_EFFECT: Final[Mapping[type, frozenset[str]]] = {
    Node: frozenset({"name", "spec", "reach", "watched", "direction", "default", "outgoing", "incoming", "inner"}),
    Trigger: frozenset({"id"}),
    Scope: frozenset({"name", "spec", "node", "nodes", "flows", "executable", "file", "process_id"}),
}
"""Names, what is computed from other facts or only checked, and what ``node_facts`` and the nodes themselves tell."""
_REFERENCES: Final = frozenset({"id", "ref", "called"})
"""Facts that are identifiers written as text."""


def _fields(record: Any, mapping: Mapping[str, str]) -> Facts:
    skipped = _WITHOUT_EFFECT.get(type(record), frozenset())
    names = [each.name for each in fields(record) if each.name not in skipped]
    facts = {name: _plain(getattr(record, name), mapping) for name in names}
    return facts | {name: mapped(str(facts[name]), mapping) for name in _REFERENCES & facts.keys() if facts[name]}


def _plain(value: Any, mapping: Mapping[str, str]) -> object:
    """The value by its content; nodes and scopes by their identifiers, expressions as written."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, (Node, Scope, Flow)):
        return mapped(value.id, mapping)
    if isinstance(value, Mapping):
        return {key: _plain(entry, mapping) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, mapping) for entry in value]
    if isinstance(value, (set, frozenset)):
        return value
    if is_dataclass(value):
        return _fields(value, mapping)
    raise TypeError(f"{type(value).__name__} cannot be compared")


def mapped(element: str, mapping: Mapping[str, str]) -> str:
    """The element of the new version that takes the place of ``element``."""
    return mapping.get(element, element)
