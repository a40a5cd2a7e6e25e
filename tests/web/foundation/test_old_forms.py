"""Forms as the product protects them: one that lay open for hours is taken, a forged one is not."""

from __future__ import annotations

import time
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import timed
from sqlalchemy import select

from storage.applications import Application
from tests.fixtures.houses import SetClock
from tests.small.cases import PAGE, SERVICE, Kilns
from tests.web.foundation.test_keeping import token_on
from web.app import create_app
from web.config import Settings

TYPED = {"kiln_name": "Sangke & <Sons>", "kilns": "2"}


@pytest.fixture
def protected(kilns: Kilns, settings: Settings, clock: SetClock) -> Flask:
    return create_app(replace(settings, rate_limits=True), kilns.house, clock)


@pytest.fixture
def dara(kilns: Kilns, protected: Flask) -> FlaskClient:
    client, who = protected.test_client(), kilns.cast.dara
    enter = {"login": who.phone, "password": who.password, "csrf_token": token_on(shown(client, "/sign-in"))}
    assert client.post("/sign-in", data=enter).status_code == 303
    return client


def shown(client: FlaskClient, address: str) -> str:
    return unescape(client.get(address).get_data(as_text=True))


def begun(client: FlaskClient) -> str:
    start = f"/services/{SERVICE}/apply"
    answer = client.post(start, data={"office": "02", "csrf_token": token_on(shown(client, start))})
    return f"/applications/{answer.location.rsplit('/', 1)[-1]}/pages/{PAGE}"


def answers(kilns: Kilns) -> object:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Application.answers)).one()


def test_a_form_that_lay_open_for_hours_is_taken_while_its_session_lives(
    kilns: Kilns, dara: FlaskClient, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begun(dara)
    token = token_on(shown(dara, address))
    opened = time.time()
    for minutes in range(50, 401, 50):  # somebody looks something up on another page now and then
        monkeypatch.setattr(timed, "time", SimpleNamespace(time=lambda passed=minutes: opened + passed * 60))
        clock.pass_time(minutes=50)
        assert dara.get("/account").status_code == 200
    assert dara.post(address, data=TYPED | {"csrf_token": token}).status_code == 303
    assert answers(kilns) == {"kiln_name": "Sangke & <Sons>", "kilns": 2}


def signs_in_again(client: FlaskClient, kilns: Kilns) -> None:
    """In another tab: the session of yesterday is over, and a page that still stands open has its token."""
    client.delete_cookie("owso")
    who = kilns.cast.dara
    enter = {"login": who.phone, "password": who.password, "csrf_token": token_on(shown(client, "/sign-in"))}
    assert client.post("/sign-in", data=enter).status_code == 303


def test_a_form_of_an_earlier_session_is_refused_and_found_as_it_was_typed(kilns: Kilns, dara: FlaskClient) -> None:
    address = begun(dara)
    before, token = answers(kilns), token_on(shown(dara, address))
    signs_in_again(dara, kilns)
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert dara.post(address, data=TYPED | {"csrf_token": token}, headers=ours).status_code == 400
    assert answers(kilns) == before
    page = shown(dara, address)
    assert 'value="Sangke & <Sons>"' in page
    assert dara.post(address, data=TYPED | {"csrf_token": token_on(page)}).status_code == 303
    assert answers(kilns) == {"kiln_name": "Sangke & <Sons>", "kilns": 2}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
@pytest.mark.parametrize("forged", ["", "of yesterday", "of another browser"])
def test_a_forged_form_is_refused_and_nothing_of_it_is_shown(
    kilns: Kilns, protected: Flask, dara: FlaskClient, forged: str, site: str
) -> None:
    address = begun(dara)
    before = answers(kilns)
    token = token_on(shown(protected.test_client(), "/sign-in")) if forged == "of another browser" else forged
    sent = TYPED | ({"csrf_token": token} if token else {})
    assert dara.post(address, data=sent, headers={"Sec-Fetch-Site": site} if site else {}).status_code == 400
    assert answers(kilns) == before
    assert "Sons" not in shown(dara, address)


@pytest.mark.parametrize("address", ["/sign-out", "/account/password", "/account/language"])
def test_nothing_of_an_account_is_changed_by_a_forged_form(kilns: Kilns, dara: FlaskClient, address: str) -> None:
    password = kilns.cast.dara.password
    forged = {"old": password, "new": "another good one", "language": "en"}
    assert dara.post(address, data=forged).status_code in (400, 404)
    assert dara.get("/account").status_code == 200
