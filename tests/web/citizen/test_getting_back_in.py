"""A forgotten password is no end: a code, the account, a new password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.people import identities
from engine.people.identities import Identity
from storage.people import Membership, Person
from tests.cast import HIRED, PASSWORD, Cast, Member
from tests.doors import GOOD, NAMES, Doors, send, stranger, words
from tests.fixtures.houses import SetClock, both_databases
from web.app import create_app
from web.attempts import attempts_of
from web.config import Settings

PHONE = "012 345 601"
FORGOTTEN, CODE, ACCOUNTS, SET = "/sign-in/forgotten", "/sign-in/code", "/sign-in/accounts", "/sign-in/password"
ANOTHER = "another good one"


def made_at_the_counter(doors: Doors, cast: Cast, phone: str) -> int:
    """Somebody whose papers the office has seen, and who has shown there that the telephone is theirs."""
    with doors.house.database.transaction() as session:
        who = Identity("មាស សុខា", "Meas Sokha", phone=phone)
        made = identities.register_at_counter(
            session, doors.house, cast.bopha.actor, cast.battambang, who, now=doors.clock.now()
        )
        session.get_one(Person, made).phone_proved_at = doors.clock.now()
    return made


@both_databases
def test_who_forgot_the_password_sets_another_and_everybody_else_is_out(
    app: Flask, doors: Doors, browser: FlaskClient, signed_in: Callable[[Member], FlaskClient], cast: Cast
) -> None:
    elsewhere = signed_in(cast.dara)
    browser.get("/sign-in")
    browser.post(FORGOTTEN, data={"contact": PHONE, "next": "/account/looks"})
    assert send(browser, CODE, "code", code=doors.code()).location == SET
    page = words(browser.get(SET))
    assert "For this account: So… Da…" in page
    assert "Verified at an office." in page
    assert "Sok Dara" not in page
    assert "You remember your password after all?" in page  # whoever was only made to wait keeps it
    refused = send(browser, SET, "new", new="dara1990")
    assert "at least 10 characters" in words(refused)
    assert "dara1990" not in words(refused)
    assert "made of what others know" in words(send(browser, SET, "new", new="Sok Dara 1990"))
    assert send(browser, SET, "new", new=ANOTHER).location == "/account/looks"
    assert "Your new password is set" in words(browser.get("/account/looks"))
    assert elsewhere.get("/account").location.startswith("/sign-in")
    other = stranger(app)
    assert other.post("/sign-in", data={"login": PHONE, "password": PASSWORD}).status_code == 422
    assert other.post("/sign-in", data={"login": PHONE, "password": ANOTHER}).location == "/account"
    assert [message for message in doors.messages(cast.dara.phone) if "ពាក្យសម្ងាត់ថ្មី" in message]


def test_a_code_for_a_contact_without_account_offers_to_make_one(doors: Doors, browser: FlaskClient) -> None:
    assert doors.shows(browser, "012 777 020", page=FORGOTTEN) == "/register/account"
    assert "No account is reached there" in words(browser.get("/register/account"))
    assert send(browser, "/register/account", "password", **NAMES, password=GOOD).location == "/account"


def test_whoever_registers_with_a_contact_of_their_own_account_may_set_its_password(
    doors: Doors, browser: FlaskClient, cast: Cast
) -> None:
    assert doors.shows(browser, PHONE) == ACCOUNTS
    page = words(browser.get(ACCOUNTS))
    assert "So… Da…" in page
    assert "A new account, for another person" in page
    assert "Choose an account" in words(send(browser, ACCOUNTS, "account"))
    assert "Choose an account" in words(send(browser, ACCOUNTS, "account", account=str(cast.sreyneang.person_id)))
    assert send(browser, ACCOUNTS, "account", account=str(cast.dara.person_id)).location == SET
    assert send(browser, SET, "new", new=ANOTHER).location == "/account"


@both_databases
def test_an_officer_is_led_to_a_second_person_and_to_nothing_else(
    app: Flask, doors: Doors, browser: FlaskClient, cast: Cast
) -> None:
    assert doors.shows(browser, cast.bopha.phone, page=FORGOTTEN) == ACCOUNTS
    page = words(browser.get(ACCOUNTS))
    assert "An account of an officer" in page
    assert f'value="{cast.bopha.person_id}"' not in page
    insisted = browser.post(ACCOUNTS, data={"account": str(cast.bopha.person_id)})
    assert "A second person gives it a new password" in words(insisted)
    forced = browser.post(SET, data={"account": str(cast.bopha.person_id), "new": ANOTHER})
    assert forced.status_code == 403
    assert "A second person gives it a new password" in words(forced)
    other = stranger(app)
    assert other.post("/sign-in", data={"login": cast.bopha.phone, "password": PASSWORD}).location == "/office"


def test_one_account_of_a_family_may_be_an_officers_and_the_other_is_offered(
    doors: Doors, browser: FlaskClient, cast: Cast
) -> None:
    with doors.house.database.transaction() as session:
        session.get_one(Person, cast.sreyneang.person_id).phone = cast.dara.phone
        session.add(Membership(person_id=cast.sreyneang.person_id, group="cashier", from_day=HIRED))
    assert doors.shows(browser, PHONE, page=FORGOTTEN) == ACCOUNTS
    page = words(browser.get(ACCOUNTS))
    assert f'value="{cast.dara.person_id}"' in page
    assert f'value="{cast.sreyneang.person_id}"' not in page


def test_a_disabled_account_is_sent_to_the_office(doors: Doors, browser: FlaskClient, cast: Cast) -> None:
    with doors.house.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).disabled_at = doors.clock.now()
    assert doors.shows(browser, PHONE, page=FORGOTTEN) == ACCOUNTS
    assert "This account is disabled. Ask at the office." in words(browser.get(ACCOUNTS))
    forced = browser.post(SET, data={"account": str(cast.dara.person_id), "new": ANOTHER})
    assert forced.status_code == 403


@both_databases
def test_an_account_made_at_the_counter_is_claimed_and_the_person_is_told(
    app: Flask, doors: Doors, browser: FlaskClient, signed_in: Callable[[Member], FlaskClient], cast: Cast
) -> None:
    phone = "012 777 021"
    made_at_the_counter(doors, cast, phone)
    assert doors.shows(browser, phone, page=FORGOTTEN) == SET
    page = words(browser.get(SET))
    assert "Made at a counter; nobody has signed in to it yet." in page
    assert "it is written down who claims it" in page
    assert send(browser, SET, "new", new=ANOTHER).location == "/account"
    assert "Meas Sokha" in words(browser.get("/account"))
    assert [message for message in doors.messages(phone) if "គណនីអ្នកមានពាក្យសម្ងាត់" in message]
    log = words(signed_in(cast.visal).get("/admin/security-log?lang=en"))
    assert "Account made at a counter claimed by a code" in log


def test_a_page_for_the_password_without_a_chosen_account_asks_which(
    doors: Doors, browser: FlaskClient, cast: Cast
) -> None:
    doors.shows(browser, PHONE)
    assert browser.get(SET).location == ACCOUNTS
    for typed in ("", "0", "-1", "x", str(cast.bopha.person_id), "9" * 30):
        assert browser.post(SET, data={"account": typed, "new": ANOTHER}).location == ACCOUNTS


def test_the_owner_gets_in_while_somebody_guesses(
    doors: Doors, settings: Settings, clock: SetClock, cast: Cast
) -> None:
    """A browser that gave back a code is known: strangers who used up all attempts do not shut it out."""
    app = create_app(replace(settings, rate_limits=True), doors.house, clock)
    app.config["WTF_CSRF_ENABLED"] = False
    attempts_of(app).clock = clock
    guesser, owner = stranger(app), stranger(app)
    statuses = [guesser.post("/sign-in", data={"login": PHONE, "password": "wrong"}).status_code for _ in range(40)]
    assert statuses[-1] == 429
    enter = {"login": PHONE, "password": PASSWORD}
    slowed = owner.post("/sign-in", data=enter)
    assert slowed.status_code == 429
    assert "Get in by a code" in words(slowed)
    assert doors.shows(owner, PHONE, page=FORGOTTEN) == SET
    assert owner.post("/sign-in", data=enter).location == "/account"


def test_the_second_of_two_tabs_is_told_that_it_is_done(app: Flask, doors: Doors, cast: Cast) -> None:
    client = stranger(app)
    doors.shows(client, PHONE, page=FORGOTTEN)
    before = client.get_cookie("owso")
    assert before is not None
    assert send(client, SET, "new", new=ANOTHER).location == "/account"
    other = stranger(app)
    other.set_cookie("owso", before.value)
    assert other.post(SET, data={"account": str(cast.dara.person_id), "new": GOOD}).location == "/sign-in"
    assert "is done already" in words(other.get("/sign-in"))
    with doors.house.database.reading() as session:
        kept = session.scalars(select(Person.password_hash).where(Person.id == cast.dara.person_id)).one()
    assert kept is not None
    assert doors.house.passwords.verify(ANOTHER, kept)


@pytest.mark.parametrize("page", ["/sign-in", "/sign-in/forgotten", "/register"])
def test_whoever_has_a_slip_of_the_counter_is_led_to_where_it_is_typed(browser: FlaskClient, page: str) -> None:
    assert 'href="/claim"' in browser.get(page).get_data(as_text=True)
    for way_back in ("/sign-in", "/sign-in/forgotten"):
        assert f'href="{way_back}"' in browser.get("/claim").get_data(as_text=True)
