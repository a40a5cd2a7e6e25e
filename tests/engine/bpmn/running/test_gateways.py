"""Gateways: exclusive, parallel, inclusive, event-based and complex, on the first pass and in loops."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import (
    MONDAY,
    E,
    Player,
    S,
    boundary,
    document,
    flows,
    message,
    script,
    timer,
    user,
)


def gateway(kind: str, *ids: str, default: str | None = None) -> str:
    chosen = f' default="{default}"' if default else ""
    return "".join(f'<{kind}Gateway id="{one}"{chosen}/>' for one in ids)


def test_an_exclusive_gateway_takes_the_first_true_flow_and_else_the_default() -> None:
    body = gateway("exclusive", "x", default="flow_3_0_x") + user("a", "b", "c") + S
    body += flows("s > x", "x > a: n > 10", "x > b: n > 5", "x > c")
    assert Player(document(body), {"n": 20}).ready == ["a"]
    assert Player(document(body), {"n": 6}).ready == ["b"]
    assert Player(document(body), {"n": 1}).ready == ["c"]


def test_an_exclusive_gateway_without_a_way_out_stops_the_step() -> None:
    body = S + gateway("exclusive", "x") + user("a", "b") + flows("s > x", "x > a: n == 1", "x > b: n == 2")
    definition = bpmn.parse({"f": document(body)})
    with pytest.raises(bpmn.StepFailed) as failure:
        Player(definition, {"n": 3})
    assert failure.value.element_id == "x"
    assert "default" in failure.value.reason


def test_a_parallel_join_waits_for_every_flow_in_every_round() -> None:
    body = S + gateway("parallel", "fork", "join") + gateway("exclusive", "m") + user("a", "b", "c", "d")
    body += gateway("exclusive", "x", default="flow_6_0_x") + E
    body += flows("s > m > fork", "fork > a > join", "fork > b > join", "fork > c > join", "join > d > x")
    body += flows("x > m: again").replace("flow_0", "flow_5") + flows("x > e").replace("flow_0", "flow_6")
    player = Player(document(body))
    for again in (True, True, False):
        for task in ("b", "a"):
            player.do(task)
            assert "d" not in player.ready
        player.do("c")
        assert player.ready == ["d"]
        player.do("d", again=again)
    assert player.status == "completed"


def test_two_tokens_on_one_flow_of_a_join_do_not_stand_for_the_other_flow() -> None:
    body = S + gateway("parallel", "fork", "join") + gateway("exclusive", "m") + user("a", "b", "c") + E
    body += flows("s > fork", "fork > a > m", "fork > b > m", "m > join", "fork > c > join", "join > e")
    player = Player(document(body)).do("a").do("b")
    assert player.status == "running"
    assert "e" not in player.passed
    assert player.do("c").passed.count("e") == 1
    assert player.status == "running", "the second token still waits at the join for a partner that cannot come"


@pytest.mark.parametrize(("n", "tasks"), [(1, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"]), (0, ["z"])])
def test_an_inclusive_fork_takes_every_true_flow_and_its_join_waits_for_exactly_those(n: int, tasks: list[str]) -> None:
    body = (
        S + gateway("inclusive", "f", default="flow_4_0_f") + gateway("inclusive", "j") + user("a", "b", "c", "z", "d")
    )
    body += E + flows("s > f", "f > a > j: True", "f > b > j", "f > c > j", "f > z > j", "j > d > e")
    for number, name in enumerate("abc", start=1):
        body = body.replace(
            f'targetRef="{name}"></sequenceFlow>',
            f'targetRef="{name}"><conditionExpression>n &gt;= {number}</conditionExpression></sequenceFlow>',
        )
    body = body.replace("<conditionExpression><![CDATA[True]]></conditionExpression>", "")
    player = Player(document(body), {"n": n})
    assert player.ready == tasks
    for task in reversed(tasks):
        assert "d" not in player.ready
        player.do(task)
    assert player.ready == ["d"]
    assert player.do("d").passed.count("j") == 1
    assert player.status == "completed"


def test_an_inclusive_join_in_a_loop_waits_for_this_rounds_tokens_only() -> None:
    body = S + gateway("exclusive", "m") + gateway("inclusive", "f") + gateway("inclusive", "j") + user("a", "b", "d")
    body += gateway("exclusive", "x", default="flow_6_0_x") + E
    body += flows("s > m > f", "f > a: True", "f > b: both", "a > j", "b > j", "j > d > x", "x > e", "x > m: again")
    player = Player(document(body), {"both": True})
    player.do("a")
    assert player.ready == ["b"]
    player.do("b").do("d", again=True, both=False)
    assert player.ready == ["a"]
    assert player.do("a").ready == ["d"]
    player.do("d", again=True, both=True)
    assert player.do("b").ready == ["a"]
    assert player.do("a").do("d", again=False).status == "completed"


def test_an_inclusive_join_goes_on_when_a_branch_ended_elsewhere() -> None:
    body = S + gateway("parallel", "f") + gateway("inclusive", "j") + user("a", "b", "d")
    body += gateway("exclusive", "x", default="flow_4_0_x") + '<endEvent id="out"/>' + E
    body += flows("s > f", "f > a > j", "f > b > x", "x > j: n == 1", "x > out", "j > d > e")
    player = Player(document(body)).do("a")
    assert player.ready == ["b"]
    assert player.do("b", n=2).ready == ["d"]


EVENT_GATEWAY = document(
    S
    + '<eventBasedGateway id="g"/>'
    + f'<intermediateCatchEvent id="answer">{message("m")}</intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="soon">{timer("Duration", "PT1H")}</intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="later">{timer("Duration", "PT2H")}</intermediateCatchEvent>'
    + user("a", "b", "c")
    + flows("s > g", "g > answer > a", "g > soon > b", "g > later > c"),
    root='<message id="m" name="answer"/>',
)


def test_the_first_event_behind_an_event_gateway_wins_and_the_others_stop_listening() -> None:
    player = Player(EVENT_GATEWAY)
    assert [one.element_id for one in player.snapshot.timers] == ["soon", "later"]
    assert player.send("answer").ready == ["a"]
    assert player.snapshot.timers == ()
    assert player.snapshot.subscriptions == ()
    assert player.passed == ["s", "g", "answer"]


def test_each_timer_behind_an_event_gateway_has_its_own_due_moment() -> None:
    player = Player(EVENT_GATEWAY).wait(minutes=59)
    assert player.ready == []
    assert player.wait(minutes=2).ready == ["b"]


def test_a_late_sweep_still_lets_the_earlier_timer_win() -> None:
    assert Player(EVENT_GATEWAY).wait(hours=5).ready == ["b"]


COMPLEX = document(
    S
    + gateway("parallel", "f")
    + user("a", "b", "c", "d")
    + '<complexGateway id="j"><activationCondition>activationCount &gt;= 2</activationCondition></complexGateway>'
    + E
    + flows("s > f", "f > a > j", "f > b > j", "f > c > j", "j > d > e"),
)


def test_a_complex_gateway_goes_on_once_when_two_of_three_have_come() -> None:
    player = Player(COMPLEX).do("a")
    assert player.ready == ["b", "c"]
    assert player.do("c").ready == ["b", "d"]
    assert player.do("b").ready == ["d"]
    assert player.do("d").status == "completed"


def test_a_token_waiting_at_a_join_is_taken_away_with_its_sub_process() -> None:
    inner = '<startEvent id="si"/><endEvent id="ei"/>' + gateway("parallel", "f", "j") + user("a", "b")
    inner += flows("si > f", "f > a > j", "f > b > j", "j > ei")
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + boundary("stop", "sub", message("m")) + user("after") + E
    body += flows("s > sub > e", "stop > after > e")
    player = Player(document(body, '<message id="m" name="stop"/>')).do("a").send("stop")
    assert player.ready == ["after"]
    assert player.do("after").status == "completed"


def test_a_gateway_that_joins_and_forks_does_both() -> None:
    body = S + gateway("parallel", "f", "both") + user("a", "b", "c", "d") + E
    body += flows("s > f", "f > a > both", "f > b > both", "both > c > e", "both > d > e")
    player = Player(document(body)).do("a").do("b")
    assert player.ready == ["c", "d"]
    assert player.do("c").do("d").passed.count("e") == 2


def test_scripts_of_parallel_branches_see_each_other() -> None:
    body = S + gateway("parallel", "f", "j") + script("one", "n = n + 1") + script("two", "n = n + 10") + E
    body += flows("s > f", "f > one > j", "f > two > j", "j > e")
    assert Player(document(body), {"n": 0}).variables == {"n": 11}


def test_a_join_of_very_many_branches_waits_for_all_of_them() -> None:
    tasks = [f"t{place}" for place in range(1500)]
    drawing = document(
        S
        + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
        + "".join(script(one, "n = n + 1") for one in tasks)
        + E
        + flows("s > fork", *(f"fork > {one} > join" for one in tasks), "join > e")
    )
    snapshot = bpmn.start(bpmn.parse({"f": drawing}), {"n": 0}, now=MONDAY)
    assert (snapshot.status, snapshot.variables) == ("completed", {"n": 1500})
    assert [one.element_id for one in snapshot.passed].count("join") == 1
