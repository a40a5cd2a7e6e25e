"""The citizens' pages in a real browser: 360 px wide, Khmer, without JavaScript; accessible in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browsers import chromium, serving
from tests.cast import PASSWORD, Cast, Member
from tests.engine.applications.test_corrections import ROOM_LIST, ROOMS, sent_back
from tests.journeys.guesthouse import DOCUMENTS, PNG, SERVICE, Guesthouse

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.xdist_group("browser"),
]
PHONE, DESK = (360, 740), (1200, 900)


@dataclass
class Window:
    """A browser window of one person, at the address where the product is served."""

    page: Page
    address: str

    def sign_in(self, who: Member) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.page.fill("#login", who.phone)
        self.page.fill("#password", PASSWORD)
        self.go_on()

    def go(self, path: str) -> None:
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        assert answer.status == 200, path

    def go_on(self, button: str = "main button.govuk-button:not(.govuk-button--secondary)") -> None:
        """Presses the main button of the page."""
        self.page.locator(button).first.click()

    def looks_right(self) -> None:
        """Nothing sticks out at the side, and axe finds nothing."""
        width = self.page.viewport_size["width"]  # type: ignore[index]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, self.page.url
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], self.page.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def window(browser: Browser, app: Flask) -> Iterator[Callable[..., Window]]:
    """A new window; ``script=False`` is a phone whose browser runs no JavaScript."""
    with serving(app) as address:

        def opened(size: tuple[int, int], *, script: bool = True) -> Window:
            context = browser.new_context(viewport={"width": size[0], "height": size[1]}, java_script_enabled=script)
            return Window(context.new_page(), address)

        yield opened


def test_applying_on_a_phone_without_javascript(
    window: Callable[..., Window], licence: Guesthouse, cast: Cast, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)
    phone = window(PHONE, script=False)
    page = phone.page
    phone.sign_in(cast.dara)
    phone.go(f"/services/{SERVICE}")
    page.click("a.govuk-button")
    page.check("input[value='02']")
    phone.go_on()
    page.fill("#business_name_km", "ផ្ទះសំណាក់សង្កែ")
    page.fill("#business_name_latin", "SANGKE GUESTHOUSE")
    phone.go_on()
    for level, code in (("province", "02"), ("district", "0203")):
        page.select_option(f"[name=address-{level}]", code)
        page.click("button[name=_choose]")
    page.select_option("[name=address-commune]", "020301")
    phone.go_on()
    page.fill("#rooms", "សួន")
    page.press("#rooms", "Enter")
    assert page.locator(".govuk-error-summary").is_visible()
    assert page.input_value("#rooms") == "សួន"
    page.fill("#rooms", "១២")
    phone.go_on()
    for part, value in (("day", "១"), ("month", "៤"), ("year", "២០២៦")):
        page.fill(f"[name=opening_date-{part}]", value)
    phone.go_on()
    page.fill("#owner_id_number", "010203045")
    phone.go_on()
    phone.go_on()
    page.check("#declared_true")
    phone.go_on()
    for _ in DOCUMENTS:
        page.click("a.govuk-button:not(.govuk-button--secondary)")
        page.set_input_files("#file", photo)
        phone.go_on()
    page.click("a.govuk-button")
    assert "១៨០ ០០០" in page.inner_text("main").replace("\xa0", " ")
    phone.go_on()
    assert page.locator(".ow-reference__number").first.inner_text().startswith("02-26-000001-")
    assert page.locator("svg.ow-qr").is_visible()


@pytest.mark.parametrize(("size", "language"), [(PHONE, "km"), (DESK, "en")])
def test_every_page_fits_and_is_accessible(
    window: Callable[..., Window], licence: Guesthouse, cast: Cast, size: tuple[int, int], language: str
) -> None:
    sent, mend = licence.paid(), sent_back(licence, [ROOMS, ROOM_LIST])
    draft = licence.draft()
    seen = window(size)
    for path in ("/", f"/services/{SERVICE}", "/register"):
        seen.go(f"{path}?lang={language}")
        seen.looks_right()
    seen.sign_in(cast.dara)
    pages = ("business", "place", "rooms", "opening", "contact")
    for path in (
        "/account",
        "/account/looks",
        "/account/messages",
        "/account/password",
        f"/services/{SERVICE}/apply",
        *(f"/applications/{draft}/pages/{page}" for page in pages),
        f"/applications/{draft}/documents",
        f"/applications/{draft}/documents/id_card",
        f"/applications/{draft}/check",
        f"/applications/{sent}",
        f"/applications/{sent}/sent",
        f"/applications/{sent}/payment",
        f"/applications/{sent}/withdraw",
        f"/applications/{mend}/correct",
    ):
        seen.go(path)
        seen.looks_right()
