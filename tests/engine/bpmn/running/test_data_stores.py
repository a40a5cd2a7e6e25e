"""Data stores: what a process keeps beyond its own end."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, message, rules_broken, user

STORE = '<dataStore id="register" name="Register of kilns"/>'
DRAWN = '<dataStoreReference id="drawn" dataStoreRef="register"/>'


def reads(source: str = "drawn", target: str = "found", inner: str = "") -> str:
    """A data input association."""
    return (
        f"<dataInputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>{inner}"
        "</dataInputAssociation>"
    )


def writes(source: str = "result", target: str = "drawn", inner: str = "") -> str:
    """A data output association."""
    from_ = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<dataOutputAssociation>{from_}<targetRef>{target}</targetRef>{inner}</dataOutputAssociation>"


def task(task_id: str, inner: str) -> str:
    """A script task that takes ``found`` over into the variable ``seen``, or gives ``number`` out as ``result``."""
    source = "seen = found" if "dataInput" in inner else "result = number"
    written = f"<script>{source}</script>"
    return f'<scriptTask id="{task_id}" scriptFormat="text/x-python">{declared(inner)}{inner}{written}</scriptTask>'


def declared(inner: str) -> str:
    """What a task takes and gives."""
    takes, gives = "dataInput" in inner, ">result<" in inner
    return (
        "<ioSpecification>"
        + ('<dataInput id="found"/>' if takes else "")
        + ('<dataOutput id="result"/>' if gives else "")
        + ("<inputSet><dataInputRefs>found</dataInputRefs></inputSet>" if takes else "<inputSet/>")
        + ("<outputSet><dataOutputRefs>result</dataOutputRefs></outputSet>" if gives else "<outputSet/>")
        + "</ioSpecification>"
    )


class Shelf:
    """What the caller keeps for all instances."""

    def __init__(self, **kept: Any) -> None:
        self.kept = {"Register of kilns": None} | kept

    def player(self, body: str, **variables: Any) -> Player:
        player = Player(document(DRAWN + body, STORE), variables, functions={"data_store": self.kept.__getitem__})
        self.kept.update({one.name: one.payload["value"] for one in player.effects if one.kind == "store"})
        return player


def test_what_one_instance_writes_another_reads_after_it_has_ended() -> None:
    shelf = Shelf()
    assert shelf.player(S + task("t", writes()) + E + flows("s > t > e"), number=7).status == "completed"
    reader = S + task("r", reads()) + E + flows("s > r > e")
    assert shelf.player(reader).variables["seen"] == 7


def test_a_store_that_nobody_has_written_holds_nothing() -> None:
    assert Shelf().player(S + task("r", reads()) + E + flows("s > r > e")).variables["seen"] is None


def test_a_value_is_read_in_the_very_step_that_wrote_it() -> None:
    shelf = Shelf()
    body = S + task("t", writes()) + task("r", reads()) + E + flows("s > t > r > e")
    player = shelf.player(body, number=7)
    assert player.variables["seen"] == 7
    assert [(one.kind, one.element_id, one.name, one.payload) for one in player.effects] == [
        ("store", "t", "Register of kilns", {"value": 7})
    ]
    assert '"stores"' not in player.snapshot.state.decode(), "what the caller keeps is not kept twice"


def test_without_a_caller_that_keeps_it_the_instance_remembers_what_it_wrote() -> None:
    body = task("t", writes()) + user("u") + task("r", reads()) + E
    inside = f'<subProcess id="sub">{body.replace(E, "")}{flows("t > u > r")}</subProcess>'
    player = Player(
        document(DRAWN + S + inside + E + flows("s > sub > e").replace("flow_", "o_"), STORE), {"number": 7}
    )
    assert player.do("u", number=8).variables["seen"] == 7


def test_a_store_in_a_loop_is_read_and_written_in_every_round() -> None:
    total = (
        '<scriptTask id="t">'
        + declared(reads())
        + reads(inner="<transformation>0 if register == null else register</transformation>")
        + writes("", inner="<transformation>found + number</transformation>")
        + "<script>round = round + 1</script></scriptTask>"
    )
    joints = '<exclusiveGateway id="m"/><exclusiveGateway id="x" default="flow_1_0_x"/>'
    body = S + joints + total + user("u") + E + flows("s > m > t > x", "x > e", "x > u: round < 3", "u > m")
    player = Player(document(DRAWN + body, STORE), {"number": 5, "round": 0})
    player.do("u", number=7).do("u", number=9)
    assert player.status == "completed"
    assert [one.payload["value"] for one in player.effects] == [5, 12, 21]


def test_events_read_what_they_send_and_keep_what_they_catch() -> None:
    caught = f'<intermediateCatchEvent id="c"><dataOutput id="n"/>{writes("n")}{{0}}</intermediateCatchEvent>'
    thrown = f'<intermediateThrowEvent id="t"><dataInput id="found"/>{reads()}{{0}}</intermediateThrowEvent>'
    body = S + caught.format(message("m1")) + thrown.format(message("m2")) + E + flows("s > c > t > e")
    messages = '<message id="m1" name="m1"/><message id="m2" name="m2"/>'
    player = Player(document(DRAWN + body, STORE + messages)).send("m1", n=[1, {"a": 2}])
    assert player.effects[-1].payload == {"found": [1, {"a": 2}]}
    assert player.status == "completed"


def test_an_assignment_reads_and_writes_stores_too() -> None:
    to = "<assignment><from>{0}</from><to>{1}</to></assignment>"
    body = S + task("t", writes("", inner=to.format("number * 2", "drawn")))
    body += task("r", reads(inner=to.format("register + 1", "found"))) + E + flows("s > t > r > e")
    assert Player(document(DRAWN + body, STORE), {"number": 7}).variables["seen"] == 15


def test_a_store_drawn_without_a_declaration_is_kept_under_its_name() -> None:
    drawn = '<dataStoreReference id="drawn" name="Lists"/>'
    player = Player(document(drawn + S + task("t", writes()) + E + flows("s > t > e")), {"number": 7})
    assert player.effects[0].name == "Lists"


def test_a_store_that_cannot_be_read_stops_the_step_at_the_activity() -> None:
    body = document(DRAWN + S + task("r", reads()) + E + flows("s > r > e"), STORE)
    with pytest.raises(bpmn.StepFailed, match="cannot be read") as failure:
        Player(body, functions={"data_store": {}.__getitem__})
    assert failure.value.element_id == "r"


def test_no_expression_reads_a_store_behind_the_back_of_the_drawing() -> None:
    body = S + '<scriptTask id="t"><script>n = data_store("Register of kilns")</script></scriptTask>' + E
    assert rules_broken(document(body + flows("s > t > e"))) == {"script-invalid"}


def test_a_list_of_instances_is_not_a_store_itself() -> None:
    several = (
        '<userTask id="u"><multiInstanceLoopCharacteristics><loopDataInputRef>drawn</loopDataInputRef>'
        '<inputDataItem id="one"/></multiInstanceLoopCharacteristics></userTask>'
    )
    assert "data-store-list" in rules_broken(document(DRAWN + S + several + E + flows("s > u > e"), STORE))


def test_a_capacity_is_reported_as_not_counted() -> None:
    body = document(DRAWN + S + task("t", writes()) + E + flows("s > t > e"), STORE.replace("/>", ' capacity="3"/>'))
    assert [problem.rule for problem in bpmn.check({"f.bpmn": body})] == ["data-store-capacity"]


def test_several_instances_run_over_a_list_from_a_store_and_leave_their_results_in_it() -> None:
    several = (
        '<userTask id="u"><ioSpecification><dataInput id="list"/><dataOutput id="results"/>'
        "<inputSet><dataInputRefs>list</dataInputRefs></inputSet>"
        "<outputSet><dataOutputRefs>results</dataOutputRefs></outputSet></ioSpecification>"
        + reads(target="list")
        + writes("results")
        + "<multiInstanceLoopCharacteristics><loopDataInputRef>list</loopDataInputRef>"
        "<loopDataOutputRef>results</loopDataOutputRef>"
        '<inputDataItem id="one"/><outputDataItem id="result"/></multiInstanceLoopCharacteristics></userTask>'
    )
    shelf = Shelf(**{"Register of kilns": [4, 5]})
    player = shelf.player(S + several + E + flows("s > u > e"))
    assert [task.variables["one"] for task in player.snapshot.tasks] == [4, 5]
    player.do("u", result="first").do("u", result="second")
    assert player.status == "completed"
    assert player.effects[-1].payload == {"value": ["first", "second"]}


def test_a_called_process_reads_the_same_stores() -> None:
    there = DRAWN.replace('"drawn"', '"there"')
    called = f'<process id="called">{there}<startEvent id="cs"/>{task("r", reads("there"))}<endEvent id="ce"/>'
    called += flows("cs > r > ce").replace("flow_", "c_") + "</process>"
    body = S + task("t", writes()) + '<callActivity id="call" calledElement="called"/>' + E + flows("s > t > call > e")
    player = Player(document(DRAWN + body, STORE + called), {"number": 7}, process_id="p")
    assert player.variables["seen"] == 7
