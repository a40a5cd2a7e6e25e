"""The rooms of the engine: as drawn in docs/architecture.md, as the import contract holds them, as the folders lie."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from storage.tables import Base
from tests.guards.sources import ROOT, modules, tree, walked

DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MODELS = {mapper.class_.__name__: str(mapper.local_table) for mapper in Base.registry.mappers}
WRITES = ("insert",)


KEPT_BY_STORAGE = {
    *("finding_key", "clock_change", "clock_tally", "month_change", "month_tally", "share_tally"),
    *("case_tally", "step_tally"),
    *("office_age", "office_age_change", "service_age", "service_age_change"),
}
"""Rows that storage keeps by itself beside those of others, as these are written."""


def drawn() -> list[set[str]]:
    """The rooms of each line of the drawing, from the top down."""
    drawing = DOCUMENT.split("```")[1].strip().splitlines()
    return [set(re.split(r" \| ", re.split(r"\s{3,}", line)[0])) for line in drawing]


def told() -> dict[str, set[str]]:
    """The tables of each room, as the document lists them."""
    rows = re.findall(r"^\| (\w+) \| (`.*`) \|$", DOCUMENT, re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", tables)) for room, tables in rows}


def made() -> dict[str, set[str]]:
    """The tables of which each room makes rows."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in modules("engine"):
        known = set(_models_of(tree(path)))
        for node in walked(tree(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            named = node.args[0] if node.func.id in WRITES and node.args else node.func
            if isinstance(named, ast.Name) and named.id in known:
                found[_room(path)].add(MODELS[named.id])
    return dict(found)


def _models_of(module: ast.Module) -> Iterator[str]:
    for node in walked(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("storage."):
            yield from (alias.name for alias in node.names if alias.name in MODELS)


def _room(path: Path) -> str:
    return path.relative_to(ROOT / "engine").parts[0].removesuffix(".py")


def test_the_drawing_shows_every_room_and_no_other() -> None:
    there = {_room(path) for path in modules("engine")} - {"__init__"}
    assert set().union(*drawn()) == there


def test_the_drawing_stands_in_the_order_that_imports_are_held_to() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in settings["contracts"] if contract["id"] == "rooms")
    assert drawn() == [{room.strip().removeprefix("engine.") for room in layer.split("|")} for layer in layers]


def test_every_room_says_in_a_line_what_it_is_for() -> None:
    unsaid = [
        path.parent.name
        for path in (ROOT / "engine").glob("*/__init__.py")
        if not (ast.get_docstring(tree(path)) or "").strip()
    ]
    assert unsaid == []


def test_every_table_belongs_to_the_rooms_that_make_its_rows() -> None:
    assert told() == made()
    assert set().union(*told().values()) | KEPT_BY_STORAGE == set(MODELS.values())


def test_what_flows_through_the_rooms_names_rooms_that_are_there() -> None:
    flowing = DOCUMENT.split("## What flows through them")[1].split("## ")[0]
    assert set(re.findall(r"\*\*(\w+)\*\*", flowing)) <= set().union(*drawn())
