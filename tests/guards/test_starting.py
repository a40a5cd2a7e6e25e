"""One test starts at once: what only some tests need is not loaded for the others."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.conftest import FIXTURES, TESTS, fixtures_of
from tests.guards.sources import ROOT, named, tree, walked

HEAVY = {"storage", "web", "sqlalchemy", "alembic", "flask", "playwright"}
PURE = sorted(folder for folder, fixtures in FIXTURES.items() if not fixtures)

COLLECT = """
import sys, pytest
status = pytest.main(["--collect-only", "-qq", *sys.argv[1:]])
print("LOADED", *sorted(sys.modules))
sys.exit(status)
"""


def test_pure_tests_load_no_database_no_pages_and_no_browser() -> None:
    files = (path for folder in PURE for path in (TESTS / folder).rglob("test_*.py"))
    assert loaded_for(*(path for path in files if not fixtures_of(path))) & HEAVY == set()


def test_a_test_that_tries_no_random_values_does_not_load_what_makes_them() -> None:
    assert "hypothesis" not in loaded_for(TESTS / "engine" / "working_time" / "test_terms.py")


def test_properties_are_stated_without_an_eye_on_the_clock() -> None:
    own = TESTS / "properties.py"
    found = [named(path) for path in TESTS.rglob("*.py") if "hypothesis" in imported(path) and path != own]
    assert found == [], "import given, settings and st from tests.properties"


def test_every_place_that_fixtures_are_named_for_exists() -> None:
    assert [folder for folder in FIXTURES if not (TESTS / folder).exists()] == []


def loaded_for(*tests: Path) -> set[str]:
    """The modules in memory once these tests have been found."""
    said = subprocess.run([sys.executable, "-c", COLLECT, *tests], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(said.stdout.rpartition("LOADED ")[2].split())
    assert "pytest" in loaded
    return loaded


def imported(path: Path) -> set[str]:
    """The packages that a module imports from."""
    return {
        node.module.partition(".")[0]
        for node in walked(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
