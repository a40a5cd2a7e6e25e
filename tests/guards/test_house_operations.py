"""An operation of the house is whole: declared, performed, tried, and documented."""

from __future__ import annotations

import inspect
import re

import pytest

from engine.flow.operations import PERFORMERS
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.manifest import OUTCOMES
from engine.packages.operations import CONNECTOR_CALL
from tests.guards.sources import ROOT


def test_every_operation_that_may_be_drawn_is_performed_and_no_other() -> None:
    assert {*PERFORMERS, CONNECTOR_CALL} == set(HOUSE_OPERATIONS)


@pytest.mark.parametrize("name", HOUSE_OPERATIONS)
def test_every_operation_is_drawn_where_a_test_or_a_ministry_runs_it(name: str) -> None:
    """Nothing else would tell one that is performed from one that only gives back an empty answer."""
    drawn = re.compile(rf"""["']{re.escape(name)}["']""")
    tests = [path for path in (ROOT / "tests" / "engine").rglob("test_*.py") if "packages" not in path.parts]
    places = [*(ROOT / "processes").rglob("*.bpmn"), *(ROOT / "tests" / "small").rglob("*.bpmn"), *tests]
    assert any(drawn.search(path.read_text("utf-8")) for path in places), f"no test draws {name}"


def test_what_an_operation_decides_is_an_outcome() -> None:
    assert {row.decides for row in HOUSE_OPERATIONS.values()} - {""} <= set(OUTCOMES)


@pytest.mark.parametrize("name", HOUSE_OPERATIONS)
def test_the_page_for_analysts_has_a_line_for_every_operation_with_its_parameters(name: str) -> None:
    page = (ROOT / "docs" / "packages.md").read_text("utf-8")
    line = re.search(rf"^\| `{re.escape(name)}` \|([^|]*)\|([^|]+)\|$", page, re.M)
    assert line is not None, f"docs/packages.md: the table of operations has no line for {name}"
    operation = HOUSE_OPERATIONS[name]
    assert re.findall(r"`(\w+)`", line[1]) == [*operation.needs, *(operation.may_have or ())]
    assert ("any others" in line[1]) == (operation.may_have is None)


@pytest.mark.parametrize("name", HOUSE_OPERATIONS)
def test_the_page_for_analysts_names_the_variables_that_an_operation_gives(name: str) -> None:
    page = (ROOT / "docs" / "packages.md").read_text("utf-8")
    line = re.search(rf"^\| `{re.escape(name)}` \|[^|]*\|([^|]+)\|$", page, re.M)
    assert line is not None
    assert tuple(re.findall(r"is the variable `(\w+)`", line[1])) == HOUSE_OPERATIONS[name].gives


def test_what_an_operation_is_declared_to_give_it_gives() -> None:
    """Its performer gives back exactly these names, written as they are."""
    for name, performer in PERFORMERS.items():
        given = re.findall(r"[{,] ?\"(\w+)\":", inspect.getsource(performer))
        assert tuple(given) == HOUSE_OPERATIONS[name].gives, name
