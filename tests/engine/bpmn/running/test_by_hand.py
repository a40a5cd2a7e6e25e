"""What an administrator does by hand: positions, corrections, skipping and moving."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, user

SERVICE = (
    '<serviceTask id="call"><extensionElements><spiffworkflow:serviceTaskOperator id="x"/></extensionElements>'
    "</serviceTask>"
)
INNER = '<startEvent id="si"/>' + user("a", "b") + flows("si > a > b").replace("flow_", "i_")
BODY = (
    S + f'<subProcess id="sub">{INNER}</subProcess>' + SERVICE + user("after") + E + flows("s > sub > call > after > e")
)


def at(player: Player, element: str) -> str:
    found = bpmn.positions(player.definition, player.snapshot.state, now=player.now)
    return next(one.id for one in found if one.element_id == element)


def hand(player: Player, snapshot: bpmn.Snapshot) -> Player:
    player.snapshot = snapshot
    return player


def test_positions_name_every_token_that_rests() -> None:
    player = Player(document(BODY))
    found = bpmn.positions(player.definition, player.snapshot.state, now=player.now)
    assert [(one.element_id, one.merging) for one in found] == [("sub", False), ("a", False)]


def test_an_element_can_be_skipped() -> None:
    player = Player(document(BODY)).do("a").do("b")
    state = player.snapshot.state
    skipped = bpmn.skip(player.definition, state, at(player, "call"), now=player.now)
    assert [task.element_id for task in skipped.tasks] == ["after"]


def test_skipping_a_sub_process_ends_what_goes_on_inside() -> None:
    player = Player(document(BODY))
    skipped = bpmn.skip(player.definition, player.snapshot.state, at(player, "sub"), now=player.now)
    assert [effect.element_id for effect in skipped.effects] == ["call"]
    assert skipped.tasks == ()


def test_a_token_can_be_moved_forward_and_back_within_its_scope() -> None:
    player = Player(document(BODY))
    hand(player, bpmn.move(player.definition, player.snapshot.state, at(player, "a"), "b", now=player.now))
    assert player.ready == ["b"]
    hand(player, bpmn.move(player.definition, player.snapshot.state, at(player, "sub"), "after", now=player.now))
    assert player.ready == ["after"]
    hand(player, bpmn.move(player.definition, player.snapshot.state, at(player, "after"), "sub", now=player.now))
    assert player.ready == ["a"]


@pytest.mark.parametrize("target", ["after", "nothing", "s "])
def test_a_token_cannot_leave_its_scope(target: str) -> None:
    player = Player(document(BODY))
    with pytest.raises(bpmn.MoveNotPossible):
        bpmn.move(player.definition, player.snapshot.state, at(player, "a"), target, now=player.now)
    with pytest.raises(bpmn.TaskNotReady):
        bpmn.skip(player.definition, player.snapshot.state, "zz", now=player.now)


def test_a_variable_can_be_corrected_and_conditions_notice() -> None:
    catch = (
        '<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>n == 1</condition>'
        "</conditionalEventDefinition></intermediateCatchEvent>"
    )
    player = Player(document(S + catch + user("a") + flows("s > c > a")), {"n": 0})
    corrected = bpmn.correct(player.definition, player.snapshot.state, {"n": 1}, now=player.now)
    assert [task.element_id for task in corrected.tasks] == ["a"]
    with pytest.raises(bpmn.StepFailed):
        bpmn.correct(player.definition, player.snapshot.state, {"_n": 1}, now=player.now)


def test_describing_a_case_moves_nothing_and_fires_nothing() -> None:
    body = S + user("a") + E + flows("s > a > e")
    player = Player(document(body))
    found = bpmn.describe(player.definition, player.snapshot.state, now=player.now)
    assert (found.state, found.tasks, found.passed) == (player.snapshot.state, player.snapshot.tasks, ())
    assert bpmn.variables(player.definition, player.snapshot.state, now=player.now) == dict(player.snapshot.variables)
