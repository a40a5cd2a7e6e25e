"""An editor of the studio, opened by an analyst in English on a desk; nothing may be complained of by the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.browsers import arriving, serving, window
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns
from web.app import create_app
from web.config import Settings

DRAWN_ANEW = "() => new Promise((done) => setTimeout(done))"
"""Until a panel has been drawn after what was done last: it waits in the same queue."""

SAVED = re.compile("Saved as number|បានរក្សាទុកជាលេខ")


def choose(page: Page, name: str, value: str | None = None, *, label: str | None = None) -> None:
    """Chooses in the panel, once it is drawn, and waits until it is drawn after the choice: what is typed before that
    goes to the element that was chosen before."""
    page.evaluate(DRAWN_ANEW)
    page.locator(f".ow-panel [name={name}]").select_option(value, label=label)
    page.evaluate(DRAWN_ANEW)


def give(page: Page, name: str, value: str) -> None:
    """Types into a field of the panel, once it is drawn after what was done last."""
    page.evaluate(DRAWN_ANEW)
    field = page.locator(f".ow-panel [name='{name}']")
    field.fill(value)
    field.press("Enter")


def saves(page: Page) -> None:
    """Saves at once, and waits until it is said as which number everything is kept. The answer to a request is no sign
    of that: it may be the one to what the editor saved by itself before."""
    page.keyboard.press("Control+s")
    expect(page.locator(".ow-status")).to_contain_text(SAVED)


@contextmanager
def editor(kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser, place: str) -> Iterator[Page]:
    """The editor at this ``place`` of a draft, once it is ready."""
    complaints: list[str] = []
    with serving(create_app(settings, kilns.house, clock)) as address:
        page = window(browser, 1280, 900).new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda failure: complaints.append(str(failure)))
        page.goto(f"{address}/sign-in?lang=en")
        page.fill("[name=login]", kilns.cast.chenda.phone)
        page.fill("[name=password]", kilns.cast.chenda.password)
        with arriving(page):
            page.click("main button[type=submit]")
        page.goto(f"{address}/analyst/drafts/{place}?lang=en")
        page.wait_for_selector("[data-ready]")
        expect(page.locator("[data-ready=yes]")).to_have_count(1)
        yield page
        page.context.close()
    assert [one for one in complaints if "409" not in one] == []
