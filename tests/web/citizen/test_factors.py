"""My second factors on the pages: set up, named, removed, and asked for once more before anything is changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter
from werkzeug.test import TestResponse

from engine.house import House
from engine.packages.groups import ADMINISTRATOR, APPROVER
from storage.factors import Passkey
from storage.sign_ins import SignIn
from tests.cast import PASSWORD, Cast, Member
from tests.devices import Device
from tests.fixtures.houses import SetClock
from tests.web.factors import (
    MINE,
    SECOND,
    code_now,
    first_step,
    half_a_minute_passes,
    is_in,
    leads_to,
    minutes_pass,
    text_of,
    with_app,
    with_passkey,
)
from tests.web.security.addresses import POSTED, READ, rules
from web.access import rule_of
from web.app import move_in
from web.config import Settings
from web.context import Shell

Browser = Callable[[Member], FlaskClient]
CONFIRM = "/account/confirm"


@pytest.fixture
def strict(app: Flask, house: House, clock: SetClock, settings: Settings) -> House:
    """The pages of a house in which administrators and approvers work with a second factor only."""
    groups = frozenset({ADMINISTRATOR, APPROVER})
    found = replace(house, safety=replace(house.safety, second_factor_for=groups))
    move_in(app, Shell(found, clock, settings))
    return found


def filled(converter: BaseConverter) -> object:
    """Something that this part of an address may be."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def page(browser: FlaskClient, address: str = MINE) -> str:
    return text_of(browser.get(f"{address}?lang=en"))


def test_an_app_is_set_up_with_a_code_and_recovery_codes_are_shown_once(signed_in: Browser, cast: Cast) -> None:
    browser = signed_in(cast.dara)
    shown = page(browser, f"{MINE}/app")
    assert "<svg" in shown
    assert 'href="otpauth://totp/' in shown  # nobody scans the screen of the phone in their hand
    secret, codes = with_app(browser)
    assert len(codes) == 10
    assert "10 codes are left" in page(browser)
    assert not any(code in page(browser) for code in codes)
    assert "an authenticator app, 10 recovery codes left" in page(browser, "/account")
    assert secret not in page(browser)
    assert 'href="/account/sign-ins">Where I am signed in' in page(browser), "the others may be ended now"


def test_a_wrong_code_shows_the_same_secret_again(signed_in: Browser, cast: Cast) -> None:
    browser = signed_in(cast.dara)
    shown = page(browser, f"{MINE}/app")
    offer = re.findall(r'name="offer" value="([^"]+)"', shown)[0]
    refused = browser.post(f"{MINE}/app", data={"offer": offer, "one_time_code": "12345"})
    assert (refused.status_code, offer in text_of(refused)) == (422, True)
    old = browser.post(f"{MINE}/app?lang=en", data={"offer": "an old one", "one_time_code": "12345"})
    assert (old.status_code, "too old" in text_of(old)) == (422, True)
    assert "Set up an app" in page(browser)


def test_passkeys_have_names_and_are_removed_one_by_one(signed_in: Browser, cast: Cast, house: House) -> None:
    browser = signed_in(cast.dara)
    first = with_passkey(browser, Device(), "My <b>telephone</b>")
    assert (first.status_code, "ខ្ញុំបានរក្សាទុកហើយ" in text_of(first)) == (200, True)
    assert leads_to(with_passkey(browser, Device(), "The key")) == MINE
    assert "My <b>telephone</b>" in page(browser)  # unescaped here
    assert "<b>telephone" not in browser.get(MINE).get_data(as_text=True)
    with house.database.reading() as session:
        one, other = session.scalars(select(Passkey.id).order_by(Passkey.id))
    assert 'value="The key"' in text_of(browser.get(f"{MINE}?rename={other}"))
    assert leads_to(browser.post(f"{MINE}/passkeys/{other}/name", data={"name": "A key"})) == MINE
    assert browser.post(f"{MINE}/passkeys/{other}/name", data={"name": " "}).status_code == 422
    asked = browser.post(f"{MINE}/passkeys/{one}/remove?lang=en")
    assert (asked.status_code, "Remove the passkey?" in text_of(asked)) == (200, True)
    browser.post(f"{MINE}/passkeys/{one}/remove", data={"confirmed": "yes"})
    shown = page(browser)
    assert ("A key" in shown, "telephone</b>" in shown) == (True, False)
    stranger = signed_in(cast.sreyneang)
    for address in (f"{MINE}/passkeys/{other}/name", f"{MINE}/passkeys/{other}/remove"):
        assert stranger.post(address, data={"name": "Mine", "confirmed": "yes"}).status_code == 404


