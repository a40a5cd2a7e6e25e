"""Docstrings name code in one way: between double backticks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.guards.sources import modules, named, tree, walked

FOLDERS = ("engine", "storage", "web", "attack", "tour", "bench", "tests")
SINGLE = re.compile(r"(?<!`)`(?!`)[^`]+`(?!`)")


def docstrings(module: ast.Module) -> Iterator[ast.Constant]:
    """The docstrings of a module and of all that is in it, those of constants and fields too."""
    for node in walked(module):
        if isinstance(node, ast.Lambda | ast.IfExp):
            continue  # their body is an expression
        for statement in getattr(node, "body", ()):
            value = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value


def test_docstrings_name_code_between_double_backticks() -> None:
    read = 0
    wrong = []
    for path in modules(*FOLDERS):
        for docstring in docstrings(tree(path)):
            read += 1
            wrong += [f"{named(path)}:{docstring.lineno} {found}" for found in SINGLE.findall(str(docstring.value))]
    assert read > 1_000
    assert wrong == []
