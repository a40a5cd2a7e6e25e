"""Ways through a drawing that keep to what was chosen on them: a choice that a task has made stays until the task is
done again, so the same condition asked twice is answered alike.

Followed are variables that only tasks give, by a choice of theirs, and never beside something else. Whatever is not
certain is left open: no way is missed that a case could take.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from engine.bpmn.avoiding import may_be_left_out, reached_without
from engine.bpmn.beside import beside_others, inner_of
from engine.bpmn.graph import Flow, Graph, Node, triggers_of
from engine.bpmn.language.cells import literal_of
from engine.bpmn.language.comparing import same
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import ProcessDefinition
from engine.bpmn.variables import known_in_part, variables_of

MOST_STATES: Final = 20_000
"""Places with what is known there; a drawing with more is judged without its conditions."""

Choices = Mapping[str, tuple[str, tuple[str, ...]]]
Known = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Elements that a case can come to. ``is_followed`` is False where the drawing was too large to follow its choices:
    then every way of a choice is open."""

    elements: frozenset[str]
    is_followed: bool = True


class Ways:
    """The ways through a drawing; ``choices`` are the tasks that decide: the variable, and the values it may get."""

    def __init__(self, definition: ProcessDefinition, choices: Choices) -> None:
        self._definition = definition
        self._graph: Graph = definition.graph
        self._choices = choices

    def without(self, elements: Collection[str]) -> Reached:
        """The elements to which a case can come although none of ``elements`` has been completed; an element of them
        among these is one that can be the first."""
        plain = reached_without(self._definition, elements)
        if not self._steady:
            return Reached(plain)
        walked = self._walk(frozenset(elements))
        return Reached(plain, is_followed=False) if walked is None else Reached(plain & walked)

    @cached_property
    def _steady(self) -> frozenset[str]:
        """The variables whose value is known once their task is done."""
        nodes = self._graph.nodes
        beside = beside_others(self._graph)
        counted = any((node.start_quantity, node.completion_quantity) != (1, 1) for node in nodes.values())
        if counted or self._graph.has_complex_joins or any(map(_is_told, beside)):
            return frozenset()
        written = variables_of(nodes.values())[1] | known_in_part(nodes.values())
        written |= {entry.target for node in nodes.values() for entry in node.outputs}
        declared = {name for scope in self._graph.scopes.values() for name in scope.declared}
        loose = {self._choices[key][0] for key in self._choices if nodes[key] in beside or nodes[key].loop}
        return frozenset(name for name, _ in self._choices.values()) - written - declared - loose

    def _walk(self, avoided: frozenset[str]) -> frozenset[str] | None:
        """Where a token can come, with what is known on its way; None where that is too much."""
        seen: set[tuple[Node, Known]] = set()
        waiting: list[tuple[Node, Known]] = [(node, ()) for node in self._beginnings()]
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            if len(seen) > MOST_STATES:
                return None
            waiting += self._next(*state, avoided)
        return frozenset(node.id for node, _ in seen)

    def _beginnings(self) -> Iterator[Node]:
        """Where tokens begin about which nothing is known: also at events that may happen at any time."""
        for scope in {self._graph.process, *self._graph.processes.values()}:
            yield from scope.starts
        for node in self._graph.nodes.values():
            if node.type == "startEvent" and (node.scope.kind in ("process", "eventSubProcess") or node.instantiates):
                yield node
            if node.instantiates or node.for_compensation:
                yield node

    def _next(self, node: Node, known: Known, avoided: frozenset[str]) -> Iterator[tuple[Node, Known]]:
        inner = inner_of(self._graph, node)
        for event in node.boundaries:
            yield event, known if inner is None else ()
        if inner is not None:
            yield from ((start, () if node.inner is None else known) for start in inner.starts)
        if may_be_left_out(node):
            yield from self._leave(node, ())
        if node.id in avoided:
            return
        if inner is not None and node.inner is None:  # a called process has its own variables
            yield from self._leave(node, ())
        elif inner is None:
            yield from self._leave(node, self._after(node, known))
        else:
            yield from self._leave(node, ())  # by what is not followed: its events, or nothing inside

    def _leave(self, node: Node, known: Known) -> Iterator[tuple[Node, Known]]:
        for flow in node.outgoing:
            fits = _taking(flow, node, known)
            if fits is not None:
                yield flow.target, fits

    def _after(self, node: Node, known: Known) -> Known:
        if _is_told(node):
            return ()  # what it brings may have any name
        name, values = self._choices.get(node.id, ("", ()))
        return _with(known, name, frozenset(values)) if name in self._steady else known


def _is_told(node: Node) -> bool:
    return any(trigger.kind in ("message", "signal") and not trigger.variable for trigger in triggers_of(node))


def _with(known: Known, name: str, values: frozenset[str]) -> Known:
    return tuple(sorted((dict(known) | {name: values}).items(), key=lambda pair: pair[0]))


def _taking(flow: Flow, node: Node, known: Known) -> Known | None:
    """What is known behind the flow; None when it cannot be taken."""
    for name, values in known:
        left = frozenset(value for value in values if _may_take(flow, node, name, value))
        if not left:
            return None
        known = _with(known, name, left)
    return known


def _may_take(flow: Flow, node: Node, name: str, value: str) -> bool:
    if flow.condition is not None:
        return _truth(flow.condition, name, value) is not False
    if flow is not node.default:
        return True
    others = [other.condition for other in node.outgoing if other is not flow and other.condition is not None]
    return not any(_truth(condition, name, value) is True for condition in others)


def _truth(condition: Expression, name: str, value: str) -> bool | None:
    """Whether a condition holds where the variable has this value; None where something else decides too."""
    return _holds(condition.tree, name, value)


def _holds(tree: ast.expr, name: str, value: str) -> bool | None:
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        inner = _holds(tree.operand, name, value)
        return None if inner is None else not inner
    if isinstance(tree, ast.BoolOp):
        parts = [_holds(part, name, value) for part in tree.values]
        ends = isinstance(tree.op, ast.Or)  # one that holds ends an "or", one that does not an "and"
        return ends if ends in parts else None if None in parts else not ends
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        return _compares(tree.ops[0], tree.left, tree.comparators[0], name, value)
    return None


def _compares(sign: ast.cmpop, left: ast.expr, right: ast.expr, name: str, value: str) -> bool | None:
    if isinstance(sign, (ast.In, ast.NotIn)):
        listed = [literal_of(part) for part in right.elts] if isinstance(right, (ast.List, ast.Tuple)) else [None]
        if not _is_name(left, name) or None in listed:
            return None
        return any(same(value, one[0]) for one in listed if one) is isinstance(sign, ast.In)
    if not isinstance(sign, (ast.Eq, ast.NotEq)):
        return None
    other = right if _is_name(left, name) else left if _is_name(right, name) else None
    literal = literal_of(other) if other is not None else None
    return None if literal is None else same(value, literal[0]) is isinstance(sign, ast.Eq)


def _is_name(tree: ast.expr, name: str) -> Any:
    return isinstance(tree, ast.Name) and tree.id == name
