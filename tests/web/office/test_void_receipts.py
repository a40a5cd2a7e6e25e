"""A void receipt on the pages of the head, of the applicant and of whoever follows the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.applications.submitting import Submitted
from engine.house import PaymentAccount
from engine.money import voids
from tests.cast import NOW, Member
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns
from tests.web.office.test_desks import text
from web.app import move_in
from web.config import Settings
from web.context import Shell

SignedIn = Callable[[Member], FlaskClient]
FIRST = "R-02-26-000001"


@pytest.fixture
def void(kilns: Kilns) -> Submitted:
    """An application of Sok Dara that was approved, and whose receipt was made void."""
    sent = kilns.approved()
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, FIRST, "Another <b>application", now=NOW)
    with kilns.house.database.transaction() as session:
        voids.agree(session, kilns.house, kilns.cast.kunthea.actor, FIRST, now=NOW)
    return sent


def test_the_head_and_the_cashier_find_the_list_in_their_menu(
    kilns: Kilns, void: Submitted, signed_in: SignedIn
) -> None:
    for who in (kilns.cast.kunthea, kilns.cast.sopheap):
        browser = signed_in(who)
        assert 'href="/office/voids"' in text(browser.get("/office"))
        page = text(browser.get("/office/voids?lang=en"))
        for said in (
            FIRST,
            void.reference,
            "Another &lt;b&gt;application",
            "Ly Sopheap",
            "Prak Kunthea",
            "Not paid again",
        ):
            assert said in page


@pytest.mark.parametrize("who", ["bopha", "phally", "dara", "visal"])
def test_the_list_is_for_cashiers_and_heads(kilns: Kilns, void: Submitted, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(kilns.cast, who)).get("/office/voids").status_code == 403


def test_the_applicant_finds_on_their_own_page_how_to_pay_again(
    kilns: Kilns, void: Submitted, signed_in: SignedIn, app: Flask, clock: SetClock, settings: Settings
) -> None:
    dara, address = signed_in(kilns.cast.dara), f"/applications/{void.key}"
    page = text(dara.get(f"{address}?lang=en"))
    assert "The fee is to be paid again" in page
    assert f"The receipt {FIRST} was made void." in page
    paying = text(dara.get(f"{address}/payment?lang=en"))
    assert "Reason: Another &lt;b&gt;application" in paying
    assert "Pay the cashier of the office" in paying
    assert "khqr" not in paying
    assert dara.get(f"{address}/payment/khqr").status_code == 409
    account = PaymentAccount("owso@wing", "One Window", "Battambang")
    move_in(app, Shell(replace(kilns.house, payment_account=account), clock, settings))
    assert f"{address}/payment/khqr" in text(dara.get(f"{address}/payment"))
    page = text(dara.get(f"{address}/payment/khqr"))
    assert "ow-qr" in page
    assert "<title>KHQR</title>" in page


def test_whoever_follows_the_application_reads_that_the_fee_is_owed(
    kilns: Kilns, void: Submitted, client: FlaskClient
) -> None:
    digits = kilns.cast.dara.phone[-4:]
    client.post("/track", data={"code": void.tracking_code, "digits": digits})
    page = text(
        client.post("/track?lang=en", data={"code": void.tracking_code, "digits": digits}, follow_redirects=True)
    )
    assert "The fee is to be paid again" in page
    assert "Another" not in page, "the reason is for the applicant"
