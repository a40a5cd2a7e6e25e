"""The gallery in a real browser: accessibility, narrow screens, and what the scripts add."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browsers import serving, window
from tests.web.assets.gallery import PAGES

pytestmark = [pytest.mark.browser]

PHONE = (360, 740)
DESK = (1280, 900)


@pytest.fixture(scope="module")
def address(gallery: Flask) -> Iterator[str]:
    with serving(gallery) as where:
        yield where


def opened(browser: Browser, size: tuple[int, int], url: str) -> tuple[Page, list[str]]:
    """The page, and what the browser complained about while it was opened."""
    page = window(browser, *size).new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda failure: complaints.append(str(failure)))
    page.goto(url)
    page.wait_for_function("document.readyState === 'complete'")
    return page, complaints


@pytest.mark.parametrize("lang", ["km", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_fits_and_breaks_no_security_policy(
    name: str, lang: str, browser: Browser, address: str
) -> None:
    page, complaints = opened(browser, PHONE if lang == "km" else DESK, f"{address}/{name}?lang={lang}")
    problems = Axe().run(page)
    too_wide = []
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        too_wide.append(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
    page.context.close()
    assert complaints == []
    assert too_wide == [0, 0]
    assert problems.violations_count == 0, problems.generate_report()


def test_choosing_a_place_fills_the_list_below_it_without_a_button(browser: Browser, address: str) -> None:
    page, complaints = opened(browser, PHONE, f"{address}/fields?lang=en")
    expect(page.get_by_role("button", name="Show the next list")).to_be_hidden()
    page.locator("[name=place-province]").select_option("08")
    expect(page.locator("[name=place-district] option").nth(1)).to_have_attribute("value", "0801")
    expect(page.locator("[name=place-commune] option")).to_have_count(1)
    page.locator("[name=place-district]").select_option("0801")
    expect(page.locator("[name=place-commune] option").nth(1)).to_have_attribute("value", "080101")
    expect(page.locator("[name=place-village] option")).to_have_count(1)
    page.locator("[name=place-commune]").select_option("080101")
    expect(page.locator("[name=place-village] option").nth(1)).to_have_attribute("value", "08010101")
    page.context.close()
    assert complaints == []


def test_when_the_list_cannot_be_fetched_the_button_comes_back(browser: Browser, address: str) -> None:
    page, _ = opened(browser, PHONE, f"{address}/fields?lang=en")
    page.route("**/places?*", lambda route: route.abort())
    page.locator("[name=place-province]").select_option("08")
    expect(page.get_by_role("button", name="Show the next list")).to_be_visible()
    page.context.close()


def test_a_drawn_signature_becomes_a_picture_and_can_be_cleared(browser: Browser, address: str) -> None:
    page, complaints = opened(browser, DESK, f"{address}/desk?lang=en")
    field = page.locator("input[type=hidden][name=signature]")
    expect(field).to_have_value("")
    pad = page.locator("canvas").bounding_box()
    assert pad is not None
    page.mouse.move(pad["x"] + 50, pad["y"] + 60)
    page.mouse.down()
    page.mouse.move(pad["x"] + 200, pad["y"] + 90, steps=4)
    page.mouse.up()
    expect(field).not_to_have_value("")
    kind, _, picture = field.input_value().partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    page.get_by_role("button", name="Clear the signature").click()
    expect(field).to_have_value("")
    page.context.close()
    assert complaints == []


def test_the_diagram_is_drawn_with_the_mark_of_its_makers_visible(browser: Browser, address: str) -> None:
    page, complaints = opened(browser, DESK, f"{address}/desk?lang=en")
    expect(page.locator(".ow-diagram[data-ready=yes]")).to_be_visible()
    makers = page.locator(".ow-diagram .bjs-powered-by")
    makers.scroll_into_view_if_needed()
    expect(makers).to_be_in_viewport()
    mark = makers.bounding_box()
    assert mark is not None
    assert mark["width"] > 30
    page.context.close()
    assert complaints == []


def test_without_javascript_signing_is_an_upload_and_every_list_has_its_button(browser: Browser, address: str) -> None:
    page = window(browser, *PHONE, scripts=False).new_page()
    page.goto(f"{address}/desk?lang=en")
    expect(page.locator("canvas")).to_be_hidden()
    expect(page.get_by_label("Or upload the signed slip")).to_be_visible()
    page.goto(f"{address}/fields?lang=en")
    expect(page.get_by_role("button", name="Show the next list")).to_be_visible()
    page.context.close()
