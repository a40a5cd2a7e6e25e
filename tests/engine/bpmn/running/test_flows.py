"""Sequence flows: several at one activity, conditions, defaults, implicit starts and ends, links, missing ids."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, rules_broken, script, user


def test_several_flows_out_of_a_task_run_side_by_side() -> None:
    player = Player(document(S + user("t", "a", "b") + flows("s > t", "t > a", "t > b"))).do("t")
    assert player.ready == ["a", "b"]
    assert player.do("a").status == "running"
    assert player.do("b").status == "completed"


def test_several_flows_into_a_task_start_it_once_for_each_token() -> None:
    body = S + '<parallelGateway id="f"/>' + user("t") + E + flows("s > f", "f > t", "f > t", "t > e")
    player = Player(document(body))
    assert player.ready == ["t", "t"]
    assert player.do("t").do("t").passed.count("e") == 2


@pytest.mark.parametrize(("n", "tasks"), [(1, ["a", "c"]), (2, ["b", "c"]), (3, ["c"])])
def test_conditional_flows_out_of_a_task_are_taken_when_true(n: int, tasks: list[str]) -> None:
    body = S + user("t", "a", "b", "c") + flows("s > t", "t > a: n == 1", "t > b: n == 2", "t > c")
    assert Player(document(body)).do("t", n=n).ready == tasks


def test_the_default_flow_of_a_task_is_taken_when_no_condition_is_true() -> None:
    body = S + '<userTask id="t" default="flow_2_0_t"/>' + user("a", "b") + flows("s > t", "t > a: n == 1", "t > b")
    assert Player(document(body)).do("t", n=1).ready == ["a"]
    assert Player(document(body)).do("t", n=2).ready == ["b"]


def test_a_condition_on_the_only_flow_out_of_a_task_is_not_ignored() -> None:
    body = S + user("t", "a") + flows("s > t", "t > a: n == 1")
    assert Player(document(body)).do("t", n=1).ready == ["a"]
    with pytest.raises(bpmn.StepFailed):
        Player(document(body)).do("t", n=2)


def test_several_flows_out_of_a_start_event_run_side_by_side() -> None:
    assert Player(document(S + user("a", "b") + flows("s > a", "s > b"))).ready == ["a", "b"]


def test_without_a_start_event_everything_without_incoming_flow_begins() -> None:
    player = Player(document(user("a", "b", "c") + flows("a > b")))
    assert player.ready == ["a", "c"]
    assert player.do("a").do("c").do("b").status == "completed"


def test_without_an_end_event_the_process_ends_when_no_token_is_left() -> None:
    assert Player(document(S + script("t", "n = 1") + flows("s > t"))).status == "completed"


def test_a_sequence_flow_without_an_id_is_followed() -> None:
    body = "<startEvent/>" + user("t") + S + flows("s > t")
    body = body.replace("<startEvent/>", "").replace(' id="flow_0_0_s"', "")
    assert Player(document(body)).ready == ["t"]


def test_a_task_without_an_id_gets_the_same_one_every_time() -> None:
    definition = bpmn.parse({"f": document("<userTask name='Check'/>")})
    again = bpmn.parse({"f": document("<userTask name='Check'/>")})
    assert list(definition.elements) == list(again.elements) == ["userTask_without_id_1"]
    assert Player(definition).ready == ["userTask_without_id_1"]


LINK = '<intermediate{0}Event id="{1}"><linkEventDefinition name="{2}"/></intermediate{0}Event>'


def test_a_link_leads_to_its_other_end() -> None:
    body = S + user("a", "b") + LINK.format("Throw", "out", "page 2") + LINK.format("Catch", "into", "page 2")
    player = Player(document(body + flows("s > a > out", "into > b"))).do("a")
    assert player.passed == ["s", "a", "out", "into"]
    assert player.ready == ["b"]


def test_several_links_may_lead_to_one_place_again_and_again() -> None:
    body = S + user("a") + '<exclusiveGateway id="x" default="flow_2_0_x"/>' + E
    body += LINK.format("Throw", "back", "A") + LINK.format("Catch", "top", "A")
    player = Player(document(body + flows("s > a > x", "x > back: again", "x > e", "top > a")))
    for again in (True, True, False):
        player.do("a", again=again)
    assert player.passed.count("back") == player.passed.count("top") == 2
    assert player.status == "completed"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (LINK.format("Throw", "out", "A") + S + flows("s > out"), "link-target"),
        (LINK.format("Catch", "in", "A") + user("a") + S + flows("s > a", "in > a"), "link-source"),
        (
            S + LINK.format("Throw", "o", "A") + LINK.format("Catch", "i", "A") + LINK.format("Catch", "k", "A")
            + user("a") + flows("s > o", "i > a", "k > a"),
            "link-several",
        ),
    ],
)  # fmt: skip
def test_links_that_do_not_come_in_pairs_are_refused(body: str, rule: str) -> None:
    assert rule in rules_broken(document(body))


def test_three_thousand_tasks_in_a_row_run() -> None:
    names = [f"t{number}" for number in range(3000)]
    body = S + "".join(script(name, "n = n + 1") for name in names) + E + flows(" > ".join(["s", *names, "e"]))
    assert Player(document(body), {"n": 0}).variables == {"n": 3000}


def test_two_hundred_parallel_branches_run() -> None:
    names = [f"t{number}" for number in range(200)]
    body = S + '<parallelGateway id="f"/><parallelGateway id="j"/>' + user(*names, "last")
    player = Player(document(body + flows("s > f", *(f"f > {name} > j" for name in names), "j > last")))
    for name in names:
        assert "last" not in player.ready
        player.do(name)
    assert player.ready == ["last"]


def test_a_circle_without_any_wait_stops_with_a_sentence() -> None:
    body = S + script("a", "n = 1") + '<exclusiveGateway id="x" default="flow_2_0_x"/>' + E
    body += flows("s > a > x", "x > a: n == 1", "x > e")
    with pytest.raises(bpmn.StepFailed, match="circle"):
        Player(document(body))
