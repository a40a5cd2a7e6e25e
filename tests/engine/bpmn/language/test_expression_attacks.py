"""Expressions written to break the house: each gives a value within bounds or a named reason, in bounded work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import orjson
import pytest

from engine import bpmn
from engine.bpmn.language.dialects import compile_written
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import ExpressionInvalid
from engine.bpmn.language.functions import BUILT_IN, LONGEST_TERM, clock_functions, office_functions
from engine.bpmn.language.reasons import Reason, Unfit
from engine.bpmn.language.scripts import compile_script, run_script
from engine.bpmn.language.values import LARGEST_VALUE, WORK_OF_A_STEP, WORK_OF_AN_EXPRESSION, Work, plain
from engine.bpmn.problems.reasons import REASONS
from tests.engine.bpmn.drawings.drawing import E, S, document, flows
from tests.properties import given, settings, st

MOMENT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
FUNCTIONS = {
    **BUILT_IN,
    **clock_functions(MOMENT),
    **office_functions({"working_days": lambda days: (MOMENT + timedelta(days=days)).isoformat()}),
}
HOSTILE: dict[str, Any] = {
    "n": 5,
    "f": -0.0,
    "big": list(range(20_000)),
    "same": [float(one) for one in range(20_000)],
    "deep": {"deep": {"deep": [[[[{"deep": None}]]]]}},
    "nested": [[0] * 140 for _ in range(140)],
    "wall": "x" * 20_000,
    "walls": ["x" * 19_000 + str(number) for number in range(50)],
    "record": {f"k{number}": number for number in range(9_000)},
    "nothing": None,
    "truth": True,
    "len": "a variable named like a function",
    "true": "a variable named like a constant",
    "khmer": "១២ ខែ\u200bមីនា",
}


def value(source: str) -> Any:
    """The value with the hostile variables; a new step each time."""
    return Evaluator(FUNCTIONS).value_of(compile_written(source), HOSTILE)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (" or ".join(["big == same[1:]"] * 100), "takes too long"),
        ("[big] * 20000 == [same] * 20000", "takes too long"),
        ("[[big] * 20000] * 20000 == [[same] * 20000] * 20000", "takes too long"),
        ("count([big] * 20000, same)", "takes too long"),
        ("sum([[1] * 20000] * 200)", "takes too long"),
        (" or ".join(["'x' * 19000 + 'y' in wall"] * 60), "takes too long"),
        ("[walls] * 400 == [walls[1:]] * 400", "takes too long"),
        ("[big, big]", "too large"),
        ("[[[[nested] * 200] * 200] * 200] * 200", "too large"),
        ("append(big, 1)", "too large"),
        ("wall + 'x'", "too large"),
        ("walls + walls", "too large"),
        ("'x' * 9223372036854775807", "too large"),
        ("9223372036854775807 + 1", "too large"),
        ("0 - 9223372036854775807 - 2", "too large"),
        ("round(1e300)", "too large"),
        ("1e308 * 10", "not finite"),
        ("1e308 * 1e308 - 1e308 * 1e308", "not finite"),
        ("number('1e999')", "not finite"),
        ("number('inf')", "not a number"),
        ("number('nan')", "not a number"),
        ("number('1_000')", "not a number"),
        ("number('²')", "not a number"),
        ("number('9' * 20000)", "not a number"),
        ("number(truth)", "number()"),
        ("round(5, 0 - 1000000000)", "-15 to 15"),
        ("round(5, 1000000000)", "-15 to 15"),
        ("working_days(1000000000)", "0 to 2000"),
        ("working_days(0 - 1)", "0 to 2000"),
        ("working_days(truth)", "0 to 2000"),
        ("add_days('0001-01-01', 0 - 1)", "beyond the calendar"),
        ("add_hours('9999-12-31', 24)", "beyond the calendar"),
        ("add_months('9999-12-31', 1)", "beyond the calendar"),
        ("add_months('0001-01-01', 0 - 1)", "beyond the calendar"),
        ("add_months('2026-01-31T99', 1)", "a moment"),
        ("add_days('2026-02-30', 1)", "a day"),
        ("add_days('20260302', 1)", "a day"),
        ("add_days('2026-03-02', 1.5)", "whole number"),
        ("days_between(wall, wall)", "a moment"),
        ("year('០០០០-០១-០១')", "a day"),
        ("big[9223372036854775807]", "out of range"),
        ("big[::0]", "out of range"),
        ("record[0]", "by a number"),
        ("deep.deep.deep.nowhere", "no entries"),
        ("deep.nowhere", "no entry nowhere"),
        ("nothing.deep", "nothing"),
        ("{nothing: 1}", "key"),
        ("{[1]: 1}", "key"),
        ("record < record", "a record < a record"),
        ("min(1, 'a')", "numbers only"),
        ("min([])", "numbers only"),
        ("max(record)", "numbers only"),
        ("contains('a', 1)", "a text"),
        ("starts_with('a', ['a'])", "a text"),
        ("upper(1)", "a text"),
        ("'\\x00'", "null character"),
        ("'\\ud800'", "half a character"),
        ("5 / f", "division by zero"),
        ("wall * 1.5", "a text * a number"),
    ],
)
def test_a_bomb_is_a_failure_with_its_reason_in_both_languages(source: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        value(source)
    assert reason in failure.value.reason
    assert failure.value.reason.km
    assert "xxx" not in failure.value.reason, "a reason never holds a value"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("n is 5", "write =="),
        ("n is f", "write =="),
        ("1 < n is 5", "write =="),
        ("1e400 > n", "not finite"),
        ("9223372036854775808", "too large"),
        ("'a\u202eb' == n", "direction"),
        ("n \u2066== 1", "direction"),
        ("len(n, n)", "takes 1 values, not 2"),
        ("working_days()", "takes 1 values, not 0"),
        ("round()", "takes 1–2 values, not 0"),
        ("max()", "takes 1… values, not 0"),
        ("ｌｅｎ.__class__", "underscore"),
        ("ａ.＿b", "cannot be read"),
        ("lеn(n)", "no function named lеn"),
        ("n\u200b", "cannot be read near"),
        ("n if", "cannot be read"),
        ("n > 1 and bpmn_error('E1')", "scripts only"),
        ("class == 1", "cannot be read near class"),
        ("lambda: 1", "lambda is not part"),
        ("[x for x in big]", "for … in is not part"),
        ("2 ** 9", "** is not part"),
        ("+".join("1" * 60), "40 levels"),
    ],
)
def test_what_only_looks_like_an_expression_is_refused_with_its_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionInvalid) as refusal:
        compile_written(source)
    assert reason in refusal.value.reason
    assert refusal.value.reason.km


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true", True),
        ("len", "a variable named like a function"),
        ("len(len)", 32),
        ("ｎ", 5),
        ("number('១២')", 12),
        ("number(khmer[0:2])", 12),
        ("f", -0.0),
        ("0.1 + 0.2", 0.30000000000000004),
        ("round(2.5)", 2),
        ("sum([0.1] * 10)", 0.9999999999999999),
        ("9223372036854775807", 2**63 - 1),
        ("0 - 9223372036854775807", 1 - 2**63),
        ("add_hours('2026-02-27', 24)", "2026-02-28T00:00:00"),
        ("nothing is null and truth is true", True),
        ("(1, 2) == [1, 2]", True),
        ("[1] * (0 - 1) + [2]", [2]),
        ("working_days(2000) > today()", True),
    ],
)
def test_odd_expressions_have_one_value_that_storing_does_not_change(source: str, expected: object) -> None:
    found = value(source)
    assert found == expected
    assert orjson.loads(orjson.dumps(found)) == found
    assert type(found) is type(expected)


def test_all_expressions_of_a_step_together_are_bounded_too() -> None:
    work = Work()
    for _ in range(WORK_OF_A_STEP // WORK_OF_AN_EXPRESSION):
        work.begin()
        work.spend(WORK_OF_AN_EXPRESSION)
    variables: dict[str, Any] = {}
    with pytest.raises(ExpressionFailed, match="takes too long"):
        run_script(compile_script("n = 1\n" * 200), Evaluator(FUNCTIONS, work), variables, variables.__setitem__)


def test_the_code_of_an_error_is_bounded() -> None:
    with pytest.raises(ExpressionFailed, match="255"):
        run_script(compile_script("bpmn_error(wall)"), Evaluator(FUNCTIONS), HOSTILE, lambda *_: None)


def test_the_calendar_of_an_office_is_not_walked_through_without_count() -> None:
    with pytest.raises(ExpressionFailed, match="takes too long"):
        value(" or ".join([f"working_days({LONGEST_TERM}) == 1"] * 5))


def test_a_failing_function_of_the_caller_is_named_in_both_languages() -> None:
    def broken(_: int) -> str:
        raise LookupError("no calendar")

    with pytest.raises(ExpressionFailed) as failure:
        Evaluator(office_functions({"working_days": broken})).value_of(compile_written("working_days(1)"), {})
    assert failure.value.reason == "working_days() could not be computed: no calendar"
    assert failure.value.reason.km.startswith("មិនអាចគណនា working_days()")


@pytest.mark.parametrize("name", sorted(REASONS))
def test_both_wordings_of_a_reason_have_the_same_blanks(name: str) -> None:
    english, khmer = ({blank for _, blank, _, _ in Formatter().parse(one) if blank} for one in REASONS[name])
    assert english == khmer


NAMES = st.sampled_from(sorted(HOSTILE.keys() - {"true"}))
LITERALS = st.one_of(
    st.integers(-(10**6), 10**6).map(lambda number: f"({number})"),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: f"({number!r})"),
    st.text("abខ១\u200b.-+", max_size=4).map(repr),
    st.sampled_from(["true", "null", "'2026-03-02'", "'9999-12-31'", "9223372036854775807", "20000"]),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "==", "<", ">=", "in", "not in", "and", "or"])
    functions = st.sampled_from(sorted(FUNCTIONS))
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("{}.deep".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{'a': {}, {}: 1}}".format, inner, inner),
        st.builds(lambda name, values: f"{name}({', '.join(values)})", functions, st.lists(inner, max_size=3)),
    )


@settings(max_examples=150, derandomize=True)
@given(st.recursive(st.one_of(NAMES, LITERALS), _larger, max_leaves=8))
def test_any_expression_gives_a_plain_value_or_a_named_failure_in_bounded_work(source: str) -> None:
    work = _Counting()
    try:
        found = Evaluator(FUNCTIONS, work).value_of(compile_written(source), HOSTILE)
    except (ExpressionInvalid, ExpressionFailed) as failure:
        assert isinstance(failure.reason, Reason)  # noqa: PT017 - a value is as good an outcome
    else:
        assert plain(found) == found
        assert orjson.loads(orjson.dumps(found)) == found
    assert work.spent <= WORK_OF_AN_EXPRESSION + LARGEST_VALUE * 2


class _Counting(Work):
    """Remembers what was spent."""

    spent = 0

    def spend(self, entries: int) -> None:
        self.spent += entries
        super().spend(entries)


def test_work_that_is_too_much_is_refused_before_it_is_done() -> None:
    work = Work()
    work.begin()
    with pytest.raises(Unfit):
        work.spend(WORK_OF_AN_EXPRESSION + 1)


def test_a_large_variable_cannot_be_repeated_in_thousands_of_calls() -> None:
    several = "<loopCardinality>15000</loopCardinality>".join(
        ("<multiInstanceLoopCharacteristics>", "</multiInstanceLoopCharacteristics>")
    )
    body = S + f'<callActivity id="c" calledElement="q">{several}</callActivity>' + E + flows("s > c > e")
    definition = bpmn.parse({"f.bpmn": document(body, '<process id="q"><userTask id="a"/></process>')}, "p")
    with pytest.raises(bpmn.StepFailed) as failure:
        bpmn.start(definition, {"walls": HOSTILE["walls"]}, now=MOMENT)
    assert (failure.value.element_id, "takes too long" in failure.value.reason) == ("c", True)
