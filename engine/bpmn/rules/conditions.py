"""What can be told of expressions before a case runs: conditions that are never true or false, timers of one word."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from engine.bpmn.graph import Node
from engine.bpmn.language.expressions import CONSTANTS, Expression
from engine.bpmn.language.functions import GIVE_MOMENTS, MAY_BE_TRUTHS
from engine.bpmn.reading.written_times import meant_as_a_time
from engine.bpmn.rules.report import Report


def check_truth(report: Report, node: Node) -> None:
    """A condition is true or false (8.3.6); one that is always a number, a text, a list or nothing decides nothing."""
    for condition in _conditions(node):
        if _never_a_truth(condition.tree):
            report.error("condition-no-truth", node, expression=" ".join(condition.source.split())[:120])


def _conditions(node: Node) -> Iterator[Expression]:
    found = [flow.condition for flow in node.outgoing] + [trigger.condition for trigger in node.triggers]
    found += [node.activation, node.inner.completion if node.inner is not None else None]
    if node.loop is not None:
        found += [node.loop.condition, *(condition for condition, _ in node.loop.complex_events)]
    yield from (condition for condition in found if condition is not None)


def _never_a_truth(tree: ast.expr) -> bool:
    """True for what gives something else than true or false, whatever the variables are."""
    if isinstance(tree, ast.Constant):
        return not isinstance(tree.value, bool)
    if isinstance(tree, ast.Name):
        return not isinstance(CONSTANTS.get(tree.id, True), bool)
    if isinstance(tree, ast.UnaryOp):
        return not isinstance(tree.op, ast.Not)
    if isinstance(tree, ast.IfExp):
        return _never_a_truth(tree.body) and _never_a_truth(tree.orelse)
    if isinstance(tree, ast.BoolOp):
        return all(map(_never_a_truth, tree.values))
    if isinstance(tree, ast.Call):
        return isinstance(tree.func, ast.Name) and tree.func.id not in MAY_BE_TRUTHS
    return isinstance(tree, ast.BinOp | ast.List | ast.Dict | ast.Tuple)


def _is_moment(tree: ast.expr) -> bool:
    """True for the call of a function that gives a day or a moment, whatever the variables are."""
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in GIVE_MOMENTS


def check_timer_words(report: Report, node: Node, known: Set[str]) -> None:
    """A timer that is a single word is a variable; where nothing in the files gives it a value it may be a slip. One
    that is a time in another writing is none, also where something could be computed of it; nor is a moment where a
    length of time is asked for."""
    for trigger in node.triggers:
        timer = trigger.timer
        if not isinstance(timer, Expression):
            continue
        if meant_as_a_time(timer.source.strip()):
            report.error(
                "timer-text", node, text=timer.source.strip()[:60], kind=f"time{(trigger.timer_kind or '').title()}"
            )
        elif trigger.timer_kind != "date" and _is_moment(timer.tree):
            report.error("timer-moment", node, text=timer.source.strip()[:60])
        elif isinstance(timer.tree, ast.Name) and timer.tree.id not in known:
            report.warn("timer-word", node, word=timer.tree.id[:80])
