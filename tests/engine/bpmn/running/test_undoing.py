"""Compensation, transactions and ad-hoc sub-processes."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawings.drawing import (
    E,
    Player,
    S,
    boundary,
    document,
    flows,
    rules_broken,
    script,
    signal,
    user,
)

UNDO = "<compensateEventDefinition{}/>"


def undoable(name: str, task: str | None = None) -> str:
    """A task with a compensation handler that writes its name into a list."""
    body = (task or script(name, "n = 1")) + boundary(f"{name}_undo", name, UNDO.format(""))
    body += script(f"undo_{name}", f"log = append(log, '{name}')").replace(
        "<scriptTask", '<scriptTask isForCompensation="true"'
    )
    return body + f'<association id="as_{name}" sourceRef="{name}_undo" targetRef="undo_{name}"/>'


def throw(event_id: str, attributes: str = "") -> str:
    return f'<intermediateThrowEvent id="{event_id}">{UNDO.format(attributes)}</intermediateThrowEvent>'


def test_compensation_undoes_what_was_done_latest_first() -> None:
    body = S + undoable("a") + undoable("b") + undoable("c") + throw("t") + user("after")
    player = Player(document(body + flows("s > a > b > t > after > c")), {"log": []})
    assert player.variables["log"] == ["b", "a"]
    assert player.ready == ["after"]


def test_compensation_of_one_activity_leaves_the_others() -> None:
    body = S + undoable("a") + undoable("b") + throw("t", ' activityRef="a"') + throw("rest") + E
    player = Player(document(body + flows("s > a > b > t > rest > e")), {"log": []})
    assert player.variables["log"] == ["a", "b"]
    assert player.status == "completed"


def test_compensation_waits_for_its_handlers_through_stored_state() -> None:
    handler = (
        '<userTask id="undo_a" isForCompensation="true"/><association id="as" sourceRef="a_undo" targetRef="undo_a"/>'
    )
    body = (
        S
        + user("a", "after")
        + boundary("a_undo", "a", UNDO.format(""))
        + handler
        + throw("t")
        + flows("s > a > t > after")
    )
    player = Player(document(body)).do("a")
    assert player.ready == ["undo_a"]
    assert player.do("undo_a").ready == ["after"]
    at_once = Player(
        document(
            body.replace("Definition/></intermediateThrow", 'Definition waitForCompletion="false"/></intermediateThrow')
        )
    ).do("a")
    assert at_once.ready == ["after", "undo_a"]
    assert at_once.do("after").status == "running"
    assert at_once.do("undo_a").status == "completed"


def test_an_activity_done_twice_is_undone_twice() -> None:
    body = S + undoable("a") + user("again") + '<exclusiveGateway id="x" default="flow_1_0_x"/>' + throw("t") + E
    player = Player(document(body + flows("s > a > again > x", "x > t > e", "x > a: more")), {"log": []})
    assert player.do("again", more=True).do("again", more=False).variables["log"] == ["a", "a"]


def test_what_was_done_inside_a_sub_process_is_undone_too() -> None:
    inner = '<startEvent id="si"/>' + undoable("a") + undoable("b") + flows("si > a > b").replace("flow_", "i_")
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + throw("t") + E + flows("s > sub > t > e")
    assert Player(document(body), {"log": []}).variables["log"] == ["b", "a"]


def test_a_compensation_event_sub_process_undoes_its_sub_process() -> None:
    handler = (
        f'<startEvent id="hs">{UNDO.format("")}</startEvent>'
        + script("h", "log = append(log, 'whole')")
        + throw("inner_t")
    )
    handler += flows("hs > h > inner_t").replace("flow_", "h_")
    inner = '<startEvent id="si"/>' + undoable("a") + flows("si > a").replace("flow_", "i_")
    inner += f'<subProcess id="on_undo" triggeredByEvent="true">{handler}</subProcess>'
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + user("u") + throw("t") + E + flows("s > sub > u > t > e")
    player = Player(document(body), {"log": []})
    assert player.variables["log"] == []
    assert player.do("u").variables["log"] == ["whole", "a"]
    assert player.status == "completed"


def in_an_event_sub_process(thrown: str) -> bytes:
    """A process that does a and b; its event sub-process, begun between them and not interrupting, does c and d."""
    inner = f'<startEvent id="es" isInterrupting="false">{signal("sig")}</startEvent>' + undoable("c") + user("wait")
    inner += undoable("d") + thrown + user("after") + flows("es > c > wait > d > t > after").replace("flow_", "i_")
    body = S + undoable("a") + user("u") + undoable("b") + user("v") + E
    body += f'<subProcess id="on_call" triggeredByEvent="true">{inner}</subProcess>' + flows("s > a > u > b > v > e")
    return document(body, '<signal id="sig" name="call"/>')


def test_the_work_of_an_event_sub_process_is_undone_before_that_of_its_parent() -> None:
    player = Player(in_an_event_sub_process(throw("t")), {"log": []}).signal("call").do("u")
    assert player.do("wait").variables["log"] == ["d", "c", "b", "a"]
    assert player.ready == ["after", "v"]


def test_one_activity_of_the_parent_is_undone_from_an_event_sub_process_and_its_own_work_stays() -> None:
    player = Player(in_an_event_sub_process(throw("t", ' activityRef="a"')), {"log": []}).signal("call").do("u")
    assert player.do("wait").variables["log"] == ["a"]


def test_compensation_with_nothing_to_undo_goes_on() -> None:
    assert Player(document(S + undoable("a") + throw("t") + user("u") + flows("s > t > u > a"))).ready == ["u"]


def test_a_compensation_end_event_undoes_before_it_ends() -> None:
    body = S + undoable("a") + f'<endEvent id="e">{UNDO.format("")}</endEvent>' + flows("s > a > e")
    player = Player(document(body), {"log": []})
    assert (player.status, player.variables["log"]) == ("completed", ["a"])


CANCEL = "<cancelEventDefinition/>"


def transaction(end: str = f'<endEvent id="stop">{CANCEL}</endEvent>') -> str:
    inner = (
        '<startEvent id="si"/>'
        + undoable("a")
        + user("pay", "beside")
        + end
        + flows("si > a > pay > stop", "si > beside").replace("flow_", "i_")
    )
    return f'<transaction id="tx">{inner}</transaction>'


def test_a_cancelled_transaction_is_undone_and_leaves_by_its_cancel_event() -> None:
    body = (
        S
        + transaction()
        + boundary("cancelled", "tx", CANCEL)
        + user("told")
        + E
        + flows("s > tx > e", "cancelled > told > e")
    )
    player = Player(document(body), {"log": []})
    assert player.ready == ["beside", "pay"]
    player.do("pay")
    assert player.ready == ["told"]
    assert player.variables["log"] == ["a"]
    assert player.do("told").status == "completed"
    assert "tx" not in player.passed


def test_a_transaction_that_is_not_cancelled_is_a_sub_process() -> None:
    body = S + transaction('<endEvent id="stop"/>') + user("next") + flows("s > tx > next")
    player = Player(document(body), {"log": []}).do("pay").do("beside")
    assert (player.ready, player.variables["log"]) == (["next"], [])


def ad_hoc(attributes: str, inner: str, condition: str = "") -> str:
    written = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    return (
        S
        + f'<adHocSubProcess id="ad" {attributes}>{inner}{written}</adHocSubProcess>'
        + user("after")
        + flows("s > ad > after")
    )


def test_an_ad_hoc_sub_process_offers_everything_at_once() -> None:
    player = Player(document(ad_hoc("", user("a", "b", "c") + flows("b > c").replace("flow_", "i_"))))
    assert player.ready == ["a", "b"]
    assert player.do("b").do("a").ready == ["c"]
    assert player.do("c").ready == ["after"]


def test_a_sequential_ad_hoc_sub_process_goes_one_by_one() -> None:
    player = Player(document(ad_hoc('ordering="Sequential"', user("a", "b"))))
    assert player.ready == ["a"]
    assert player.do("a").ready == ["b"]
    assert player.do("b").ready == ["after"]


def test_the_completion_condition_ends_an_ad_hoc_sub_process() -> None:
    player = Player(document(ad_hoc("", user("a", "b"), "enough")), {"enough": False}).do("a", enough=True)
    assert player.ready == ["after"]
    waits = Player(document(ad_hoc('cancelRemainingInstances="false"', user("a", "b"), "enough")), {"enough": False})
    assert waits.do("a", enough=True).ready == ["b"]
    assert waits.do("b").ready == ["after"]


def test_the_activities_begin_again_while_the_condition_does_not_hold() -> None:
    player = Player(document(ad_hoc('ordering="Sequential"', script("a", "n = n + 1"), "n == 5")), {"n": 0})
    assert (player.ready, player.variables["n"]) == (["after"], 5)


HANDLER = '<userTask id="h" isForCompensation="true"/>'


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (S + user("a") + boundary("b", "a", UNDO.format("")) + flows("s > a"), "compensation-handler"),
        (S + user("a") + HANDLER + flows("s > a"), "compensation-loose"),
        (S + user("a") + HANDLER + flows("s > a > h"), "compensation-flow"),
        (S + throw("t", ' activityRef="nothing"') + flows("s > t"), "compensation-reference"),
        (S + f'<endEvent id="x">{CANCEL}</endEvent>' + flows("s > x"), "cancel-place"),
        (S + user("a") + boundary("b", "a", CANCEL) + flows("s > a"), "cancel-boundary"),
        (S + transaction() + flows("s > tx"), "cancel-missing"),
        (ad_hoc("", user("a") + '<endEvent id="x"/>' + flows("a > x").replace("flow_", "i_")), "ad-hoc-content"),
    ],
)
def test_undoing_that_cannot_work_is_refused_with_its_rule(body: str, rule: str) -> None:
    assert rule in rules_broken(document(body))
