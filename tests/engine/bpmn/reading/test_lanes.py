"""Who does a task that no lane lists: whoever works in the lane in which it is drawn."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, S, document, flows, rules_broken, user

SPACES = 'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
LANES = {"clerk": (0, 0, 600, 100), "head": (0, 100, 600, 100)}
Bounds = tuple[float | str, ...]


def drawn(task: Bounds | None, *, listed: str = "", whole: str = "", apart: bool = False, other: Bounds = ()) -> bytes:
    """A task in a sub-process across two lanes: ``listed`` by a lane, in a sub-process that one lists as a ``whole``,
    on a plane ``apart``; ``other`` is where a third lane lies."""
    lanes = LANES | ({"third": other} if other else {})
    sets = "".join(
        f'<lane id="{own}" name="The {own}">'
        + "<flowNodeRef>t</flowNodeRef>" * (own == listed)
        + "<flowNodeRef>sub</flowNodeRef>" * (own == whole)
        + "</lane>"
        for own in lanes
    )
    shapes, mine = "".join(shape(own, bounds) for own, bounds in lanes.items()), shape("t", task) if task else ""
    planes = "".join(
        f"<di:BPMNDiagram {SPACES}><di:BPMNPlane>{each}</di:BPMNPlane></di:BPMNDiagram>"
        for each in ([shapes, mine] if apart else [shapes + mine])
    )
    body = f'<laneSet id="ls">{sets}</laneSet>{S}<subProcess id="sub">{user("t")}</subProcess>{E}'
    return document(body + flows("s > sub > e")).replace(b"</definitions>", planes.encode() + b"</definitions>")


def shape(own: str, bounds: Bounds) -> str:
    numbers = " ".join(f'{name}="{value}"' for name, value in zip(("x", "y", "width", "height"), bounds, strict=True))
    return f'<di:BPMNShape bpmnElement="{own}"><dc:Bounds {numbers}/></di:BPMNShape>'


def lane_of(source: bytes) -> str | None:
    return bpmn.parse({"test.bpmn": source}).elements["t"].lane


@pytest.mark.parametrize(("y", "lane"), [(10, "The clerk"), (70, "The head"), (110, "The head"), (400, None)])
def test_a_task_that_no_lane_lists_lies_where_its_middle_is_drawn(y: int, lane: str | None) -> None:
    assert lane_of(drawn((200, y, 100, 80))) == lane


def test_the_drawing_says_more_of_a_task_than_the_lane_of_its_sub_process() -> None:
    assert lane_of(drawn((200, 110, 100, 80), whole="clerk")) == "The head"
    assert lane_of(drawn(None, whole="clerk")) == "The clerk"
    assert lane_of(drawn((200, 110, 100, 80), whole="clerk", apart=True)) == "The clerk"


def test_of_lanes_in_one_another_the_inner_one_counts_and_of_two_alike_none() -> None:
    task = (200, 10, 100, 80)
    assert lane_of(drawn(task, other=(100, 0, 300, 100))) == "The third"
    assert lane_of(drawn(task, other=LANES["clerk"])) is None


@pytest.mark.parametrize("bounds", [("NaN", 0, 1, 1), ("INF", 0, 1, 1), ("1e999", 0, 1, 1)])
def test_bounds_that_are_no_numbers_say_nothing(bounds: Bounds) -> None:
    assert lane_of(drawn(bounds)) is None
    assert rules_broken(drawn(("wide", 0, 1, 1))) == {"schema"}


def test_a_task_that_is_listed_in_one_lane_and_drawn_in_another_is_done_as_listed_with_a_warning() -> None:
    source = drawn((200, 110, 100, 80), listed="clerk")
    assert lane_of(source) == "The clerk"
    (found,) = (one for one in bpmn.check({"test.bpmn": source}) if one.rule == "lane-drawn-elsewhere")
    assert (found.severity, found.message) == (
        "warning",
        "t is listed in the lane The clerk, which counts, and drawn in The head. Draw it where it belongs.",
    )
    assert not [
        one for one in bpmn.check({"test.bpmn": drawn((200, 10, 100, 80), listed="clerk")}) if "lane" in one.rule
    ]


CALLED = '<process id="q"><startEvent id="qs"/><userTask id="w"/><callActivity id="c2" calledElement="gt"/>'
CALLED += f'<endEvent id="qe"/>{flows("qs > w > c2 > qe").replace("flow_", "own_")}</process><globalUserTask id="gt"/>'
CALLS = S + '<callActivity id="c" calledElement="q"/>' + user("t") + '<callActivity id="d" calledElement="q"/>' + E
CALLS += flows("s > c > t > d > e")


def lanes_of_calls(*lanes: tuple[str, str]) -> dict[str, str | None]:
    drawn = "".join(
        f'<lane id="l{number}" name="{name}">'
        + "".join(f"<flowNodeRef>{one}</flowNodeRef>" for one in listed.split())
        + "</lane>"
        for number, (name, listed) in enumerate(lanes)
    )
    definition = bpmn.parse({"f": document(f'<laneSet id="ls">{drawn}</laneSet>' + CALLS, CALLED)}, "p")
    return {key: definition.elements[key].lane for key in ("w", "gt")}


def test_what_is_called_and_has_no_lanes_lies_in_the_lane_of_its_calls() -> None:
    assert lanes_of_calls(("Clerk", "c d"), ("Head", "t")) == {"w": "Clerk", "gt": "Clerk"}


def test_where_the_calls_lie_in_different_lanes_or_in_none_nobody_is_chosen() -> None:
    assert lanes_of_calls(("Clerk", "c"), ("Head", "d t")) == {"w": None, "gt": None}
    assert lanes_of_calls(("Clerk", "c t")) == {"w": None, "gt": None}
