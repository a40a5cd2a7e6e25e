"""What only machines post: with a secret instead of a form's token, bounded, and with an answer that ends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clockwork import outbox
from engine.house import House
from engine.people.telling import tell
from storage.messages import Notification
from storage.people import Person
from tests.cast import NOW, Cast
from tests.gateways import SmallGateway, small_gateway
from tests.web.foundation.conftest import build_app

REPORT = {"id": "queue-1", "message_status": "DELIVRD", "level": "2"}


@pytest.fixture
def gateway() -> Iterator[SmallGateway]:
    with small_gateway() as gateway:
        yield gateway


@pytest.fixture
def machine(house: House, cast: Cast, gateway: SmallGateway, tmp_path: Path) -> FlaskClient:
    """PlasGate, which has taken a message for Dara, at the door of a product that demands tokens."""
    wired = replace(house, messengers={"plasgate": gateway.plasgate})
    with wired.database.transaction() as session:
        dara = session.get_one(Person, cast.dara.person_id)
        tell(session, dara, wired.texts["withdrawn"], {}, key="1", now=NOW)
    outbox.deliver_due(wired, now=NOW)
    return build_app(tmp_path, wired).test_client()


def status(house: House) -> str:
    with house.database.reading() as session:
        return session.scalars(select(Notification.status)).one()


def test_a_report_is_taken_at_the_address_that_its_sender_was_given(
    machine: FlaskClient, gateway: SmallGateway, house: House
) -> None:
    for _ in range(2):
        answer = machine.post(gateway.took[0]["dlr_url"], data=REPORT)
        assert (answer.status_code, answer.get_data()) == (200, b"ACK/Jasmin")
    assert status(house) == "delivered"


def test_nobody_else_reports_anything(machine: FlaskClient, gateway: SmallGateway, house: House) -> None:
    address = gateway.took[0]["dlr_url"]
    for made_up in (address[:-1] + ("0" if address[-1] != "0" else "1"), address.replace("plasgate", "nomsa")):
        assert machine.post(made_up, data=REPORT).status_code == 404
    assert machine.get(address).status_code in (404, 405)
    assert status(house) == "sent"


def test_a_report_is_short(machine: FlaskClient, gateway: SmallGateway, house: House) -> None:
    assert machine.post(gateway.took[0]["dlr_url"], data=REPORT | {"text": "x" * 20_000}).status_code == 413
    assert machine.post(gateway.took[0]["dlr_url"], data={"message_status": "D" * 5_000}).status_code == 200
    assert status(house) == "sent"
