"""Catching and throwing: messages, signals, timers, conditions, errors, escalations, multiple events, terminate."""

from __future__ import annotations

from datetime import timedelta

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
    rules_broken,
    script,
    signal,
    timer,
    user,
)

ROOT = (
    '<message id="m" name="answer"/><signal id="sig" name="holiday"/>'
    '<error id="err" errorCode="E1"/><error id="other" errorCode="E2"/><escalation id="esc" escalationCode="C1"/>'
)


def catch(event_id: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{event_id}">{definition}</intermediateCatchEvent>'


def throw(event_id: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{event_id}">{definition}</intermediateThrowEvent>'


def end(event_id: str, definition: str) -> str:
    return f'<endEvent id="{event_id}">{definition}</endEvent>'


def sub(sub_id: str, body: str) -> str:
    return f'<subProcess id="{sub_id}">{body}</subProcess>'


ERROR = '<errorEventDefinition errorRef="err"/>'
ANY_ERROR = "<errorEventDefinition/>"
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
TERMINATE = "<terminateEventDefinition/>"


def conditional(condition: str) -> str:
    return f"<conditionalEventDefinition><condition><![CDATA[{condition}]]></condition></conditionalEventDefinition>"


def test_a_message_event_waits_and_keeps_what_came() -> None:
    player = Player(document(S + catch("c", message("m")) + user("a") + flows("s > c > a"), ROOT))
    assert [(one.kind, one.name) for one in player.snapshot.subscriptions] == [("message", "answer")]
    with pytest.raises(bpmn.NobodyWaits):
        player.send("question")
    player.send("answer", ok=True)
    assert player.ready == ["a"]
    assert player.variables == {"ok": True}


def test_a_message_goes_to_the_one_whose_correlation_it_carries() -> None:
    properties = (
        '<extensionElements><spiffworkflow:properties><spiffworkflow:property name="correlation" value="{}"/>'
        "</spiffworkflow:properties></extensionElements>"
    )
    body = S + catch("one", properties.format("'r-' + text(n)") + message("m"))
    body += catch("two", properties.format("'r-2'") + message("m")) + E + flows("s > one > e", "s > two > e")
    player = Player(document(body, ROOT), {"n": 1})
    assert [one.correlation for one in player.snapshot.subscriptions] == ["r-1", "r-2"]
    with pytest.raises(bpmn.NobodyWaits):
        player.send("answer", correlation="r-3")
    assert player.send("answer", correlation="r-2").passed == ["s", "two", "e"]


def test_a_message_is_given_to_one_element_only() -> None:
    body = S + catch("a", message("m")) + catch("b", message("m")) + E + flows("s > a > e", "s > b > e")
    player = Player(document(body, ROOT))
    assert player.send("answer").passed == ["s", "a", "e"]
    assert player.send("answer").status == "completed"


def test_thrown_messages_and_signals_are_effects() -> None:
    body = (
        S + throw("t", message("m")) + throw("g", signal("sig")) + end("last", message("m")) + flows("s > t > g > last")
    )
    player = Player(document(body, ROOT))
    assert [(one.kind, one.element_id, one.name) for one in player.effects] == [
        ("message", "t", "answer"),
        ("signal", "g", "holiday"),
        ("message", "last", "answer"),
    ]
    assert player.status == "completed"


def test_a_signal_reaches_everything_that_listens_inside_and_is_told_outside() -> None:
    body = S + catch("c", signal("sig")) + user("a") + boundary("b", "a", signal("sig")) + end("thrown", signal("sig"))
    body += user("go") + '<endEvent id="eb"/>' + E + flows("s > c > e", "s > a > e", "s > go > thrown", "b > eb")
    player = Player(document(body, ROOT)).do("go")
    assert player.passed == ["s", "go", "thrown", "c", "e", "b", "eb"]
    assert [one.name for one in player.effects] == ["holiday"]


def test_a_signal_that_nobody_hears_changes_nothing() -> None:
    player = Player(document(S + user("a") + flows("s > a")))
    before = player.snapshot.state
    assert player.signal("holiday").snapshot.state == before


@pytest.mark.parametrize("written", ["PT90M", "'PT90M'", "'PT' + text(90) + 'M'", '"PT1H30M"'])
def test_a_duration_may_be_written_plainly_or_by_an_expression(written: str) -> None:
    player = Player(document(S + catch("c", timer("Duration", written)) + E + flows("s > c > e")))
    assert player.snapshot.timers[0].due_at == MONDAY + timedelta(minutes=90)
    assert player.wait(minutes=89).status == "running"
    assert player.wait(minutes=1).status == "completed"


def test_a_due_date_may_come_from_the_office() -> None:
    body = S + catch("c", timer("Date", "working_days(3)")) + E + flows("s > c > e")
    player = Player(document(body), functions={"working_days": lambda days: f"2026-03-0{2 + days}T17:00:00+07:00"})
    assert player.snapshot.timers[0].due_at.isoformat() == "2026-03-05T10:00:00+00:00"


def test_a_date_that_has_passed_is_due_at_once() -> None:
    assert Player(document(S + catch("c", timer("Date", "2020-01-01")) + E + flows("s > c > e"))).status == "completed"


def test_a_timer_text_that_is_none_stops_the_step() -> None:
    body = S + catch("c", timer("Duration", "term")) + E + flows("s > c > e")
    with pytest.raises(bpmn.StepFailed, match="not a duration"):
        Player(document(body), {"term": "three days"})


def test_a_cycle_comes_as_often_as_it_says_and_each_time_once() -> None:
    body = S + '<scriptTask id="z"><script>n = 0</script></scriptTask>' + user("a")
    body += boundary("b", "a", timer("Cycle", "R3/PT1H"), interrupting=False) + script("count", "n = n + 1") + E
    body += flows("s > z > a > e", "b > count")
    player = Player(document(body))
    for count in (1, 2):
        assert player.wait(hours=1).variables["n"] == count
    assert player.wait(days=1).variables["n"] == 3
    assert player.snapshot.timers == ()
    late = Player(document(body)).wait(days=1)
    assert late.variables["n"] == 3
    moments = [one.at for one in late.snapshot.passed if one.element_id == "b"]
    assert moments == [MONDAY + timedelta(hours=hours) for hours in (1, 2, 3)]


def test_a_cycle_without_a_number_goes_on_until_the_work_is_done() -> None:
    body = S + user("a") + boundary("b", "a", timer("Cycle", "R/P1D"), interrupting=False) + E + '<endEvent id="r"/>'
    player = Player(document(body + flows("s > a > e", "b > r"))).wait(days=30)
    assert player.passed.count("b") == 30
    assert player.do("a").snapshot.timers == ()


def test_timers_that_begin_late_count_from_when_they_should_have_begun() -> None:
    body = (
        S + catch("c", timer("Duration", "PT1H")) + catch("d", timer("Duration", "PT1H")) + E + flows("s > c > d > e")
    )
    late = Player(document(body)).wait(hours=5)
    assert late.status == "completed"
    assert [one.at for one in late.snapshot.passed] == [MONDAY + timedelta(hours=hours) for hours in (1, 2, 2)]


def test_a_condition_is_waited_for_until_a_variable_makes_it_true() -> None:
    body = S + user("a", "b") + catch("c", conditional("n > 3")) + E + flows("s > a > e", "s > b > e", "s > c > e")
    player = Player(document(body)).do("a", n=3)
    assert "c" not in player.passed
    assert "c" in player.do("b", n=4).passed
    assert player.status == "completed"


def test_a_condition_on_a_boundary_happens_each_time_it_becomes_true() -> None:
    body = S + user("a", "x1", "x2", "x3", "x4") + boundary("b", "a", conditional("n > 3"), interrupting=False)
    body += '<endEvent id="r"/>' + E + flows("s > a > e", "s > x1 > x2 > x3 > x4", "b > r")
    player = Player(document(body), {"n": 0}).do("x1", n=4).do("x2", n=5)
    assert player.passed.count("b") == 1
    assert player.do("x3", n=1).do("x4", n=9).passed.count("b") == 2


def test_an_interrupting_event_ends_the_work_and_its_reminders() -> None:
    body = S + user("a") + boundary("t", "a", timer("Duration", "P1D")) + user("late")
    body += boundary("r", "a", timer("Cycle", "R/PT1H"), interrupting=False) + '<endEvent id="re"/>' + E
    player = Player(document(body + flows("s > a > e", "t > late > e", "r > re"))).wait(days=3)
    assert player.ready == ["late"]
    assert player.passed.count("r") == 23, "the work ended when the day was over, and so did the hourly reminder"
    assert player.snapshot.timers == ()


def test_nothing_behind_an_interrupted_script_runs() -> None:
    inner = '<startEvent id="si"/>' + throw("esc1", ESCALATION) + script("after", "n = 1") + flows("si > esc1 > after")
    body = (
        S
        + sub("w", inner)
        + boundary("b", "w", ESCALATION)
        + user("handler")
        + E
        + flows("s > w > e", "b > handler > e")
    )
    player = Player(document(body, ROOT))
    assert player.ready == ["handler"]
    assert "after" not in player.passed
    assert "n" not in player.variables


def test_an_escalation_that_does_not_interrupt_lets_both_go_on() -> None:
    inner = '<startEvent id="si"/>' + throw("esc1", ESCALATION) + user("work") + flows("si > esc1 > work")
    body = S + sub("w", inner) + boundary("b", "w", ESCALATION, interrupting=False) + user("head") + E
    player = Player(document(body + flows("s > w > e", "b > head > e"), ROOT))
    assert player.ready == ["head", "work"]


def test_an_escalation_that_nobody_catches_does_no_harm() -> None:
    player = Player(document(S + throw("t", ESCALATION) + user("a") + flows("s > t > a"), ROOT))
    assert player.ready == ["a"]


@pytest.mark.parametrize(("caught", "ready"), [(ERROR, ["handler"]), (ANY_ERROR, ["handler"])])
def test_an_error_end_is_caught_by_the_boundary_around_it(caught: str, ready: list[str]) -> None:
    inner = (
        '<startEvent id="si"/>' + user("work", "beside") + end("bad", ERROR) + flows("si > work > bad", "si > beside")
    )
    body = (
        S + sub("w", inner) + boundary("b", "w", caught) + user("handler") + E + flows("s > w > e", "b > handler > e")
    )
    assert Player(document(body, ROOT)).do("work").ready == ready


def test_the_boundary_that_names_the_error_comes_before_the_one_that_takes_any() -> None:
    inner = '<startEvent id="si"/>' + end("bad", ERROR) + flows("si > bad")
    body = S + sub("w", inner) + boundary("any", "w", ANY_ERROR) + boundary("named", "w", ERROR)
    body += boundary("other_one", "w", '<errorEventDefinition errorRef="other"/>') + user("x", "y", "z")
    player = Player(document(body + flows("s > w", "any > x", "named > y", "other_one > z"), ROOT))
    assert player.ready == ["y"]


def test_an_error_goes_outward_until_somebody_catches_it() -> None:
    inner = '<startEvent id="si2"/>' + end("bad", ERROR) + flows("si2 > bad")
    middle = (
        '<startEvent id="si"/>'
        + sub("in", inner)
        + '<endEvent id="ei"/>'
        + flows("si > in > ei").replace("flow_", "g_")
    )
    middle += boundary("wrong", "in", '<errorEventDefinition errorRef="other"/>') + flows("wrong > ei")
    body = S + sub("w", middle) + boundary("b", "w", ERROR) + user("handler") + E
    body += flows("s > w > e", "b > handler").replace("flow_", "h_")
    assert Player(document(body, ROOT)).ready == ["handler"]


def test_an_error_end_that_nothing_catches_fails_the_instance_with_its_code() -> None:
    body = S + user("a", "b") + end("bad", ERROR) + flows("s > a > bad", "s > b")
    player = Player(document(body, ROOT)).do("a")
    assert (player.status, player.snapshot.ended_with) == ("failed", "E1")
    assert player.ready == []


def test_a_script_may_raise_an_error_of_the_diagram() -> None:
    body = S + script("t", 'checked = True\nbpmn_error("E1") if n > 3 else None'.replace("bpmn", "x = bpmn"))
    body += boundary("b", "t", ERROR) + user("handler", "next") + flows("s > t > next", "b > handler")
    assert Player(document(body, ROOT), {"n": 4}).ready == ["handler"]
    assert Player(document(body, ROOT), {"n": 1}).ready == ["next"]


def test_an_error_of_a_script_that_nothing_catches_is_an_incident() -> None:
    with pytest.raises(bpmn.StepFailed, match="nothing catches"):
        Player(document(S + script("t", 'bpmn_error("E9")') + flows("s > t")))


SERVICE = (
    '<serviceTask id="call"><extensionElements><spiffworkflow:serviceTaskOperator id="certificates.issue" {}>'
    '<spiffworkflow:parameters><spiffworkflow:parameter id="years" type="int" value="n + 1"/>'
    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>"
)


def test_a_service_task_asks_once_and_waits_for_the_answer() -> None:
    player = Player(document(S + SERVICE.format("") + user("a") + flows("s > call > a")), {"n": 1})
    (effect,) = player.effects
    assert (effect.kind, effect.name, dict(effect.payload)) == ("service", "certificates.issue", {"years": 2})
    assert player.ready == []
    player.complete(str(effect.task_id), number="GH-1")
    assert player.ready == ["a"]
    assert player.variables["number"] == "GH-1"
    assert len(player.effects) == 1
    with pytest.raises(bpmn.TaskNotReady):
        player.complete(str(effect.task_id))


def test_the_answer_of_a_service_may_go_into_one_variable() -> None:
    body = S + SERVICE.format('resultVariable="licence"') + user("a")
    player = Player(document(body + flows("s > call > a: licence.number == 7")), {"n": 1})
    assert player.complete(str(player.effects[0].task_id), number=7).ready == ["a"]


def test_a_service_that_ends_in_an_error_reaches_its_boundary() -> None:
    body = (
        S
        + SERVICE.format("")
        + boundary("b", "call", ERROR)
        + user("a", "handler")
        + flows("s > call > a", "b > handler")
    )
    player = Player(document(body, ROOT), {"n": 1})
    with pytest.raises(bpmn.StepFailed, match="E7"):
        player.fail(str(player.effects[0].task_id), "E7")
    assert player.fail(str(player.effects[0].task_id), "E1", why="closed").ready == ["handler"]
    assert player.variables["why"] == "closed"


def test_terminate_ends_its_scope_only() -> None:
    inner = (
        '<startEvent id="si"/>'
        + user("work", "other")
        + end("stop", TERMINATE)
        + flows("si > work > stop", "si > other")
    )
    body = S + sub("w", inner) + user("after") + flows("s > w > after").replace("flow_", "g_")
    player = Player(document(body)).do("work")
    assert player.ready == ["after"]
    assert player.do("after").status == "completed"


def test_terminate_at_the_top_ends_everything() -> None:
    player = Player(document(S + user("a", "b") + end("stop", TERMINATE) + flows("s > a > stop", "s > b"))).do("a")
    assert (player.status, player.ready) == ("terminated", [])


def test_any_of_several_triggers_is_enough_for_a_multiple_event() -> None:
    both = message("m") + signal("sig")
    body = S + catch("c", both) + user("a") + flows("s > c > a")
    assert Player(document(body, ROOT)).send("answer").ready == ["a"]
    assert Player(document(body, ROOT)).signal("holiday").ready == ["a"]


def test_a_parallel_multiple_event_needs_each_of_its_triggers() -> None:
    body = S + catch("c", message("m") + signal("sig") + timer("Duration", "PT1H")) + user("a") + flows("s > c > a")
    body = body.replace('<intermediateCatchEvent id="c"', '<intermediateCatchEvent id="c" parallelMultiple="true"')
    player = Player(document(body, ROOT)).send("answer")
    with pytest.raises(bpmn.NobodyWaits):
        player.send("answer")
    assert player.ready == []
    assert player.wait(hours=2).ready == []
    assert player.signal("holiday").ready == ["a"]


def test_event_definitions_may_be_declared_once_and_referred_to() -> None:
    root = ROOT + '<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    body = S + catch("c", "<eventDefinitionRef>hour</eventDefinitionRef>") + user("a") + flows("s > c > a")
    assert Player(document(body, root)).wait(hours=1).ready == ["a"]


@pytest.mark.parametrize(("kind", "definition"), [("message", message("m")), ("signal", signal("sig"))])
def test_a_message_or_signal_start_begins_the_instance(kind: str, definition: str) -> None:
    body = f'<startEvent id="begin">{definition}</startEvent>' + S + user("a", "b") + flows("s > a", "begin > b")
    definition_read = bpmn.parse({"f": document(body, ROOT)})
    assert [(one.element_id, one.kind) for one in definition_read.starts] == [("begin", kind), ("s", "none")]
    assert Player(definition_read).ready == ["a"]
    assert Player(definition_read, {"n": 1}, start_event="begin").ready == ["b"]
    with pytest.raises(bpmn.StartNotPossible):
        Player(definition_read, start_event="a")


def test_a_receive_task_waits_for_its_message_and_may_be_late() -> None:
    body = S + '<receiveTask id="r" messageRef="m"/>' + boundary("t", "r", timer("Duration", "P1D")) + user("a", "late")
    body += flows("s > r > a", "t > late")
    assert Player(document(body, ROOT)).send("answer").ready == ["a"]
    assert Player(document(body, ROOT)).wait(days=1).ready == ["late"]


def test_a_send_task_sends_and_goes_on() -> None:
    player = Player(document(S + '<sendTask id="t" messageRef="m"/>' + user("a") + flows("s > t > a"), ROOT))
    assert [(one.kind, one.name) for one in player.effects] == [("message", "answer")]
    assert player.ready == ["a"]


def test_an_instance_can_be_cancelled_once_and_for_all() -> None:
    player = Player(
        document(S + user("a") + boundary("t", "a", timer("Duration", "P1D")) + E + flows("s > a > e", "t > e"))
    )
    cancelled = bpmn.cancel(player.definition, player.snapshot.state, now=player.now)
    assert (cancelled.status, cancelled.tasks, cancelled.timers) == ("terminated", (), ())
    again = bpmn.cancel(player.definition, cancelled.state, now=player.now)
    assert again.state == cancelled.state


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (S + catch("c", "<messageEventDefinition/>") + flows("s > c"), "message-missing"),
        (S + '<receiveTask id="r"/>' + flows("s > r"), "message-missing"),
        (S + catch("c", "<signalEventDefinition/>") + flows("s > c"), "signal-missing"),
        (S + catch("c", message("nothing")) + flows("s > c"), "reference-unknown"),
        (S + catch("c", '<messageEventDefinition messageRef="sig"/>') + flows("s > c"), "reference-type"),
        (S + end("x", "<errorEventDefinition/>") + flows("s > x"), "code-missing"),
        (S + catch("c", ERROR) + flows("s > c"), "catch-type"),
        (S + catch("c", "") + flows("s > c"), "catch-trigger"),
        (S + throw("c", timer("Duration", "PT1H")) + flows("s > c"), "throw-type"),
        (S + user("a") + boundary("b", "a", TERMINATE) + flows("s > a"), "boundary-type"),
        (S + user("a") + boundary("b", "a", "") + flows("s > a"), "boundary-trigger"),
        (S + user("a") + boundary("b", "zzz", message("m")) + flows("s > a"), "boundary-host"),
        (S + user("a") + boundary("b", "a", ERROR, interrupting=False) + flows("s > a"), "boundary-always-interrupts"),
        (S + catch("c", timer("Duration", "'soon'")) + flows("s > c"), "timer-text"),
        (S + catch("c", "<timerEventDefinition/>") + flows("s > c"), "timer-parts"),
        (S + catch("c", timer("Date", "a b")) + flows("s > c"), "expression-invalid"),
        (S + catch("c", "<conditionalEventDefinition/>") + flows("s > c"), "condition-missing"),
        (S + E + flows("s > e", "e > s"), "end-outgoing"),
        (S + E + flows("s > e", "e > s"), "start-incoming"),
        (f'<startEvent id="s">{ERROR}</startEvent>' + flows(), "start-type"),
        (S + '<serviceTask id="t"/>' + flows("s > t"), "operator-missing"),
    ],
)
def test_events_that_cannot_work_are_refused_with_their_rule(body: str, rule: str) -> None:
    assert rule in rules_broken(document(body, ROOT))


