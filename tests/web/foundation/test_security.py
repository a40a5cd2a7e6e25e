"""What protects every answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
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
