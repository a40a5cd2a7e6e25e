"""Signing in in two steps: between them nobody is signed in, and the second is not skipped, repeated or guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.house import House
from engine.offices.disabling import disable
from engine.packages.groups import CASHIER
from engine.people.authenticator_apps import FREE
from storage.messages import Notification
from storage.people import Person
from storage.security_log import SecurityEvent
from storage.sign_ins import SignIn
from tests.cast import NOW, Cast, Member
from tests.devices import Device
from tests.fixtures.houses import both_databases
from tests.web.factors import (
    SECOND,
    code_now,
    first_step,
    half_a_minute_passes,
    is_in,
    leads_to,
    text_of,
    with_app,
    with_passkey,
)
from web.context import Shell

pytestmark = both_databases
Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def secret(signed_in: Browser, house: House, cast: Cast) -> str:
    """Dara has set up an app."""
    found, _ = with_app(signed_in(cast.dara))
    half_a_minute_passes(house)
    return found


@pytest.fixture
def device(signed_in: Browser, cast: Cast) -> Device:
    """Dara's telephone has a passkey."""
    found = Device()
    with_passkey(signed_in(cast.dara), found)
    return found


def sign_ins(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def kinds(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)))


def options(browser: FlaskClient) -> dict:  # type: ignore[type-arg]
    return browser.get("/sign-in/passkey-options").get_json()


def test_who_has_no_factor_signs_in_with_the_password_alone(client: FlaskClient, cast: Cast) -> None:
    assert leads_to(first_step(client, cast.dara)) == "/account"
    assert is_in(client)


def test_between_the_steps_nobody_is_signed_in(client: FlaskClient, cast: Cast, house: House, secret: str) -> None:
    before = sign_ins(house)
    assert leads_to(first_step(client, cast.dara)) == SECOND
    assert not is_in(client)
    assert sign_ins(house) == before
    with client.session_transaction() as session:
        assert not {"person", "token"} & session.keys()
    assert "Code of your app" in text_of(client.get(f"{SECOND}?lang=en"))


def test_the_code_of_the_app_leads_to_the_page_that_was_wanted(
    client: FlaskClient, cast: Cast, house: House, secret: str
) -> None:
    first_step(client, cast.dara, "/account/messages")
    assert leads_to(client.post(SECOND, data={"one_time_code": code_now(secret)})) == "/account/messages"
    assert is_in(client)
    with house.database.reading() as session:
        line = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id.desc()).limit(1)).one()
        assert (line.kind, line.data) == ("signed_in", {"factor": "app"})


def test_a_code_opens_one_browser(app: Flask, cast: Cast, secret: str) -> None:
    code, first, second = code_now(secret), app.test_client(), app.test_client()
    for browser in (first, second):
        first_step(browser, cast.dara)
    assert first.post(SECOND, data={"one_time_code": code}).status_code == 303
    refused = second.post(f"{SECOND}?lang=en", data={"one_time_code": code})
    assert (refused.status_code, "used already" in text_of(refused)) == (422, True)
    assert code not in text_of(refused)
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_wrong_code_is_refused_and_written_down_without_the_code(
    client: FlaskClient, cast: Cast, house: House, secret: str
) -> None:
    first_step(client, cast.dara)
    assert client.post(SECOND, data={"one_time_code": "000000"}).status_code == 422
    assert not is_in(client)
    assert kinds(house)[-1] == "second_step_failed"


def test_codes_are_guessed_in_vain_in_however_many_browsers_and_the_owner_has_other_ways(
    app: Flask, cast: Cast, house: House, secret: str, signed_in: Browser
) -> None:
    owner, telephone = app.test_client(), Device()
    first_step(owner, cast.dara)
    owner.post(SECOND, data={"one_time_code": code_now(secret)})
    with_passkey(owner, telephone)
    half_a_minute_passes(house)
    for _ in range(FREE):
        thief = app.test_client()
        first_step(thief, cast.dara)
        assert thief.post(SECOND, data={"one_time_code": "000000"}).status_code == 422
    thief = app.test_client()
    first_step(thief, cast.dara)
    paused = thief.post(f"{SECOND}?lang=en", data={"one_time_code": code_now(secret)})
    assert (paused.status_code, "Too many codes were wrong. Wait 1 minutes" in text_of(paused)) == (429, True)
    assert not is_in(thief)
    mine = app.test_client()
    first_step(mine, cast.dara)
    assert mine.post("/sign-in/passkey", data={"assertion": telephone.show(options(mine))}).status_code == 303
    assert is_in(mine)
    with house.database.reading() as session:
        subjects = session.scalars(select(Notification.subject).where(Notification.person_id == cast.dara.person_id))
        assert list(subjects).count("មានគេទាយលេខកូដរបស់អ្នក") == 1


