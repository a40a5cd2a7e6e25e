"""Running cases on another version of their process: compared, moved, replayed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import bpmn
from engine.bpmn import Input, Obstacle, Step
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
from tests.engine.bpmn.running.test_random_drawings import ROOT as RANDOM
from tests.engine.bpmn.running.test_random_drawings import Drawing
from tests.engine.bpmn.versions.test_replay import played

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
    inputs = [Input(Step("start"), MONDAY, passed=tuple(player.passed))]
    for task in ("a", "b"):
        player.do(task, n=1)
        inputs.append(
            Input(
                Step("complete", variables={"n": 1}),
                MONDAY,
                task,
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
        Input(Step("start"), MONDAY, passed=("s",)),
        Input(Step("fail", name="E1"), MONDAY, "call", passed=("bad",)),
        Input(Step("timers"), MONDAY.replace(day=4), passed=("late", "le")),
        Input(Step("signal", name="x"), MONDAY.replace(day=4)),
        Input(Step("cancel"), MONDAY.replace(day=5)),
    ]
    replayed = bpmn.replay(definition, inputs)
    assert replayed.outcome == "same"
    assert replayed.snapshot is not None
    assert replayed.snapshot.status == "terminated"
    stuck = bpmn.replay(definition, [inputs[0], Input(Step("deliver", name="withdrawal"), MONDAY)])
    assert (stuck.outcome, stuck.number) == ("stuck", 1)


def drawn(body: str, *arrows: str, root: str = ROOT) -> bpmn.ProcessDefinition:
    return bpmn.parse({"f": document(S + body + E + flows(*arrows), root)}, "p")


def on(new: bpmn.ProcessDefinition, player: Player, **mapping: str) -> Player:
    """The same player going on in the new version."""
    migration = moved(new, player, **mapping)
    assert migration.snapshot is not None, migration.obstacles
    player.definition, player.snapshot = new, migration.snapshot
    return player


def blocked(new: bpmn.ProcessDefinition, player: Player, **mapping: str) -> set[tuple[str, str]]:
    migration = moved(new, player, **mapping)
    assert (migration.verdict == "blocked") is bool(migration.obstacles)
    return {(one.element_id, one.fact) for one in migration.obstacles}


WITHDRAWN = '<message id="m" name="withdrawn"/>'
RIVALS = '<eventBasedGateway id="g"/>' + "".join(
    f'<intermediateCatchEvent id="{one}">{what}</intermediateCatchEvent>'
    for one, what in (("told", message("m")), ("late", timer("Duration", "P3D")))
)
RIVAL_ARROWS = ("s > g", "g > told > e", "g > late > e")


@pytest.mark.parametrize(
    ("body", "arrows", "event"),
    [
        (RIVALS, RIVAL_ARROWS, "told"),
        (user("a") + boundary("told", "a", message("m")), ("s > a > e", "told > e"), "told"),
        ('<receiveTask id="told" messageRef="m"/>', ("s > told > e",), "told"),
        (
            user("a")
            + '<subProcess id="esp" triggeredByEvent="true"><startEvent id="told">'
            + message("m")
            + '</startEvent><endEvent id="ee"/><sequenceFlow id="f" sourceRef="told" targetRef="ee"/></subProcess>',
            ("s > a > e",),
            "told",
        ),
    ],
)
def test_a_case_that_listens_for_a_message_that_is_called_otherwise_now_needs_a_word(
    body: str, arrows: tuple[str, ...], event: str
) -> None:
    player = Player(drawn(body, *arrows))
    new = drawn(body, *arrows, root=WITHDRAWN)
    assert blocked(new, player) == {(event, "changed")}
    assert [one.name for one in on(new, player, told="told").snapshot.subscriptions] == ["withdrawn"]
    assert player.send("withdrawn").passed


def test_a_timer_behind_an_event_gateway_keeps_its_due_moment_when_its_neighbour_changes() -> None:
    player = Player(drawn(RIVALS, *RIVAL_ARROWS)).wait(days=1)
    due = player.snapshot.timers
    assert on(drawn(RIVALS, *RIVAL_ARROWS, root=WITHDRAWN), player, told="told").snapshot.timers == due
    assert player.wait(days=2).status == "completed"


def test_an_event_that_waits_for_something_of_another_kind_begins_to_wait_anew() -> None:
    was = drawn(user("a") + boundary("b", "a", timer("Duration", "P3D")), "s > a > e", "b > e")
    new = drawn(user("a") + boundary("b", "a", message("m")), "s > a > e", "b > e")
    player = on(new, Player(was), b="b")
    assert (player.snapshot.timers, [one.name for one in player.snapshot.subscriptions]) == ((), ["withdrawal"])
    back = on(was, player, b="b")
    assert [one.due_at for one in back.snapshot.timers] == [MONDAY.replace(day=5)]


SEVERAL = (
    '<userTask id="each"><multiInstanceLoopCharacteristics isSequential="{0}"><loopCardinality>{1}</loopCardinality>'
    "</multiInstanceLoopCharacteristics></userTask>"
)


def test_a_case_in_the_middle_of_several_instances_finishes_those_that_began() -> None:
    was, more = (drawn(SEVERAL.format("true", number), "s > each > e") for number in (3, 5))
    player = Player(was).do("each")
    assert blocked(more, player) == {("each", "changed"), ("each", "passed-changed")}
    assert on(more, player, each="each").do("each").do("each").status == "completed"
    other_way = drawn(SEVERAL.format("false", 3), "s > each > e")
    assert blocked(other_way, Player(was).do("each"), each="each") == {("each", "other-loop")}


def test_a_case_inside_an_event_sub_process_goes_on_there() -> None:
    def with_event(task: str) -> bpmn.ProcessDefinition:
        inside = flows(f"es > {task} > ee").replace("flow_", "in_")
        sub = f'<startEvent id="es">{message("m")}</startEvent>{user(task)}<endEvent id="ee"/>{inside}'
        return drawn(user("a") + f'<subProcess id="esp" triggeredByEvent="true">{sub}</subProcess>', "s > a > e")

    player = Player(with_event("think")).send("withdrawal")
    assert player.ready == ["think"]
    assert ("think", "removed") in blocked(with_event("look"), player)
    assert on(with_event("look"), player, think="look", es="es").do("look").status == "completed"


UNDOING = (
    user("a", "c")
    + '<userTask id="{0}" isForCompensation="true"/>'
    + boundary("back", "a", "<compensateEventDefinition/>")
    + '<association id="as" associationDirection="One" sourceRef="back" targetRef="{0}"/>'
    + '<intermediateThrowEvent id="regret"><compensateEventDefinition/></intermediateThrowEvent>'
)


def test_what_may_be_undone_later_is_undone_as_the_new_version_says() -> None:
    was, new = (drawn(UNDOING.format(undo), "s > a > c > regret > e") for undo in ("undo", "repay"))
    player = Player(was).do("a")
    assert blocked(new, player) == {("a", "changed"), ("a", "passed-changed")}
    assert on(new, player, a="a").do("c").ready == ["repay"]
    assert player.do("repay").status == "completed"


def test_a_case_whose_compensation_is_under_way_needs_the_handler_there() -> None:
    was, new = (drawn(UNDOING.format(undo), "s > a > c > regret > e") for undo in ("undo", "repay"))
    player = Player(was).do("a").do("c")
    assert ("undo", "removed") in blocked(new, player, a="a")
    assert on(new, player, a="a", undo="repay").ready == ["repay"]


def test_an_activity_that_is_remembered_and_renamed_is_still_undone() -> None:
    was = drawn(UNDOING.format("undo"), "s > a > c > regret > e")
    renamed = UNDOING.format("undo").replace('"a"', '"first"')
    new = drawn(renamed, "s > first > c > regret > e")
    assert on(new, Player(was).do("a"), a="first").do("c").ready == ["undo"]


REVIEW = user("a", "b", "c") + '<parallelGateway id="f"/><parallelGateway id="j"/>'


def test_a_join_for_which_everything_has_come_would_wait_for_ever_and_blocks() -> None:
    was = drawn(REVIEW, "s > f", "f > a > j", "f > b > j", "f > c > j", "j > e")
    new = drawn(REVIEW, "s > f", "f > a > j", "f > b > j", "f > c > e", "j > e")
    player = Player(was).do("a").do("b")
    assert ("j", "all-arrived") in blocked(new, player, j="j", c="c", f="f", e="e")
    assert blocked(new, Player(was).do("a"), j="j", c="c", f="f", e="e") == set()


def test_data_that_only_the_new_version_declares_is_there_and_empty() -> None:
    was = drawn(user("a"), "s > a > e")
    new = drawn('<dataObject id="rooms"/>' + user("a"), "s > a > e")
    assert on(new, Player(was)).do("a").variables == {"rooms": None}


def test_an_event_sub_process_that_is_new_needs_a_word_and_listens_then() -> None:
    sub = f'<startEvent id="es">{message("m")}</startEvent><endEvent id="ee"/>' + flows("es > ee").replace("f", "g", 1)
    was = drawn(user("a"), "s > a > e")
    new = drawn(user("a") + f'<subProcess id="esp" triggeredByEvent="true">{sub}</subProcess>', "s > a > e")
    assert blocked(new, Player(was)) == {("p", "changed")}
    assert on(new, Player(was), p="p").send("withdrawal").status == "completed"


def test_a_correlation_key_that_was_set_and_is_found_elsewhere_now_needs_a_word() -> None:
    def keyed(path: str) -> bpmn.ProcessDefinition:
        root = (
            '<message id="m" name="withdrawal"/><correlationProperty id="number" name="number">'
            f'<correlationPropertyRetrievalExpression messageRef="m"><messagePath>{path}</messagePath>'
            '</correlationPropertyRetrievalExpression></correlationProperty><collaboration id="c"><correlationKey '
            'id="key"><correlationPropertyRef>number</correlationPropertyRef></correlationKey></collaboration>'
        )
        catch = f'<intermediateCatchEvent id="w">{message("m")}</intermediateCatchEvent>'
        return drawn(catch + user("a"), "s > w > a > e", root=root)

    was, new = keyed("number"), keyed("first")
    assert blocked(new, Player(was)) == set()
    player = Player(was).send("withdrawal", number=7)
    assert blocked(new, player) == {("key", "changed")}
    assert on(new, player, key="key").ready == ["a"]


def test_random_cases_go_to_a_renamed_version_and_back_and_go_on_there_alike() -> None:
    running = 0
    for seed in range(36, 62):
        recorder = played(seed, steps=5)
        if recorder is None or recorder.snapshot is None or recorder.snapshot.status != "running":
            continue
        running += 1
        here, data = recorder.definition, document(Drawing(seed).scope(2), RANDOM)
        there = bpmn.parse({"f": data.replace(b'<process id="p"', b'<process id="p" name="Other"')}, "p")
        passed = [element for one in recorder.inputs for element in one.passed]
        taken = bpmn.migrate(here, there, recorder.state, now=recorder.now, passed=passed)
        assert (taken.verdict, taken.obstacles) == ("safe", ()), seed
        assert taken.snapshot is not None
        back = bpmn.migrate(there, here, taken.snapshot.state, now=recorder.now, passed=passed)
        assert back.snapshot is not None
        assert back.snapshot.state == recorder.state
        later = recorder.now + timedelta(days=2)
        try:
            stayed = bpmn.fire_timers(here, recorder.state, now=later)
        except bpmn.StepFailed:
            continue
        went = bpmn.fire_timers(there, taken.snapshot.state, now=later)
        assert (went.tasks, went.timers, went.passed, went.variables) == (
            stayed.tasks,
            stayed.timers,
            stayed.passed,
            stayed.variables,
        )
    assert running > 10
