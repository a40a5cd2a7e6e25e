"""The examiner of the journeys finds what is wrong with a page, once, also on a page where much is known."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browsers import LEFT, serving
from tests.fixtures.houses import SetClock
from tests.journeys.browser.walking import PHONE, SECOND_PHONE, Walk
from tests.small.cases import Kilns
from web.app import create_app
from web.config import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]

ADD = "words => document.querySelector('main').insertAdjacentHTML('beforeend', words)"


def test_the_examiner_finds_what_is_wrong(kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser) -> None:
    with serving(create_app(settings, kilns.house, clock)) as address:
        walk = Walk.begin(browser, address, PHONE, "examiner")
        walk.examine("whole")
        assert walk.problems == []
        walk.page.evaluate(ADD, '<p class="faulty"><input name="unnamed"></p>')
        walk.examine("without-a-label")
        assert [one for one in walk.problems if "label: " in one and "unnamed" in one]
        walk.problems.clear()
        walk.page.evaluate(ADD, '<p class="coloured" style="color: red">red</p>')
        walk.examine("with-a-style")
        assert [one for one in walk.problems if "Content Security Policy" in one]
        walk.problems.clear()
        walk.examine("known")
        assert walk.problems == []
        walk.page.evaluate(ADD, f"<pre>{'W' * 200}</pre>")
        walk.device = SECOND_PHONE
        walk.examine("wide")
        assert [one for one in walk.problems if "wider than the screen" in one]
        walk.problems.clear()
        walk.end()


def test_a_page_that_is_left_while_nobody_waits_for_the_next_one_is_told(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    with serving(create_app(settings, kilns.house, clock)) as address:
        walk = Walk.begin(browser, address, SECOND_PHONE, "hasty")
        walk.follow("lang=en")
        assert LEFT == []
        walk.page.locator("a[href*='lang=km']").first.click()
        assert [one for one in LEFT if one.startswith(f"{address}/verify")]
        LEFT.clear()
        walk.end()