def test_a_service_that_is_interrupted_in_the_step_that_asked_for_it_is_not_called() -> None:
    inner = (
        '<startEvent id="si"/>'
        + SERVICE.format("")
        + end("bad", ERROR)
        + flows("si > call", "si > bad").replace("flow_", "i_")
    )
    body = S + sub("w", inner) + boundary("b", "w", ERROR) + user("handler") + E + flows("s > w > e", "b > handler > e")
    player = Player(document(body, ROOT), {"n": 1})
    assert player.ready == ["handler"]
    assert player.effects == []


ALL = '<startEvent id="s" parallelMultiple="true">{}{}{}</startEvent>'.format(
    message("m1"), message("m2"), timer("Date", "2026-03-04T08:00:00+07:00")
)
TWO_MESSAGES = '<message id="m1" name="first"/><message id="m2" name="second"/>'


@pytest.mark.parametrize(("began", "rest"), [("s", ["second"]), ("s#1", ["first"]), ("s#2", ["first", "second"])])
def test_a_start_event_that_needs_all_its_triggers_begins_with_one_and_waits_for_the_others(
    began: str, rest: list[str]
) -> None:
    player = Player(document(ALL + user("u") + flows("s > u"), TWO_MESSAGES), start_event=began)
    assert sorted(one.name for one in player.snapshot.subscriptions) == rest
    assert (player.ready, player.passed) == ([], [])
    for name in rest:
        player.send(name, **{name: 1})
    assert player.ready == ([] if began != "s#2" else ["u"])
    player.wait(days=3)
    assert player.ready == ["u"]
    assert player.passed == ["s"]
    assert player.variables == dict.fromkeys(rest, 1)


