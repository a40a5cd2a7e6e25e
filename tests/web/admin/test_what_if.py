"""What if: which promises of an office would break, for whoever watches it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.cast import Member
from tests.small.cases import Kilns
from tests.small.finished import finish
from tests.web.admin.test_pages import text_of
from tests.web.security.stock import belong

SignIn = Callable[[Member], FlaskClient]
PAGE = "/admin/what-if"
DAYS = {
    "first-day": "2",
    "first-month": "3",
    "first-year": "2026",
    "last-day": "13",
    "last-month": "3",
    "last-year": "2026",
}


def asked(**more: str) -> str:
    return f"{PAGE}?{urlencode({'lang': 'en', 'office': '02', 'ask': '1', **more})}"


def test_whoever_watches_opens_it_and_nobody_else(kilns: Kilns, client: FlaskClient, signed_in: SignIn) -> None:
    belong(kilns.house, kilns.cast.rithy, {"governor"}, kilns.cast.battambang)
    assert client.get(PAGE).status_code == 303
    for member in (kilns.cast.dara, kilns.cast.bopha, kilns.cast.chenda):
        assert signed_in(member).get(PAGE).status_code == 403
    for member in (kilns.cast.visal, kilns.cast.kunthea, kilns.cast.rithy):
        assert signed_in(member).get(PAGE).status_code == 200


def test_a_head_sees_which_promises_would_break_and_opens_their_cases(kilns: Kilns, signed_in: SignIn) -> None:
    finish(kilns, [1] * 6)
    sent = kilns.send()
    kilns.pay(sent)
    browser = signed_in(kilns.cast.kunthea)
    page = browser.get(asked(**{"away-front_office": "2"}, **DAYS)).get_data(as_text=True)
    assert f'href="/office/cases/{sent.key}"' in page
    assert "Would break besides" in page
    assert sent.reference not in text_of(browser, asked(**{"away-front_office": "1"}, **DAYS)), "one officer is enough"
    assert "ប្រសិនបើ" in text_of(browser, f"{PAGE}?lang=km")


def test_an_office_that_somebody_does_not_watch_is_not_played(kilns: Kilns, signed_in: SignIn) -> None:
    finish(kilns, [1] * 6)
    kilns.pay(kilns.send())
    page = text_of(signed_in(kilns.cast.kunthea), f"{PAGE}?lang=en&office=12")
    assert "cases are open here" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose at least one thing that would be different."),
        ({"away-front_office": "1"}, "Enter two days that exist"),
        ({"away-front_office": "1", **DAYS, "last-day": "1"}, "Enter two days that exist"),
        ({"away-front_office": "99", **DAYS}, "Enter a number from 0 to 20."),
        ({"more-front_office": "many"}, "Enter a number from 0 to 20."),
        ({"off-day": "31", "off-month": "2", "off-year": "2026"}, "Enter two days that exist"),
    ],
)
def test_what_cannot_be_played_is_said_beside_its_field(
    kilns: Kilns, signed_in: SignIn, typed: dict[str, str], said: str
) -> None:
    answer = signed_in(kilns.cast.kunthea).get(asked(**typed))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