def test_a_note_holds_five_minutes_and_belongs_to_the_password_of_that_day(
    client: FlaskClient, cast: Cast, house: House, secret: str
) -> None:
    first_step(client, cast.dara)
    with client.session_transaction() as session:
        session["second_step"][2] -= 301
        session.modified = True
    for answer in (client.get(SECOND), client.post(SECOND, data={"one_time_code": code_now(secret)})):
        assert leads_to(answer) == "/sign-in"
    first_step(client, cast.dara)
    with house.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).session_epoch += 1
        session.flush()
    assert leads_to(client.post(SECOND, data={"one_time_code": code_now(secret)})) == "/sign-in"
    assert not is_in(client)
    first_step(client, cast.dara)
    with house.database.transaction() as session:
        disable(session, cast.visal.actor, cast.dara.person_id, today=NOW.date(), now=NOW)
    assert leads_to(client.post(SECOND, data={"one_time_code": code_now(secret)})) == "/sign-in"
    assert not is_in(client)


def test_who_did_not_take_the_first_step_takes_no_second(client: FlaskClient, cast: Cast, secret: str) -> None:
    for address in (SECOND, "/sign-in/recovery"):
        assert leads_to(client.get(address)) == "/sign-in"
        sent = {"one_time_code": code_now(secret), "recovery_code": "0000-0000-0000-0000"}
        assert leads_to(client.post(address, data=sent)) == "/sign-in"
    assert not is_in(client)


def test_whoever_was_signed_in_in_the_browser_is_not_any_more(
    signed_in: Browser, app: Flask, cast: Cast, secret: str
) -> None:
    browser, thief = signed_in(cast.sreyneang), app.test_client()
    copied = browser.get_cookie("owso")
    first_step(browser, cast.dara)
    thief.set_cookie("owso", copied.value if copied else "")
    assert not is_in(thief)
    assert not is_in(browser)


def test_what_was_planted_in_a_browser_is_gone_after_the_first_step(
    client: FlaskClient, cast: Cast, secret: str, signed_in: Browser
) -> None:
    with client.session_transaction() as planted:
        planted.update(planted="by somebody else", lang="en", person=cast.visal.person_id, token="planted")
    first_step(client, cast.dara)
    with client.session_transaction() as kept:
        assert not {"planted", "person", "token"} & kept.keys()
        assert kept["lang"] == "en"
    planted_note = client.get_cookie("owso")
    client.post(SECOND, data={"one_time_code": code_now(secret)})
    thief = client.application.test_client()
    thief.set_cookie("owso", planted_note.value if planted_note else "")
    assert not is_in(thief)
    assert is_in(client)


def test_a_recovery_code_opens_one_browser_and_its_person_is_told(
    app: Flask, cast: Cast, house: House, signed_in: Browser
) -> None:
    _, codes = with_app(signed_in(cast.dara))
    assert len(codes) == 10
    first, second = app.test_client(), app.test_client()
    for browser, status in ((first, 303), (second, 422)):
        first_step(browser, cast.dara)
        assert "recovery code" in text_of(browser.get(f"{SECOND}?lang=en"))
        answer = browser.post("/sign-in/recovery", data={"recovery_code": codes[3].lower()})
        assert answer.status_code == status
        assert codes[3] not in text_of(answer)
    assert (is_in(first), is_in(second)) == (True, False)
    assert "recovery_code_used" in kinds(house)
    assert "9 recovery codes left" in text_of(first.get("/account?lang=en"))


def test_a_passkey_signs_in_without_a_password(client: FlaskClient, cast: Cast, device: Device) -> None:
    assert "Sign in with a passkey" in text_of(client.get("/sign-in?lang=en"))
    sent = {"assertion": device.show(options(client)), "next": "/account/messages"}
    assert leads_to(client.post("/sign-in/passkey", data=sent)) == "/account/messages"
    assert is_in(client)


