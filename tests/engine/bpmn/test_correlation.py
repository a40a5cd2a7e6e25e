"""Correlation keys: which message belongs to which instance."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawing import E, Player, S, document, flows, message, rules_broken

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