def test_a_trigger_that_has_come_is_not_heard_again_by_an_event_that_needs_all() -> None:
    player = Player(document(ALL + user("u") + flows("s > u"), TWO_MESSAGES), start_event="s")
    with pytest.raises(bpmn.NobodyWaits):
        player.send("first")
    with pytest.raises(bpmn.StartNotPossible):
        Player(player.definition, start_event="s#3")
    assert [(one.element_id, one.kind, one.number) for one in player.definition.starts] == [
        ("s", "message", 0),
        ("s", "message", 1),
        ("s", "timer", 2),
    ]


def test_an_event_sub_process_may_need_all_triggers_of_its_start_each_time_anew() -> None:
    start = '<startEvent id="es" parallelMultiple="true" isInterrupting="false">{}{}</startEvent>'.format(
        message("m1"), message("m2")
    )
    sub = f'<subProcess id="sub" triggeredByEvent="true">{start}{user("u")}{flows("es > u")}</subProcess>'
    player = Player(document(S + user("w") + flows("s > w").replace("flow_", "o_") + sub, TWO_MESSAGES))
    for ready in (1, 2):
        player.send("second")
        assert player.ready.count("u") == ready - 1
        player.send("first")
        assert player.ready.count("u") == ready


def test_a_message_leaves_although_what_is_thrown_beside_it_ends_the_scope() -> None:
    """All that an event throws occurs (2.0.2, 10.5.3): a message goes to others, whatever happens here."""
    escalation = '<escalationEventDefinition escalationRef="esc"/>'
    inner = '<startEvent id="i_s"/>' + user("c") + flows("i_s > x > c").replace("flow_", "i_")
    inner += f'<intermediateThrowEvent id="x">{escalation}{message("m")}</intermediateThrowEvent>'
    body = S + f'<subProcess id="i">{inner}</subProcess>' + boundary("b", "i", escalation) + user("h") + E
    root = '<escalation id="esc" escalationCode="C"/><message id="m" name="told"/>'
    player = Player(document(body + flows("s > i > e", "b > h > e"), root))
    assert ([effect.name for effect in player.effects], player.ready) == (["told"], ["h"])


