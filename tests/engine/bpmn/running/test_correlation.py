"""Correlation keys: which message belongs to which instance."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, message, rules_broken, user

PROPERTY = (
    '<correlationProperty id="reference" name="reference">'
    '<correlationPropertyRetrievalExpression messageRef="asked"><messagePath>request.reference</messagePath>'
    '</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="said">'
    "<messagePath>reference</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
MESSAGES = '<message id="asked" name="asked"/><message id="said" name="said"/><message id="plain" name="plain"/>'
KEY = (
    '<collaboration id="c"><correlationKey id="key"><correlationPropertyRef>reference</correlationPropertyRef>'
    "</correlationKey></collaboration>"
)
CATCH = '<intermediateCatchEvent id="{0}">{1}</intermediateCatchEvent>'
BODY = S + CATCH.format("one", message("asked")) + CATCH.format("two", message("said")) + E + flows("s > one > two > e")
SUBSCRIPTION = (
    '<correlationSubscription id="sub" correlationKeyRef="key">'
    '<correlationPropertyBinding correlationPropertyRef="reference">'
    "<dataPath>'GH-' + text(number)</dataPath></correlationPropertyBinding></correlationSubscription>"
)


def test_the_first_message_sets_the_key_and_others_must_fit_it() -> None:
    player = Player(document(BODY, MESSAGES + PROPERTY + KEY))
    assert player.snapshot.subscriptions[0].correlation is None
    player.send("asked", request={"reference": "A"})
    assert player.snapshot.subscriptions[0].correlation == "A"
    with pytest.raises(bpmn.NobodyWaits):
        player.send("said", reference="B")
    assert player.send("said", reference="A").status == "completed"


def test_a_message_without_the_key_is_not_held_back_by_it() -> None:
    player = Player(document(BODY.replace('messageRef="said"', 'messageRef="plain"'), MESSAGES + PROPERTY + KEY))
    assert player.send("asked", request={"reference": "A"}).send("plain").status == "completed"


def test_a_message_that_is_sent_sets_the_key_too() -> None:
    send = (
        '<intermediateThrowEvent id="one"><messageEventDefinition messageRef="asked"><extensionElements>'
        "<spiffworkflow:messagePayload>{'request': {'reference': 'C'}}</spiffworkflow:messagePayload>"
        "</extensionElements>"
        "</messageEventDefinition></intermediateThrowEvent>"
    )
    body = S + send + CATCH.format("two", message("said")) + E + flows("s > one > two > e")
    player = Player(document(body, MESSAGES + PROPERTY + KEY))
    assert player.effects[0].payload == {"request": {"reference": "C"}}
    with pytest.raises(bpmn.NobodyWaits):
        player.send("said", reference="D")
    assert player.send("said", reference="C").status == "completed"


def test_a_subscription_computes_the_key_from_variables() -> None:
    body = S + CATCH.format("two", message("said")) + E + flows("s > two > e") + SUBSCRIPTION
    player = Player(document(body, MESSAGES + PROPERTY + KEY), {"number": 7})
    assert player.snapshot.subscriptions[0].correlation == "GH-7"
    with pytest.raises(bpmn.NobodyWaits):
        player.send("said", reference="GH-8")
    assert player.send("said", reference="GH-7").status == "completed"


@pytest.mark.parametrize(
    ("root", "extra", "rule"),
    [
        (MESSAGES + KEY, "", "reference-unknown"),
        (MESSAGES + PROPERTY, SUBSCRIPTION, "reference-unknown"),
        (MESSAGES + '<collaboration id="c"><correlationKey id="key"/></collaboration>', "", "correlation-empty"),
        (
            MESSAGES + PROPERTY + KEY,
            '<correlationSubscription id="sub" correlationKeyRef="key"/>',
            "correlation-unbound",
        ),
        (MESSAGES + PROPERTY.replace("request.reference", "request."), "", "expression-invalid"),
    ],
)
def test_keys_that_cannot_be_computed_are_refused(root: str, extra: str, rule: str) -> None:
    assert rule in rules_broken(document(BODY + extra, root))


SECOND = (
    '<correlationProperty id="office" name="office"><correlationPropertyRetrievalExpression messageRef="said">'
    "<messagePath>office</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
OTHER_KEY = '<correlationKey id="other"><correlationPropertyRef>office</correlationPropertyRef></correlationKey>'
TWO_KEYS = KEY.replace("</collaboration>", OTHER_KEY + "</collaboration>")


def test_a_message_must_fit_every_key_that_it_carries() -> None:
    again = BODY.replace(E, CATCH.format("three", message("said")) + E).replace(flows("two > e"), "")
    again = again.replace('sourceRef="two" targetRef="e"', 'sourceRef="two" targetRef="three"')
    player = Player(
        document(again + flows("three > e").replace("flow_", "z_"), MESSAGES + PROPERTY + SECOND + TWO_KEYS)
    )
    player.send("asked", request={"reference": "A"})
    player.send("said", reference="A", office="02")
    assert player.snapshot.subscriptions[0].correlation == "A|02"
    for wrong in ({"reference": "A", "office": "03"}, {"reference": "B", "office": "02"}):
        with pytest.raises(bpmn.NobodyWaits):
            player.send("said", **wrong)
    assert player.send("said", reference="A", office="02").status == "completed"


def test_a_subscription_follows_the_variables_it_is_computed_from() -> None:
    body = S + user("u") + CATCH.format("two", message("said")) + E + SUBSCRIPTION + flows("s > u > two > e")
    player = Player(document(body, MESSAGES + PROPERTY + KEY), {"number": 7}).do("u", number=8)
    assert player.snapshot.subscriptions[0].correlation == "GH-8"
    with pytest.raises(bpmn.NobodyWaits):
        player.send("said", reference="GH-7")
    assert player.send("said", reference="GH-8").status == "completed"


def test_each_process_computes_a_key_by_its_own_subscription() -> None:
    inside = '<startEvent id="cs"/>' + CATCH.format("inside", message("said")) + '<endEvent id="ce"/>'
    inside += flows("cs > inside > ce").replace("flow_", "c_")
    called = f'<process id="called">{inside}{SUBSCRIPTION}</process>'
    called = called.replace('id="sub"', 'id="sub2"').replace("GH-", "IN-")
    body = S + '<callActivity id="call" calledElement="called"/>' + CATCH.format("two", message("said")) + E
    body += SUBSCRIPTION + flows("s > call > two > e")
    player = Player(document(body, MESSAGES + PROPERTY + KEY + called), {"number": 7}, process_id="p")
    assert player.snapshot.subscriptions[0].correlation == "IN-7"
    assert player.send("said", reference="IN-7").snapshot.subscriptions[0].correlation == "GH-7"
    assert player.send("said", reference="GH-7").status == "completed"


def test_a_message_without_the_values_of_a_key_is_told_by_its_correlation() -> None:
    body = S + CATCH.format("two", message("said")) + E + flows("s > two > e") + SUBSCRIPTION
    player = Player(document(body, MESSAGES + PROPERTY + KEY), {"number": 7})
    with pytest.raises(bpmn.NobodyWaits):
        player.send("said", "GH-8")
    assert player.send("said", "GH-7").status == "completed"


EACH = (
    '<{0} id="each"><multiInstanceLoopCharacteristics><loopDataInputRef>offices</loopDataInputRef>'
    '<inputDataItem id="office"/></multiInstanceLoopCharacteristics>{1}</{0}>'
)
OWN = (
    "<extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="correlation" value="office + \'-\' + text(round)"/></spiffworkflow:properties>'
    "</extensionElements>"
)


@pytest.mark.parametrize("kind", ["receiveTask", "subProcess"])
def test_each_of_several_instances_waits_for_its_own_message_in_every_round(kind: str) -> None:
    """The correlation is computed when the catcher begins to wait: variables that change later do not move it."""
    if kind == "receiveTask":
        each = EACH.format("receiveTask", "").replace("><multi", f' messageRef="said">{OWN}<multi', 1)
    else:
        inside = '<startEvent id="is"/>' + CATCH.format("c", OWN + message("said")) + '<endEvent id="ie"/>'
        each = EACH.format("subProcess", inside + flows("is > c > ie").replace("flow_", "i_"))
    joints = '<exclusiveGateway id="m"/><exclusiveGateway id="x" default="flow_1_0_x"/>'
    body = S + joints + each + user("next") + E
    body += flows("s > m > each > x", "x > e", "x > next: round < 2", "next > m")
    player = Player(document(body, MESSAGES), {"offices": ["02", "03"], "round": 1})
    for number in (1, 2):
        assert sorted(str(one.correlation) for one in player.snapshot.subscriptions) == [f"02-{number}", f"03-{number}"]
        with pytest.raises(bpmn.NobodyWaits):
            player.send("said", f"02-{number + 1}")
        player.send("said", f"03-{number}").send("said", f"02-{number}")
        if number == 1:
            player.do("next", round=2)
    assert player.status == "completed"
