"""What a browser carries is signed anew when it changed or is some minutes old, and not with each page."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from itsdangerous import timed

from tests.cast import Cast, Member
from web.carried import AGED

SignedIn = Callable[[Member], FlaskClient]


def brought(client: FlaskClient, address: str) -> set[str]:
    """The names of the cookies that a page brings."""
    return {cookie.partition("=")[0] for cookie in client.get(address).headers.getlist("Set-Cookie")}


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock by which cookies are signed."""
    began = time.time()

    def to(seconds: float) -> None:
        monkeypatch.setattr(timed, "time", SimpleNamespace(time=lambda: began + seconds))

    return to


def test_a_page_brings_nothing_while_nothing_changed(signed_in: SignedIn, cast: Cast) -> None:
    browser = signed_in(cast.dara)
    browser.get("/account")
    assert brought(browser, "/account") == set()


def test_it_comes_anew_once_it_is_some_minutes_old(
    signed_in: SignedIn, cast: Cast, passed: Callable[[float], None]
) -> None:
    browser = signed_in(cast.dara)
    browser.get("/account")
    passed(AGED + 60)
    assert brought(browser, "/account") == {"owso", "owso-before"}
    assert brought(browser, "/account") == set()


def test_what_changed_comes_at_once(signed_in: SignedIn, cast: Cast) -> None:
    browser = signed_in(cast.dara)
    browser.get("/account")
    assert brought(browser, "/account?lang=en") == {"owso", "lang"}


def test_what_somebody_else_signed_is_not_carried(signed_in: SignedIn, cast: Cast) -> None:
    browser = signed_in(cast.dara)
    cookie = browser.get_cookie("owso")
    assert cookie is not None
    browser.set_cookie("owso", cookie.value[:-4] + "AAAA")
    assert browser.get("/account").status_code == 303
