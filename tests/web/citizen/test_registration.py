"""Creating an account on a phone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.web.citizen.test_applying import text_of

pytestmark = pytest.mark.usefixtures("licence")
NEW = {
    "name_km": "ម៉ៅ ចាន់",
    "name_latin": "Mao Chan",
    "phone": "០១២ ៧៧៧ ០០៩",
    "email": "",
    "password": "three good words",
}


def test_a_new_account_is_signed_in_at_once_and_told_to_verify(client: FlaskClient) -> None:
    answer = client.post("/register", data=NEW)
    assert (answer.status_code, answer.location) == (303, "/account")
    page = text_of(client, "/account")
    assert "Mao Chan" in page
    assert "Verify your account" in page
    assert "at most 3 working days" in page


def test_registering_goes_on_where_the_person_wanted_to_go_but_never_to_another_site(client: FlaskClient) -> None:
    assert client.post("/register", data={**NEW, "next": "/services/x/apply"}).location == "/services/x/apply"
    client.post("/sign-out")
    other = {**NEW, "phone": "012 777 010", "next": "//evil.example"}
    assert client.post("/register", data=other).location == "/account"


def test_what_was_typed_stays_when_something_is_wrong_but_never_the_password(client: FlaskClient) -> None:
    answer = client.post("/register?lang=en", data={**NEW, "phone": "12", "password": "short"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This is not a telephone number" in page
    assert "at least 8 characters" in page
    assert 'value="Mao Chan"' in page
    assert 'value="short"' not in page


def test_a_number_that_has_an_account_is_sent_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/register?lang=en", data={**NEW, "phone": cast.dara.phone})
    assert answer.status_code == 422
    assert "Sign in instead" in answer.get_data(as_text=True)


def test_somebody_signed_in_has_an_account(client: FlaskClient) -> None:
    client.post("/register", data=NEW)
    assert client.get("/register").location == "/account"
