"""The shapes that service processes are made of: withdrawal, parallel review in a correction loop, promises in time."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, boundary, document, flows, message, script, timer, user

REVIEW = (
    user("apply", "specialist", "inspection", "correct", "decide")
    + '<exclusiveGateway id="again"/><parallelGateway id="fork"/><parallelGateway id="join"/>'
    + '<exclusiveGateway id="complete" default="flow_5_0_complete"/>'
    + flows(
        "start_inside > apply > again > fork",
        "fork > specialist > join",
        "fork > inspection > join",
        "join > complete",
        "complete > correct: specialist == 'correction' or inspection == 'correction'",
        "complete > decide > end_inside",
        "correct > again",
    )
)
LICENCE = document(
    S
    + f'<subProcess id="examination"><startEvent id="start_inside"/>{REVIEW}<endEvent id="end_inside"/></subProcess>'
    + boundary("withdrawn", "examination", message("withdrawal"))
    + boundary("late", "examination", timer("Duration", "P10D"), interrupting=False)
    + script("told", "told = True")
    + '<endEvent id="told_end"/><endEvent id="withdrawn_end"/><userTask id="hand_over"/>'
    + E
    + flows("s > examination > hand_over > e", "withdrawn > withdrawn_end", "late > told > told_end"),
    root='<message id="withdrawal" name="withdrawal"/>',
)


def one_round(player: Player, specialist: str, inspection: str) -> None:
    assert player.ready == ["inspection", "specialist"]
    player.do("inspection", inspection=inspection)
    assert player.ready == ["specialist"]
    player.do("specialist", specialist=specialist)


def test_both_reviews_are_repeated_after_every_correction() -> None:
    player = Player(LICENCE).do("apply")
    for number in range(5):
        one_round(player, "ok", "correction" if number % 2 else "ok")
        if number % 2 == 0:
            assert player.ready == ["decide"]
            player = Player(player.definition).do("apply")
            one_round(player, "correction", "ok")
        assert player.ready == ["correct"]
        player.do("correct")


def test_a_thousand_corrections_do_not_make_the_state_grow() -> None:
    player = Player(LICENCE).do("apply")
    for _ in range(1000):
        one_round(player, "correction", "ok")
        player.do("correct")
    assert len(player.snapshot.state) < 1000
    one_round(player, "ok", "ok")
    assert player.do("decide").do("hand_over").status == "completed"


def test_the_applicant_can_withdraw_between_any_two_steps() -> None:
    player = Player(LICENCE)
    waits = ["apply", "inspection", "specialist", "correct", "inspection", "specialist", "decide"]
    answers = iter(
        [{}, {"inspection": "ok"}, {"specialist": "correction"}, {}, {"inspection": "ok"}, {"specialist": "ok"}]
    )
    for element in waits:
        withdrawn = bpmn.deliver(player.definition, player.snapshot.state, bpmn.Message("withdrawal"), now=player.now)
        assert withdrawn.status == "completed"
        assert [one.element_id for one in withdrawn.passed] == ["withdrawn", "withdrawn_end"]
        assert withdrawn.tasks == ()
        assert withdrawn.timers == ()
        assert element in player.ready
        if element != "decide":
            player.do(element, **next(answers))


def test_nobody_can_withdraw_after_the_decision() -> None:
    player = Player(LICENCE).do("apply")
    one_round(player, "ok", "ok")
    player.do("decide")
    assert player.ready == ["hand_over"]
    with pytest.raises(bpmn.NobodyWaits):
        player.send("withdrawal")


def test_a_reminder_leaves_the_work_alone_and_comes_once() -> None:
    player = Player(LICENCE).do("apply").wait(days=11)
    assert player.passed == ["s", "start_inside", "apply", "again", "fork", "late", "told", "told_end"]
    assert player.variables["told"] is True
    assert player.ready == ["inspection", "specialist"]
    assert player.snapshot.timers == ()
    assert player.wait(days=11).passed[-1] == "told_end"


def test_an_officer_who_finishes_before_the_sweep_does_not_erase_the_breach() -> None:
    player = Player(LICENCE).do("apply").wait(sweep=False, days=11).do("inspection", inspection="ok")
    assert player.passed[-4:] == ["late", "told", "told_end", "inspection"]
    late, inspected = player.snapshot.passed[0], player.snapshot.passed[-1]
    assert (late.at - inspected.at).days == -1


def test_a_task_that_was_interrupted_cannot_be_completed() -> None:
    player = Player(LICENCE).do("apply")
    task = player.snapshot.tasks[0]
    player.send("withdrawal")
    with pytest.raises(bpmn.TaskNotReady):
        player.complete(task.id)


def test_the_same_inputs_give_the_same_bytes() -> None:
    states = []
    for _ in range(2):
        player = Player(LICENCE).do("apply")
        one_round(player, "correction", "ok")
        states.append(player.do("correct").snapshot.state)
    assert states[0] == states[1]