def test_a_passkey_leads_to_no_other_site(client: FlaskClient, cast: Cast, device: Device) -> None:
    sent = {"assertion": device.show(options(client)), "next": "//example.com"}
    assert leads_to(client.post("/sign-in/passkey", data=sent)) == "/account"


def test_an_answer_opens_the_browser_that_was_asked_and_no_other(app: Flask, cast: Cast, device: Device) -> None:
    asked, other = app.test_client(), app.test_client()
    sent = {"assertion": device.show(options(asked))}
    assert other.post("/sign-in/passkey", data=sent).status_code == 422
    options(other)
    assert other.post("/sign-in/passkey", data=sent).status_code == 422
    copied = asked.get_cookie("owso")
    assert asked.post("/sign-in/passkey", data=sent).status_code == 303
    thief = app.test_client()
    thief.set_cookie("owso", copied.value if copied else "")
    assert thief.post("/sign-in/passkey", data=sent).status_code == 422  # with cookie and answer, and once is enough
    assert (is_in(asked), is_in(other), is_in(thief)) == (True, False, False)


def test_an_old_challenge_and_one_for_something_else_are_refused(
    client: FlaskClient, cast: Cast, device: Device, signed_in: Browser
) -> None:
    text = device.show(options(client))
    with client.session_transaction() as session:
        session["challenge"][3] -= 301
        session.modified = True
    assert client.post("/sign-in/passkey", data={"assertion": text}).status_code == 422
    text = device.show(options(client))
    with client.session_transaction() as session:
        session["challenge"][0] = "confirm"
        session.modified = True
    assert client.post("/sign-in/passkey", data={"assertion": text}).status_code == 422
    refused = client.post("/sign-in/passkey?lang=en", data={"assertion": ""})
    assert (refused.status_code, "The passkey was not recognised." in text_of(refused)) == (422, True)
    assert not is_in(client)


def test_a_copied_passkey_is_refused_and_its_person_told(
    client: FlaskClient, cast: Cast, house: House, device: Device
) -> None:
    device.uses = 5
    client.post("/sign-in/passkey", data={"assertion": device.show(options(client))})
    client.post("/sign-out")
    refused = client.post("/sign-in/passkey?lang=en", data={"assertion": device.show(options(client), uses=6)})
    assert (refused.status_code, "seems to have been copied" in text_of(refused)) == (422, True)
    assert not is_in(client)
    assert kinds(house)[-1] == "passkey_copied"


def test_behind_a_password_the_passkey_of_somebody_else_is_refused(
    client: FlaskClient, cast: Cast, house: House, device: Device, signed_in: Browser
) -> None:
    stranger = Device()
    with_passkey(signed_in(cast.sreyneang), stranger)
    first_step(client, cast.dara)
    assert client.post("/sign-in/passkey", data={"assertion": stranger.show(options(client))}).status_code == 422
    assert not is_in(client)
    assert kinds(house)[-1] == "second_step_failed"
    assert client.post("/sign-in/passkey", data={"assertion": device.show(options(client))}).status_code == 303
    assert is_in(client)


def test_who_goes_back_to_the_first_page_begins_again(
    client: FlaskClient, cast: Cast, secret: str, signed_in: Browser
) -> None:
    other = Device()
    with_passkey(signed_in(cast.sreyneang), other)
    first_step(client, cast.dara)
    client.get("/sign-in")
    assert leads_to(client.get(SECOND)) == "/sign-in"
    assert client.post("/sign-in/passkey", data={"assertion": other.show(options(client))}).status_code == 303


def test_a_page_that_loads_nobody_is_closed_too_before_there_is_a_factor(
    app: Flask, signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    browser = signed_in(cast.sopheap)
    assert browser.get(f"{probe}/careless").status_code == 200
    shell: Shell = app.extensions["owso"]
    safety = replace(house.safety, second_factor_for=frozenset({CASHIER}))
    app.extensions["owso"] = replace(shell, house=replace(house, safety=safety))
    for address in ("careless", "cashier"):
        assert leads_to(browser.get(f"{probe}/{address}")) == "/account/factors"
    assert browser.get(f"{probe}/public").status_code == 200
