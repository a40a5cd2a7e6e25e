"""Running cases on another version of their process: compared, moved, replayed."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.bpmn import Input, Obstacle
from tests.engine.bpmn.drawing import MONDAY, E, Player, S, boundary, document, flows, message, script, timer, user

ROOT = '<message id="m" name="withdrawal"/>'


def version(
    inner: str = user("a", "b"),
    arrows: tuple[str, ...] = ("si > a > b > ei",),
    outer: str = "",
    outer_arrows: tuple[str, ...] = (),
) -> bpmn.ProcessDefinition:
    inside = f'<startEvent id="si"/>{inner}<endEvent id="ei"/>' + flows(*arrows).replace("flow_", "i_")
    body = (
        S
        + f'<subProcess id="sub">{inside}</subProcess>'
        + boundary("out", "sub", message("m"))
        + user("after")
        + outer
        + E
    )
    body += flows("s > sub > after > e", "out > e", *outer_arrows)
    return bpmn.parse({"f": document(body, ROOT)})


ONE = version()


def moved(new: bpmn.ProcessDefinition, player: Player, **mapping: str) -> bpmn.Migration:
    return bpmn.migrate(
        player.definition, new, player.snapshot.state, now=player.now, passed=player.passed, mapping=mapping
    )


def test_a_new_name_is_no_difference_and_a_new_condition_is_one() -> None:
    renamed = version(inner=user("a", "b").replace('id="a"', 'id="a" name="Ask"'))
    assert bpmn.compare(ONE, renamed) == bpmn.Differences(frozenset(), frozenset(), frozenset())
    longer = version(inner=user("a", "b", "c"), arrows=("si > a > b > c > ei",))
    assert bpmn.compare(ONE, longer) == bpmn.Differences(frozenset({"c"}), frozenset(), frozenset({"b", "ei"}))


def test_a_case_goes_to_a_version_that_differs_only_ahead_of_it() -> None:
    longer = version(inner=user("a", "b", "c"), arrows=("si > a > b > c > ei",))
    migration = moved(longer, Player(ONE))
    assert (migration.verdict, migration.obstacles) == ("safe", ())
    assert migration.snapshot is not None
    player = Player(longer)
    player.snapshot = migration.snapshot
    assert player.do("a").do("b").do("c").do("after").status == "completed"


def test_a_case_that_waits_where_the_drawing_changed_needs_a_word() -> None:
    longer = version(inner=user("a", "b", "c"), arrows=("si > a > b > c > ei",))
    player = Player(ONE).do("a")
    assert moved(longer, player).obstacles == (Obstacle("b", "changed"),)
    migration = moved(longer, player, b="b")
    assert migration.verdict == "mapped"
    assert migration.snapshot is not None
    assert [task.element_id for task in migration.snapshot.tasks] == ["b"]


def test_a_case_that_waits_at_something_removed_can_be_sent_to_what_took_its_place() -> None:
    other = version(inner=user("a", "z"), arrows=("si > a > z > ei",))
    player = Player(ONE).do("a")
    assert {one.fact for one in moved(other, player).obstacles} == {"removed", "passed-changed"}
    migration = moved(other, player, b="z", a="a")
    assert migration.verdict == "mapped"
    assert migration.snapshot is not None
    assert [task.element_id for task in migration.snapshot.tasks] == ["z"]


@pytest.mark.parametrize(
    ("new", "fact"),
    [
        (version(inner=user("a") + script("b", "n = 1")), "other-type"),
        (
            version(
                inner=user("a")
                + '<userTask id="b"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics></userTask>"
            ),
            "other-loop",
        ),
    ],
)
def test_a_case_cannot_be_sent_to_something_of_another_kind(new: bpmn.ProcessDefinition, fact: str) -> None:
    migration = moved(new, Player(ONE).do("a"), b="b")
    assert migration.verdict == "blocked"
    assert fact in {one.fact for one in migration.obstacles}
    assert migration.snapshot is None


def test_timers_that_go_on_keep_their_due_moments_and_new_ones_begin() -> None:
    clock = boundary("late", "after", timer("Duration", "P3D"), interrupting=False)
    old = version(outer=clock + '<endEvent id="le"/>', outer_arrows=("late > le",))
    second = clock + boundary("very", "after", timer("Duration", "P5D"), interrupting=False)
    new = version(outer=second + '<endEvent id="le"/>', outer_arrows=("late > le", "very > le"))
    player = Player(old).do("a").do("b").wait(days=1)
    migration = moved(new, player, after="after", le="le")
    assert migration.snapshot is not None
    due = {one.element_id: (one.due_at - MONDAY).days for one in migration.snapshot.timers}
    assert due == {"late": 3, "very": 6}


def test_a_token_waiting_at_a_join_goes_over() -> None:
    review = user("a", "b") + '<parallelGateway id="f"/><parallelGateway id="j"/>'
    arrows = ("si > f", "f > a > j", "f > b > j", "j > ei")
    old, new = version(review, arrows), version(review + user("c"), ("si > f", "f > a > j", "f > b > j", "j > c > ei"))
    player = Player(old).do("a")
    migration = moved(new, player, j="j")
    assert migration.snapshot is not None
    after = Player(new)
    after.snapshot = migration.snapshot
    assert after.do("b").ready == ["c"]
    shorter = version(user("a", "b") + '<parallelGateway id="f"/><exclusiveGateway id="j"/>', arrows)
    assert moved(shorter, player, j="j").verdict == "blocked"


def test_moving_there_and_back_gives_the_same_bytes() -> None:
    renamed = version(inner=user("a", "b").replace('id="a"', 'id="a" name="Ask"'))
    player = Player(ONE).do("a")
    there = moved(renamed, player)
    assert there.snapshot is not None
    back = bpmn.migrate(renamed, ONE, there.snapshot.state, now=player.now)
    assert back.snapshot is not None
    assert back.snapshot.state == player.snapshot.state


def recorded() -> list[Input]:
    player = Player(ONE)
    inputs = [Input("start", MONDAY, passed=tuple(player.passed))]
    for task in ("a", "b"):
        player.do(task, n=1)
        inputs.append(
            Input(
                "complete",
                MONDAY,
                task,
                variables={"n": 1},
                passed=tuple(one.element_id for one in player.snapshot.passed),
            )
        )
    return inputs


def test_a_replay_on_the_same_version_goes_the_same_way_to_the_same_bytes() -> None:
    player = Player(ONE).do("a", n=1).do("b", n=1)
    replayed = bpmn.replay(ONE, recorded())
    assert (replayed.outcome, replayed.waits) == ("same", ("after",))
    assert replayed.snapshot is not None
    assert replayed.snapshot.state == player.snapshot.state


def test_a_replay_on_another_version_says_where_the_path_parts() -> None:
    other = version(inner=user("a", "b") + script("t", "n = 2"), arrows=("si > a > t > b > ei",))
    replayed = bpmn.replay(other, recorded())
    assert (replayed.outcome, replayed.number, replayed.element_id) == ("other", 1, "t")
    assert replayed.waits == ("after",)


def test_a_replay_that_needs_another_input_is_stuck_with_what_waits() -> None:
    other = version(inner=user("a", "b", "c"), arrows=("si > a > c > b > ei",))
    replayed = bpmn.replay(other, recorded())
    assert (replayed.outcome, replayed.number, replayed.element_id, replayed.waits) == ("stuck", 2, "b", ("c",))


def test_messages_services_timers_and_cancelling_are_replayed_too() -> None:
    service = (
        '<serviceTask id="call"><extensionElements><spiffworkflow:serviceTaskOperator id="x"/></extensionElements>'
    )
    service += "</serviceTask>"
    body = S + service + boundary("bad", "call", "<errorEventDefinition/>") + user("a") + E
    body += boundary("late", "a", timer("Duration", "P1D"), interrupting=False) + '<endEvent id="le"/>'
    definition = bpmn.parse({"f": document(body + flows("s > call > a > e", "bad > a", "late > le"), ROOT)})
    inputs = [
        Input("start", MONDAY, passed=("s",)),
        Input("fail", MONDAY, "call", "E1", passed=("bad",)),
        Input("timers", MONDAY.replace(day=4), passed=("late", "le")),
        Input("signal", MONDAY.replace(day=4), name="x"),
        Input("cancel", MONDAY.replace(day=5)),
    ]
    replayed = bpmn.replay(definition, inputs)
    assert replayed.outcome == "same"
    assert replayed.snapshot is not None
    assert replayed.snapshot.status == "terminated"
    stuck = bpmn.replay(definition, [inputs[0], Input("message", MONDAY, name="withdrawal")])
    assert (stuck.outcome, stuck.number) == ("stuck", 1)
