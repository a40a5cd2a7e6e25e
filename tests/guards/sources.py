"""The files of the product, for the tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LAYERS = ("web", "engine", "storage")
TEMPLATES = ROOT / "web" / "templates"
MIGRATIONS = ROOT / "storage" / "migrations" / "versions"


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file in these layers (all of them when none is named), migrations' versions apart."""
    for folder in folders or LAYERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.is_relative_to(MIGRATIONS):
                yield path


def templates() -> Iterator[Path]:
    """Every page and part of a page."""
    yield from sorted(TEMPLATES.rglob("*.html"))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module, which nobody changes: the tests that ask for it share one."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def walked(module: ast.Module) -> tuple[ast.AST, ...]:
    """All that a parsed module is made of; to walk through a tree takes as long as parsing it."""
    return tuple(ast.walk(module))


def named(path: Path) -> str:
    """The path as people write it."""
    return str(path.relative_to(ROOT))
