"""Creating an account on a phone: a code shows whose phone it is, then come a name and a password."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from storage.people import Person
from tests.cast import Cast
from tests.doors import GOOD, NAMES, Doors, code_in, send, stranger, words
from tests.fixtures.houses import SetClock, both_databases
from web.app import move_in
from web.config import Settings
from web.context import Shell

PHONE = "០១២ ៧៧៧ ០០៩"
ACCOUNT, CODE = "/register/account", "/sign-in/code"


def people(house: House) -> list[Person]:
    with house.database.reading() as session:
        return list(session.scalars(select(Person).order_by(Person.id)))


def registers(doors: Doors, client: FlaskClient, phone: str = PHONE, **typed: str) -> TestResponse:
    """Somebody registers from the first page to the last."""
    assert doors.shows(client, phone) == ACCOUNT
    return send(client, ACCOUNT, "password", **{**NAMES, "password": GOOD, **typed})


@both_databases
def test_a_new_account_is_signed_in_at_once_with_a_phone_that_was_shown(doors: Doors, browser: FlaskClient) -> None:
    answer = registers(doors, browser)
    assert (answer.status_code, answer.location) == (303, "/account")
    made = people(doors.house)[-1]
    assert (made.phone, made.name_latin, made.language) == ("+85512777009", "Mao Chan", "en")
    assert made.phone_proved_at == doors.clock.now()
    assert made.email is None
    page = words(browser.get("/account"))
    assert "Mao Chan" in page
    browser.post("/sign-out")
    assert browser.post("/sign-in", data={"login": PHONE, "password": GOOD}).location == "/account"


def test_registering_goes_on_where_the_person_wanted_to_go_but_never_to_another_site(app: Flask, doors: Doors) -> None:
    for wanted, led in (("/services/x/apply", "/services/x/apply"), ("//evil.example", "/account")):
        client = stranger(app)
        client.post("/register", data={"contact": f"012 777 0{len(wanted)}", "next": wanted})
        send(client, CODE, "code", code=doors.code())
        assert send(client, ACCOUNT, "password", **NAMES, password=GOOD).location == led


@both_databases
def test_nobody_exists_before_the_code_was_given_back(doors: Doors, browser: FlaskClient, cast: Cast) -> None:
    before = len(people(doors.house))
    assert doors.asks(browser, PHONE).location == CODE
    for address in (ACCOUNT, "/sign-in/accounts", "/sign-in/password"):
        assert browser.get(address).location == CODE
    posted = browser.post(ACCOUNT, data={**NAMES, "password": GOOD})
    assert posted.location == CODE
    assert "not given back in time" in words(browser.get(CODE))
    assert len(people(doors.house)) == before


@both_databases
def test_who_types_a_number_of_somebody_else_owns_nothing_and_its_owner_is_not_disturbed(
    app: Flask, doors: Doors
) -> None:
    squatter, owner = stranger(app), stranger(app)
    doors.asks(squatter, PHONE)
    assert "This is not the code" in words(send(squatter, CODE, "code", code="000000"))
    assert registers(doors, owner).location == "/account"
    mine = people(doors.house)[-1]
    assert "holds no longer" in words(send(squatter, CODE, "code", code="000000"))
    assert squatter.post(ACCOUNT, data={**NAMES, "password": GOOD}).location.startswith("/sign-in")
    assert [one.id for one in people(doors.house) if one.phone == mine.phone] == [mine.id]


@pytest.mark.parametrize("page", ["/register", "/sign-in/forgotten"])
def test_the_answers_are_the_same_whether_an_account_is_reached_there(
    app: Flask, doors: Doors, cast: Cast, page: str
) -> None:
    """Byte for byte but for tokens, the mark of the way and the number itself."""

    def seen(contact: str) -> list[tuple[int, str | None, str]]:
        client = stranger(app)
        answers = [client.post(page, data={"contact": contact}), client.get(CODE)]
        answers += [client.post(CODE, data={"code": "12"}) for _ in range(6)]
        answers += [client.post(f"{CODE}/again") for _ in range(3)]
        answers += [client.post(page, data={"contact": contact}), client.get(ACCOUNT), client.get(CODE)]
        return [(each.status_code, each.location, told(each, contact)) for each in answers]

    def told(answer: TestResponse, contact: str) -> str:
        text = answer.get_data(as_text=True).replace(contact, "…")
        return re.sub(r'name="(way|csrf_token)" value="[^"]*"', "", text)

    unknown, known, officer = (seen(number) for number in ("012 777 601", "012 345 601", "012 345 603"))
    assert [line[:2] for line in unknown] == [line[:2] for line in known] == [line[:2] for line in officer]
    assert unknown == known == officer
    assert 429 in [status for status, _, _ in unknown]


def test_what_was_typed_stays_when_something_is_wrong_but_never_the_password(
    doors: Doors, browser: FlaskClient
) -> None:
    answer = browser.post("/register", data={"contact": "12", "next": "/services"})
    assert answer.status_code == 422
    assert "This is not a telephone number" in words(answer)
    assert 'value="12"' in words(answer)
    assert 'value="/services"' in words(answer)
    refused = registers(doors, browser, name_km="", name_latin="", password="short")
    assert refused.status_code == 422
    assert "at least 10 characters" in words(refused)
    assert "Write your name" in words(refused)
    again = send(browser, ACCOUNT, "password", name_latin="Mao Chan", password="password2026")
    assert "tried first" in words(again)
    assert 'value="Mao Chan"' in words(again)
    assert "password2026" not in words(again)
    assert send(browser, ACCOUNT, "password", **NAMES, password=GOOD).location == "/account"


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("", "Give a phone number or an e-mail address"),
        ("who@", "This is not an e-mail address"),
        ("0123456", "This is not a telephone number"),
        ("me@example.org", "This office cannot send a code there"),
    ],
)
def test_what_cannot_be_reached_is_said_beside_the_field(browser: FlaskClient, contact: str, said: str) -> None:
    answer = browser.post("/register", data={"contact": contact})
    assert answer.status_code == 422
    assert said in words(answer)


NASTY = ("", "-1", "9" * 400, "²", "a\r\nb\u2028{{7*7}}", '"><script>', "a\0b", "\ud800", "ក" * 20_000, "' OR 1=1 --")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # the stricter one
def test_no_page_breaks_over_what_is_typed(app: Flask, doors: Doors) -> None:
    client = stranger(app)
    doors.shows(client, "012 345 601")
    pages = {
        CODE: ("code",),
        f"{CODE}?": ("code", "way"),
        ACCOUNT: ("name_km", "name_latin", "password"),
        "/sign-in/accounts": ("account",),
        "/sign-in/password": ("account", "new"),
        "/register": ("contact", "next"),
    }
    before = len(people(doors.house))
    for typed in NASTY:
        raw = typed.encode("utf-8", "surrogatepass")
        for address, fields in pages.items():
            body = b"&".join(field.encode() + b"=" + quote_from_bytes(raw).encode() for field in fields)
            answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (303, 400, 413, 422), (address, typed[:20], answer.status_code)
    assert len(people(doors.house)) == before
    assert client.get("/register/account").status_code in (200, 303)


def test_names_typed_stay_when_the_code_ran_out_meanwhile(doors: Doors, browser: FlaskClient) -> None:
    assert doors.shows(browser, PHONE) == ACCOUNT
    doors.clock.pass_time(minutes=31)
    late = browser.post(ACCOUNT, data={**NAMES, "password": GOOD})
    assert late.location == CODE
    assert "Ask for a new one" in words(browser.get(CODE))
    assert "holds no longer" in words(send(browser, CODE, "code", code="123456"))
    browser.post(f"{CODE}/again")
    assert send(browser, CODE, "code", code=doors.code()).location == ACCOUNT
    assert 'value="Mao Chan"' in words(browser.get(ACCOUNT))


def test_a_new_code_ends_the_one_before_and_comes_with_a_pause_after_the_third(
    doors: Doors, browser: FlaskClient
) -> None:
    doors.asks(browser, PHONE)
    first = doors.code()
    for _ in range(2):
        assert browser.post(f"{CODE}/again").location == CODE
    assert "This is not the code" in words(send(browser, CODE, "code", code=first))
    stopped = browser.post(f"{CODE}/again")
    assert "Ask for a new one in 1 minutes" in words(stopped)
    at_the_beginning = doors.asks(browser, PHONE)
    assert at_the_beginning.status_code == 429
    assert "in 1 minutes" in words(at_the_beginning)
    assert "You have a code already?" in words(at_the_beginning)
    assert send(browser, CODE, "code", code=doors.code()).location == ACCOUNT


def test_each_tab_goes_on_with_its_own_code(doors: Doors, browser: FlaskClient) -> None:
    tabs = []
    for number in ("012 777 011", "012 777 012"):
        doors.asks(browser, number)
        mark = re.search(r'name="way" value="(\w+)"', words(browser.get(CODE)))
        assert mark is not None
        tabs.append({"way": mark[1], "code": doors.code()})
    assert browser.post(CODE, data=tabs[0] | {"code": tabs[1]["code"]}).status_code == 422
    assert browser.post(CODE, data=tabs[0]).location == ACCOUNT
    assert browser.post(CODE, data=tabs[1]).location == ACCOUNT
    made = browser.post(ACCOUNT, data={"way": tabs[0]["way"], **NAMES, "password": GOOD})
    assert made.location == "/account"
    assert people(doors.house)[-1].phone == "+85512777011"


def test_a_page_of_a_code_that_is_gone_leads_on(doors: Doors, browser: FlaskClient) -> None:
    for address in (CODE, ACCOUNT, "/sign-in/accounts", "/sign-in/password"):
        assert browser.get(address).location == "/register"
        assert browser.post(address, data={"way": "0" * 16, "code": "1"}).location == "/register"
    doors.asks(browser, PHONE)
    assert browser.post(CODE, data={"way": "0" * 16, "code": doors.code()}).location == CODE
    assert "of an earlier code" in words(browser.get(CODE))


def test_sending_the_last_page_twice_makes_one_account(app: Flask, doors: Doors) -> None:
    client = stranger(app)
    doors.shows(client, PHONE)
    first, second = client.get_cookie("owso"), {**NAMES, "password": GOOD}
    assert first is not None
    assert client.post(ACCOUNT, data=second).location == "/account"
    before = len(people(doors.house))
    another = stranger(app)
    another.set_cookie("owso", first.value)
    assert another.post(ACCOUNT, data=second).location == "/sign-in"
    assert "is done already. Sign in" in words(another.get("/sign-in"))
    assert len(people(doors.house)) == before


@both_databases
def test_a_family_shares_a_phone_up_to_eight_and_each_has_a_password_of_their_own(app: Flask, doors: Doors) -> None:
    assert registers(doors, stranger(app)).location == "/account"
    for number in range(2, 9):
        doors.clock.pass_time(days=1)
        client = stranger(app)
        assert doors.shows(client, PHONE) == "/sign-in/accounts"
        shown = words(client.get("/sign-in/accounts"))
        assert "Ma… Ch…" in shown
        assert "Mao Chan" not in shown
        assert send(client, "/sign-in/accounts", "account", account="another").location == ACCOUNT
        assert "A new account for another person" in words(client.get(ACCOUNT))
        same = send(client, ACCOUNT, "password", **NAMES, password=GOOD)
        assert "Somebody who is reached by the same phone number" in words(same)
        made = send(client, ACCOUNT, "password", **NAMES, password=f"{GOOD} {number}")
        assert made.location == "/account"
    doors.clock.pass_time(days=1)
    ninth = stranger(app)
    doors.shows(ninth, PHONE)
    page = words(ninth.get("/sign-in/accounts"))
    assert "No more than 8 people" in page
    assert 'value="another"' not in page
    refused = ninth.post(ACCOUNT, data={**NAMES, "password": "yet another good one"})
    assert "8 people are reached" in words(refused)
    for number in (2, 8):
        client = stranger(app)
        client.post("/sign-in", data={"login": PHONE, "password": f"{GOOD} {number}"})
        assert words(client.get("/account")).count("Mao Chan")


def test_somebody_signed_in_has_an_account(doors: Doors, browser: FlaskClient) -> None:
    registers(doors, browser)
    for address in ("/register", CODE, ACCOUNT, "/sign-in/forgotten", "/sign-in/accounts", "/sign-in/password"):
        assert browser.get(address).location == "/account"


def test_an_office_that_sends_nothing_leads_to_the_counter(client: FlaskClient, house: House, cast: Cast) -> None:
    for address in ("/register", "/sign-in/forgotten"):
        page = words(client.get(f"{address}?lang=en"))
        assert "This office sends no SMS and no e-mail" in page
        assert "Come to the counter" in page
        assert 'name="contact"' not in page
        assert client.post(address, data={"contact": PHONE}).status_code == 422


def test_only_a_demonstration_that_sends_nothing_shows_the_message(
    app: Flask, house: House, clock: SetClock, settings: Settings, doors: Doors
) -> None:
    client = stranger(app)
    doors.asks(client, PHONE)
    assert doors.code() not in words(client.get(CODE))
    move_in(app, Shell(doors.house, clock, replace(settings, demo=True)))
    assert doors.code() not in words(client.get(CODE))
    move_in(app, Shell(house, clock, replace(settings, demo=True)))
    visitor, desk = stranger(app), Doors(house, clock, doors.gateway)
    assert desk.asks(visitor, "012 777 013").location == CODE
    shown = words(visitor.get(CODE))
    assert "Only in this demonstration" in shown
    desk.messages()
    recorded = words(visitor.get(CODE))
    assert "Only in this demonstration" in recorded
    code = code_in(re.sub(r"<[^>]+>", " ", recorded.partition("Only in this demonstration")[2]))
    assert send(visitor, CODE, "code", code=code).location == ACCOUNT
