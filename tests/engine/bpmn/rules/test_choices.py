"""Ways that keep to what was chosen: a condition asked twice is answered alike, until its task is done again."""

from __future__ import annotations

import re

import pytest

from engine import bpmn
from engine.bpmn import choices
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, message, script, timer, user

DECIDES = {"ask": ("result", ("ok", "return", "refuse"))}
NOTE = '<message id="note" name="note"/>'
OK = 'result == "ok"'


def drawn(*arrows: str, first: str = OK, second: str = OK, more: str = "") -> str:
    """``ask``, then a gateway where the first condition leads to ``a`` and all else past it, then one where the second
    leads to ``b`` and all else to ``c``. ``arrows`` of ``s``, ``g1``, ``m`` and ``c`` take the place of what leaves
    these otherwise."""
    usual = ["s > ask", "ask > g1", f"g1 > a: {first}", "g1 > m", "a > m", "m > g2", f"g2 > b: {second}", "g2 > c"]
    usual += ["b > e", "c > e"]
    led = {arrow.partition(" ")[0] for arrow in arrows}
    ways = flows(*(way for way in usual if way.partition(" ")[0] not in led), *arrows)
    gates = "".join(f'<exclusiveGateway id="{one}"{_default(ways, one)}/>' for one in ("g1", "m", "g2"))
    return S + user("ask", "a", "b", "c") + gates + more + E + ways


def _default(ways: str, gate: str) -> str:
    unconditional = re.search(rf'id="(\w+)" sourceRef="{gate}" targetRef="\w+"></', ways)
    return f' default="{unconditional[1]}"' if unconditional and gate != "m" else ""


def reached(body: str, *avoided: str, also: dict[str, tuple[str, tuple[str, ...]]] | None = None) -> frozenset[str]:
    definition = bpmn.parse({"f.bpmn": document(body, NOTE)})
    found = bpmn.Ways(definition, DECIDES | (also or {})).without(avoided)
    assert found.is_followed
    assert found.elements <= bpmn.reached_without(definition, avoided)
    return found.elements


def test_the_same_condition_asked_twice_is_answered_alike() -> None:
    assert "b" not in reached(drawn(), "a")
    assert "b" in bpmn.reached_without(bpmn.parse({"f.bpmn": document(drawn())}), ["a"])
    assert {"a", "b", "c"} <= reached(drawn())


@pytest.mark.parametrize(
    ("first", "second", "past"),
    [
        (OK, 'result != "refuse"', True),  # "return" passes the second only
        ('result != "refuse"', OK, False),
        ('result in ["ok", "return"]', 'result == "return"', False),
        ('result not in ["ok", "return"]', 'result == "ok"', True),
        ('not (result == "refuse")', 'result == "refuse"', True),
        ('"ok" == result', f"{OK} and n == 1", False),
        (f"{OK} and n == 1", OK, True),  # n may be another
        (f"{OK} or n == 1", OK, False),
        ('result == "refuse"', OK, True),
        ('upper(result) == "OK"', 'upper(result) == "OK"', True),  # not followed, so open
    ],
)
def test_what_is_chosen_is_kept_to_and_what_is_not_certain_stays_open(first: str, second: str, past: bool) -> None:
    assert ("b" in reached(drawn(first=first, second=second), "a")) is past


def test_a_default_way_is_taken_only_where_no_condition_surely_holds() -> None:
    body = drawn("g1 > m: result != " + '"ok"', "g1 > a", "g2 > c: result != " + '"ok"', "g2 > b")
    assert "b" not in reached(body, "a")
    assert "c" in reached(body, "a")


def test_a_task_that_is_done_again_decides_anew() -> None:
    body = drawn("m > again", "again > g2", more=user("again"))
    assert "b" not in reached(body, "a")
    assert "b" in reached(body, "a", also={"again": DECIDES["ask"]})
    assert "b" not in reached(body, "a", also={"again": ("result", ("return",))})


def test_a_circle_back_to_the_task_forgets_what_was_chosen_before() -> None:
    circle = drawn("s > m0", "m0 > ask", "c > m0", first='result == "return"', more='<exclusiveGateway id="m0"/>')
    assert {"a", "b"} <= reached(circle)
    assert "b" not in reached(circle, "c", also={"ask": ("result", ("return", "refuse"))})
    assert "b" not in reached(drawn("s > m0", "m0 > ask", "c > m0", more='<exclusiveGateway id="m0"/>'), "a")


def test_what_a_message_brings_may_change_what_was_chosen() -> None:
    hears = f'<intermediateCatchEvent id="hears">{message("note")}</intermediateCatchEvent>'
    assert "b" in reached(drawn("m > hears", "hears > g2", more=hears), "a")


def test_a_script_that_gives_the_variable_too_may_change_it() -> None:
    assert "b" in reached(drawn("m > sets", "sets > g2", more=script("sets", 'result = "ok"')), "a")


@pytest.mark.parametrize("interrupting", [True, False])
def test_only_what_goes_on_beside_may_change_what_was_chosen(interrupting: bool) -> None:
    late = boundary("late", "a", timer("Duration", "P2D"), interrupting)
    body = drawn("s > m0", "m0 > ask", "late > m0", more=late + '<exclusiveGateway id="m0"/>')
    assert ("b" in reached(body, "a")) is not interrupting


BOTH = '<parallelGateway id="split"/><parallelGateway id="join"/>' + user("x", "y")


def test_what_is_decided_behind_a_join_is_followed_and_between_split_and_join_it_is_not() -> None:
    body = drawn("s > split", "split > x", "split > y", "x > join", "y > join", "join > ask", more=BOTH)
    assert "b" not in reached(body, "a")
    assert "b" in reached(body, "a", also={"x": ("result", ("ok",))})


def test_branches_that_do_not_meet_are_beside_each_other_to_their_end() -> None:
    body = drawn("s > split", "split > ask", "split > y", "y > e2", more='<parallelGateway id="split"/>' + user("y"))
    assert "b" in reached(body.replace(E, E + '<endEvent id="e2"/>'), "a")


def test_what_is_known_ends_at_the_border_of_a_sub_process_and_no_way_is_missed() -> None:
    inner = '<startEvent id="s1"/><endEvent id="e1"/>' + user("ask") + flows("s1 > ask > e1").replace("flow_", "in_")
    body = drawn("s > sub", "sub > g1", more=f'<subProcess id="sub">{inner}</subProcess>')
    body = body.replace('<userTask id="ask"/>', "", 1).replace(flows("ask > g1"), "")
    body = re.sub(r'<sequenceFlow id="flow_\w+" sourceRef="ask" targetRef="g1"></sequenceFlow>', "", body)
    assert "b" in reached(body, "a")


def test_a_drawing_with_too_many_ways_is_judged_without_its_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = bpmn.parse({"f.bpmn": document(drawn())})
    monkeypatch.setattr(choices, "MOST_STATES", 5)
    found = bpmn.Ways(definition, DECIDES).without(["a"])
    assert not found.is_followed
    assert found.elements == bpmn.reached_without(definition, ["a"])