OPERATION = (
    '<message id="m" name="answer"/><interface id="i" name="i"><operation id="op" name="op">'
    "<inMessageRef>m</inMessageRef></operation></interface>"
)
POOLS = (
    '<message id="m" name="answer"/><collaboration id="co"><participant id="us" processRef="p"/>'
    '<participant id="them"/><messageFlow id="f" sourceRef="{}" targetRef="{}" messageRef="m"/></collaboration>'
)
WAITING = {
    "a receive task with an operation": ('<receiveTask id="a" operationRef="op"/>', OPERATION),
    "a receive task with a message flow": ('<receiveTask id="a"/>', POOLS.format("them", "a")),
    "an event with an operation": (
        '<intermediateCatchEvent id="a"><messageEventDefinition><operationRef>op</operationRef>'
        "</messageEventDefinition></intermediateCatchEvent>",
        OPERATION,
    ),
    "an event with a message flow": (
        '<intermediateCatchEvent id="a"><messageEventDefinition/></intermediateCatchEvent>',
        POOLS.format("them", "a"),
    ),
}


@pytest.mark.parametrize("how", WAITING)
def test_a_message_may_be_said_by_the_operation_or_the_message_flow(how: str) -> None:
    """BPMN 2.0.2, 10.3.3 and 10.5.5: the operation through which it comes; 9.3: the flow on which it travels."""
    element, root = WAITING[how]
    player = Player(document(S + element + E + flows("s > a > e"), root))
    assert [one.name for one in player.snapshot.subscriptions] == ["answer"]
    assert player.send("answer").status == "completed"


@pytest.mark.parametrize(
    "element",
    [
        '<sendTask id="a"/>',
        '<intermediateThrowEvent id="a"><messageEventDefinition/></intermediateThrowEvent>',
    ],
)
def test_a_message_that_is_sent_may_be_said_by_its_flow(element: str) -> None:
    player = Player(document(S + element + E + flows("s > a > e"), POOLS.format("a", "them")))
    assert [effect.name for effect in player.effects] == ["answer"]


UNSAID = ["", '<message id="m" name="answer"/>', POOLS.format("them", "a").replace(' messageRef="m"', "")]


@pytest.mark.parametrize("root", UNSAID)
def test_a_message_that_nothing_says_is_still_refused(root: str) -> None:
    assert "message-missing" in rules_broken(document(S + '<receiveTask id="a"/>' + E + flows("s > a > e"), root))
