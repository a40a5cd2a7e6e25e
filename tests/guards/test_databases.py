"""What the house does and finds is tried on both databases; only pages are tried on one (``tests/web/conftest.py``)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from tests.guards.sources import ROOT

ON_ONE: Final = {
    "tests/engine/clockwork/test_cost_of_sweeps.py": "counts statements, which are the same on both",
    "tests/engine/clockwork/test_plans.py": "how PostgreSQL goes about what a sweep asks",
    "tests/engine/queries/admin/test_many_clocks.py": "how each database goes about what it is asked",
    "tests/engine/tasks/test_live_cases.py": "what a process keeps in memory",
    "tests/engine/versions/test_later_rules.py": "what a package is refused for, before a row is read",
    "tests/engine/studio/test_specimens.py": "papers, which no database sees",
    "tests/engine/versions/test_rehearsing.py": "rehearsals, which write nothing",
}
"""Modules of the engine's tests all of whose tests are tried on one database, and why."""


def pinned(mark: ast.expr) -> bool:
    """Whether this mark lets a test run on one kind of database."""
    return (
        isinstance(mark, ast.Call)
        and ast.unparse(mark.func).endswith("parametrize")
        and ast.unparse(mark.args[0]) == "'database_kind'"
        and isinstance(mark.args[1], ast.List)
        and len(mark.args[1].elts) == 1
    )


def on_one(path: Path) -> bool:
    """Whether nothing in this module is tried on both databases."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    marks = [mark for value in whole for mark in (value.elts if isinstance(value, ast.List) else [value])]
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return any(map(pinned, marks)) or all(any(map(pinned, test.decorator_list)) for test in tests)


def test_every_use_case_and_query_is_tried_on_both_databases() -> None:
    modules = sorted((ROOT / "tests" / "engine").rglob("test_*.py"))
    assert {str(path.relative_to(ROOT)) for path in modules if on_one(path)} == set(ON_ONE)
