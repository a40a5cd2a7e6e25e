"""Somebody else was there first: the counter hands the account to whoever it belongs to, who opens it at home."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.people import codes, door
from engine.people.contacts import ContactPoint
from engine.references import claim_code
from storage.codes import CodePurpose
from storage.messages import MessageChannel
from storage.people import IdentityStatus, Person
from tests.cast import BEFORE, NOW, PASSWORD, PASSWORD_HASH, Member
from tests.counter import PAPERS, code_sent
from tests.fixtures.houses import SetClock
from tests.gateways import small_gateway
from tests.small.cases import SERVICE, Kilns
from tests.small.releases import released
from web.app import move_in
from web.config import Settings
from web.context import Shell

SignedIn = Callable[[Member], FlaskClient]
PHONE, E164 = "012 888 001", "+85512888001"
ATTACKERS = ContactPoint(MessageChannel.EMAIL, "attacker@example.org")
NEW_PASSWORD = "kettle seven umbrella"


@pytest.fixture(autouse=True)
def verification(kilns: Kilns) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "account_verification")


@pytest.fixture
def officer(kilns: Kilns, signed_in: SignedIn) -> FlaskClient:
    browser = signed_in(kilns.cast.bopha)
    browser.get("/office?lang=en")
    return browser


@pytest.fixture
def attacker(kilns: Kilns, app: Flask) -> FlaskClient:
    """Signed in to an account of before that has the victim's telephone and number, and a mailbox of their own."""
    with kilns.house.database.transaction() as session:
        session.add(
            Person(
                phone=E164, phone_proved_at=BEFORE, email="attacker@example.org", email_proved_at=BEFORE,
                password_hash=PASSWORD_HASH, name_km="ចោរ", name_latin="Thief", id_kind="national_id",
                id_number=PAPERS["id_number"], created_at=BEFORE,
            )
        )  # fmt: skip
    browser = app.test_client()
    assert signs_in(browser, PHONE, PASSWORD)
    return browser


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def signs_in(browser: FlaskClient, login: str, password: str) -> bool:
    return browser.post("/sign-in", data={"login": login, "password": password}).status_code == 303


def found(browser: FlaskClient, typed: str) -> str:
    browser.post("/office/walk-in", data={"q": typed, "why": "here"})
    page = text(browser.get("/office/walk-in", query_string={"q": typed}))
    return next(one for one in re.findall(r'href="(/office/walk-in/[^"]+)"', page) if not one.endswith("/new"))


def registered(browser: FlaskClient, **said: str) -> str:
    answer = browser.post("/office/walk-in/new", data=PAPERS | said)
    assert answer.status_code == 303, text(answer)
    return str(answer.location).removesuffix("/contact")


def proved(kilns: Kilns, browser: FlaskClient, person: str, contact: str) -> None:
    assert browser.post(f"{person}/contact", data={"contact": contact}).status_code == 303
    typed = {"contact": contact, "code": code_sent(kilns.house)}
    assert browser.post(f"{person}/contact/code", data=typed).status_code == 303


def slip(browser: FlaskClient, person: str) -> str:
    """The code on the slip that the officer prints."""
    seed = re.findall(r'name="seed" value="([^"]+)"', text(browser.get(person)))[0]
    printed = browser.post(f"{person}/slip", data={"seed": seed})
    assert printed.mimetype == "application/pdf"
    return claim_code(seed)


def claimed(kilns: Kilns, browser: FlaskClient, code: str, contact: str) -> TestResponse:
    """From the slip to the account, in the browser of whoever has it."""
    browser.get("/claim?lang=en")
    assert browser.post("/claim", data={"code": code, "signs": "4050"}).location == "/claim/contact"
    assert browser.post("/claim/contact", data={"contact": contact}).location == "/claim/code"
    assert contact in text(browser.get("/claim/code"))
    assert browser.post("/claim/code", data={"digits": code_sent(kilns.house)}).location == "/claim/password"
    return browser.post("/claim/password", data={"password": NEW_PASSWORD})


def everybody(kilns: Kilns) -> dict[str, Person]:
    with kilns.house.database.reading() as session:
        return {person.name_latin: person for person in session.scalars(select(Person))}


def test_whoever_had_the_victims_telephone_first_has_nothing_once_the_counter_helped(
    kilns: Kilns, officer: FlaskClient, attacker: FlaskClient, app: Flask
) -> None:
    account = found(officer, PHONE)
    assert "Thief" not in text(officer.get(account))
    officer.post(f"{account}/code", data={"channel": "sms"})
    done = officer.post(f"{account}/papers", data=PAPERS | {"code": code_sent(kilns.house, E164)})
    assert done.status_code == 303
    person = str(done.location)
    assert officer.post(person, data={"service": SERVICE, "office": kilns.cast.battambang}).status_code == 303
    assert attacker.get("/account").status_code == 303
    for login in (PHONE, "attacker@example.org"):
        assert not signs_in(app.test_client(), login, PASSWORD)
    with kilns.house.database.transaction() as session:
        asked = door.ask(session, kilns.house, ATTACKERS, "en", now=NOW)
    with kilns.house.database.transaction() as session:
        codes.check(session, asked, code_sent(kilns.house, ATTACKERS.address), CodePurpose.DOOR, now=NOW)
        assert door.reached(session, asked, today=NOW.date(), now=NOW) == ()
    row = everybody(kilns)["MAO SARUN"]
    assert "Thief" not in everybody(kilns)
    assert (row.identity_status, row.phone_proved_at is not None, row.email_proved_at) == ("verified", True, None)


