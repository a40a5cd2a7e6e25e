"""Which module imports which: never in a circle, never late, never for types alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tests.guards.sources import ROOT, modules, tree, walked

FOLDERS = ("engine", "storage", "web", "attack", "tour", "bench")
BY_NAME = {
    "web.cli": "imports the command that is asked for, so that help is shown at once",
    "web.catalogue": "imports every module of refusals, which are found by their base",
    "web.app": "imports the pages, which are named in one list",
}
"""Who may import by name, and why."""

Statement = ast.Import | ast.ImportFrom


def module_names() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name; a package is called by its folder."""
    found = {}
    for path in modules(*FOLDERS):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = tree(path)
    return found


def imported(module: ast.Module, known: Mapping[str, ast.Module]) -> Iterator[tuple[Statement, str]]:
    """Modules of the product that a module imports, wherever in it: at the top, in a function, for types alone."""
    for node in walked(module):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # "from engine import bpmn" means the module engine.bpmn, "from engine.bpmn import parse" engine.bpmn.
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else node.module or "" for name in inner]
        else:
            continue
        yield from ((node, name) for name in dict.fromkeys(names) if name in known)


def circles(graph: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """The modules that are in circles or between two, with what they import of each other."""
    left = {name: targets & graph.keys() - {name} for name, targets in graph.items()}
    while True:
        needed = set().union(*left.values())
        inner = {name for name, targets in left.items() if targets and name in needed}
        if len(inner) == len(left):
            return {name: sorted(targets) for name, targets in left.items()}
        left = {name: left[name] & inner for name in inner}


def test_no_module_imports_in_a_circle() -> None:
    known = module_names()
    graph = {name: {other for _, other in imported(module, known)} for name, module in known.items()}
    assert len(graph) > 350
    assert circles(graph) == {}


def test_every_import_of_our_own_stands_at_the_top_and_is_meant_for_running() -> None:
    known = module_names()
    late = [
        f"{name}:{node.lineno} {other}"
        for name, module in known.items()
        for node, other in imported(module, known)
        if node not in module.body
    ]
    assert late == []


def test_only_who_has_a_reason_imports_by_name() -> None:
    by_name = {
        name
        for name, module in module_names().items()
        for node in walked(module)
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith("import_module")
    }
    assert by_name == BY_NAME.keys()


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == {}
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}) == {"b": ["c"], "c": ["b"]}
