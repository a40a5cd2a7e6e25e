"""The pages on which somebody changes telephone and e-mail of their account."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from storage.people import Person
from storage.sign_ins import EndReason, SignIn
from tests.cast import PASSWORD, Cast, Member
from tests.fixtures.houses import SetClock, both_databases
from tests.letters import code_to, letters_to, other_than
from tests.web.citizen.test_applying import text_of
from web.app import move_in
from web.config import Settings
from web.context import Shell

Browser = Callable[[Member], FlaskClient]
NEW_PHONE = "+85512999888"
CODES = "/account/contacts/code"
NEW = {"contact": "012 999 888", "via": "sms", "password": PASSWORD}


@pytest.fixture
def dara(signed_in: Browser, cast: Cast) -> FlaskClient:
    return signed_in(cast.dara)


def phone_of(house: House, who: Member) -> str | None:
    with house.database.reading() as session:
        return session.get_one(Person, who.person_id).phone


def test_the_page_says_what_a_telephone_in_other_hands_opens_and_what_keeps_it_shut(dara: FlaskClient) -> None:
    page = text_of(dara, "/account/contacts")
    assert "Whoever has your SIM card" in page
    assert 'href="/account/factors"' in page


@both_databases
def test_the_telephone_is_changed_and_every_other_browser_is_signed_out(
    dara: FlaskClient, signed_in: Browser, cast: Cast, house: House, client: FlaskClient
) -> None:
    elsewhere = signed_in(cast.dara)
    assert "012 345 601" in text_of(dara, "/account/contacts")
    assert dara.post("/account/contacts/new", data=NEW).location == CODES
    assert "012 999 888" in text_of(dara, CODES)
    answer = dara.post(CODES, data={"old_code": code_to(house, cast.dara.phone)})
    assert answer.location == CODES
    for _ in range(2):  # read, and read again
        page = text_of(dara, CODES)
        assert "Given back" in page
        assert 'name="old_code"' not in page
    assert dara.post(CODES, data={"new_code": code_to(house, NEW_PHONE)}).location == "/account/contacts"
    assert "Your new contact counts" in text_of(dara, "/account/contacts")
    assert phone_of(house, cast.dara) == NEW_PHONE
    assert elsewhere.get("/account").location.startswith("/sign-in")
    assert client.post("/sign-in", data={"login": "012999888", "password": PASSWORD}).status_code == 303
    assert client.post("/sign-out").status_code == 303
    assert client.post("/sign-in", data={"login": cast.dara.phone, "password": PASSWORD}).status_code == 422


def test_without_the_password_no_code_leaves_and_what_was_typed_stays(
    dara: FlaskClient, house: House, cast: Cast
) -> None:
    for wrong in ("", "wrong"):
        answer = dara.post("/account/contacts/new?lang=en", data=NEW | {"password": wrong})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "This is not your password" in page
        assert 'value="012 999 888"' in page
    assert letters_to(house, NEW_PHONE) == []
    assert dara.get(CODES).location == "/account/contacts"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("nobody", "This is neither"), ("x" * 5_000, "This is neither"), ("012 345 601", "of your account already")],
)
def test_what_cannot_be_taken_is_said_beside_the_field(dara: FlaskClient, typed: str, said: str) -> None:
    answer = dara.post("/account/contacts/new?lang=en", data=NEW | {"contact": typed})
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)


def test_a_wrong_code_is_said_beside_its_field_and_a_late_one_begins_anew(
    dara: FlaskClient, house: House, clock: SetClock
) -> None:
    dara.post("/account/contacts/new", data=NEW)
    answer = dara.post(f"{CODES}?lang=en", data={"new_code": other_than(code_to(house, NEW_PHONE))})
    assert answer.status_code == 422
    assert 'id="new_code-error"' in answer.get_data(as_text=True)
    clock.pass_time(minutes=10)
    answer = dara.post(CODES, data={"new_code": code_to(house, NEW_PHONE)})
    assert "This does not work any more" in text_of(dara, answer.location)


def test_five_wrong_codes_end_the_change(dara: FlaskClient, house: House) -> None:
    dara.post("/account/contacts/new", data=NEW)
    wrong = other_than(code_to(house, NEW_PHONE))
    answers = [dara.post(CODES, data={"new_code": wrong}).status_code for _ in range(5)]
    assert answers == [422] * 4 + [303]
    assert "This does not work any more" in text_of(dara, CODES)


def test_the_last_code_sent_twice_is_harmless(dara: FlaskClient, house: House, cast: Cast) -> None:
    dara.post("/account/contacts/new", data=NEW)
    codes = {"new_code": code_to(house, NEW_PHONE), "old_code": code_to(house, cast.dara.phone)}
    assert dara.post(CODES, data=codes).location == "/account/contacts"
    assert dara.post(CODES, data=codes).location == "/account/contacts"
    assert phone_of(house, cast.dara) == NEW_PHONE


def test_the_change_lives_in_the_browser_that_asked(
    dara: FlaskClient, signed_in: Browser, house: House, cast: Cast
) -> None:
    dara.post("/account/contacts/new", data=NEW)
    codes = {"new_code": code_to(house, NEW_PHONE), "old_code": code_to(house, cast.dara.phone)}
    assert signed_in(cast.dara).post(CODES, data=codes).location == "/account/contacts"
    assert phone_of(house, cast.dara) == cast.dara.phone


def test_too_many_codes_are_refused_in_words(dara: FlaskClient) -> None:
    for _ in range(3):
        assert dara.post("/account/contacts/new", data=NEW).status_code == 303
    answer = dara.post("/account/contacts/new?lang=en", data=NEW)
    assert (answer.status_code, "Ask for a new one in 1 minutes" in answer.get_data(as_text=True)) == (429, True)


def test_a_contact_of_the_counter_is_proved_by_one_code(dara: FlaskClient, house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).email_proved_at = None
    assert "Not proved yet" in text_of(dara, "/account/contacts")
    assert dara.post("/account/contacts/prove", data={"channel": "email"}).location == CODES
    assert cast.dara.email is not None
    dara.post(CODES, data={"new_code": code_to(house, cast.dara.email)})
    page = text_of(dara, "/account/contacts")
    assert "This contact is proved" in page
    assert "Not proved yet" not in page
    assert dara.post("/account/contacts/prove", data={"channel": "email"}).status_code == 404


def test_a_contact_is_removed_after_a_question_a_password_and_a_code(
    dara: FlaskClient, house: House, cast: Cast
) -> None:
    gone = {"channel": "sms"}
    assert "Remove 012 345 601?" in dara.post("/account/contacts/remove?lang=en", data=gone).get_data(as_text=True)
    confirmed = gone | {"confirmed": "yes", "password": "wrong"}
    assert dara.post("/account/contacts/remove", data=confirmed).status_code == 422
    assert dara.post("/account/contacts/remove", data=confirmed | {"password": PASSWORD}).location == CODES
    assert cast.dara.email is not None
    dara.post(CODES, data={"old_code": code_to(house, cast.dara.email)})
    assert phone_of(house, cast.dara) is None
    assert "This contact is removed" in text_of(dara, "/account/contacts")


def test_the_last_contact_is_not_removed(signed_in: Browser, cast: Cast, house: House) -> None:
    bopha = signed_in(cast.bopha)
    for channel in ("sms", "email", "fax", ""):
        data = {"channel": channel, "confirmed": "yes", "password": PASSWORD}
        assert bopha.post("/account/contacts/remove", data={"channel": channel}).location == "/account/contacts"
        assert bopha.post("/account/contacts/remove", data=data).status_code in (404, 409)
    assert phone_of(house, cast.bopha) == cast.bopha.phone


def test_a_browser_that_was_signed_out_is_told_why(
    dara: FlaskClient, app: Flask, house: House, cast: Cast, signed_in: Browser
) -> None:
    signed_in(cast.dara)
    dara.post("/account/contacts/new", data=NEW)
    dara.post(CODES, data={"new_code": code_to(house, NEW_PHONE), "old_code": code_to(house, cast.dara.phone)})
    with house.database.reading() as session:
        ended = [one.end_kind for one in session.query(SignIn).order_by(SignIn.id)]
    assert ended == [EndReason.ELSEWHERE, EndReason.ELSEWHERE, None]


def test_only_a_demonstration_that_sends_nothing_shows_both_messages(
    app: Flask, dara: FlaskClient, house: House, clock: SetClock, settings: Settings, cast: Cast
) -> None:
    assert "no code can be sent" in text_of(dara, "/account/contacts/new")
    assert dara.post("/account/contacts/new", data=NEW).location == CODES
    assert "Only in this demonstration" not in text_of(dara, CODES)
    move_in(app, Shell(house, clock, replace(settings, demo=True)))
    assert "no code can be sent" not in text_of(dara, "/account/contacts/new")
    new, old = re.findall(r"(?<!\d)\d{6}(?!\d)", text_of(dara, CODES).split("Only in this demonstration", 1)[1])[:2]
    assert dara.post(CODES, data={"new_code": new}).location == CODES
    assert text_of(dara, CODES).count("Only in this demonstration") == 1
    assert dara.post(CODES, data={"old_code": old}).location == "/account/contacts"
    assert phone_of(house, cast.dara) == NEW_PHONE
