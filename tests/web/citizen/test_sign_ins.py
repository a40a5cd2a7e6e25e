"""Where I am signed in: two browsers, one of which ends the other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Member

Browser = Callable[[Member], FlaskClient]
PAGE = "/account/sign-ins"


def page(browser: FlaskClient) -> str:
    return browser.get(f"{PAGE}?lang=en").get_data(as_text=True)


@pytest.mark.parametrize("who", ["dara", "bopha"])
def test_both_browsers_are_listed_and_this_one_is_marked(signed_in: Browser, cast: Cast, who: str) -> None:
    here, _there = signed_in(getattr(cast, who)), signed_in(getattr(cast, who))
    shown = page(here)
    assert shown.count("Last seen") == 2
    assert shown.count("This browser<") == 1
    assert "network 127.0.0.*" in shown
    assert "127.0.0.1" not in shown
    assert shown.index("This browser") < shown.index(f"{PAGE}/")


def test_another_browser_is_signed_out_once_somebody_said_yes_and_is_told(signed_in: Browser, cast: Cast) -> None:
    here, there = signed_in(cast.dara), signed_in(cast.dara)
    address = re.findall(rf'action="({PAGE}/\d+/end)"', page(here))[0]
    asked = here.post(f"{address}?lang=en").get_data(as_text=True)
    assert 'name="confirmed" value="yes"' in asked
    assert "Last seen" in asked  # which one it is
    assert "This browser<" not in asked
    assert there.get("/account").status_code == 200
    assert here.post(address, data={"confirmed": "yes"}).location == PAGE
    assert there.get("/account?lang=en").location.startswith("/sign-in?next=/account")
    assert "signed out from another one of yours" in there.get("/sign-in?lang=en").get_data(as_text=True)
    assert page(here).count("Last seen") == 1


def test_all_others_are_signed_out_and_this_one_goes_on(signed_in: Browser, cast: Cast) -> None:
    here, *others, bystander = (signed_in(who) for who in (cast.dara, cast.dara, cast.dara, cast.sreyneang))
    asked = here.post(f"{PAGE}/end-others?lang=en")
    assert (asked.status_code, "Sign all other browsers out?" in asked.get_data(as_text=True)) == (200, True)
    here.post(f"{PAGE}/end-others", data={"confirmed": "yes"})
    assert [one.get("/account").status_code for one in (here, *others, bystander)] == [200, 303, 303, 200]


def test_nobody_signs_out_a_browser_of_somebody_else(signed_in: Browser, cast: Cast) -> None:
    here, mine = signed_in(cast.dara), signed_in(cast.dara)
    address = re.findall(rf'action="({PAGE}/\d+/end)"', page(here))[0]
    stranger = signed_in(cast.sreyneang)
    for said in ({}, {"confirmed": "yes"}):
        assert stranger.post(address, data=said).status_code == 404
    assert mine.get("/account").status_code == 200


def test_a_new_password_signs_every_other_browser_out_and_says_so_there(signed_in: Browser, cast: Cast) -> None:
    here, there = signed_in(cast.dara), signed_in(cast.dara)
    here.post("/account/password", data={"old": cast.dara.password, "new": "another good one"})
    assert here.get("/account").status_code == 200
    assert there.get("/account?lang=en").status_code == 303
    assert "Your password was changed" in there.get("/sign-in?lang=en").get_data(as_text=True)
