"""Scripts of script tasks: lines of ``name = expression``, carried out in order."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.language.evaluating import Evaluator
from engine.bpmn.language.expressions import CONSTANTS, Expression, ExpressionInvalid, compile_tree, parse_source
from engine.bpmn.language.functions import CALLER_FUNCTIONS
from engine.bpmn.language.reasons import because

__all__ = ["CALLER_FUNCTIONS", "Script", "compile_script", "run_script"]


@dataclass(frozen=True, slots=True)
class Script:
    """A compiled script: each line a variable's name (None for a bare call) and its expression."""

    lines: tuple[tuple[str | None, Expression], ...]

    @property
    def reads(self) -> frozenset[str]:
        """Variables that must exist before the script runs."""
        assigned: set[str] = set()
        wanted: set[str] = set()
        for name, expression in self.lines:
            wanted |= expression.names - assigned
            if name:
                assigned.add(name)
        return frozenset(wanted)

    @property
    def writes(self) -> frozenset[str]:
        """Variables that the script assigns."""
        return frozenset(name for name, _ in self.lines if name)


def compile_script(source: str) -> Script:
    """The script, ready to run; raises ExpressionInvalid for anything but assignments and function calls."""
    tree = parse_source(source, "exec")
    return Script(tuple(_line(statement, source.strip()) for statement in getattr(tree, "body", [])))


def _line(statement: ast.stmt, source: str) -> tuple[str | None, Expression]:
    written = ast.get_source_segment(source, statement) or source
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return None, compile_tree(statement.value, written, in_script=True)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        target = statement.target
        value = ast.BinOp(ast.Name(target.id, ast.Load()), statement.op, statement.value)
    else:
        raise ExpressionInvalid(because("script-line", line=statement.lineno))
    if not isinstance(target, ast.Name):
        raise ExpressionInvalid(because("script-target", line=statement.lineno))
    if target.id.startswith("_"):
        raise ExpressionInvalid(because("underscore", name=target.id))
    if target.id in CONSTANTS:
        raise ExpressionInvalid(because("reserved", name=target.id))
    return target.id, compile_tree(value, written, in_script=True)


def run_script(
    script: Script, evaluator: Evaluator, variables: Mapping[str, Any], assign: Callable[[str, Any], None]
) -> None:
    """Carry out the lines in order. ``variables`` must show what ``assign`` stored, so that later lines see it."""
    for name, expression in script.lines:
        value = evaluator.value_of(expression, variables)
        if name:
            assign(name, value)
