"""Telegram, over real HTTP: what it is told, and what each of its answers means."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from engine.connectors import DeliveryFailed, MessageRefused, OutgoingMessage, PerhapsSent, SenderAway, Telegram
from tests.gateways import BOT_TOKEN, SmallGateway, small_gateway

MESSAGE = OutgoingMessage("k", "telegram", "4711", "រួចរាល់", "Come once.", 7, 1)


@pytest.fixture
def gateway() -> Iterator[SmallGateway]:
    with small_gateway() as gateway:
        yield gateway


def test_telegram_is_told_chat_and_text(gateway: SmallGateway) -> None:
    assert gateway.telegram.send(MESSAGE) == "1"
    assert gateway.took == [{"path": f"/bot{BOT_TOKEN}/sendMessage", "chat_id": "4711", "text": "រួចរាល់\n\nCome once."}]


@pytest.mark.parametrize("status", [400, 403])
def test_a_person_who_stopped_the_bot_is_reached_by_it_no_more(gateway: SmallGateway, status: int) -> None:
    gateway.status = status
    with pytest.raises(MessageRefused):
        gateway.telegram.send(MESSAGE)


@pytest.mark.parametrize("status", [401, 404, 500, 502])
def test_telegram_may_be_away(gateway: SmallGateway, status: int) -> None:
    gateway.status = status
    with pytest.raises(SenderAway) as failure:
        gateway.telegram.send(MESSAGE)
    assert not isinstance(failure.value, PerhapsSent)


@pytest.mark.parametrize(
    ("says", "seconds"),
    [
        ({"parameters": {"retry_after": 35}}, 35),
        ({"parameters": {"retry_after": 10**12}}, 86_400),
        ({"parameters": {"retry_after": "35"}}, 0),
        ({"parameters": []}, 0),
        ([], 0),
    ],
)
def test_telegram_says_when_it_may_be_told_more(gateway: SmallGateway, says: object, seconds: int) -> None:
    gateway.status, gateway.says = 429, json.dumps(says).encode()
    with pytest.raises(DeliveryFailed) as failure:
        gateway.telegram.send(MESSAGE)
    assert failure.value.again_in == seconds


def test_telegram_that_hangs_up_may_have_taken_the_message(gateway: SmallGateway) -> None:
    gateway.hangs_up = True
    with pytest.raises(PerhapsSent):
        gateway.telegram.send(MESSAGE)


def test_telegram_is_told_where_to_report_with_a_secret_that_is_not_the_token(gateway: SmallGateway) -> None:
    gateway.telegram.listen_at("https://owso.example/telegram/updates")
    (took,) = gateway.took
    assert took["path"] == f"/bot{BOT_TOKEN}/setWebhook"
    assert (took["url"], took["allowed_updates"]) == ("https://owso.example/telegram/updates", ["message"])
    assert took["secret_token"] == gateway.telegram.webhook_secret
    assert BOT_TOKEN not in took["secret_token"]


def test_telegram_is_told_over_https_only_and_its_token_is_in_no_text(gateway: SmallGateway) -> None:
    with pytest.raises(ValueError, match="https"):
        Telegram("http://api.telegram.org", BOT_TOKEN, "owso_bot")
    assert BOT_TOKEN not in repr(gateway.telegram)
