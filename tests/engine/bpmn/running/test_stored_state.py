"""The stored state: small, readable JSON, refused when it is not ours."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from engine import bpmn
from engine.bpmn.running import codec
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Instance, Token
from tests.engine.bpmn.drawings.drawing import MONDAY, E, Player, S, boundary, document, flows, timer, user

DRAWING = document(S + user("a", "b") + E + flows("s > a > b > e"))


def test_the_state_is_short_json_without_the_definition() -> None:
    state = Player(DRAWING, {"rooms": 4}).snapshot.state
    assert len(state) < 120
    assert json.loads(state)[2] == "running"


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"[1]", b"not json", b"\xff\x00", b"[1,2,3,4,5,6,7]", b"null"])
def test_a_damaged_state_is_refused(damage: bytes) -> None:
    definition = bpmn.parse({"f": DRAWING})
    with pytest.raises(bpmn.StateUnreadable):
        bpmn.fire_timers(definition, damage, now=MONDAY)


def test_a_state_that_was_cut_or_changed_is_refused_or_still_makes_sense() -> None:
    player = Player(DRAWING, {"rooms": 4})
    state = player.snapshot.state
    for place in range(len(state)):
        for changed in (state[:place], state[:place] + b"9" + state[place + 1 :]):
            try:
                bpmn.fire_timers(player.definition, changed, now=MONDAY)
            except bpmn.StateUnreadable:
                continue


def test_the_state_of_another_version_is_refused() -> None:
    other = bpmn.parse({"f": document(S + user("a", "c") + E + flows("s > a > c > e"))})
    with pytest.raises(bpmn.StateUnreadable, match="another version"):
        bpmn.complete(other, Player(DRAWING).snapshot.state, "2", {}, now=MONDAY)


def test_the_state_given_is_as_good_as_before_when_a_step_fails() -> None:
    player = Player(document(S + user("a", "b") + flows("s > a", "a > b: n > 1")))
    state = player.snapshot.state
    with pytest.raises(bpmn.StepFailed):
        player.do("a", n=1)
    with pytest.raises(bpmn.StepFailed):
        player.do("a", n="text")
    assert player.snapshot.state == state
    assert player.do("a", n=2).ready == ["b"]


UNKEEPABLE = [
    {"_x": 1},
    {"x": object()},
    {"x": float("nan")},
    {"x": 2**70},
    {"x": {1: 2}},
    {"x": "\ud800"},
    {"\udfff": 1},
]


@pytest.mark.parametrize("variables", UNKEEPABLE)
def test_variables_that_cannot_be_kept_are_refused(variables: dict[str, object]) -> None:
    with pytest.raises(bpmn.StepFailed):
        Player(DRAWING).do("a", **variables)


def test_a_payload_that_cannot_be_kept_is_refused() -> None:
    body = S + '<receiveTask id="r" messageRef="m"/>' + E + flows("s > r > e")
    player = Player(document(body, '<message id="m" name="m"/>'))
    for payload in ({"_x": 1}, {"x": "\ud800"}, {"x": 2**70}):
        with pytest.raises(bpmn.StepFailed):
            player.send("m", **payload)
    assert player.send("m", x=1).variables == {"x": 1}


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        bpmn.start(bpmn.parse({"f": DRAWING}), {}, now=MONDAY.replace(tzinfo=None))


def test_what_a_form_contains_can_never_make_the_state_unreadable() -> None:
    player = Player(DRAWING).do("a", answer={"typename": "Task", "__class__": ["x"], "": None}, khmer="ផ្ទះសំណាក់")
    assert player.do("b").variables["answer"] == {"typename": "Task", "__class__": ["x"], "": None}


def test_lists_and_records_are_replaced_not_mixed() -> None:
    player = Player(DRAWING, {"tags": ["x", "y", "z"], "at": {"a": 1}}).do("a", tags=["z"], at={"b": 2})
    assert player.variables == {"tags": ["z"], "at": {"b": 2}}


def test_the_tasks_of_many_instances_share_one_copy_of_what_all_of_them_see() -> None:
    many = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    definition = bpmn.parse({"f": document(S + f'<userTask id="t">{many}</userTask>' + flows("s > t"))})
    live = bpmn.LiveCache()
    snapshot = bpmn.start(definition, {"names": [["Dara"]]}, now=MONDAY, live=live)
    seen = [task.variables for task in snapshot.tasks]
    assert [one["loopCounter"] for one in seen] == [1, 2, 3]
    assert seen[0]["names"] is seen[2]["names"]
    seen[0]["names"][0].clear()  # what the caller does with it never reaches the case, which lives on in memory
    after = bpmn.complete(definition, snapshot.state, snapshot.tasks[1].id, {}, now=MONDAY, live=live)
    assert after.variables["names"] == [["Dara"]]


def test_a_timer_that_was_armed_earlier_fires_in_a_later_step_that_began_before_it_was_due() -> None:
    late = boundary("late", "a", timer("Duration", "PT1H"), interrupting=False)
    player = Player(document(S + user("a", "b", "noted") + late + flows("s > a", "s > b", "late > noted")))
    assert player.do("b").ready == ["a"]
    assert player.wait(hours=1).ready == ["a", "noted"]
    assert player.snapshot.timers == ()


def halted() -> Instance:
    """A case that waits in two sub-processes, one in the other, as it is in memory."""
    nested = (
        f'<subProcess id="q"><startEvent id="q_s"/>{user("b")}{flows("q_s > b").replace("flow_", "q_")}</subProcess>'
    )
    inner = f'<startEvent id="p_s"/>{nested}{user("c")}{flows("p_s > q", "p_s > c").replace("flow_", "p_")}'
    definition = bpmn.parse({"f": document(S + f'<subProcess id="o">{inner}</subProcess>' + flows("s > o"))})
    state = bpmn.start(definition, {}, now=MONDAY).state
    return codec.load(definition.graph, Run(definition.graph, MONDAY, None), state)


def at(instance: Instance, element_id: str) -> Token:
    return next(token for token in instance.everything.values() if token.node.id == element_id)


def test_a_whole_case_is_stored() -> None:
    instance = halted()
    assert json.loads(codec.dump(instance.graph, instance))[2] == "running"


def lost_owner(instance: Instance) -> str:
    del instance.everything[at(instance, "q").id]
    return "b"


def closed_scope(instance: Instance) -> str:
    del instance.subprocesses[at(instance, "o").id]
    return "q"


def owner_after_its_scope(instance: Instance) -> str:
    owner = at(instance, "o")
    del instance.everything[owner.id]
    instance.everything[owner.id] = owner
    return "q"


def token_in_a_scope_of_before(instance: Instance) -> str:
    instance.everything["z"] = Token("z", at(instance, "b").node, halted().subprocesses[at(instance, "q").id])
    return "b"


def empty_scope(instance: Instance) -> str:
    del instance.everything[at(instance, "b").id]
    return "q"


def endless_record(instance: Instance) -> str:
    record: list[object] = []
    for _ in range(300):
        record = [record]
    instance.marks["done"] = record
    return "p"


TEARS = [lost_owner, closed_scope, owner_after_its_scope, token_in_a_scope_of_before, empty_scope, endless_record]


@pytest.mark.parametrize("tear", TEARS)
def test_what_could_not_be_read_again_is_not_stored(tear: Callable[[Instance], str]) -> None:
    """The step fails at the element, so that the state of before stays; no state is ever kept that nobody can read."""
    instance = halted()
    element = tear(instance)
    with pytest.raises(bpmn.StepFailed, match="could not be read again") as failure:
        codec.dump(instance.graph, instance)
    assert failure.value.element_id == element
    assert "អាន" in failure.value.reason.km
