"""Somebody with a phone or at a desk: fills in pages by the names of their fields, and every page is examined.

``OWSO_SHOTS=folder`` keeps a picture of every examined page, to be looked at by people.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Page

from tests.browsers import arriving, window
from tests.journeys.browser.in_page import BUILD, EXAMINE, WRITE

SHOTS = os.environ.get("OWSO_SHOTS")
BUTTON = "main form button.govuk-button[type=submit]:not(.govuk-button--secondary)"
LIGHT = "/verify"
"""A small page of the product, under whose rules the glass looks at others."""
EXAMINED: dict[int, set[str]] = {}
"""By the width of the screen, what the pages were built of that axe has looked at in this run."""


@dataclass(frozen=True)
class Device:
    """What somebody holds in their hands, and the language they read.

    ``axe`` is left out where another device already walks the same pages with it: it takes half of the time.
    """

    language: str
    width: int
    height: int
    scripts: bool
    axe: bool = True

    @property
    def called(self) -> str:
        return f"{self.language}-{self.width}"


PHONE = Device("km", 360, 740, scripts=False)
DESK = Device("en", 1280, 900, scripts=False)
SECOND_DESK = Device("en", 1280, 900, scripts=False, axe=False)
DESK_WITH_SCRIPTS = Device("en", 1280, 900, scripts=True)
SECOND_PHONE = Device("km", 360, 740, scripts=False, axe=False)


@dataclass
class Walk:
    """One person's way through the product. Problems are collected, so that one walk names them all."""

    page: Page
    address: str
    device: Device
    name: str
    problems: list[str] = field(default_factory=list)
    seen: int = 0
    glass: Page | None = None

    @classmethod
    def begin(cls, browser: Browser, address: str, device: Device, name: str) -> Walk:
        """Opens the first page in the language of the device."""
        page = window(browser, device.width, device.height, scripts=device.scripts).new_page()
        walk = cls(page, address, device, name)
        if device.scripts:
            walk._listen(page)
        walk.open(f"{LIGHT}?lang={device.language}")
        return walk

    def open(self, path: str, *, expect: int = 200) -> None:
        """Goes to an address of the product."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == expect, f"{path}: {answer.status}: {self.text[:600]}"

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address).partition("?")[0]

    @property
    def text(self) -> str:
        """What stands in the main part of the page."""
        return self.page.locator("main").inner_text()

    def sign_in(self, phone: str, password: str) -> None:
        self.open("/sign-in")
        self.fill({"login": phone, "password": password})
        self.press()

    def fill(self, answers: Mapping[str, str]) -> None:
        """Types, chooses or ticks: the field is found by its name, an option by its value."""
        there = self.write(answers.items())
        assert all(there), f"{self.path}: {there} of {dict(answers)} in: {self.text[:600]}"

    def write(self, fields: Iterable[tuple[str, str]]) -> list[bool]:
        """Writes into every field that somebody would see, all at once; says of each whether it was there."""
        written: list[bool] = self.page.evaluate(WRITE, [list(one) for one in fields])
        return written

    def attach(self, name: str, file: FilePayload) -> None:
        self.page.locator(f"main [name='{name}']").set_input_files(file)

    def press(self, button: str = BUTTON) -> None:
        """Presses a button of the page, the first one unless another is named."""
        there = self.page.locator(button)
        if not there.count():  # the page is loaded: whatever is not there now does not come, and that is said at once
            raise AssertionError(f"{self.path}: no button {button} in: {self.text[:600]}")
        with arriving(self.page):
            there.first.click()

    def follow(self, address: str) -> None:
        """Follows the first link of the page whose address contains this."""
        with arriving(self.page):
            self.page.locator(f"a[href*='{address}']").first.click()

    def examine(self, name: str, *, closely: bool = False) -> None:
        """Is the page wider than the screen? Under the glass, where the device has one or it is to be looked at
        ``closely``: is it accessible, and allowed by its own rules?"""
        self.seen += 1
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            picture = f"{self.name}-{self.device.called}-{self.seen:02}-{name}.png"
            self.page.screenshot(path=Path(SHOTS) / picture, full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self._complain(f"{wide} pixels wider than the screen")
        if self.device.axe or closely:
            self._look_closely()

    def _look_closely(self) -> None:
        """A page that is built of what was examined before is not examined again: nothing else would be found."""
        examined, built = EXAMINED.setdefault(self.device.width, set()), set(self.page.evaluate(BUILD))
        if built <= examined:
            return
        examined |= built
        glass = self.page if self.device.scripts else self._under_glass()
        if not glass.evaluate("'axe' in window"):
            glass.evaluate(AXE_SCRIPT)
        for found in glass.evaluate(EXAMINE):
            self._complain(found)

    def _under_glass(self) -> Page:
        """Where scripts are off, the examiner's glass is a second page with scripts, since axe needs them.

        It is shown the very document that the person sees, in whatever state, under the product's rules for scripts
        and styles, and nothing that it does reaches the product. It lies open for the whole walk: axe and everything
        that pages have in common are loaded once.
        """
        if self.glass is None:
            browser = self.page.context.browser
            assert browser is not None
            self.glass = window(browser, self.device.width, self.device.height).new_page()
            self._listen(self.glass)
            self.glass.goto(self.address + LIGHT)
        self.glass.set_content(self.page.content())
        return self.glass

    def end(self) -> None:
        """Closes the device; fails with everything that the examiner found."""
        if self.glass is not None:
            self.glass.context.close()
        self.page.context.close()
        assert not self.problems, "\n\n".join(self.problems)

    def _listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda failure: self._complain(str(failure)))

    def _hear(self, line: ConsoleMessage) -> None:
        """The browser's own complaints; that something was refused (409, 422) is none."""
        refused = "status of 409" in line.text or "status of 422" in line.text
        if line.type in ("error", "warning") and not refused:
            self._complain(line.text)

    def _complain(self, what: str) -> None:
        self.problems.append(f"{self.path} ({self.device.called}): {what}")
