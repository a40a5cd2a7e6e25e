"""Coming in by a code, as a person with a telephone does: what was sent to it, typed on the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clockwork import outbox
from engine.house import House
from tests.fixtures.houses import SetClock
from tests.gateways import SmallGateway
from tests.leaving import sheet_with

NAMES: Final = {"name_km": "ម៉ៅ ចាន់", "name_latin": "Mao Chan"}
GOOD: Final = "three good words"


@dataclass
class Doors:
    """The pages of an office that sends SMS, and the telephones that they go to."""

    house: House
    clock: SetClock
    gateway: SmallGateway

    def messages(self, phone: str = "") -> list[str]:
        """What was sent, to this telephone or at all, the latest last."""
        outbox.deliver_due(self.house, now=self.clock.now())
        end = phone.replace(" ", "")[-8:]
        return [each["body"] for each in self.gateway.took if each["recipient"].endswith(end)]

    def code(self) -> str:
        """The six digits that were sent last. What goes to several people leaves side by side, in any order."""
        return next(code for code in map(found_in, reversed(self.messages())) if code)

    def asks(self, client: FlaskClient, contact: str, *, page: str = "/register") -> TestResponse:
        """Somebody asks for a code on a page that sends one."""
        return client.post(page, data={"contact": contact})

    def shows(self, client: FlaskClient, contact: str, *, page: str = "/register") -> str:
        """Somebody asks for a code and gives it back; where that leads."""
        asked = self.asks(client, contact, page=page)
        assert asked.location == "/sign-in/code", asked.get_data(as_text=True)
        given = send(client, "/sign-in/code", "code", code=self.code())
        assert given.status_code == 303, given.get_data(as_text=True)
        return given.location


def code_in(message: str) -> str:
    """The code that a message carries."""
    found = found_in(message)
    assert found, message
    return found


def found_in(message: str) -> str:
    """Six digits that stand alone in a message; nothing where there are none."""
    found = re.search(r"\b[0-9]{6}\b", message)
    return found[0] if found else ""


def send(client: FlaskClient, address: str, field: str, **typed: str) -> TestResponse:
    """A page is opened, and its form with this field filled in and sent."""
    sheet = sheet_with(client.get(address).get_data(as_text=True), address, field)
    return client.post(sheet.action or address, data=sheet.data(**typed))


def stranger(app: Flask) -> FlaskClient:
    """A browser that nobody has used, in English."""
    client = app.test_client()
    client.get("/?lang=en")
    return client


def words(answer: TestResponse) -> str:
    """What a page says, on one line."""
    return " ".join(answer.get_data(as_text=True).split())
