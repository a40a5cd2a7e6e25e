"""What officers are due in, one after the other, beside the term of the law."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.packages import check_files
from engine.problems import Problem
from tests.engine.packages.small import FILES, changed


def dues(files: dict[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.rule == "due"]


def test_tasks_that_are_each_in_time_are_in_time_together() -> None:
    assert dues(dict(FILES)) == []


def test_a_way_that_takes_longer_than_the_law_allows_is_named_with_its_tasks_in_both_languages() -> None:
    (problem,) = dues(changed("process.bpmn", 'value="2 working days"', 'value="6 working days"'))
    assert problem.severity == "warning"
    assert (problem.file, problem.line) == ("service.yaml", 6)
    assert "Check (6 working days). Together they may take 6 working days" in problem.message
    assert "more than the term of 5 working days" in problem.message
    assert "ពិនិត្យ (៦ ថ្ងៃធ្វើការ)" in problem.message_km


@pytest.mark.parametrize(("due", "is_told"), [("35 working hours", False), ("36 working hours", True)])
def test_hours_lie_under_days(due: str, is_told: bool) -> None:
    assert bool(dues(changed("process.bpmn", 'value="2 working days"', f'value="{due}"'))) is is_told


def test_what_only_the_applicant_can_do_takes_nothing_of_the_term() -> None:
    paying = changed(
        "process.bpmn",
        '<s:property name="kind" value="payment" />',
        '<s:property name="kind" value="payment" /><s:property name="due" value="30 working days" />',
    )
    assert dues(paying) == []


SIDE_BY_SIDE = """
    <exclusiveGateway id="again">
      <incoming>f6</incoming><incoming>f4</incoming><outgoing>g0</outgoing></exclusiveGateway>
    <parallelGateway id="part"><incoming>g0</incoming><outgoing>g1</outgoing><outgoing>g3</outgoing></parallelGateway>
    <userTask id="look" name="Look"><extensionElements><s:properties>
      <s:property name="form" value="look" /><s:property name="due" value="3 working days" />
    </s:properties></extensionElements><incoming>g1</incoming><outgoing>g2</outgoing></userTask>
    <parallelGateway id="join"><incoming>g2</incoming><incoming>f2</incoming><outgoing>g4</outgoing></parallelGateway>
    <sequenceFlow id="g0" sourceRef="again" targetRef="part" />
    <sequenceFlow id="g1" sourceRef="part" targetRef="look" />
    <sequenceFlow id="g2" sourceRef="look" targetRef="join" />
    <sequenceFlow id="g3" sourceRef="part" targetRef="check" />
    <sequenceFlow id="g4" sourceRef="join" targetRef="way" />
"""
CHANGED = (
    ('sourceRef="pay" targetRef="check"', 'sourceRef="pay" targetRef="again"'),
    ('sourceRef="check" targetRef="way"', 'sourceRef="check" targetRef="join"'),
    ('sourceRef="way" targetRef="check"', 'sourceRef="way" targetRef="again"'),
    ("<incoming>f6</incoming><incoming>f4</incoming><outgoing>f2", "<incoming>g3</incoming><outgoing>f2"),
    ("<incoming>f2</incoming><outgoing>f3", "<incoming>g4</incoming><outgoing>f3"),
    ("<flowNodeRef>tell</flowNodeRef>", "<flowNodeRef>tell</flowNodeRef><flowNodeRef>look</flowNodeRef>"),
    ('    <exclusiveGateway id="way"', f'{SIDE_BY_SIDE}    <exclusiveGateway id="way"'),
)


def test_a_way_back_is_gone_once_and_ways_side_by_side_count_as_the_longer() -> None:
    drawn = FILES["process.bpmn"].decode()
    for before, after in CHANGED:
        assert before in drawn, before
        drawn = drawn.replace(before, after)
    process = bpmn.parse({"process.bpmn": drawn.encode()})
    hours = {"check": 14, "look": 21}
    way = bpmn.longest_way(process, hours, after=(), until=())
    assert (way.length, way.elements) == (hours["look"], ("look",))
    assert bpmn.longest_way(process, {"check": 50, "look": 42}, after=(), until=()).elements == ("check",)
    assert bpmn.longest_way(process, hours, after=["part"], until=["join"]).length == hours["look"]
    assert bpmn.longest_way(process, hours, after=(), until=["part"]).length == 0
