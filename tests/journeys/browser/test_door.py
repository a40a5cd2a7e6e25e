"""In by a code, without JavaScript: registering, and getting back in with the password forgotten; on a phone in Khmer,
at a desk in English. The code is read from the telephone that the gateway sent it to."""

from __future__ import annotations

from typing import Final

import pytest

from tests.doors import GOOD, NAMES
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK, PHONE, Device, Walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Pages are the same on both databases, and the HTTP tests run on both: one kind keeps the browser's share short.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]

ANOTHER: Final = "another good one"
WORDS: Final = {
    "km": {"wrong": "នេះមិនមែនជាលេខកូដទេ", "guessed": "ត្រូវគេទាយមុនគេ", "family": "គណនីថ្មី សម្រាប់អ្នកផ្សេង"},
    "en": {"wrong": "This is not the code", "guessed": "tried first", "family": "A new account, for another person"},
}


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone-khmer", "desk-english"])
def test_a_family_registers_by_code_and_one_of_them_gets_back_in(stage: Stage, device: Device) -> None:
    walk, words = stage.walk(device, "door"), WORDS[device.language]
    asks(walk, "/register", "012 777 031", "register")
    walk.fill({"code": "12"})
    walk.press()
    assert words["wrong"] in walk.text
    walk.examine("code-wrong")
    again(walk)
    walk.examine("code-again")
    gives_back(stage, walk)
    walk.examine("account")
    walk.fill({**NAMES, "password": "password2026"})
    walk.press()
    assert words["guessed"] in walk.text
    walk.examine("account-refused")
    walk.fill({"password": GOOD})
    walk.press()
    assert walk.path == "/account"
    signs_out(walk)
    asks(walk, "/sign-in/forgotten", "012 777 031", "forgotten")
    gives_back(stage, walk)
    assert walk.path == "/sign-in/password"
    walk.examine("password")
    walk.fill({"new": ANOTHER})
    walk.press()
    assert walk.path == "/account"
    walk.examine("account-after-a-new-password")
    signs_out(walk)
    stage.clock.pass_time(days=1)
    asks(walk, "/register", "012 777 031", "register-of-a-family")
    gives_back(stage, walk)
    assert words["family"] in walk.text
    walk.examine("reached")
    walk.fill({"account": "another"})
    walk.press()
    walk.examine("account-of-another")
    walk.fill({**NAMES, "password": "yet another good one"})
    walk.press()
    assert walk.path == "/account"
    signs_out(walk)
    walk.sign_in("012 777 031", ANOTHER)
    assert walk.path == "/account"
    walk.end()


def asks(walk: Walk, page: str, contact: str, name: str) -> None:
    """Somebody says how they are reached."""
    walk.open(page)
    walk.examine(name)
    walk.fill({"contact": contact})
    walk.press()
    walk.examine(f"{name}-code")


def gives_back(stage: Stage, walk: Walk) -> None:
    """The six digits of the latest message."""
    walk.fill({"code": stage.doors.code()})
    walk.press()


def again(walk: Walk) -> None:
    """Asks for another code."""
    walk.press("main form[action$='/again'] button")


def signs_out(walk: Walk) -> None:
    """Ends the sign-in by the button at the head of the page."""
    walk.press("form[action='/sign-out'] button")
