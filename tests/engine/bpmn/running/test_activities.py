"""Activities: called processes, global tasks, loops, several instances, quantities, data going in and out."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import (
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

CALLED = '<process id="called">{2}<startEvent id="cs"/>{0}<endEvent id="ce"/>{1}</process>'


def test_a_call_activity_runs_the_other_process_with_a_copy_of_the_variables() -> None:
    called = CALLED.format(
        script("double", "n = n * 2") + user("inside"), flows("cs > double > inside > ce").replace("flow_", "c_"), ""
    )
    body = S + '<callActivity id="call" calledElement="called"/>' + user("after") + flows("s > call > after")
    player = Player(document(body, called), {"n": 4})
    assert player.ready == ["inside"]
    assert player.snapshot.tasks[0].variables == {"n": 8}
    assert player.variables == {"n": 4}
    player.do("inside", result="fine")
    assert player.ready == ["after"]
    assert player.variables == {"n": 8, "result": "fine"}


def test_a_call_and_a_sub_process_are_reached_when_they_begin_and_passed_when_they_end() -> None:
    called = CALLED.format(user("inside"), flows("cs > inside > ce").replace("flow_", "c_"), "")
    within = '<subProcess id="sub">' + user("within") + "</subProcess>"
    body = S + '<callActivity id="call" calledElement="called"/>' + within + E + flows("s > call > sub > e")
    player = Player(document(body, called))
    assert [one.element_id for one in player.snapshot.reached] == ["s", "call", "cs"]
    assert [one.element_id for one in player.snapshot.passed] == ["s", "cs"]
    player.do("inside")
    assert [one.element_id for one in player.snapshot.reached] == ["inside", "ce", "sub"]
    assert [one.element_id for one in player.snapshot.passed] == ["inside", "ce", "call"]


def test_a_called_process_gives_back_only_the_outputs_it_declares() -> None:
    called = CALLED.format(
        script("t", "total = n + 1\nsecret = 9"),
        flows("cs > t > ce").replace("flow_", "c_"),
        '<ioSpecification><dataInput id="n"/><dataOutput id="total"/>'
        "<inputSet><dataInputRefs>n</dataInputRefs></inputSet>"
        "<outputSet><dataOutputRefs>total</dataOutputRefs></outputSet></ioSpecification>",
    )
    body = S + '<callActivity id="call" calledElement="called"/>' + E + flows("s > call > e")
    assert Player(document(body, called), {"n": 4, "m": 1}).variables == {"n": 4, "m": 1, "total": 5}


def test_a_called_process_without_end_event_comes_back_when_it_is_done() -> None:
    called = '<process id="called">' + user("inside") + "</process>"
    body = S + '<callActivity id="call" calledElement="called"/>' + user("after") + flows("s > call > after")
    assert Player(document(body, called)).do("inside").ready == ["after"]


def test_a_global_task_can_be_called() -> None:
    root = (
        '<globalUserTask id="ask" name="Ask"/><globalScriptTask id="compute"><script>n = 5</script></globalScriptTask>'
    )
    body = S + '<callActivity id="one" calledElement="compute"/><callActivity id="two" calledElement="ask"/>' + E
    player = Player(document(body + flows("s > one > two > e"), root))
    assert player.ready == ["ask"]
    assert player.do("ask").variables == {"n": 5}
    assert player.status == "completed"


def test_a_process_that_calls_itself_without_end_stops_with_a_sentence() -> None:
    body = S + '<callActivity id="call" calledElement="p"/>' + E + flows("s > call > e")
    with pytest.raises(bpmn.StepFailed, match="nested deeper"):
        Player(document(body), process_id="p")


def test_a_called_process_can_be_interrupted_and_called_again() -> None:
    called = CALLED.format(user("inside"), flows("cs > inside > ce").replace("flow_", "c_"), "")
    body = S + '<callActivity id="call" calledElement="called"/>' + boundary("late", "call", timer("Duration", "P1D"))
    body += user("ask") + '<exclusiveGateway id="m"/>' + E + flows("s > m > call > e", "late > ask > m")
    player = Player(document(body, called))
    for _ in range(3):
        assert player.wait(days=2).ready == ["ask"]
        assert player.do("ask").ready == ["inside"]
    assert player.do("inside").status == "completed"
    assert len(player.snapshot.state) < 300


def test_calling_a_process_that_is_not_there_is_refused() -> None:
    assert "call-unknown" in rules_broken(document(S + '<callActivity id="c" calledElement="x"/>' + flows("s > c")))
    assert "call-missing" in rules_broken(document(S + '<callActivity id="c"/>' + flows("s > c")))


def loop(task: str, attributes: str, inner: str) -> str:
    """A task with standard loop characteristics; ``task`` is its opening tag, a bar, and the rest."""
    opening, _, rest = task.partition("|")
    return f"{opening}<standardLoopCharacteristics {attributes}>{inner}</standardLoopCharacteristics>{rest}"


COUNT = '<scriptTask id="t">|<script>n = n + 1</script></scriptTask>'
ASK = '<userTask id="a">|</userTask>'


@pytest.mark.parametrize(
    ("attributes", "condition", "expected"),
    [
        ('testBefore="false"', "n &lt; 3", 3),
        ('testBefore="true"', "n &lt; 3", 3),
        ('testBefore="false"', "False", 1),
        ('testBefore="true"', "False", 0),
        ('testBefore="false" loopMaximum="2"', "n &lt; 9", 2),
        ('testBefore="true" loopMaximum="2"', "n &lt; 9", 2),
        ('testBefore="true" loopMaximum="0"', "n &lt; 9", 0),
        ('loopMaximum="4"', "", 4),
        ("", "loopCounter &lt; 5", 5),
    ],
)
def test_a_standard_loop_repeats_as_it_says(attributes: str, condition: str, expected: int) -> None:
    written = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    body = S + loop(COUNT, attributes, written) + E + flows("s > t > e")
    player = Player(document(body), {"n": 0})
    assert player.variables["n"] == expected
    assert player.status == "completed"


def test_a_loop_of_a_user_task_asks_again_and_keeps_one_deadline() -> None:
    task = loop(ASK, "", "<loopCondition>again</loopCondition>")
    body = S + task + boundary("late", "a", timer("Duration", "P1D")) + user("b", "c") + flows("s > a > b", "late > c")
    player = Player(document(body))
    player.do("a", again=True).wait(hours=20).do("a", again=True)
    assert player.ready == ["a"]
    assert [one.element_id for one in player.snapshot.timers] == ["late"]
    assert Player(player.definition).do("a", again=False).ready == ["b"]
    assert player.wait(hours=5).ready == ["c"]


def several(attributes: str, inner: str, task: str = ASK) -> str:
    """A task with several instances; ``task`` is written as for ``loop``."""
    opening, _, rest = task.partition("|")
    return f"{opening}<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>{rest}"


OVER_LIST = (
    "<loopDataInputRef>names</loopDataInputRef><loopDataOutputRef>answers</loopDataOutputRef>"
    '<inputDataItem id="name"/><outputDataItem id="answer"/>'
)


def test_several_instances_run_side_by_side_each_with_its_item() -> None:
    body = S + several("", OVER_LIST) + user("b") + flows("s > a > b")
    player = Player(document(body), {"names": ["x", "y", "z"]})
    seen = [(task.variables["name"], task.variables["loopCounter"]) for task in player.snapshot.tasks]
    assert seen == [("x", 1), ("y", 2), ("z", 3)]
    for task in reversed(player.snapshot.tasks):
        player.complete(task.id, answer=str(task.variables["name"]).upper())
    assert player.ready == ["b"]
    assert player.variables == {"names": ["x", "y", "z"], "answers": ["X", "Y", "Z"]}


def test_several_instances_run_one_after_the_other() -> None:
    body = S + several('isSequential="true"', OVER_LIST) + user("b") + flows("s > a > b")
    player = Player(document(body), {"names": ["x", "y"]})
    assert [task.variables["name"] for task in player.snapshot.tasks] == ["x"]
    player.do("a", answer=1)
    assert [task.variables["name"] for task in player.snapshot.tasks] == ["y"]
    assert player.do("a", answer=2).variables["answers"] == [1, 2]


@pytest.mark.parametrize("attributes", ["", 'isSequential="true"'])
def test_no_instance_at_all_is_done_at_once(attributes: str) -> None:
    body = S + several(attributes, OVER_LIST) + user("b") + flows("s > a > b")
    player = Player(document(body), {"names": []})
    assert player.ready == ["b"]
    assert player.variables["answers"] == []


def test_a_number_of_instances_that_is_none_stops_the_step() -> None:
    body = S + several("", "<loopCardinality>n</loopCardinality>") + flows("s > a")
    for wrong in (-1, "three", 1.5, True, 10**9):
        with pytest.raises(bpmn.StepFailed):
            Player(document(body), {"n": wrong})


def test_a_completion_condition_ends_the_other_instances() -> None:
    inner = (
        "<loopCardinality>5</loopCardinality><completionCondition>numberOfCompletedInstances == 2</completionCondition>"
    )
    player = Player(document(S + several("", inner) + user("b") + flows("s > a > b"))).do("a")
    assert len(player.snapshot.tasks) == 4
    assert player.do("a").ready == ["b"]


def test_an_event_may_be_thrown_for_the_first_instance_that_is_done() -> None:
    root = '<signal id="sig" name="first"/><signalEventDefinition id="def" signalRef="sig"/>'
    inner = "<loopCardinality>3</loopCardinality>"
    body = S + several('behavior="One" oneBehaviorEventRef="def"', inner) + user("b", "c")
    body += boundary("first_done", "a", '<signalEventDefinition signalRef="sig"/>', interrupting=False)
    player = Player(document(body + flows("s > a > b", "first_done > c"), root)).do("a")
    assert player.ready == ["a", "a", "c"]
    assert player.do("a").ready == ["a", "c"]
    assert player.do("a").ready == ["b", "c"]


def test_an_interrupting_event_of_several_instances_ends_them_all() -> None:
    body = S + several("", "<loopCardinality>3</loopCardinality>") + boundary("stop", "a", message("m")) + user("b")
    player = Player(document(body + flows("s > a", "stop > b"), '<message id="m" name="stop"/>')).do("a")
    assert player.send("stop").ready == ["b"]


def test_a_sub_process_in_several_instances_keeps_them_apart() -> None:
    inner = '<startEvent id="si"/>' + user("i") + script("mark", "answer = name + text(loopCounter)")
    inner += flows("si > i > mark").replace("flow_", "inner_")
    body = S + several("", OVER_LIST, f'<subProcess id="a">|{inner}</subProcess>') + E + flows("s > a > e")
    player = Player(document(body), {"names": ["x", "y"]})
    assert player.ready == ["i", "i"]
    assert player.do("i").do("i").variables["answers"] == ["x1", "y2"]


def test_ten_thousand_instances_run() -> None:
    body = S + several("", "<loopCardinality>10000</loopCardinality>", COUNT)
    assert Player(document(body + E + flows("s > t > e")), {"n": 0}).variables["n"] == 10_000


def test_a_start_quantity_waits_for_so_many_tokens() -> None:
    body = S + '<parallelGateway id="f"/>' + user("x", "y") + '<userTask id="a" startQuantity="2"/>' + E
    player = Player(document(body + flows("s > f", "f > x > a", "f > y > a", "a > e"))).do("x")
    assert player.ready == ["y"]
    assert player.do("y").ready == ["a"]
    assert player.do("a").passed.count("e") == 1


def test_a_completion_quantity_puts_so_many_tokens_on_the_flow() -> None:
    body = S + '<userTask id="a" completionQuantity="3"/>' + user("b") + flows("s > a > b")
    assert Player(document(body)).do("a").ready == ["b", "b", "b"]


def test_data_associations_carry_values_in_and_out() -> None:
    task = (
        '<userTask id="a"><ioSpecification><dataInput id="asked"/><dataOutput id="said"/>'
        "<inputSet><dataInputRefs>asked</dataInputRefs></inputSet>"
        "<outputSet><dataOutputRefs>said</dataOutputRefs></outputSet>"
        "</ioSpecification><dataInputAssociation><sourceRef>question_ref</sourceRef><targetRef>asked</targetRef>"
        "</dataInputAssociation><dataOutputAssociation><sourceRef>said</sourceRef><targetRef>reply</targetRef>"
        "</dataOutputAssociation></userTask>"
    )
    objects = '<dataObject id="question"/><dataObject id="reply"/>'
    objects += '<dataObjectReference id="question_ref" dataObjectRef="question"/>'
    player = Player(document(S + objects + task + E + flows("s > a > e")), {"question": "why"})
    assert player.snapshot.tasks[0].variables["asked"] == "why"
    player.do("a", said="because")
    assert player.variables == {"question": "why", "reply": "because"}


def test_a_data_object_of_a_sub_process_belongs_to_it_alone() -> None:
    inner = (
        '<dataObject id="note"/><startEvent id="si"/>' + script("w", "note = 'inside'\nseen = note") + flows("si > w")
    )
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + E + flows("s > sub > e").replace("flow_", "o_")
    assert Player(document(body)).variables == {"seen": "inside"}


def test_lanes_and_properties_are_told_with_every_task() -> None:
    lanes = '<laneSet id="ls"><lane id="l1" name="head"><flowNodeRef>sub</flowNodeRef></lane></laneSet>'
    task = (
        '<userTask id="a" name="Decide"><extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="form" value="decide"/></spiffworkflow:properties></extensionElements></userTask>'
    )
    body = lanes + S + f'<subProcess id="sub">{task}</subProcess>' + flows("s > sub")
    (ready,) = Player(document(body)).snapshot.tasks
    assert (ready.name, ready.lane, dict(ready.properties), ready.kind) == (
        "Decide",
        "head",
        {"form": "decide"},
        "user",
    )


def test_a_plain_task_and_a_manual_task_wait_for_somebody() -> None:
    player = Player(document(S + '<task id="a"/><manualTask id="b"/>' + E + flows("s > a > b > e")))
    assert [task.kind for task in player.snapshot.tasks] == ["manual"]
    assert player.do("a").do("b").status == "completed"


def test_a_receive_task_may_begin_the_process() -> None:
    body = '<receiveTask id="r" instantiate="true" messageRef="m"/>' + user("a") + flows("r > a")
    player = Player(document(body, '<message id="m" name="new"/>'), {"n": 1}, start_event="r")
    assert player.passed == ["r"]
    assert player.ready == ["a"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (S + loop(ASK, "", "") + flows("s > a"), "loop-endless"),
        (S + several("", "") + flows("s > a"), "loop-number"),
        (S + several("", "<loopCardinality>-</loopCardinality>") + flows("s > a"), "expression-invalid"),
        (S + several('behavior="Some"', "<loopCardinality>1</loopCardinality>") + flows("s > a"), "loop-behavior"),
        (S + several('behavior="One"', "<loopCardinality>1</loopCardinality>") + flows("s > a"), "reference-missing"),
        (S + '<userTask id="a" startQuantity="0"/>' + flows("s > a"), "number-attribute"),
        (S + '<userTask id="a" startQuantity="x"/>' + flows("s > a"), "number-attribute"),
        (S + '<scriptTask id="a"/>' + flows("s > a"), "script-missing"),
        (
            S + '<scriptTask id="a" scriptFormat="javascript"><script>1</script></scriptTask>' + flows("s > a"),
            "script-language",
        ),
        (S + '<scriptTask id="a"><script>import os</script></scriptTask>' + flows("s > a"), "script-invalid"),
        (S + '<adHocSubProcess id="a"/>' + flows("s > a"), "empty"),
        (S + '<callActivity id="a" calledElement="q"/>' + flows("s > a") + '</process><process id="q">', "empty"),
        (S + '<globalTask id="a"/>' + flows("s > a"), "element-unknown"),
    ],
)
def test_activities_that_cannot_work_are_refused_with_their_rule(body: str, rule: str) -> None:
    assert rule in rules_broken(document(body))


@pytest.mark.parametrize("tag", ["subProcess", "transaction"])
@pytest.mark.parametrize("more", ["", '<standardLoopCharacteristics loopMaximum="3"/>'])
def test_a_sub_process_without_content_is_passed_at_once_with_a_warning(tag: str, more: str) -> None:
    """It is done when no token is left in it (2.0.2, 13.3.4); nobody need have meant that."""
    source = document(S + f'<{tag} id="a">{more}</{tag}>' + user("b") + E + flows("s > a > b > e"))
    assert [(one.rule, one.severity) for one in bpmn.check({"f": source})] == [("empty-passed", "warning")]
    player = Player(source)
    assert (player.ready, set(player.passed)) == (["b"], {"s", "a"})
    assert player.do("b").status == "completed"


def test_several_instances_of_a_sub_process_without_content_end_at_once() -> None:
    several_times = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    player = Player(document(S + f'<subProcess id="a">{several_times}</subProcess>' + E + flows("s > a > e")))
    assert (player.status, player.passed.count("a")) == ("completed", 3)


def test_a_sub_process_without_content_in_a_circle_is_stopped_with_a_reason() -> None:
    body = S + '<exclusiveGateway id="g"/><subProcess id="a"/><exclusiveGateway id="x" default="d"/>' + E
    body += flows("s > g > a > x", "x > e: n == 1") + '<sequenceFlow id="d" sourceRef="x" targetRef="g"/>'
    with pytest.raises(bpmn.StepFailed, match="circle"):
        Player(document(body), {"n": 2})
