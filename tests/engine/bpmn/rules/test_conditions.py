"""What the check tells of conditions and times before any case meets them, at the element."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, boundary, document, flows, script, timer, user

GATE = '<exclusiveGateway id="a" default="d"/>' + user("b") + E + flows("s > a", "a > b: {}", "b > e")
PLACES = {
    "a flow": S + GATE + '<sequenceFlow id="d" sourceRef="a" targetRef="e"/>',
    "a loop": S
    + '<userTask id="a"><standardLoopCharacteristics><loopCondition>{}</loopCondition></standardLoopCharacteristics>'
    + "</userTask>"
    + E
    + flows("s > a > e"),
    "several instances": S
    + '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><completionCondition>{}'
    + "</completionCondition></multiInstanceLoopCharacteristics></userTask>"
    + E
    + flows("s > a > e"),
    "what each instance throws": S
    + '<userTask id="a"><multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>2</loopCardinality>'
    + "<complexBehaviorDefinition><condition>{}</condition><event><signalEventDefinition signalRef='sig'/></event>"
    + "</complexBehaviorDefinition></multiInstanceLoopCharacteristics></userTask>"
    + E
    + flows("s > a > e"),
    "a free order": S
    + '<adHocSubProcess id="a"><userTask id="b"/><completionCondition>{}</completionCondition></adHocSubProcess>'
    + E
    + flows("s > a > e"),
    "a conditional event": S
    + user("a0")
    + boundary("a", "a0", "<conditionalEventDefinition><condition>{}</condition></conditionalEventDefinition>")
    + E
    + flows("s > a0 > e", "a > e"),
    "a complex gateway": S
    + '<parallelGateway id="f"/><complexGateway id="a"><activationCondition>{}</activationCondition></complexGateway>'
    + user("b", "c")
    + E
    + flows("s > f", "f > b > a", "f > c > a", "a > e"),
}
ROOT = '<signal id="sig" name="sig"/>'


def errors(place: str, condition: str) -> list[tuple[str, str | None]]:
    source = document(PLACES[place].replace("{}", condition), ROOT)
    return [(one.rule, one.element_id) for one in bpmn.check({"f": source}) if one.severity == "error"]


@pytest.mark.parametrize(
    "condition", ["5", "'yes'", "1 + 1", "-n", "[n]", "{'a': n}", "null", "n + 1", "1 if n else 2"]
)
@pytest.mark.parametrize("place", PLACES)
def test_a_condition_that_is_never_true_or_false_is_refused(place: str, condition: str) -> None:
    assert errors(place, condition) == [("condition-no-truth", "a")]


@pytest.mark.parametrize(
    "condition", ["true", "not n", "n == 1", "n", "n or m", "contains(n, 'x')", "n if m else true"]
)
@pytest.mark.parametrize("place", PLACES)
def test_a_condition_that_may_be_true_or_false_is_not_complained_about(place: str, condition: str) -> None:
    assert errors(place, condition) == []


NEVER_A_TRUTH = (
    *("abs(n)", "add_days(n, 1)", "add_hours(n, 1)", "add_months(n, 1)", "append(n, true)", "count(n, true)", "day(n)"),
    *("days_between(n, m)", "len(n)", "length(n)", "lower(n)", "max(n, m)", "min(n, m)", "now()", "number(n)"),
    *("round(n)", "sum(n)", "text(n)", "today()", "trim(n)", "upper(n)", "working_days(n)", "working_hours(n)"),
    *("year(n)", "upper(n) or lower(n)", "upper(n) if m else 1"),
)


@pytest.mark.parametrize("condition", NEVER_A_TRUTH)
def test_a_function_that_never_gives_a_truth_is_no_condition(condition: str) -> None:
    assert errors("a flow", condition) == [("condition-no-truth", "a")]


@pytest.mark.parametrize("condition", ["=upper case(n)", "=count(n)", "=if m then string length(n) else 1"])
def test_the_words_of_other_tools_for_it_are_no_condition_either(condition: str) -> None:
    assert errors("a flow", condition) == [("condition-no-truth", "a")]


@pytest.mark.parametrize(
    "condition",
    ["first(n)", "last(n)", "contains(n, 'x')", "starts_with(n, 'x')", "ends_with(n, 'x')", "upper(n) == 'X'"],
)
@pytest.mark.parametrize("also", ["", "upper(n) or "])
def test_a_function_that_may_give_a_truth_is_a_condition(condition: str, also: str) -> None:
    assert errors("a flow", also + condition) == []


def timers(kind: str, written: str, before: str = "") -> list[tuple[str, str]]:
    body = S + before + user("a") + boundary("b", "a", timer(kind, written)) + E
    first = "s > w > a > e" if before else "s > a > e"
    found = bpmn.check({"f": document(body + flows(first, "b > e"))})
    return [(one.rule, one.severity) for one in found if one.rule != "script-format"]


@pytest.mark.parametrize("written", ["tomorrow", "deadline", "PT250ms"])
@pytest.mark.parametrize("kind", ["Date", "Duration", "Cycle"])
def test_a_timer_of_one_word_is_told_where_nothing_gives_it_a_value(kind: str, written: str) -> None:
    assert timers(kind, written) == [("timer-word", "warning")]


def test_a_timer_of_one_word_that_has_a_value_is_a_variable() -> None:
    assert timers("Duration", "deadline", script("w", "deadline = 'P3D'")) == []
    held = '<dataObject id="deadline"/>' + user("a") + boundary("b", "a", timer("Duration", "deadline")) + E
    assert bpmn.check({"f": document(S + held + flows("s > a > e", "b > e"))}) == ()


@pytest.mark.parametrize(
    "written",
    [
        *("250ms", "3D", "1 hour", "2 days and 3 hours", "PT", "P3", "PT5", "R3", "P1DT", "0.5h", "PT1.5H", "P1,5D"),
        *("-PT1H", "-P3D", "R-1/PT1H", "2026-02-30", "2026-064", "2026-3-5", "05/03/2026", "5/3/2026", "5.3.2026"),
        *("2026-03-05T24:00:00", "0 0 9 * * ?", "0 9 * * MON-FRI", "0 0/5 * * * ? 2026", "@daily"),
    ],
)
@pytest.mark.parametrize("kind", ["Date", "Duration", "Cycle"])
def test_a_time_in_another_writing_is_told_as_a_time_and_not_as_an_expression(kind: str, written: str) -> None:
    assert timers(kind, written) == [("timer-text", "error")]


@pytest.mark.parametrize("written", ["'P' + days + 'D'", "x.due", "days * 2", "2 * days", "a if b else c"])
def test_a_timer_that_is_computed_is_an_expression(written: str) -> None:
    assert timers("Duration", written) == []


@pytest.mark.parametrize("written", ["working_days(3)", "now()", "add_days(today(), 3)"])
def test_a_moment_is_a_date_and_no_length_of_time(written: str) -> None:
    assert timers("Date", written) == []
    assert [timers(kind, written) for kind in ("Duration", "Cycle")] == [[("timer-moment", "error")]] * 2


def test_a_constant_truth_is_run() -> None:
    once = (
        '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><completionCondition>'
    )
    once += "true</completionCondition></multiInstanceLoopCharacteristics></userTask>"
    assert Player(document(S + once + E + flows("s > a > e"))).do("a").status == "completed"
