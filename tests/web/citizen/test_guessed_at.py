"""While strangers guess at a password, its owner goes on by a code, from a browser that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from tests.cast import Cast
from tests.doors import GOOD, Doors, send
from tests.fixtures.houses import SetClock
from tests.gateways import small_gateway
from web.access import SIGN_IN
from web.app import create_app
from web.attempts import attempts_of
from web.config import Settings


@pytest.fixture
def guessed_at(settings: Settings, house: House, clock: SetClock, cast: Cast) -> Iterator[tuple[Flask, Doors]]:
    """An office that sends SMS, with limits, where Dara's password was guessed at from everywhere."""
    with small_gateway() as gateway:
        wired = replace(house, messengers={"nomsa": gateway.nomsa})
        app = create_app(replace(settings, rate_limits=True), wired, clock)
        app.config["WTF_CSRF_ENABLED"] = False
        attempts_of(app).clock = SetClock()
        assert SIGN_IN.everywhere is not None
        for number in range(SIGN_IN.everywhere.free + 1):
            enter(app.test_client(), cast.dara.phone, "wrong", f"203.0.113.{number}")
        yield app, Doors(wired, clock, gateway)


def enter(client: FlaskClient, login: str, password: str, address: str = "192.0.2.20") -> int:
    form = {"login": login, "password": password}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_a_code_that_was_given_back_opens_the_door_for_the_right_password(
    guessed_at: tuple[Flask, Doors], cast: Cast
) -> None:
    app, doors = guessed_at
    owner = app.test_client()
    assert enter(owner, cast.dara.phone, cast.dara.password) == 429
    doors.shows(owner, cast.dara.phone, page="/sign-in/forgotten")
    assert enter(owner, cast.dara.phone, cast.dara.password) == 303
    assert enter(app.test_client(), cast.dara.phone, cast.dara.password) == 429


def test_a_password_that_was_forgotten_is_set_anew_meanwhile_and_this_browser_keeps_its_way_in(
    guessed_at: tuple[Flask, Doors], cast: Cast
) -> None:
    app, doors = guessed_at
    owner = app.test_client()
    assert doors.shows(owner, cast.dara.phone, page="/sign-in/forgotten") == "/sign-in/password"
    assert send(owner, "/sign-in/password", "new", new=GOOD).status_code == 303
    owner.post("/sign-out")
    assert enter(owner, cast.dara.phone, GOOD, "198.51.100.9") == 303


def test_who_only_asked_for_a_code_waits_like_any_stranger(guessed_at: tuple[Flask, Doors], cast: Cast) -> None:
    app, doors = guessed_at
    guesser = app.test_client()
    doors.asks(guesser, cast.dara.phone, page="/sign-in/forgotten")
    assert enter(guesser, cast.dara.phone, cast.dara.password) == 429
