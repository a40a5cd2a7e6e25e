"""Tests that look into a browser wait for what they look for: none passes or fails by how busy the machine is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import TESTS
from tests.guards.sources import named, tree, walked

OWN = TESTS / "browsers.py"
JOURNEYS = TESTS / "journeys" / "browser"
HASTY = {"all_inner_texts", "input_value", "inner_text", "is_checked", "is_enabled", "is_hidden", "is_visible"}
BESIDE = {
    "new_context": "window() waits as long as it takes, and notices who leaves a page without waiting",
    "expect_navigation": "arriving() waits until the next page is loaded",
    "wait_for_url": "arriving() also waits where the address stays the same",
    "wait_for_timeout": "nothing is there after a time; expect() waits until it is",
}


def test_a_page_is_opened_and_left_by_one_way_that_waits() -> None:
    found = [
        f"{named(path)}:{call.lineno}: {call.func.attr}: {BESIDE[call.func.attr]}"
        for path in looking()
        for call in calls(tree(path))
        if isinstance(call.func, ast.Attribute) and call.func.attr in BESIDE
    ]
    assert found == []


def test_what_a_page_shows_is_expected_and_not_looked_up_once() -> None:
    found = [
        f"{named(path)}:{call.lineno}: expect(locator) waits for it"
        for path in looking()
        for statement in walked(tree(path))
        if isinstance(statement, ast.Assert)
        for call in calls(statement.test)
        if is_hasty(call)
    ]
    assert found == []


def looking() -> Iterator[Path]:
    """The tests and their helpers that look into a browser."""
    for path in TESTS.rglob("*.py"):
        if path != OWN and (JOURNEYS in path.parents or "from playwright." in path.read_text("utf-8")):
            yield path


def calls(part: ast.AST) -> Iterator[ast.Call]:
    return (one for one in ast.walk(part) if isinstance(one, ast.Call))


def is_hasty(call: ast.Call) -> bool:
    """Whether it reads from a page without waiting; a text that is counted in has something to look for."""
    if not isinstance(call.func, ast.Attribute) or call.keywords:
        return False
    return call.func.attr in HASTY or (call.func.attr == "count" and not call.args)
