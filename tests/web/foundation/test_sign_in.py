"""Signing in and out, and how long it lasts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from storage.people import Person
from tests.cast import Cast, Member

Browser = Callable[[Member], FlaskClient]


def _try(client: FlaskClient, login: str, password: str, onward: str = "/somewhere"):  # type: ignore[no-untyped-def]
    return client.post("/sign-in", data={"login": login, "password": password, "next": onward})


def test_a_person_signs_in_with_phone_or_e_mail_and_goes_where_they_wanted(client: FlaskClient, cast: Cast) -> None:
    for login in (cast.dara.phone, "012 345 601", cast.dara.email):
        answer = _try(client, str(login), cast.dara.password)
        assert (answer.status_code, answer.location) == (303, "/somewhere")


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    wrong = _try(client, cast.dara.phone, "not-the-password")
    unknown = _try(client, "+85517999999", "not-the-password")
    assert wrong.status_code == unknown.status_code == 422
    body = wrong.get_data(as_text=True)
    assert body.replace(cast.dara.phone, "") == unknown.get_data(as_text=True).replace("+85517999999", "")
    assert "មិនត្រឹមត្រូវ" in body


def test_a_password_never_comes_back_in_the_page(client: FlaskClient, cast: Cast) -> None:
    assert "secret-typed-word" not in _try(client, cast.dara.phone, "secret-typed-word").get_data(as_text=True)


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "/\x09/example.com", ""],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, cast: Cast, elsewhere: str) -> None:
    assert _try(client, cast.dara.phone, cast.dara.password, elsewhere).location == "/account"


def test_what_a_session_held_before_signing_in_is_dropped(client: FlaskClient, cast: Cast) -> None:
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
        planted["lang"] = "en"
    _try(client, cast.dara.phone, cast.dara.password)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["lang"] == "en"


def test_signing_out_needs_a_post_and_ends_the_session(signed_in: Browser, cast: Cast) -> None:
    browser = signed_in(cast.bopha)
    assert browser.get("/sign-out").status_code == 404
    assert browser.post("/sign-out").location == "/"
    with browser.session_transaction() as session:
        assert "person" not in session


def test_raising_the_epoch_signs_a_person_out_everywhere(
    signed_in: Browser, cast: Cast, house: House, probe: str
) -> None:
    browser = signed_in(cast.bopha)
    assert browser.get(f"{probe}/signed-in").status_code == 200
    with house.database.transaction() as session:
        person = session.get(Person, cast.bopha.person_id)
        assert person is not None
        person.session_epoch += 1
        session.flush()
    answer = browser.get(f"{probe}/signed-in")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={probe}/signed-in")


def test_a_session_ends_after_its_longest_time_even_when_it_is_used(
    app: Flask, signed_in: Browser, cast: Cast, probe: str
) -> None:
    browser = signed_in(cast.bopha)
    hours = app.extensions["owso"].settings.session_max_hours
    with browser.session_transaction() as session:
        session["since"] -= hours * 3600 + 60
    assert browser.get(f"{probe}/signed-in").status_code == 303


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client: FlaskClient, cast: Cast) -> None:
    cookie = next(
        value for value in _try(client, cast.dara.phone, cast.dara.password).headers.getlist("Set-Cookie")
        if value.startswith("owso=")
    )  # fmt: skip
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_what_was_copied_from_a_browser_opens_nothing_after_signing_out(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    copied = client.get_cookie("owso")
    assert copied is not None
    thief = client.application.test_client()
    thief.set_cookie("owso", copied.value)
    assert thief.get("/account").status_code == 200
    client.post("/sign-out")
    assert thief.get("/account").status_code == 303
    thief.set_cookie("owso", copied.value)
    assert thief.post("/account/language", data={"language": "en"}).location.startswith("/sign-in")
    thief.set_cookie("owso", copied.value)
    thief.post("/sign-out")  # and the copy does not sign out whoever comes next
    again = client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    assert again.status_code == 303
    thief.set_cookie("owso", copied.value)
    thief.post("/sign-out")
    assert client.get("/account").status_code == 200
