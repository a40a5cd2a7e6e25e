"""How messages reach a person: said, chosen, and linked with Telegram."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.house import House
from tests.cast import Cast, Member
from tests.fixtures.houses import SetClock
from tests.gateways import SmallGateway, small_gateway
from tests.journeys.guesthouse import Guesthouse
from tests.web.citizen.test_applying import text_of
from web.app import move_in
from web.config import Settings
from web.context import Shell

Browser = Callable[[Member], FlaskClient]
HEAD = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def gateway() -> Iterator[SmallGateway]:
    with small_gateway() as gateway:
        yield gateway


@pytest.fixture
def wired(app: Flask, house: House, clock: SetClock, settings: Settings, gateway: SmallGateway) -> Flask:
    """The pages of an office that sends by Telegram and Nomsa."""
    senders = {"telegram": gateway.telegram, "nomsa": gateway.nomsa}
    move_in(app, Shell(replace(house, messengers=senders), clock, settings))
    return app


@pytest.fixture
def told(wired: Flask, gateway: SmallGateway) -> Callable[..., TestResponse]:
    """Telegram tells what somebody wrote to the bot."""

    def tell(text: object, *, kind: str = "private", chat: object = 4711, **head: str) -> TestResponse:
        update: dict[str, Any] = {"update_id": 1, "message": {"text": text, "chat": {"id": chat, "type": kind}}}
        shown = head or {HEAD: gateway.telegram.webhook_secret}
        return wired.test_client().post("/telegram/updates", json=update, headers=shown)

    return tell


def test_an_office_without_senders_says_how_messages_reach_people(
    client: FlaskClient, signed_in: Browser, cast: Cast, licence: Guesthouse
) -> None:
    assert "This office sends no SMS" in text_of(client, "/register")
    dara = signed_in(cast.dara)
    assert "This office sends no SMS and no e-mail" in text_of(dara, "/account/message-ways")
    assert "you can also ask at the counter" in text_of(dara, f"/applications/{licence.sent()}/sent")


def test_an_office_that_sends_asks_how_messages_should_come(
    wired: Flask, signed_in: Browser, cast: Cast, licence: Guesthouse
) -> None:
    assert "Later we tell you there how your application goes." in text_of(wired.test_client(), "/register")
    dara = signed_in(cast.dara)
    assert "sends no SMS" not in text_of(dara, f"/applications/{licence.sent()}/sent")
    assert dara.post("/account/message-ways", data={"way": "portal"}).status_code == 303
    page = text_of(dara, "/account/message-ways")
    assert re.search(r'value="portal" checked', page)
    assert 'value="telegram"' not in page


def test_a_telegram_is_linked_from_the_account_and_unlinked_again(
    wired: Flask, signed_in: Browser, cast: Cast, told: Callable[..., TestResponse]
) -> None:
    dara = signed_in(cast.dara)
    page = dara.post("/account/telegram?lang=en").get_data(as_text=True)
    token = re.search(r"https://t\.me/owso_bot\?start=([\w-]+)", page)
    assert token is not None
    answer = told(f"/start {token[1]}").get_json()
    assert (answer["method"], answer["chat_id"]) == ("sendMessage", "4711")
    assert answer["text"].startswith("Telegram របស់អ្នកត្រូវបានភ្ជាប់ហើយ")
    assert "Linked since" in text_of(dara, "/account/message-ways")
    assert "Link my Telegram" in told(f"/start {token[1]}").get_json()["text"]
    assert dara.post("/account/telegram/unlink").status_code == 303
    assert "Linked since" not in text_of(dara, "/account/message-ways")


def test_somebody_stops_by_writing_so(
    wired: Flask, signed_in: Browser, cast: Cast, told: Callable[..., TestResponse]
) -> None:
    dara = signed_in(cast.dara)
    token = re.search(r"start=([\w-]+)", dara.post("/account/telegram").get_data(as_text=True))
    assert token is not None
    told(f"/start {token[1]}")
    answer = told("/stop").get_json()["text"]
    assert "Nothing more comes here." in answer
    assert "គ្មានសារមកទីនេះទៀតទេ" in answer
    assert "Linked since" not in text_of(dara, "/account/message-ways")


@pytest.mark.parametrize("text", ["hello", "/start", "/start wrong", "", None, 7, "x" * 5_000, "/start " + "ក" * 90])
def test_whatever_else_is_written_is_answered_with_what_to_do(told: Callable[..., TestResponse], text: object) -> None:
    assert "Link my Telegram" in told(text).get_json()["text"]


def test_only_telegram_tells_and_only_of_a_chat_with_one_person(told: Callable[..., TestResponse]) -> None:
    for head in ({HEAD: "wrong"}, {HEAD: "ក".encode().decode("latin-1")}, {"X-Other": "x"}):
        assert told("/stop", **head).status_code == 404
    for strange in ({"kind": "group"}, {"chat": "4711"}, {"chat": None}):
        assert told("/stop", **strange).get_json() == {}
    assert told("x" * 20_000).status_code == 413


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"message": 1}', b'{"message": {"chat": []}}', b"\xff", b"[" * 9_000]
)
def test_an_update_that_says_nothing_is_taken_and_forgotten(wired: Flask, gateway: SmallGateway, body: bytes) -> None:
    head = {HEAD: gateway.telegram.webhook_secret, "Content-Type": "application/json"}
    answer = wired.test_client().post("/telegram/updates", data=body, headers=head)
    assert (answer.status_code, answer.get_json()) == (200, {})


def test_an_office_without_a_bot_links_nothing(signed_in: Browser, cast: Cast, client: FlaskClient) -> None:
    assert signed_in(cast.dara).post("/account/telegram").status_code == 404
    assert client.post("/telegram/updates", json={}, headers={HEAD: ""}).status_code == 404
