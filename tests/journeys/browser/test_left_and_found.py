"""Somebody fills in a page, stays away too long, and finds it again; an officer's signature is still drawn."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import arriving, serving, window
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
    goes(page, "main form button[type=submit]")


def goes(page: Page, button: str = BUTTON) -> None:
    """Presses what leads to another page."""
    with arriving(page):
        page.click(button)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"left-{name}.png", full_page=True)


def test_a_page_is_found_after_a_long_absence_without_scripts(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    with serving(create_app(settings, kilns.house, clock)) as address:
        context = window(browser, 360, 740, scripts=False)
        page = context.new_page()
        page.goto(f"{address}/sign-in?lang=km")
        enter(page, kilns.cast.dara)
        page.goto(f"{address}/services/{SERVICE}/apply")
        page.check("[name=office] >> nth=0")
        goes(page)
        page.fill("[name=kiln_name]", "ឡ <ចាស់>")
        page.fill("[name=kilns]", "២")
        context.clear_cookies(name="owso")
        goes(page)
        assert "/sign-in" in page.url
        shot(page, "km-sign-in")
        enter(page, kilns.cast.dara)
        assert page.url.endswith(f"/pages/{PAGE}")
        expect(page.locator("main [name=kiln_name]")).to_have_value("ឡ <ចាស់>")
        shot(page, "km-page")
        page.fill("[name=kilns]", "many")
        goes(page)
        goes(page, "header a[hreflang=en]")
        expect(page.locator("main [name=kilns]")).to_have_value("many")
        shot(page, "en-page")
        context.close()


def test_a_stranger_changes_the_language_of_a_refused_page(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    with serving(create_app(replace(settings, demo=True), kilns.house, clock)) as address:
        context = window(browser, 1280, 900, scripts=False)
        page = context.new_page()
        page.goto(f"{address}/register?lang=en")
        page.fill("[name=contact]", "Sok Nary")
        goes(page)
        shot(page, "en-register-refused")
        goes(page, "header button[lang=km]")
        expect(page.locator("main [name=contact]")).to_have_value("Sok Nary")
        shot(page, "km-register")
        context.close()


def test_a_drawn_signature_is_still_there_after_a_wrong_field(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    sent = kilns.approved()
    with serving(create_app(settings, kilns.house, clock)) as address:
        context = window(browser, 1280, 900)
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
        expect(page.locator("main [name=signature]")).not_to_have_value("")
        goes(page)
        expect(page.locator("main [name=received_by]")).to_have_value("Sok Dara")
        expect(page.locator("main [name=signature]")).to_have_value(re.compile("^data:image/png;base64,"))
        drawn = "document.querySelector('canvas').getContext('2d').getImageData(0, 0, 600, 200).data.some(Boolean)"
        page.wait_for_function(drawn)
        shot(page, "en-signature")
        page.fill("[name=identity_note]", "Passport N0012345")
        goes(page)
        assert page.url.endswith("/office/handover")
        context.close()
