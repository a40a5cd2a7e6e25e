"""Words without a blank, as long as a field takes: they break, and no page becomes wider than its screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from storage.offices import Office
from storage.people import Person
from tests.browsers import arriving, serving, window
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns
from web.app import create_app
from web.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]

SHOTS = os.environ.get("OWSO_SHOTS")
LETTERS = {"km": "ក", "en": "W"}
SIZES = {"km": (360, 740), "en": (1280, 900)}
CITIZEN = ("/account", "/account/messages", "/applications/{key}", "/services/industry.kiln_permit")
OFFICER = (
    "/office",
    "/office/search?q={name}",
    "/office/cases/{key}",
    "/office/walk-in",
    "/office/walk-in?q=012345601",
    "/office/cashier",
    "/office/cashier/{key}",
)


def too_wide(page: Page, address: str) -> int:
    page.goto(address)
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("language", ["km", "en"])
def test_no_page_is_wider_than_its_screen(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser, language: str
) -> None:
    long = LETTERS[language] * 200
    with kilns.house.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.name_km = person.name_latin = long
        for office in session.scalars(select(Office)):
            office.name_km = office.name_en = office.address_km = office.address_en = long
    sent = kilns.send(answers={"kiln_name": LETTERS[language] * 80, "kilns": "2"})
    pages = {kilns.cast.dara: CITIZEN, kilns.cast.bopha: OFFICER[:5], kilns.cast.sopheap: OFFICER[5:]}
    wide = {}
    with serving(create_app(settings, kilns.house, clock)) as address:
        for who, places in pages.items():
            page = window(browser, *SIZES[language]).new_page()
            page.goto(f"{address}/sign-in?lang={language}")
            page.fill("[name=login]", who.phone)
            page.fill("[name=password]", who.password)
            with arriving(page):
                page.click("main form button[type=submit]")
            for place in places:
                if over := too_wide(page, address + place.format(key=sent.key, name=long[:20])):
                    wide[place] = over
                if SHOTS:
                    name = place.format(key="key", name="name").strip("/").replace("/", "-").replace("?", "-")
                    page.screenshot(path=Path(SHOTS) / f"long-{language}-{name}.png", full_page=True)
            page.context.close()
    assert wide == {}
