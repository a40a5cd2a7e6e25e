"""A real browser for tests, and a server for it: Playwright drives the system's Chromium.

A click that leads to another page returns when that page has begun, long before it can be read. Whatever leads away is
therefore done in ``arriving``, which goes on when the other page is there and loaded; a page that is left in any other
way fails the test by name, every time, and not by chance on a busy day.

Where the distribution has it, ``chromium-headless-shell`` is taken: the same engine without the parts that only a
screen needs, at little more than half of the processor time.
"""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from werkzeug.serving import make_server

from tests import patience

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
LEFT: list[str] = []
"""Where pages went while nobody waited for it; the test in which that was fails."""
_awaited: list[Page] = []


def chromium_path() -> str | None:
    """Where the system's Chromium is: ``OWSO_CHROMIUM``, else the first known name on the path."""
    return os.environ.get("OWSO_CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser that waits as long as it takes; the test is skipped with a plain line where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip(
            "There is no Chromium on this machine: browser tests are left out. Install it: apt-get install chromium"
        )
    with sync_playwright() as playwright:
        expect.set_options(timeout=patience.MILLISECONDS)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=patience.MILLISECONDS)
        try:
            yield browser
        finally:
            browser.close()


def window(browser: Browser, width: int, height: int, *, scripts: bool = True) -> BrowserContext:
    """A window of this size, with nothing remembered, that waits for its pages as long as it takes."""
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
    context.set_default_timeout(patience.MILLISECONDS)
    context.on("request", _leaves)
    return context


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is done in here leads to another page; goes on when that one is there with everything that it loads."""
    with _waiting_for(page), page.expect_navigation(wait_until="load"):
        yield


@contextmanager
def _waiting_for(page: Page) -> Iterator[None]:
    _awaited.append(page)
    try:
        yield
    finally:
        _awaited.remove(page)


def _leaves(request: Request) -> None:
    """Notes a page that is left while nobody waits for the next one."""
    if request.is_navigation_request() and not request.frame.parent_frame and request.frame.page not in _awaited:
        LEFT.append(f"{request.frame.url} → {request.method} {request.url}")


def _waits(go: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(go)
    def waited(page: Page, *args: object, **options: object) -> object:
        with _waiting_for(page):
            return go(page, *args, **options)

    return waited


# What Playwright does itself it waits for by itself, until the page is loaded.
for _name in ("goto", "reload", "go_back", "go_forward"):
    setattr(Page, _name, _waits(getattr(Page, _name)))


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    worker = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    worker.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        worker.join()
        server.server_close()
