"""Values of different kinds are never the same and have no order: a truth value is no number, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn
from engine.bpmn.language.comparing import order, same
from engine.bpmn.language.dialects import compile_written
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.functions import BUILT_IN
from tests.engine.bpmn.drawings.drawing import MONDAY
from tests.engine.bpmn.language.test_decisions import table
from tests.properties import given, settings, st

VARIABLES: dict[str, Any] = {"yes": True, "no": False, "one": 1, "zero": 0, "ones": [1, 0], "truths": [True, False]}


def value(source: str) -> Any:
    return Evaluator(BUILT_IN).value_of(compile_written(source), VARIABLES)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true == 1", False),
        ("1 == true", False),
        ("0 == false", False),
        ("yes != one", True),
        ("1.0 == true", False),
        ("1 == 1.0", True),
        ("true == true", True),
        ("'1' == 1", False),
        ("[true] == [1]", False),
        ("[[true]] != [[1]]", True),
        ("{'a': true} == {'a': 1}", False),
        ("{'a': [1.0]} == {'a': [1]}", True),
        ("{'a': 1} == {'b': 1}", False),
        ("true in ones", False),
        ("1 in truths", False),
        ("true not in ones", True),
        ("[true] in [[1]]", False),
        ("true in truths", True),
        ("1.0 in ones", True),
        ("contains(ones, true)", False),
        ("contains(truths, 0)", False),
        ("count([1, true, 1.0, '1'], 1)", 2),
        ("count([1, true, 1.0], true)", 1),
        ("count([[1], [true]], [1])", 1),
        ("null == false", False),
        ("null == 0", False),
        ("'' == null", False),
    ],
)
def test_values_of_different_kinds_are_not_the_same(source: str, expected: object) -> None:
    assert value(source) is expected or (value(source) == expected and type(expected) is int)


@pytest.mark.parametrize(
    "source",
    [
        "true < 2",
        "0 <= true",
        "true > false",
        "[true] < [2]",
        "[1, [true]] > [1, [0]]",
        "'2' < 3",
        "null < 1",
        "true + 1",
        "1 - true",
        "true * 2",
        "true / true",
        "'a' * true",
        "true * [1]",
        "-true",
        "+false",
        "ones[true]",
        "ones[false:]",
        "'abc'[:true]",
        "'abc'[::true]",
        "sum([true, 2])",
        "sum([true])",
        "max(true, 2)",
        "max([1, false])",
        "min(true, false)",
        "abs(true)",
        "round(true)",
        "round(1.5, true)",
        "number(true)",
        "add_days('2026-03-02', true)",
        "true in 'true'",
        "1 in '1'",
        "[1] in {'a': 1}",
    ],
)
def test_values_of_different_kinds_cannot_be_computed_or_ordered(source: str) -> None:
    with pytest.raises(ExpressionFailed):
        value(source)


@pytest.mark.parametrize(
    ("cell", "given_value", "accepted"),
    [
        ("true", 1, False),
        ("1", True, False),
        ("0", False, False),
        ("not(true)", 1, True),
        ("1, 2", True, False),
        ("ones", True, False),
        ("truths", 1, False),
        ("? == 1", True, False),
        ("true", True, True),
        ("1", 1.0, True),
        ("!= 1", True, True),
        ("== 1", 1, True),
    ],
)
def test_a_cell_of_a_decision_accepts_values_of_its_own_kind_only(cell: str, given_value: Any, accepted: bool) -> None:
    definition = bpmn.parse(table([(cell, "1")], "FIRST"))
    variables = {**VARIABLES, "rooms": given_value}
    assert (bpmn.start(definition, variables, now=MONDAY).variables["fee"] == 1) is accepted


@pytest.mark.parametrize("cell", ["< 2", "[0..1]", "> 0, 5"])
def test_a_cell_that_compares_numbers_fails_for_a_truth_value(cell: str) -> None:
    definition = bpmn.parse(table([(cell, "1")], "FIRST"))
    with pytest.raises(bpmn.StepFailed):
        bpmn.start(definition, {"rooms": True}, now=MONDAY)


@pytest.mark.parametrize(
    ("policy", "more"),
    [
        ("ANY", ""),
        ("COLLECT", 'aggregation="SUM"'),
        ("COLLECT", 'aggregation="MIN"'),
        ("COLLECT", 'aggregation="MAX"'),
    ],
)
def test_a_hit_policy_does_not_take_a_truth_value_for_a_number(policy: str, more: str) -> None:
    definition = bpmn.parse(table([("-", "1"), ("-", "true")], policy, extra=more))
    with pytest.raises(bpmn.StepFailed):
        bpmn.start(definition, {"rooms": 1}, now=MONDAY)


def test_a_sum_of_a_single_truth_value_is_refused_too() -> None:
    definition = bpmn.parse(table([("-", "true")], "COLLECT", extra='aggregation="SUM"'))
    with pytest.raises(bpmn.StepFailed, match="SUM"):
        bpmn.start(definition, {"rooms": 1}, now=MONDAY)


RANKS = "<outputValues><text>1, 2</text></outputValues>"


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_a_truth_value_has_not_the_rank_of_a_number(policy: str) -> None:
    ranked = bpmn.parse(table([("-", "2"), ("-", "1")], policy, values=RANKS))
    first = bpmn.start(ranked, {"rooms": 1}, now=MONDAY).variables["fee"]
    assert first in (1, [1, 2])
    definition = bpmn.parse(table([("-", "true"), ("-", "2")], policy, values=RANKS))
    with pytest.raises(bpmn.StepFailed, match="fee"):
        bpmn.start(definition, {"rooms": 1}, now=MONDAY)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 0.5]) | st.text("01a", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)


def _with_kinds(found: Any) -> Any:
    """The value in a form that Python itself compares by kind."""
    if isinstance(found, list):
        return ("list", [_with_kinds(entry) for entry in found])
    if isinstance(found, dict):
        return ("record", {name: _with_kinds(entry) for name, entry in found.items()})
    return ("truth" if isinstance(found, bool) else "other", found)


@settings(max_examples=400, derandomize=True)
@given(PLAIN, PLAIN)
def test_being_the_same_is_being_equal_with_every_part_of_the_same_kind(left: Any, right: Any) -> None:
    assert same(left, right) is (_with_kinds(left) == _with_kinds(right))
    assert same(left, right) is same(right, left)


@settings(max_examples=400, derandomize=True)
@given(PLAIN, PLAIN)
def test_an_order_has_two_directions_or_none(left: Any, right: Any) -> None:
    def ordered(one: Any, other: Any) -> int | None:
        try:
            return order(one, other)
        except TypeError:
            return None

    there, back = ordered(left, right), ordered(right, left)
    assert (there is None) is (back is None)
    if there is not None and back is not None:
        assert there == -back
        assert (there == 0) is same(left, right)
