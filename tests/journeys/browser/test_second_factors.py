"""Second factors in a browser: a passkey is made and signs in alone, in Khmer on a telephone and in English at a desk;
an administrator who needs a factor sets up an app and signs in with its code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from tests.browsers import arriving, serving
from tests.cast import Member
from tests.doors import Doors
from tests.fixtures.houses import SetClock
from tests.gateways import small_gateway
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import Device
from tests.journeys.guesthouse import Guesthouse
from tests.web.factors import code_now, half_a_minute_passes
from web.app import create_app, move_in
from web.config import Settings
from web.context import Shell

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
PHONE = Device("km", 360, 740, scripts=True)
DESK = Device("en", 1280, 900, scripts=True)
MAKE = {"km": "បង្កើតសោចូល", "en": "Make the passkey"}
WITH_PASSKEY = {"km": "ចូលដោយសោចូល (passkey)", "en": "Sign in with a passkey"}
KEPT = {"km": "ខ្ញុំបានរក្សាទុកហើយ", "en": "I have kept them"}
SIGN_OUT = {"km": "ចាកចេញ", "en": "Sign out"}


@pytest.fixture
def stage(licence: Guesthouse, settings: Settings, clock: SetClock, browser: Browser) -> Iterator[Stage]:
    """The product by the name of this machine, because browsers know passkeys at names alone; administrators need a
    factor."""
    app = create_app(settings, licence.house, clock)
    with small_gateway() as gateway, serving(app) as numbered:
        address = f"http://localhost:{urlsplit(numbered).port}"
        safety = replace(licence.house.safety, second_factor_for=frozenset({ADMINISTRATOR}))
        house = replace(licence.house, base_url=address, safety=safety)
        move_in(app, Shell(house, clock, settings))
        yield Stage(address, licence.cast, clock, licence, browser, Doors(house, clock, gateway))


@contextmanager
def device_in(page: Page) -> Iterator[None]:
    """A device with a screen lock in this browser, which its person unlocks."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    devtools.detach()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone-khmer", "desk-english"])
def test_a_passkey_is_made_and_signs_in_without_a_password(stage: Stage, device: Device) -> None:
    walk = stage.walk(device, "passkeys", stage.cast.dara)
    with device_in(walk.page):
        walk.open("/account/factors")
        walk.examine("factors-none")
        walk.follow("/account/factors/passkey")
        walk.examine("passkey-new")
        walk.fill({"name": "ទូរស័ព្ទរបស់ខ្ញុំ"})
        with arriving(walk.page):
            walk.page.get_by_role("button", name=MAKE[device.language]).click()
        expect(walk.page.locator(".ow-codes li")).to_have_count(10)
        walk.examine("recovery-codes")
        walk.open("/account/factors")
        expect(walk.page.get_by_text("ទូរស័ព្ទរបស់ខ្ញុំ").first).to_be_visible()
        walk.examine("factors")
        signs_out(walk.page, stage, device)
        walk.open("/sign-in")
        walk.examine("sign-in-passkey")
        with arriving(walk.page):
            walk.page.get_by_role("button", name=WITH_PASSKEY[device.language]).click()
        assert walk.path == "/account"
        assert stage.cast.dara.name_latin in walk.page.content() or stage.cast.dara.name_km in walk.page.content()
    walk.end()


def test_a_device_that_shows_nothing_is_told_on_the_page(stage: Stage) -> None:
    walk = stage.walk(DESK, "no-passkey")
    with device_in(walk.page):  # which has none for this site
        walk.open("/sign-in")
        walk.page.get_by_role("button", name=WITH_PASSKEY["en"]).click()
        expect(walk.page.get_by_text("No passkey was shown.")).to_be_visible()
    walk.end()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone-khmer", "desk-english"])
def test_an_administrator_sets_up_an_app_and_signs_in_with_its_code(stage: Stage, house: House, device: Device) -> None:
    visal = stage.cast.visal
    walk = stage.walk(device, "app", visal)
    page = walk.page
    walk.open("/admin/clocks")
    assert urlsplit(page.url).path == "/account/factors"
    walk.examine("factors-demanded")
    walk.follow("/account/factors/app")
    walk.examine("app-new")
    secret = "".join(page.locator(".ow-key").first.inner_text().split())
    types_code(page, code_now(secret))
    expect(page.locator(".ow-codes li")).to_have_count(10)
    with arriving(page):
        page.get_by_role("button", name=KEPT[device.language]).click()
    assert walk.path == "/admin/clocks"
    signs_out(page, stage, device)
    half_a_minute_passes(house)
    begins(walk.page, stage, visal)
    assert urlsplit(page.url).path == "/sign-in/second"
    walk.examine("second-step")
    types_code(page, "000000")
    walk.examine("second-step-refused")
    types_code(page, code_now(secret))
    assert walk.path == "/admin/clocks"
    walk.end()


def types_code(page: Page, code: str) -> None:
    page.locator("[name=one_time_code]").fill(code)
    with arriving(page):
        page.locator("form:has([name=one_time_code]) button").click()


def begins(page: Page, stage: Stage, who: Member) -> None:
    page.goto(f"{stage.address}/sign-in")
    page.locator("[name=login]").fill(who.phone)
    page.locator("[name=password]").fill(who.password)
    with arriving(page):
        page.locator("form:has([name=password]) button").click()


def signs_out(page: Page, stage: Stage, device: Device) -> None:
    page.goto(f"{stage.address}/account")
    with arriving(page):
        page.get_by_role("button", name=SIGN_OUT[device.language]).last.click()
    assert page.url == f"{stage.address}/"
