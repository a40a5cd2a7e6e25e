"""What protects every answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from engine.house import House
from tests.cast import Cast
from tests.web.foundation.conftest import build_app


@pytest.mark.parametrize("address", ["/probe/public", "/sign-in", "/nowhere", "/probe/broken", "/probe/signed-in"])
def test_every_answer_carries_the_protecting_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_over_https_cookies_are_secure_and_browsers_stay_on_it(house: House, cast: Cast, tmp_path: Path) -> None:
    app = build_app(tmp_path, house, base_url="https://owso.example", WTF_CSRF_ENABLED=False)
    answer = app.test_client().post(
        "/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password}, base_url="https://owso.example"
    )
    assert any(value.startswith("__Host-owso=") for value in answer.headers.getlist("Set-Cookie"))
    assert all("Secure" in value for value in answer.headers.getlist("Set-Cookie"))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_form_without_its_token_is_refused_and_one_with_it_is_taken(house: House, cast: Cast, tmp_path: Path) -> None:
    browser = build_app(tmp_path, house).test_client()
    form = {"login": cast.dara.phone, "password": cast.dara.password}
    assert browser.post("/sign-in", data=form).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").get_data(as_text=True))
    assert token is not None
    assert browser.post("/sign-in", data=form | {"csrf_token": token[1]}).status_code == 303


def test_the_token_of_another_browser_is_refused(house: House, cast: Cast, tmp_path: Path) -> None:
    app = build_app(tmp_path, house)
    page = app.test_client().get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"login": cast.dara.phone, "password": cast.dara.password, "csrf_token": token[1]}
    assert app.test_client().post("/sign-in", data=form).status_code == 400


def test_passwords_can_be_tried_ten_times_a_minute(house: House, cast: Cast, tmp_path: Path) -> None:
    browser = build_app(tmp_path, house, rate_limits=True, WTF_CSRF_ENABLED=False).test_client()
    tries = [browser.post("/sign-in", data={"login": cast.dara.phone, "password": "no"}) for _ in range(11)]
    assert [answer.status_code for answer in tries] == [422] * 10 + [429]
    assert "សូមរង់ចាំ" in tries[-1].get_data(as_text=True)
    assert browser.get("/sign-in").status_code == 200


Attempt = Callable[..., int]


@pytest.fixture
def attempt(house: House, cast: Cast, tmp_path: Path) -> Attempt:
    """Tries to sign in from an address, in a browser of its own unless one is given; the status."""
    app = build_app(tmp_path, house, rate_limits=True, trusted_proxies=1, WTF_CSRF_ENABLED=False)

    def tried(address: str, login: str, password: str, browser: FlaskClient | None = None) -> int:
        form, header = {"login": login, "password": password}, {"X-Forwarded-For": address}
        return (browser or app.test_client()).post("/sign-in", data=form, headers=header).status_code

    tried.browser = app.test_client  # type: ignore[attr-defined]
    return tried


WRITINGS = ("+85512345601", "012345601", "+855 12-345-601", "០១២ ៣៤៥ ៦០១", "00855 12 345 601", "(012) 345 601")


def test_however_an_account_is_written_it_is_the_same_account(attempt: Attempt, cast: Cast) -> None:
    tries = [attempt("203.0.113.1", WRITINGS[n % len(WRITINGS)], "wrong") for n in range(11)]
    assert tries == [422] * 10 + [429]


def test_thirty_wrong_guesses_of_a_stranger_do_not_lock_the_owner_out(attempt: Attempt, cast: Cast) -> None:
    assert [attempt("203.0.113.1", cast.dara.phone, "wrong") for _ in range(30)] == [422] * 10 + [429] * 20
    assert attempt("203.0.113.1", cast.dara.phone, cast.dara.password) == 429
    assert attempt("203.0.113.2", cast.dara.phone, cast.dara.password) == 303


def test_many_addresses_that_guess_at_one_account_are_stopped_but_not_a_browser_that_it_knows(
    attempt: Attempt, cast: Cast
) -> None:
    known = attempt.browser()  # type: ignore[attr-defined]
    assert attempt("198.51.100.1", cast.dara.phone, cast.dara.password, known) == 303
    known.post("/sign-out")
    assert {attempt(f"203.0.113.{n}", WRITINGS[n % len(WRITINGS)], "wrong") for n in range(100)} == {422}
    for writing in WRITINGS:
        assert attempt("203.0.113.200", writing, cast.dara.password) == 429
    assert attempt("203.0.113.200", cast.dara.phone, cast.dara.password, known) == 303
    assert attempt("203.0.113.201", cast.bopha.phone, cast.bopha.password) == 303
    # What it knows it for is this one account; for any other it is a stranger.
    assert {attempt(f"203.0.113.{n}", cast.bopha.phone, "wrong") for n in range(100)} == {422}
    assert attempt("203.0.113.202", cast.bopha.phone, cast.bopha.password, known) == 429


def test_a_note_that_somebody_made_themselves_is_not_believed(attempt: Attempt, cast: Cast) -> None:
    forger = attempt.browser()  # type: ignore[attr-defined]
    about = hashlib.sha256(b"+85512345601").hexdigest()
    forger.set_cookie("owso-known", URLSafeTimedSerializer("a guess", salt="known browser").dumps(["x", about]))
    assert {attempt(f"203.0.113.{n}", cast.dara.phone, "wrong") for n in range(100)} == {422}
    assert attempt("203.0.113.200", cast.dara.phone, cast.dara.password, forger) == 429


def test_all_who_share_an_address_sign_in_and_may_mistype(attempt: Attempt, cast: Cast) -> None:
    """A carrier's customers and everybody in an office come from one address: what succeeds is not counted."""
    members = (cast.dara, cast.bopha, cast.sopheap, cast.rithy, cast.mony, cast.kunthea)
    for _ in range(15):
        for member in members:
            assert attempt("203.0.113.1", member.phone, member.password) == 303
    assert [attempt("203.0.113.1", f"mistyped{n}@example.org", "x") for n in range(59)] == [422] * 59
    assert attempt("203.0.113.1", cast.dara.phone, cast.dara.password) == 303
    assert [attempt("203.0.113.1", f"other{n}@example.org", "x") for n in range(2)] == [422, 429]