def test_a_passkey_without_a_name_or_from_another_page_is_not_added(signed_in: Browser, cast: Cast) -> None:
    browser, device = signed_in(cast.dara), Device()
    nameless = with_passkey(browser, device, "")
    assert (nameless.status_code, 'href="#name"' in text_of(nameless)) == (422, True)
    stale = browser.post(f"{MINE}/passkey?lang=en", data={"name": "x", "assertion": "{}"})
    assert (stale.status_code, "not recognised" in text_of(stale)) == (422, True)
    assert with_passkey(browser, device).status_code == 200
    assert with_passkey(browser, device).status_code == 409


def test_after_ten_minutes_it_is_asked_whether_it_is_still_them(signed_in: Browser, cast: Cast, house: House) -> None:
    browser = signed_in(cast.dara)
    minutes_pass(house, cast.dara, 11)
    for answer, back in (
        (browser.get(f"{MINE}/app"), f"{MINE}/app"),
        (browser.get(f"{MINE}/passkey"), f"{MINE}/passkey"),
        (browser.post(f"{MINE}/codes"), MINE),
        (browser.post(f"{MINE}/app/remove", data={"confirmed": "yes"}), f"{MINE}/app"),
    ):
        assert answer.location == f"{CONFIRM}?next={back}"
    script = browser.get(f"{MINE}/passkey/options", headers={"Accept": "application/json"})
    assert (script.status_code, "message" in script.get_json()) == (403, True)
    asked = f"{CONFIRM}?next={MINE}/app"
    assert browser.post(asked, data={"password": "not it", "next": f"{MINE}/app"}).status_code == 422
    assert leads_to(browser.post(asked, data={"password": PASSWORD, "next": f"{MINE}/app"})) == f"{MINE}/app"
    assert browser.get(f"{MINE}/app").status_code == 200
    assert leads_to(browser.post(CONFIRM, data={"password": PASSWORD, "next": "//example.com"})) == MINE


def test_the_app_and_the_passkey_show_it_as_well(signed_in: Browser, cast: Cast, house: House) -> None:
    browser, device = signed_in(cast.dara), Device()
    secret, _ = with_app(browser)
    with_passkey(browser, device)
    half_a_minute_passes(house)
    minutes_pass(house, cast.dara, 11)
    assert browser.post(CONFIRM, data={"one_time_code": "000000"}).status_code == 422
    assert leads_to(browser.post(CONFIRM, data={"one_time_code": code_now(secret)})) == MINE
    assert browser.get(f"{MINE}/app").status_code == 200
    minutes_pass(house, cast.dara, 11)
    options = browser.get(f"{CONFIRM}/options").get_json()
    stranger = Device(credential=device.credential, handle=device.handle)
    assert browser.post(f"{CONFIRM}/passkey", data={"assertion": stranger.show(options)}).status_code == 422
    options = browser.get(f"{CONFIRM}/options").get_json()
    assert leads_to(browser.post(f"{CONFIRM}/passkey", data={"assertion": device.show(options)})) == MINE
    assert browser.get(f"{MINE}/app").status_code == 200


def test_whoever_shows_that_it_is_them_goes_on_with_a_new_token(
    app: Flask, signed_in: Browser, cast: Cast, house: House
) -> None:
    browser, thief, device = signed_in(cast.dara), app.test_client(), Device()
    secret, _ = with_app(browser)
    with_passkey(browser, device)
    half_a_minute_passes(house)
    ways: tuple[Callable[[], TestResponse], ...] = (
        lambda: browser.post(CONFIRM, data={"one_time_code": code_now(secret)}),
        lambda: browser.post(
            f"{CONFIRM}/passkey", data={"assertion": device.show(browser.get(f"{CONFIRM}/options").get_json())}
        ),
    )
    for way in ways:
        copied(browser, thief)
        assert is_in(thief)
        assert leads_to(way()) == MINE
        assert (is_in(browser), is_in(thief)) == (True, False)
    alone, thief = signed_in(cast.sreyneang), app.test_client()
    copied(alone, thief)
    assert alone.post(CONFIRM, data={"password": "not it"}).status_code == 422
    assert is_in(thief)
    assert leads_to(alone.post(CONFIRM, data={"password": PASSWORD})) == MINE
    assert (is_in(alone), is_in(thief)) == (True, False)


def copied(browser: FlaskClient, thief: FlaskClient) -> None:
    """Somebody has the cookie of this browser."""
    with browser.session_transaction() as here, thief.session_transaction() as there:
        there.clear()
        there.update(here)


def test_a_browser_that_knows_the_password_only_has_to_show_the_factor(
    signed_in: Browser, cast: Cast, house: House
) -> None:
    before, here = signed_in(cast.dara), signed_in(cast.dara)
    secret, _ = with_app(here)
    half_a_minute_passes(house)
    assert leads_to(before.get(f"{MINE}/app")) == CONFIRM
    assert 'name="password"' not in page(before, CONFIRM)
    assert before.post(CONFIRM, data={"password": PASSWORD}).status_code == 422
    assert leads_to(before.post(CONFIRM, data={"one_time_code": code_now(secret)})) == MINE
    assert before.get(f"{MINE}/app").status_code == 200