def test_whoever_claims_the_victims_number_keeps_nobody_from_the_counter(
    kilns: Kilns, officer: FlaskClient, attacker: FlaskClient
) -> None:
    person = registered(officer, phone=PHONE)
    assert officer.post(person, data={"service": SERVICE, "office": kilns.cast.battambang}).status_code == 303
    proved(kilns, officer, person, PHONE)
    people = everybody(kilns)
    assert people["MAO SARUN"].identity_status == IdentityStatus.VERIFIED
    assert people["Thief"].identity_status == IdentityStatus.UNVERIFIED
    assert "MAO SARUN" not in text(attacker.get("/account"))


def test_a_family_of_three_on_one_telephone_is_helped_one_by_one(kilns: Kilns, officer: FlaskClient) -> None:
    for number in range(3):
        person = registered(officer, phone=PHONE, id_number=f"02030405{number}", name_latin=f"MAO {'ABC'[number]}")
        typed = {"contact": PHONE, "code": code_sent(kilns.house)}
        assert officer.post(f"{person}/contact/code", data=typed).status_code == 303
        if number == 2:  # the fourth code of a day to one telephone waits for a minute
            assert officer.post(f"{person}/contact", data={"contact": PHONE}).status_code == 422
    assert len([one for one in everybody(kilns).values() if one.phone == E164 and one.phone_proved_at]) == 3


def test_the_account_is_claimed_at_home_with_the_slip(
    kilns: Kilns, officer: FlaskClient, client: FlaskClient, app: Flask
) -> None:
    person = registered(officer)
    code = slip(officer, person)
    done = claimed(kilns, client, code, PHONE)
    assert (done.status_code, done.location) == (303, "/account")
    page = text(client.get("/account?lang=en"))
    assert "MAO SARUN" in page
    assert "The account is yours." in page
    assert signs_in(app.test_client(), PHONE, NEW_PASSWORD)
    again = app.test_client()
    assert again.post("/claim", data={"code": code, "signs": "4050"}).status_code == 422


def test_whoever_finds_the_slip_does_not_get_in(kilns: Kilns, officer: FlaskClient, client: FlaskClient) -> None:
    code = slip(officer, registered(officer))
    answers = [client.post("/claim?lang=en", data={"code": code, "signs": f"000{number}"}) for number in range(5)]
    assert {answer.status_code for answer in answers} == {422}
    assert all("opens no account" in text(answer) for answer in answers)
    assert client.post("/claim", data={"code": code, "signs": "4050"}).status_code in (422, 429)


def test_nobody_skips_a_step_at_home(kilns: Kilns, officer: FlaskClient, client: FlaskClient) -> None:
    for step, before in (("contact", "/claim"), ("code", "/claim/contact"), ("password", "/claim/code")):
        assert client.get(f"/claim/{step}").location == before
        sent = client.post(f"/claim/{step}", data={"contact": PHONE, "digits": "000000", "password": NEW_PASSWORD})
        assert sent.location == before
    code = slip(officer, registered(officer))
    client.post("/claim", data={"code": code, "signs": "4050"})
    refused = client.post("/claim/contact", data={"contact": "12"})
    assert (refused.status_code, 'value="12"' in text(refused)) == (422, True)
    client.post("/claim/contact", data={"contact": PHONE})
    wrong = client.post("/claim/code?lang=en", data={"digits": "000000"})
    assert (wrong.status_code, "This is not the code." in text(wrong)) == (422, True)
    assert client.get("/claim/password").location == "/claim/code"
    client.post("/claim/code", data={"digits": code_sent(kilns.house)})
    short = client.post("/claim/password", data={"password": "short"})
    assert short.status_code == 422
    assert client.post("/claim/password", data={"password": NEW_PASSWORD}).location == "/account"


def test_a_slip_that_was_printed_anew_is_over_in_a_browser_that_began_with_it(
    kilns: Kilns, officer: FlaskClient, client: FlaskClient
) -> None:
    person = registered(officer)
    client.post("/claim", data={"code": slip(officer, person), "signs": "4050"})
    slip(officer, person)
    late = client.post("/claim/contact?lang=en", data={"contact": PHONE})
    assert (late.status_code, "opens no account" in text(late)) == (409, True)


def test_a_telephone_that_was_proved_at_the_counter_opens_the_account_at_home(
    kilns: Kilns, officer: FlaskClient, client: FlaskClient, app: Flask, clock: SetClock, settings: Settings
) -> None:
    with small_gateway() as gateway:  # who asks at home is sent a code only where an office sends SMS
        move_in(app, Shell(replace(kilns.house, messengers={"nomsa": gateway.nomsa}), clock, settings))
        opens_it_at_home(kilns, officer, client, app)


def opens_it_at_home(kilns: Kilns, officer: FlaskClient, client: FlaskClient, app: Flask) -> None:
    person = registered(officer, phone=PHONE)
    typed = {"contact": PHONE, "code": code_sent(kilns.house)}
    assert officer.post(f"{person}/contact/code", data=typed).status_code == 303
    assert client.post("/sign-in/forgotten", data={"contact": PHONE}).location == "/sign-in/code"
    shown = client.post("/sign-in/code", data={"code": code_sent(kilns.house)})
    assert shown.location == "/sign-in/password"
    mine = {"account": str(everybody(kilns)["MAO SARUN"].id), "new": NEW_PASSWORD}
    assert client.post("/sign-in/password", data=mine).status_code == 303
    assert PAPERS["name_km"] in text(client.get("/account"))
    assert signs_in(app.test_client(), PHONE, NEW_PASSWORD)
