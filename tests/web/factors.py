"""Second factors as people set them up and show them on the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from engine.people import totp
from storage.factors import AuthenticatorApp
from storage.sign_ins import SignIn
from tests.cast import Member
from tests.devices import Device
from web.clock import machine_now

SECOND = "/sign-in/second"
MINE = "/account/factors"


def code_now(secret: str) -> str:
    """What the app shows at this moment."""
    return totp.code_of(secret, totp.half_minute(machine_now()))


def text_of(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def with_app(browser: FlaskClient) -> tuple[str, list[str]]:
    """Sets up an app; its secret, and the recovery codes that are shown with the first factor."""
    page = text_of(browser.get(f"{MINE}/app"))
    offer = re.findall(r'name="offer" value="([^"]+)"', page)[0]
    secret = "".join(re.findall(r'class="ow-key">([A-Z2-7 ]+)<', page)[0].split())
    answer = browser.post(f"{MINE}/app", data={"offer": offer, "one_time_code": code_now(secret)})
    assert answer.status_code in (200, 303), text_of(answer)
    return secret, re.findall(r'class="ow-key">([0-9A-Z-]{29})<', text_of(answer))


def with_passkey(browser: FlaskClient, device: Device, name: str = "Telephone") -> TestResponse:
    """Makes a passkey on this device."""
    options = browser.get(f"{MINE}/passkey/options").get_json()
    return browser.post(f"{MINE}/passkey", data={"name": name, "assertion": device.make(options)})


def half_a_minute_passes(house: House) -> None:
    """As if every code that was taken had been that of an earlier half minute."""
    with house.database.transaction() as session:
        for app in session.scalars(select(AuthenticatorApp)):
            app.taken -= 3
        session.flush()


def minutes_pass(house: House, who: Member, minutes: int) -> None:
    """So long ago the person signed in, and showed that it is them."""
    with house.database.transaction() as session:
        for one in session.scalars(select(SignIn).where(SignIn.person_id == who.person_id)):
            one.begun_at -= timedelta(minutes=minutes)
            one.confirmed_at = one.confirmed_at and one.confirmed_at - timedelta(minutes=minutes)
        session.flush()


def first_step(browser: FlaskClient, who: Member, onward: str = "/account") -> TestResponse:
    """The password, which is right."""
    return browser.post("/sign-in", data={"login": who.phone, "password": who.password, "next": onward})


def is_in(browser: FlaskClient) -> bool:
    """Whether somebody is signed in in this browser and may go on."""
    answer = browser.get("/account")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def leads_to(answer: TestResponse) -> str:
    """The page that an answer leads to."""
    assert answer.status_code == 303, text_of(answer)
    return urlsplit(answer.location).path
