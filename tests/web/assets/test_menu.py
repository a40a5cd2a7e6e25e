"""The menu of officers on narrow screens: folded behind one button, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browsers import serving, window

pytestmark = [pytest.mark.browser]
OPEN_MENU = "#ow-nav"
SIZES = {360: 740, 768: 1024, 1280: 900}


@pytest.fixture(scope="module")
def address(gallery: Flask) -> Iterator[str]:
    with serving(gallery) as where:
        yield where


def opened(browser: Browser, width: int, url: str, *, scripts: bool = True) -> Page:
    page = window(browser, width, SIZES[width], scripts=scripts).new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize(("width", "lang", "name"), [(360, "km", "ម៉ឺនុយ"), (360, "en", "Menu"), (768, "en", "Menu")])
def test_a_narrow_screen_folds_the_menu_and_the_keyboard_opens_and_closes_it(
    browser: Browser, address: str, width: int, lang: str, name: str
) -> None:
    page = opened(browser, width, f"{address}/desk?lang={lang}")
    button, menu = page.get_by_role("button", name=name, exact=True), page.locator(OPEN_MENU)
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_hidden()
    expect(page.locator("header a[hreflang]")).to_be_visible()
    tools = page.locator(".ow-masthead").bounding_box()
    assert tools is not None
    assert tools["height"] < 140, "two rows: the name of the office, and its tools"
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(menu).to_be_focused()
    expect(menu.locator("[aria-current=page]")).to_be_visible()
    assert menu.locator(".ow-nav__heading").all_text_contents() == [
        one.get_attribute("aria-label") for one in menu.locator("ul[aria-label]").all()
    ]
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    menu.locator(".ow-nav__close").click()
    expect(menu).to_be_hidden()
    page.context.close()


def test_without_scripts_the_button_is_a_link_that_opens_the_menu(browser: Browser, address: str) -> None:
    page = opened(browser, 360, f"{address}/desk?lang=en", scripts=False)
    menu = page.locator(OPEN_MENU)
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="Menu", exact=True).click()
    expect(menu).to_be_visible()
    menu.get_by_role("link", name="Close the menu").click()
    expect(menu).to_be_hidden()
    page.context.close()


def test_on_a_desk_the_menu_stands_there_without_a_button(browser: Browser, address: str) -> None:
    page = opened(browser, 1280, f"{address}/desk?lang=en")
    expect(page.locator(OPEN_MENU)).to_be_visible()
    for part in (".ow-menu", ".ow-nav__close", ".ow-nav__heading"):
        expect(page.locator(part).first).to_be_hidden()
    page.context.close()
