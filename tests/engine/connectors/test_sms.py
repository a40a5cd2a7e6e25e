"""SMS by Nomsa and by PlasGate, over real HTTP: what they are told, and what each of their answers means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.connectors import (
    DeliveryFailed,
    Fate,
    MessageRefused,
    Messenger,
    Nomsa,
    OutgoingMessage,
    PerhapsSent,
    PlasGate,
    SenderAway,
)
from tests.gateways import KEY, PRIVATE_KEY, REPORTS, SECRET, SmallGateway, small_gateway

MESSAGE = OutgoingMessage("k", "sms", "+85512345678", "Ready", "រួចរាល់ហើយ", 7, 2)


@pytest.fixture
def gateway() -> Iterator[SmallGateway]:
    with small_gateway() as gateway:
        yield gateway


@pytest.fixture(params=["nomsa", "plasgate"])
def sender(request: pytest.FixtureRequest, gateway: SmallGateway) -> Messenger:
    sender: Messenger = getattr(gateway, request.param)
    return sender


def test_nomsa_is_told_text_recipient_and_label_with_its_key(gateway: SmallGateway) -> None:
    gateway.status = 201
    assert gateway.nomsa.send(MESSAGE) == "1"
    assert gateway.took == [
        {
            "path": "/v1/transactional/sms/send",
            "body": "រួចរាល់ហើយ",
            "recipient": "+85512345678",
            "label": "owso",
        }
    ]
    assert gateway.shown == [{"Authorization": f"Bearer {KEY}", "X-Secret": None}]


def test_plasgate_is_told_sender_number_and_text_with_both_keys_and_where_to_report(gateway: SmallGateway) -> None:
    assert gateway.plasgate.send(MESSAGE) == "queue-1"
    (took,) = gateway.took
    assert took["path"] == "/rest/send?private_key=the+private%2Fkey+of+the+office"
    assert (took["sender"], took["to"], took["content"]) == ("OWSO", "85512345678", "រួចរាល់ហើយ")
    assert gateway.shown == [{"Authorization": None, "X-Secret": SECRET}]
    signature = took["dlr_url"].removeprefix(f"{REPORTS}/7/2/")
    assert (took["dlr"], took["dlr_method"]) == ("yes", "POST")
    assert gateway.plasgate.vouches(7, 2, signature)
    assert not gateway.plasgate.vouches(7, 1, signature)
    assert not gateway.plasgate.vouches(8, 2, signature)
    assert not replace(gateway.plasgate, secret="another").vouches(7, 2, signature)


def test_without_an_address_no_reports_are_asked_for(gateway: SmallGateway) -> None:
    replace(gateway.plasgate, reports="").send(MESSAGE)
    assert "dlr" not in gateway.took[0]


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_a_message_that_is_refused_is_never_taken(gateway: SmallGateway, sender: Messenger, status: int) -> None:
    gateway.status = status
    with pytest.raises(MessageRefused, match=str(status)):
        sender.send(MESSAGE)


@pytest.mark.parametrize("status", [401, 402, 403, 404, 429, 502, 503])
def test_a_gateway_that_takes_nothing_is_away(gateway: SmallGateway, sender: Messenger, status: int) -> None:
    gateway.status = status
    with pytest.raises(SenderAway, match=str(status)) as failure:
        sender.send(MESSAGE)
    assert not isinstance(failure.value, PerhapsSent)


def test_a_gateway_that_is_told_too_much_says_when_it_may_be_told_more(
    gateway: SmallGateway, sender: Messenger
) -> None:
    for written, seconds in (("90", 90), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("-1", 0), ("9" * 50, 0), ("²", 0)):
        gateway.status, gateway.headers = 429, {"Retry-After": written}
        with pytest.raises(SenderAway) as failure:
            sender.send(MESSAGE)
        assert failure.value.again_in == seconds


@pytest.mark.parametrize("status", [500, 302])
def test_any_other_failure_is_tried_again(gateway: SmallGateway, sender: Messenger, status: int) -> None:
    gateway.status, gateway.headers = status, {"Location": "http://127.0.0.1:1/"}
    with pytest.raises(DeliveryFailed, match=str(status)) as failure:
        sender.send(MESSAGE)
    assert type(failure.value) is DeliveryFailed


def test_a_gateway_that_hangs_up_may_have_taken_the_message(gateway: SmallGateway, sender: Messenger) -> None:
    gateway.hangs_up = True
    with pytest.raises(PerhapsSent):
        sender.send(MESSAGE)
    assert len(gateway.took) == 1


def test_a_gateway_that_does_not_answer_in_time_may_have_taken_the_message(gateway: SmallGateway) -> None:
    gateway.is_slow = True
    for sender in (replace(gateway.nomsa, timeout=0.05), replace(gateway.plasgate, timeout=0.05)):
        with pytest.raises(PerhapsSent, match="TimeoutError"):
            sender.send(MESSAGE)


def test_a_gateway_that_is_not_there_has_taken_nothing(sender: Messenger, gateway: SmallGateway) -> None:
    with small_gateway() as gone:
        pass
    with pytest.raises(SenderAway) as failure:
        replace(sender, url=gone.url).send(MESSAGE)  # type: ignore[type-var]
    assert not isinstance(failure.value, PerhapsSent)


@pytest.mark.parametrize("says", [b"<html>", b"[1]", b'{"id": [], "queue_id": {}}', b"[" * 60_000, b"\xff"])
def test_an_answer_that_cannot_be_read_is_a_message_taken_without_a_number(
    gateway: SmallGateway, sender: Messenger, says: bytes
) -> None:
    gateway.says = says
    assert sender.send(MESSAGE) == ""


def test_an_answer_without_end_is_read_no_further(gateway: SmallGateway, sender: Messenger) -> None:
    gateway.says = b" " * 70_000 + b"{}"
    with pytest.raises(PerhapsSent, match="too long"):
        sender.send(MESSAGE)


@pytest.mark.parametrize(
    ("says", "fate"),
    [
        ({"status": "UNSENT"}, Fate.UNKNOWN),
        ({"status": "SENT"}, Fate.UNKNOWN),
        ({"status": "DELIVERED"}, Fate.DELIVERED),
        ({"status": "ERROR"}, Fate.FAILED),
        ({"status": "SOMETHING", "errored_at": "2026-03-02T00:00:00Z"}, Fate.FAILED),
        ({"status": ["DELIVERED"]}, Fate.UNKNOWN),
        ([], Fate.UNKNOWN),
    ],
)
def test_nomsa_says_what_became_of_a_message(gateway: SmallGateway, says: object, fate: Fate) -> None:
    gateway.says = json.dumps(says).encode()
    assert gateway.nomsa.fate("26/../27") == fate
    assert gateway.asked == ["26%2F..%2F27"]
    assert gateway.shown == [{"Authorization": f"Bearer {KEY}"}]


@pytest.mark.parametrize("status", [401, 404, 410, 429, 500])
def test_nomsa_may_not_say_what_became_of_a_message(gateway: SmallGateway, status: int) -> None:
    gateway.status = status
    with pytest.raises(DeliveryFailed):
        gateway.nomsa.fate("1")


@pytest.mark.parametrize(
    ("word", "fate"),
    [
        ("DELIVRD", Fate.DELIVERED),
        ("UNDELIV", Fate.FAILED),
        ("EXPIRED", Fate.FAILED),
        ("REJECTD", Fate.FAILED),
        ("ESME_RINVDSTADR", Fate.FAILED),
        ("ESME_ROK", Fate.UNKNOWN),
        ("ACCEPTD", Fate.UNKNOWN),
        ("", Fate.UNKNOWN),
        ("delivrd; DROP", Fate.UNKNOWN),
    ],
)
def test_the_words_of_reports_are_those_of_jasmin(gateway: SmallGateway, word: str, fate: Fate) -> None:
    assert gateway.plasgate.reported(word) == fate


@pytest.mark.parametrize("url", ["http://api.nomsa.gov.kh", "ftp://127.0.0.1", "file:///etc/passwd", "127.0.0.1"])
def test_gateways_are_told_over_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Nomsa(url, KEY, "owso")
    with pytest.raises(ValueError, match="https"):
        PlasGate(url, PRIVATE_KEY, SECRET, "OWSO")


def test_no_secret_is_in_a_text_about_a_sender(gateway: SmallGateway) -> None:
    said = f"{gateway.nomsa} {gateway.plasgate}"
    assert not [secret for secret in (KEY, SECRET, PRIVATE_KEY) if secret in said]
