"""Somebody fills in a page, stays away too long, and finds it again; an officer's signature is still drawn."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import serving
from tests.cast import Member
from tests.fixtures.houses import SetClock
from tests.small.cases import PAGE, SERVICE, Kilns
from web.app import create_app
from web.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]

SHOTS = os.environ.get("OWSO_SHOTS")
BUTTON = "main form button.govuk-button[type=submit]:not(.govuk-button--secondary)"


def enter(page: Page, who: Member) -> None:
    page.fill("[name=login]", who.phone)
    page.fill("[name=password]", who.password)
    page.click("main form button[type=submit]")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"left-{name}.png", full_page=True)


def test_a_page_is_found_after_a_long_absence_without_scripts(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    with serving(create_app(settings, kilns.house, clock)) as address:
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/sign-in?lang=km")
        enter(page, kilns.cast.dara)
        page.goto(f"{address}/services/{SERVICE}/apply")
        page.check("[name=office] >> nth=0")
        page.click(BUTTON)
        page.fill("[name=kiln_name]", "ឡ <ចាស់>")
        page.fill("[name=kilns]", "២")
        context.clear_cookies(name="owso")
        page.click(BUTTON)
        assert "/sign-in" in page.url
        shot(page, "km-sign-in")
        enter(page, kilns.cast.dara)
        assert page.url.endswith(f"/pages/{PAGE}")
        assert page.input_value("[name=kiln_name]") == "ឡ <ចាស់>"
        shot(page, "km-page")
        page.fill("[name=kilns]", "many")
        page.click(BUTTON)
        page.click("header a[hreflang=en]")
        assert page.input_value("[name=kilns]") == "many"
        shot(page, "en-page")
        context.close()


def test_a_stranger_changes_the_language_of_a_refused_page(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    with serving(create_app(replace(settings, demo=True), kilns.house, clock)) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/register?lang=en")
        page.fill("[name=contact]", "Sok Nary")
        page.click(BUTTON)
        shot(page, "en-register-refused")
        page.click("header button[lang=km]")
        assert page.input_value("[name=contact]") == "Sok Nary"
        shot(page, "km-register")
        context.close()


def test_a_drawn_signature_is_still_there_after_a_wrong_field(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    sent = kilns.approved()
    with serving(create_app(settings, kilns.house, clock)) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{address}/sign-in?lang=en")
        enter(page, kilns.cast.bopha)
        page.goto(f"{address}/office/handover/{kilns.task(sent, 'hand_over')}")
        page.fill("[name=received_by]", "Sok Dara")
        pad = page.locator("canvas")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 40, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
        page.mouse.up()
        page.click(BUTTON)
        assert page.input_value("[name=received_by]") == "Sok Dara"
        assert page.locator("[name=signature]").input_value().startswith("data:image/png;base64,")
        drawn = "document.querySelector('canvas').getContext('2d').getImageData(0, 0, 600, 200).data.some(Boolean)"
        page.wait_for_function(drawn)
        shot(page, "en-signature")
        page.fill("[name=identity_note]", "Passport N0012345")
        page.click(BUTTON)
        assert page.url.endswith("/office/handover")
        context.close()