@pytest.mark.parametrize("who", ["visal", "sothea"])
def test_who_needs_a_factor_reaches_nothing_else_before_there_is_one(
    app: Flask, signed_in: Browser, cast: Cast, strict: House, who: str
) -> None:
    browser = signed_in(getattr(cast, who))
    for answer in (
        browser.get("/admin/clocks"),
        browser.get("/analyst"),
        browser.get("/account"),
        browser.get("/account/password"),
        browser.get("/office"),
        browser.post("/account/language", data={"language": "en"}),
        browser.post("/admin/offices/02/hours", data={}),
    ):
        assert leads_to(answer) == MINE
    assert browser.get("/services").status_code == 200
    assert "Set up a second factor to go on" in page(browser)
    _secret, codes = with_app(browser)
    assert len(codes) == 10
    assert browser.get("/account").status_code == 200
    refused = browser.post(f"{MINE}/app/remove?lang=en", data={"confirmed": "yes"})
    assert (refused.status_code, "Add another one before" in text_of(refused)) == (409, True)
    assert leads_to(browser.post("/sign-out")) == "/"


def test_no_page_but_those_of_factors_is_open_before(app: Flask, signed_in: Browser, cast: Cast, strict: House) -> None:
    browser, open_before = signed_in(cast.visal), set()
    for way in (READ, POSTED):
        for route in rules(app, way):
            rule = rule_of(app, route.endpoint)
            assert rule is not None
            if rule.before_factor:
                open_before.add(route.endpoint)
            elif not rule.public:
                named = {name: filled(route._converters[name]) for name in route.arguments - set(route.defaults or ())}
                with app.test_request_context():
                    address = url_for(route.endpoint, **named)
                answer = browser.open(address, method=way)
                assert answer.status_code in (403, 404) or answer.location == MINE, (way, address)
    assert all(name.startswith(("citizen.factor", "citizen.confirm")) for name in open_before)


def test_a_passkey_is_enough_for_them_too(app: Flask, signed_in: Browser, cast: Cast, strict: House) -> None:
    browser, device = signed_in(cast.visal), Device()
    assert "/admin/clocks" in text_of(with_passkey(browser, device))
    assert browser.get("/admin/accounts").status_code == 200
    elsewhere = app.test_client()
    sent = {"assertion": device.show(elsewhere.get("/sign-in/passkey-options").get_json())}
    assert leads_to(elsewhere.post("/sign-in/passkey", data=sent)) == "/admin/clocks"
    assert elsewhere.get("/admin/accounts").status_code == 200


def test_others_are_not_asked(signed_in: Browser, cast: Cast, strict: House) -> None:
    for who, address in ((cast.dara, "/account"), (cast.bopha, "/office"), (cast.chenda, "/analyst")):
        assert signed_in(who).get(address).status_code in (200, 302, 303, 308)
        assert "Set up a second factor to go on" not in page(signed_in(who))


def test_a_browser_that_was_signed_in_before_shows_the_factor_first(
    signed_in: Browser, cast: Cast, strict: House, house: House
) -> None:
    before, here = signed_in(cast.visal), signed_in(cast.visal)
    secret, _ = with_app(here)
    half_a_minute_passes(house)
    assert before.get("/admin/clocks").location == f"{CONFIRM}?next=/admin/clocks"
    sent = {"one_time_code": code_now(secret), "next": "/admin/clocks"}
    assert leads_to(before.post(CONFIRM, data=sent)) == "/admin/clocks"
    assert before.get("/admin/clocks").status_code == 200


def test_a_new_password_does_not_ask_for_the_factor_again(signed_in: Browser, cast: Cast, strict: House) -> None:
    browser = signed_in(cast.visal)
    with_app(browser)
    answer = browser.post("/account/password", data={"old": PASSWORD, "new": "another good one"})
    assert leads_to(answer) == "/account"
    assert browser.get("/admin/clocks").status_code == 200


def test_a_script_is_told_in_its_own_way(signed_in: Browser, cast: Cast, strict: House) -> None:
    answer = signed_in(cast.visal).get("/analyst", headers={"Accept": "application/json"})
    assert (answer.status_code, "message" in answer.get_json()) == (403, True)


def test_the_second_step_leads_administrators_to_their_own_page(
    client: FlaskClient, signed_in: Browser, cast: Cast, strict: House
) -> None:
    secret, _ = with_app(signed_in(cast.visal))
    half_a_minute_passes(strict)
    assert leads_to(first_step(client, cast.visal, "/")) == SECOND
    assert leads_to(client.post(SECOND, data={"one_time_code": code_now(secret)})) == "/admin/clocks"
    assert is_in(client)
    with strict.database.reading() as session:
        assert session.scalars(select(SignIn.factor_at).order_by(SignIn.id.desc())).first() is not None
