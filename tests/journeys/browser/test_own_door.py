"""What is one's own stays so: squatted, guessed at, left signed in elsewhere, and helped by somebody; without
JavaScript, on a phone in Khmer, at a desk in English. Codes are read from the telephone that they were sent to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import serving
from tests.doors import GOOD, NAMES, Doors
from tests.fixtures.houses import SetClock
from tests.gateways import small_gateway
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK, PHONE, Device, Walk
from tests.journeys.guesthouse import Guesthouse
from web.access import SIGN_IN
from web.app import create_app
from web.attempts import attempts_of
from web.config import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Pages are the same on both databases, and the HTTP tests run on both: one kind keeps the browser's share short.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone-khmer", "desk-english"]),
]

HERS: Final = "012 777 041"
WRONG: Final = "000000"
HELPING: Final = "/account/helping"
WORDS: Final = {
    "km": {
        "wait": "ច្រើនដងពេក",
        "elsewhere": "ពីកម្មវិធីរុករកផ្សេងទៀតរបស់អ្នក",
        "acts": "អ្នកកំពុងធ្វើសំណើជំនួស គង់ ស្រីនាង",
        "over": "អ្នកលែងធ្វើសំណើជំនួសបុគ្គលនេះហើយ",
    },
    "en": {
        "wait": "Too many attempts",
        "elsewhere": "signed out from another one of yours",
        "acts": "You act for Kong Sreyneang",
        "over": "You no longer act for this person",
    },
}


@pytest.fixture
def stage(licence: Guesthouse, settings: Settings, clock: SetClock, browser: Browser) -> Iterator[Stage]:
    """The product with its pauses, which last as long as the test: nobody waits for a clock."""
    with small_gateway() as gateway:
        house = replace(licence.house, messengers={"nomsa": gateway.nomsa})
        app = create_app(replace(settings, rate_limits=True), house, clock)
        attempts_of(app).clock = SetClock()
        with serving(app) as address:
            yield Stage(address, licence.cast, clock, licence, browser, Doors(house, clock, gateway))


def test_the_owner_of_a_telephone_wins_over_who_typed_it_first_and_over_who_guesses(
    stage: Stage, device: Device
) -> None:
    words = WORDS[device.language]
    squatter, owner = stage.walk(device, "squatter"), stage.walk(device, "owner")
    asks(squatter, "/register")
    asks(owner, "/register")
    code = stage.doors.code()
    types_code(squatter, WRONG if code != WRONG else "111111")
    assert squatter.path == "/sign-in/code"
    types_code(owner, code)
    owner.fill({**NAMES, "password": GOOD})
    owner.press()
    assert owner.path == "/account"
    types_code(squatter, code)  # read over somebody's shoulder: it is of another browser
    assert squatter.path == "/sign-in/code"
    assert SIGN_IN.same is not None
    for _ in range(SIGN_IN.same.free + 2):
        squatter.sign_in(HERS, "her birthday")
    assert words["wait"] in squatter.text
    squatter.examine("wait")

    away = stage.walk(device, "owner-away")
    away.sign_in(HERS, GOOD)
    assert words["wait"] in away.text
    asks(away, "/sign-in/forgotten")
    types_code(away, stage.doors.code())
    away.sign_in(HERS, GOOD)
    assert away.path == "/account"
    squatter.sign_in(HERS, GOOD)
    assert words["wait"] in squatter.text, "a pause for whoever guesses"

    away.follow("/account/sign-ins")
    away.examine("sign-ins")
    away.press("main form[action$='/end'] button")
    away.examine("sign-ins-end")
    away.press("main form[action$='/end'] button")
    assert away.path == "/account/sign-ins"
    owner.open("/account/sign-ins")
    assert owner.path == "/sign-in"
    expect(owner.page.locator("body")).to_contain_text(words["elsewhere"])
    for walk in (squatter, owner, away):
        walk.end()


def test_somebody_helps_a_grandmother_by_her_code_until_she_ends_it(stage: Stage, device: Device) -> None:
    words, cast = WORDS[device.language], stage.cast
    helper, grandmother = stage.walk(device, "helper", cast.dara), stage.walk(device, "grandmother", cast.sreyneang)
    helper.follow(HELPING)
    helper.examine("helping")
    helper.fill({"contact": cast.sreyneang.phone})
    helper.press()
    helper.examine("helping-code")
    types_code(helper, stage.doors.code())
    helper.fill({"person": str(cast.sreyneang.person_id), "kind": "neighbour", "days": "30"})
    helper.examine("helping-whom")
    helper.press()
    helper.examine("helping-somebody")
    helper.press("main form[action$='/begin'] button")
    expect(helper.page.locator("body")).to_contain_text(words["acts"])
    helper.examine("acting")
    helper.open("/account/password", expect=403)

    grandmother.open(HELPING)
    assert (cast.dara.name_km if device is PHONE else cast.dara.name_latin) in grandmother.text
    grandmother.examine("helped")
    grandmother.press("main form[action$='/end'] button")
    grandmother.examine("helping-end")
    grandmother.press("main form[action$='/end'] button")
    helper.open("/account", expect=409)
    assert words["over"] in helper.text
    helper.open("/account")
    expect(helper.page.locator("body")).not_to_contain_text(words["acts"])
    helper.end()
    grandmother.end()


def asks(walk: Walk, page: str) -> None:
    """Somebody says that this is their telephone."""
    walk.open(page)
    walk.fill({"contact": HERS})
    walk.press()


def types_code(walk: Walk, code: str) -> None:
    walk.fill({"code": code})
    walk.press()
