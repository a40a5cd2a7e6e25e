"""The shape of the house: who may commit, who may import whom, how long a module is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.guards.sources import ROOT, modules, named, tree, walked

LONGEST_MODULE = 300
LONGEST_FUNCTION = 45  # with its docstring; most are under 30
MOST_BY_POSITION = 5


def test_one_place_commits() -> None:
    """And one ends a reading, in which the database refuses to write."""
    commits = [
        f"{named(path)}:{function.name}"
        for path in modules()
        if "commit" in path.read_text(encoding="utf-8")
        for function in walked(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert sorted(commits) == ["storage/database.py:_end", "storage/database.py:transaction"]


def test_imports_point_one_way() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_module_is_one_noun_and_fits_in_one_reading() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = {
        f"{named(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in modules()
        for node in walked(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_nobody_has_to_count_arguments() -> None:
    """What comes after the fifth is given by name, so that the call says what it is."""
    crowded = {
        f"{named(path)}:{node.name}": len(by_position)
        for path in modules("engine", "storage")
        for node in walked(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and len(by_position := [each for each in _by_position(node) if each not in ("self", "cls")]) > MOST_BY_POSITION
    }
    assert crowded == {}


def _by_position(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def test_processes_hold_data_and_no_program() -> None:
    programs = {".py", ".sh", ".js", ".so"}
    assert [named(path) for path in (ROOT / "processes").rglob("*") if path.suffix in programs] == []


def test_only_the_clock_looks_at_the_wall() -> None:
    """Everything else is handed its moment, so that it can be tested, replayed and simulated."""
    looks = []
    for path in modules():
        if named(path) == "web/clock.py":
            continue
        for node in walked(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called in {"datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.datetime.now"}:
                    looks.append(f"{named(path)}:{node.lineno} {called}")
    assert looks == []


def test_nobody_says_the_bare_name_of_an_office() -> None:
    """Offices of one name are told apart in one place (``engine.namesakes``); whoever reads the columns by themselves
    would say two equal names."""
    bare = re.compile(r"\boffice\.name_(?:km|en)\b")
    saying = {named(path) for path in modules() if bare.search(path.read_text(encoding="utf-8"))}
    assert saying == {"engine/namesakes.py"}