def test_codes_can_be_tried_sixty_times_a_minute(house: House, tmp_path: Path) -> None:
    browser = build_app(tmp_path, house, rate_limits=True).test_client()
    assert [browser.get(f"/probe/codes/{n}").status_code for n in range(61)] == [404] * 60 + [429]


def test_an_address_behind_a_trusted_proxy_has_its_own_limit(house: House, tmp_path: Path) -> None:
    browser = build_app(tmp_path, house, rate_limits=True, trusted_proxies=1).test_client()
    for n in range(61):
        browser.get(f"/probe/codes/{n}", headers={"X-Forwarded-For": "203.0.113.1"})
    assert browser.get("/probe/codes/x", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 429
    assert browser.get("/probe/codes/x", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 404


def test_nobody_escapes_a_limit_by_inventing_a_proxy(house: House, tmp_path: Path) -> None:
    browser = build_app(tmp_path, house, rate_limits=True).test_client()
    answers = [browser.get("/probe/codes/x", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(61)]
    assert answers[-1].status_code == 429


def _upload(browser: FlaskClient, content: bytes) -> TestResponse:
    """Sent as bytes: the test client would put a large form into a temporary file that it never closes."""
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
    body = head + content + b"\r\n--edge--\r\n"
    return browser.post("/probe/upload", data=body, content_type="multipart/form-data; boundary=edge")


def test_an_upload_up_to_the_limit_is_taken_and_a_larger_one_refused_with_a_page(house: House, tmp_path: Path) -> None:
    browser = build_app(tmp_path, house, max_upload_mb=1, WTF_CSRF_ENABLED=False).test_client()
    assert _upload(browser, b"x" * 900_000).get_data(as_text=True) == "900000"
    large = _upload(browser, b"x" * 1_200_000)
    assert large.status_code == 413
    assert "ធំពេក" in large.get_data(as_text=True)


def test_thirty_accounts_a_minute_are_made_from_one_address_and_another_address_goes_on(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    """What succeeds is limited too: whoever makes accounts by a machine fails at nothing."""
    app = build_app(tmp_path, house, rate_limits=True, trusted_proxies=1, WTF_CSRF_ENABLED=False)

    def registered(number: int, address: str) -> int:
        form = {"phone": f"012 770 {number:03}", "password": "three good words", "name_km": "ម៉ៅ ចាន់"}
        return app.test_client().post("/register", data=form, headers={"X-Forwarded-For": address}).status_code

    assert [registered(number, "203.0.113.1") for number in range(31)] == [303] * 30 + [429]
    assert registered(31, "203.0.113.2") == 303
    assert app.test_client().get("/register", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 200
