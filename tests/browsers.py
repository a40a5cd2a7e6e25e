"""A real browser for tests, and a server for it: Playwright drives the system's Chromium.

Where the distribution has it, ``chromium-headless-shell`` is taken: the same engine without the parts that only a
screen needs, at little more than half of the processor time.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from werkzeug.serving import make_server

from tests import patience

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


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
    return context


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
