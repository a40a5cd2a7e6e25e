"""Expressions over answers: exact, careful with what is missing, and closed to everything that they are not."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from engine.packages.answer_expressions import parse_answer_expression
from engine.packages.feel_words import BadExpression

TODAY = date(2026, 3, 2)
ROWS = [{"heads": 2, "kind": "cow"}, {"heads": None, "kind": "pig"}, {"heads": 0.5}]


@pytest.mark.parametrize(
    ("source", "answers", "value"),
    [
        ("a + b * 2", {"a": 1, "b": 3}, Fraction(7)),
        ("(a + b) * 2 - 1", {"a": 1, "b": 3}, Fraction(7)),
        ("a / 3", {"a": 1}, Fraction(1, 3)),
        ("-a + 1.5", {"a": 0}, Fraction(3, 2)),
        ("a * 0.1", {"a": 3}, Fraction(3, 10)),
        ("0", {}, Fraction(0)),
        ("count(rows)", {"rows": ROWS}, Fraction(3)),
        ("count(rows)", {"rows": []}, Fraction(0)),
        ("sum(rows.heads)", {"rows": ROWS}, Fraction(5, 2)),
        ("sum(rows.heads)", {"rows": []}, Fraction(0)),
        ("days(begin, end)", {"begin": "2026-02-27", "end": "2026-03-02"}, Fraction(3)),
        ("days(today(), end)", {"end": "2026-03-02"}, Fraction(0)),
        ("max(a, 2, 1)", {"a": 0}, Fraction(2)),
        ("min(a, 2)", {"a": 0}, Fraction(0)),
        ("today()", {}, "2026-03-02"),
        ("=a > 1", {"a": 2}, True),
        ("class = 2", {"class": 2}, True),
        ('kind != "cow"', {"kind": "pig"}, True),
        ("end >= begin", {"begin": "2026-02-27", "end": "2026-02-26"}, False),
        ('opens < "12:00"', {"opens": "07:30"}, True),
        ("not(agreed)", {"agreed": False}, True),
        ("agreed = true and not(a = 1 or a = 2)", {"agreed": True, "a": 3}, True),
    ],
)
def test_it_has_the_value_that_it_says(source: str, answers: dict[str, Any], value: object) -> None:
    assert parse_answer_expression(source).value(answers, TODAY) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("a + 1", None),
        ("a / 0", None),
        ("a > 1", None),
        ("a = 1", None),
        ("not(a)", None),
        ("days(a, b)", None),
        ("max(a, 1)", None),
        ("count(a)", None),
        ("sum(a.b)", None),
        ("a = null", True),
        ("a != null", False),
        ("a != null or b != null", False),
        ("(a = null) = (b = null)", True),
        ("a > 1 or 1 = 1", True),
        ("a > 1 and 1 = 2", False),
        ("a > 1 and 1 = 1", None),
    ],
)
def test_what_needs_a_missing_answer_is_missing_and_only_null_asks_for_it(source: str, value: object) -> None:
    assert parse_answer_expression(source).value({}, TODAY) is value
    assert parse_answer_expression(source).value({"a": None, "b": None}, TODAY) is value


def test_a_list_or_a_text_where_a_number_should_be_gives_nothing() -> None:
    for answers in ({"a": "x"}, {"a": [1]}, {"a": True}, {"a": {"b": 1}}):
        assert parse_answer_expression("a + 1").value(answers, TODAY) is None


def test_names_are_the_questions_that_it_looks_at() -> None:
    found = parse_answer_expression("sum(animals.heads) + count(wheels) > days(begin, today())")
    assert found.names == {"animals", "wheels", "begin"}


@pytest.mark.parametrize(
    "source",
    [
        "", "a.b", "f(x)", "a = 1 = 2", "sum(a)", "sum(a.b.c)", "count(1)", "count(a, b)", "1 +", "a[0]", "a == 1",
        "a ** 2", "a // 2", "a % 2", "a if b else c", "lambda: 1", "a := 1", "{a}", "[a]", "a.b()", "days(a)", "max(a)",
        "today(1)", "__import__(1)", "'a'", "a; b", "a\\b", "exec(a)", "a in b", "a is b", "not in a", "x" * 600,
        "(" * 60 + "a" + ")" * 60 + " + " + "-" * 40 + "a",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_what_may_be_written(source: str) -> None:
    with pytest.raises(BadExpression) as refused:
        parse_answer_expression(source)
    assert "Use names of questions" in str(refused.value) or "split it" in str(refused.value)
