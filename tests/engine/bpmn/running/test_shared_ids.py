"""Files of one set that use the same ids: each has its own (2.0.2, 8.2.1 and 15.3), and the case tells them apart."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import (
    HEAD,
    MONDAY,
    E,
    Player,
    S,
    boundary,
    document,
    flows,
    message,
    rules_broken,
    script,
    timer,
    user,
)
from tests.engine.bpmn.drawings.fragments_undoing import UNDO, throw, undo, undoable

CALL = '<callActivity id="a" calledElement="q"/>'
MAIN = document(S + CALL + E + flows("s > a > e"))


def called(body: str, root: str = "", process_id: str = "q") -> bytes:
    """A file of a process that is called; its ids are those of the file that calls it."""
    return document(body, root, process_id)


def test_a_called_process_has_the_ids_of_the_one_that_calls_it() -> None:
    player = Player({"main": MAIN, "other": called(S + user("a") + E + flows("s > a > e"))}, process_id="p")
    assert player.ready == ["q:a"]
    assert player.passed == ["s", "q:s"]
    player.do("q:a")
    assert player.passed == ["s", "q:s", "q:a", "q:e", "a", "e"]
    assert player.status == "completed"
    assert player.definition.elements["q:a"].file == "other"


def test_what_shares_its_id_with_none_keeps_it() -> None:
    player = Player({"main": MAIN, "other": called(S + user("b") + E + flows("s > b > e"))}, process_id="p")
    assert player.ready == ["b"]


@pytest.mark.parametrize("files", [("main", "other"), ("z", "b")])
def test_the_process_that_is_run_first_keeps_its_ids_whatever_its_file_is_called(files: tuple[str, str]) -> None:
    drawn = dict(zip(files, (MAIN, called(S + user("a") + E + flows("s > a > e"))), strict=True))
    assert Player(drawn, process_id="p").ready == ["q:a"]
    assert Player(drawn, process_id="q").ready == ["a"]


def test_three_files_with_the_same_ids() -> None:
    middle = called(S + CALL.replace('"q"', '"r"') + E + flows("s > a > e"))
    last = called(S + user("a") + E + flows("s > a > e"), process_id="r")
    player = Player({"1": MAIN, "2": middle, "3": last}, process_id="p").do("r:a")
    assert player.passed == ["s", "q:s", "r:s", "r:a", "r:e", "q:a", "q:e", "a", "e"]


def test_time_messages_and_what_interrupts_reach_the_right_one() -> None:
    inner = boundary("b", "a", timer("Duration", "PT1H"), interrupting=False)
    handler = f'<subProcess id="on" triggeredByEvent="true"><startEvent id="h">{message("m")}</startEvent>' + user("w")
    handler += flows("h > w").replace("flow_", "h_") + "</subProcess>"
    body = S + user("a") + inner + user("late") + E + handler + flows("s > a > e", "b > late")
    outer = S + CALL + boundary("b", "a", timer("Duration", "PT2H")) + user("late") + E + flows("s > a > e", "b > late")
    files = {"main": document(outer), "other": called(body, '<message id="m" name="stop"/>')}
    player = Player(files, process_id="p").wait(minutes=61)
    assert player.ready == ["q:a", "q:late"]
    assert [one.element_id for one in player.snapshot.subscriptions] == ["h"]
    player.send("stop")
    assert player.ready == ["w"]
    player.wait(minutes=60)
    assert player.ready == ["late"]


def test_an_event_sub_process_and_what_is_undone_are_found_by_their_own_names() -> None:
    body = S + undoable("d") + undoable("x") + throw("t", undo("d")) + E + flows("s > d > x > t > e")
    main = document(S + undoable("d") + CALL + throw("t", UNDO) + E + flows("s > d > a > t > e"))
    player = Player({"main": main, "other": called(body)}, {"log": []}, process_id="p")
    assert player.variables["log"] == ["d", "x", "d"]
    assert player.passed == ["s", "d", "q:s", "q:d", "x", "q:u_d", "q:t", "q:e", "a", "u_x", "u_d", "t", "e"]


def test_a_sub_process_with_the_id_of_a_called_process_is_told_apart() -> None:
    inner = '<startEvent id="i"/>' + user("w") + '<callActivity id="c" calledElement="sub"/>'
    body = S + f'<subProcess id="sub">{inner}{flows("i > w > c").replace("flow_", "i_")}</subProcess>' + E
    files = {
        "main": document(body + flows("s > sub > e")),
        "o": called(S + user("k") + E + flows("s > k > e"), "", "sub"),
    }
    player = Player(files, process_id="p").do("w").do("k")
    assert player.status == "completed"
    assert player.passed[-3:] == ["c", "p:sub", "e"]


def test_a_token_is_moved_by_the_name_that_the_case_has() -> None:
    files = {"main": MAIN, "other": called(S + user("a", "b") + E + flows("s > a > b > e"))}
    player = Player(files, process_id="p")
    (_, inner) = bpmn.positions(player.definition, player.snapshot.state, now=MONDAY)
    moved = bpmn.move(player.definition, player.snapshot.state, inner.id, "b", now=MONDAY)
    back = bpmn.positions(player.definition, moved.state, now=MONDAY)[1]
    again = bpmn.move(player.definition, moved.state, back.id, "q:a", now=MONDAY)
    assert [task.element_id for task in again.tasks] == ["q:a"]


def test_correlation_keys_with_the_same_id_are_two() -> None:
    key = (
        '<message id="m" name="{0}"/><correlationProperty id="c"><correlationPropertyRetrievalExpression '
        'messageRef="m"><messagePath>{0}</messagePath></correlationPropertyRetrievalExpression></correlationProperty>'
        '<collaboration id="co"><participant id="pa" processRef="{1}"/><correlationKey id="k">'
        "<correlationPropertyRef>c</correlationPropertyRef></correlationKey></collaboration>"
    )
    body = S + "{}" + '<receiveTask id="r" messageRef="m"/><receiveTask id="r2" messageRef="m"/>' + E
    main = document(body.format(CALL) + flows("s > r > r2 > a > e"), key.format("one", "p"))
    other = called(body.format("") + flows("s > r > r2 > e"), key.format("two", "q"))
    player = Player({"main": main, "other": other}, process_id="p").send("one", one=1)
    with pytest.raises(bpmn.NobodyWaits):
        player.send("one", one=2)
    player.send("one", one=1).send("two", two=5)
    with pytest.raises(bpmn.NobodyWaits):
        player.send("two", two=6)
    assert player.send("two", two=5).status == "completed"


def test_files_that_import_each_other_share_ids_only_across_namespaces() -> None:
    imports = '<import namespace="{}" location="other" importType="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'
    other = called(S + user("a") + E + flows("s > a > e"))
    for space, broken in (("http://test", {"id-in-two-files"}), ("http://other", set())):
        main = MAIN.replace(HEAD.encode(), HEAD.encode() + imports.format(space).encode())
        assert rules_broken({"main": main, "other": other.replace(b"http://test", space.encode())}) == broken


def test_an_id_used_twice_in_one_file_is_refused() -> None:
    assert "duplicate-id" in rules_broken(document(S + user("a") + script("a", "x = 1") + E + flows("s > a > e")))


def test_a_case_goes_to_another_version_by_the_names_that_it_has() -> None:
    inner = S + user("a") + boundary("b", "a", timer("Duration", "PT1H"), interrupting=False) + E
    files = {"main": MAIN, "other": called(inner + flows("s > a > e", "b > e"))}
    old = bpmn.parse(files, "p")
    new = bpmn.parse(
        {**files, "other": files["other"].replace(b'<userTask id="a"', b'<userTask id="a" name="Ask"')}, "p"
    )
    state = bpmn.start(old, {}, now=MONDAY).state
    moved = bpmn.migrate(old, new, state, now=MONDAY)
    assert moved.obstacles == ()
    assert moved.snapshot is not None
    assert [task.element_id for task in moved.snapshot.tasks] == ["q:a"]
    assert [one.element_id for one in moved.snapshot.timers] == ["b"]
    assert bpmn.compare(old, new).added == frozenset()
