"""What can be told of an expression before any case runs."""

from __future__ import annotations

import pytest

from engine.bpmn.language.constants import bare_word, constant_of
from engine.bpmn.language.dialects import compile_written
from engine.bpmn.language.evaluating import ExpressionFailed
from engine.bpmn.language.reasons import kind_of


@pytest.mark.parametrize(
    ("source", "value", "kind"),
    [
        ("1", 1, "a number"),
        ("true", True, "true or false"),
        ("'yes'", "yes", "a text"),
        ("null", None, "nothing"),
        ("2 > 1", True, "true or false"),
        ("[1, 2]", [1, 2], "a list"),
        ("len('abc') + 1", 4, "a number"),
        ("'2026-03-02T08:00Z'", "2026-03-02T08:00Z", "a moment"),
        ("'P' + '3D'", "P3D", "a duration"),
        ("add_days('2026-03-02', 1)", "2026-03-03", "a text"),
        ("${1 == 1}", True, "true or false"),
    ],
)
def test_an_expression_without_variables_is_the_same_in_every_case(source: str, value: object, kind: str) -> None:
    assert constant_of(compile_written(source)) == (value,)
    assert kind_of(value) == kind


@pytest.mark.parametrize("source", ["rooms", "rooms > 1", "today()", "now() > '2026-03-02T08:00Z'", "working_days(1)"])
def test_variables_the_moment_and_the_office_make_an_expression_no_constant(source: str) -> None:
    assert constant_of(compile_written(source)) is None


def test_an_expression_that_fails_in_every_case_says_why() -> None:
    with pytest.raises(ExpressionFailed, match="division by zero"):
        constant_of(compile_written("1 / 0"))


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("tomorrow", "tomorrow"),
        ("${tomorrow}", "tomorrow"),
        ("true", None),
        ("'x'", None),
        ("a.b", None),
        ("a + b", None),
    ],
)
def test_a_bare_word_is_a_variable_or_a_text_without_quotes(source: str, word: str | None) -> None:
    assert bare_word(compile_written(source)) == word
