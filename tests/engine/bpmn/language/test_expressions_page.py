"""docs/expressions.md is true: every example is computed, and every function and bound is on the page."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.language.dialects import compile_written
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import LONGEST_SOURCE, ExpressionInvalid
from engine.bpmn.language.functions import BUILT_IN, VALUES_TAKEN, clock_functions, office_functions
from engine.bpmn.language.scripts import compile_script, run_script
from engine.bpmn.language.values import (
    LARGEST_VALUE,
    LONGEST_TEXT,
    MOST_TEXT,
    WORK_OF_A_STEP,
    WORK_OF_AN_EXPRESSION,
)
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.functions import calendar_functions

PAGE = (Path(__file__).parents[4] / "docs" / "expressions.md").read_text()
MOMENT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
OFFICE = calendar_functions(WorkingTime(USUAL_WEEK), MOMENT)
EVALUATOR = Evaluator({**BUILT_IN, **clock_functions(MOMENT), **office_functions(OFFICE)})


def rows(part: str) -> list[tuple[str, str]]:
    """The first two cells of the tables in the part of the page that begins with this heading."""
    text = PAGE.partition(f"{part}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]*)` \| `?([^`|]*)`? \|", text, re.MULTILINE)


VARIABLES: dict[str, Any] = {name: ast.literal_eval(written) for name, written in rows("# Expressions and scripts")}
PARTS = ("## Values", "## Computing and comparing", "## Days, moments and durations", "## Functions")
COMPUTED = [row for part in PARTS for row in rows(part)]


def test_the_page_has_its_examples() -> None:
    assert len(VARIABLES) == 7
    assert len(COMPUTED) > 50


@pytest.mark.parametrize(("example", "result"), COMPUTED)
def test_an_example_has_the_result_that_the_page_says(example: str, result: str) -> None:
    expected = ast.literal_eval(result)
    found = EVALUATOR.value_of(compile_written(example), VARIABLES)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(("example", "reason"), rows("## What fails while a case runs"))
def test_an_example_fails_for_the_reason_that_the_page_says(example: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        EVALUATOR.value_of(compile_written(example), VARIABLES)
    assert failure.value.reason == reason


@pytest.mark.parametrize(("example", "reason"), rows("## What is refused when the file is checked, and why"))
def test_an_example_is_refused_for_the_reason_that_the_page_says(example: str, reason: str) -> None:
    with pytest.raises(ExpressionInvalid) as refusal:
        compile_written(example)
    assert refusal.value.reason == reason


def test_the_script_of_the_page_runs() -> None:
    script = re.search(r"(?:^    .*\n)+", PAGE, re.MULTILINE)
    assert script is not None
    variables = dict(VARIABLES)
    lines = "\n".join(line.strip() for line in script.group().splitlines())
    run_script(compile_script(lines), EVALUATOR, variables, variables.__setitem__)
    assert (variables["total"], variables["average"], variables["x"]) == (245, 82, None)


@pytest.mark.parametrize("name", sorted(VALUES_TAKEN))
def test_every_function_is_on_the_page(name: str) -> None:
    assert re.search(rf"`[^`]*\b{name}(\(|`)", PAGE)


@pytest.mark.parametrize(
    "bound", [LONGEST_SOURCE, LARGEST_VALUE, MOST_TEXT, LONGEST_TEXT, WORK_OF_AN_EXPRESSION, WORK_OF_A_STEP]
)
def test_every_bound_is_on_the_page(bound: int) -> None:
    assert f"{bound:,}" in PAGE.partition("## Bounds")[2]
