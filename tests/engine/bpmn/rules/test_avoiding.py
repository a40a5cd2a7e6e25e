"""Where a case can come although something was not done: past choices, joins, sub-processes, events and calls."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, timer, user

CHOICE = '<exclusiveGateway id="which"/>'
SPLIT = '<parallelGateway id="split"/><parallelGateway id="join"/>'
TWO_DAYS = timer("Duration", "P2D")


def reached(body: str, *avoided: str) -> frozenset[str]:
    return bpmn.reached_without(bpmn.parse({"f.bpmn": document(body)}), avoided)


def test_what_lies_behind_is_not_reached_and_what_is_avoided_is_where_it_is_first() -> None:
    row = S + user("a", "b", "c") + E + flows("s > a > b > c > e")
    assert reached(row, "b") == {"s", "a", "b"}
    assert reached(row, "a", "c") == {"s", "a"}
    assert reached(row) == {"s", "a", "b", "c", "e"}


def test_a_way_round_by_a_choice_leads_past() -> None:
    body = S + CHOICE + '<exclusiveGateway id="again"/>' + user("a", "b") + E
    body += flows("s > which", "which > a: n == 1", "which > again: n != 1", "a > again > b > e")
    assert "b" in reached(body, "a")
    assert "b" not in reached(body, "which")


def test_a_parallel_join_waits_for_what_is_avoided_and_a_branch_beside_it_does_not() -> None:
    body = S + SPLIT + user("a", "b", "c") + E
    body += flows("s > split", "split > a > join", "split > b > join", "join > c > e")
    assert reached(body, "a") == {"s", "split", "a", "b"}


@pytest.mark.parametrize("interrupting", [True, False])
def test_only_an_event_that_interrupts_leads_past_a_task(interrupting: bool) -> None:
    inner = S.replace('"s"', '"s1"') + user("a", "told") + E.replace('"e"', '"e1"') + E.replace('"e"', '"e2"')
    inner += boundary("late", "a", TWO_DAYS, interrupting) + flows("s1 > a > e1", "late > told > e2")
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + user("b") + E + flows("s > sub > b > e")
    assert {"late", "told"} <= reached(body, "a")
    assert ("b" in reached(body, "a")) is interrupting


@pytest.mark.parametrize(("end", "past"), [("", True), ('<errorEventDefinition errorRef="wrong"/>', False)])
def test_a_sub_process_is_left_by_its_ends_and_not_by_its_errors(end: str, past: bool) -> None:
    other = f'<endEvent id="e2">{end}</endEvent>'
    inner = S.replace('"s"', '"s1"') + CHOICE + user("a")
    inner += E.replace('"e"', '"e1"') + other + flows("s1 > which", "which > a: n == 1", "which > e2: n != 1", "a > e1")
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + user("b") + E + flows("s > sub > b > e")
    definition = bpmn.parse({"f.bpmn": document(body, '<error id="wrong" errorCode="W"/>')})
    assert ("b" in bpmn.reached_without(definition, ["a"])) is past


@pytest.mark.parametrize(("end", "past"), [("", False), ("<terminateEventDefinition/>", True)])
def test_an_end_that_ends_all_leaves_behind_what_goes_on_beside_it(end: str, past: bool) -> None:
    inner = S.replace('"s"', '"s1"') + '<parallelGateway id="split"/>' + user("a", "quick")
    inner += E.replace('"e"', '"e1"') + f'<endEvent id="e2">{end}</endEvent>'
    inner += flows("s1 > split", "split > a > e1", "split > quick > e2")
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + user("b") + E + flows("s > sub > b > e")
    assert ("b" in reached(body, "a")) is past


def test_a_called_process_is_gone_through_as_if_it_stood_there() -> None:
    called = '<process id="q" isExecutable="true">' + S.replace('"s"', '"s1"') + user("a") + E.replace('"e"', '"e1"')
    called += flows("s1 > a > e1") + "</process>"
    body = S + '<callActivity id="call" calledElement="q"/>' + user("b") + E + flows("s > call > b > e")
    definition = bpmn.parse({"f.bpmn": document(body, called)}, "p")
    assert bpmn.reached_without(definition, ["a"]) == {"s", "call", "s1", "a"}
    assert "b" in bpmn.reached_without(definition, ["elsewhere"])


def test_a_circle_without_a_way_out_leads_nowhere() -> None:
    body = S + CHOICE + '<exclusiveGateway id="again"/>' + user("a", "b", "c") + E
    body += flows("s > again > b > which", "which > a: n == 1", "which > c: n != 1", "c > again", "a > e")
    assert reached(body, "a") == {"s", "again", "b", "which", "a", "c"}


def ad_hoc(attributes: str, condition: str) -> str:
    """Two tasks in an ad-hoc sub-process, and one behind."""
    end = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    inner = f'<adHocSubProcess id="sub" {attributes}>{user("a", "b")}{end}</adHocSubProcess>'
    return S + inner + user("c") + E + flows("s > sub > c > e")


@pytest.mark.parametrize(
    ("attributes", "condition", "guarding"),
    [
        ("", "", {"a", "b"}),
        ('ordering="Sequential"', "", {"a", "b"}),
        ("", "done", set()),
        ('ordering="Sequential"', "done", {"a"}),
        ('cancelRemainingInstances="false"', "done", {"a", "b"}),
    ],
)
def test_an_ad_hoc_sub_process_is_left_when_its_activities_are_done_or_its_condition_holds(
    attributes: str, condition: str, guarding: set[str]
) -> None:
    body = ad_hoc(attributes, condition)
    assert {task for task in ("a", "b") if "c" not in reached(body, task)} == guarding
    if condition and not guarding:
        assert "c" not in reached(body, "a", "b")


@pytest.mark.parametrize(("before", "is_passed"), [("true", True), ("false", False)])
def test_a_loop_that_is_asked_before_its_first_round_may_be_passed_without_one(before: str, is_passed: bool) -> None:
    loop = f'<standardLoopCharacteristics testBefore="{before}"><loopCondition>n</loopCondition>'
    task = f'<userTask id="a">{loop}</standardLoopCharacteristics></userTask>'
    assert ("b" in reached(S + task + user("b") + E + flows("s > a > b > e"), "a")) is is_passed
