"""What scenarios went through, and how often flows are taken, is painted on diagrams: elements, flows and numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine.studio import drafts, saving
from engine.versions import flow_volumes
from tests.cast import NOW
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK_WITH_SCRIPTS
from tests.journeys.guesthouse import PACKAGES, SERVICE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
STROKE = "line => getComputedStyle(line).stroke"
GREEN, RED = "rgb(28, 107, 69)", "rgb(179, 38, 30)"


def line_of(page: Page, key: str, part: str = "path") -> str:
    """The colour in which a flow or a shape is drawn."""
    drawn: str = page.locator(f".djs-element[data-element-id='{key}'] > .djs-visual > {part}").first.evaluate(STROKE)
    return drawn


def width_of(page: Page, key: str) -> str:
    """How thick a flow is drawn."""
    drawn = page.locator(f".djs-element[data-element-id='{key}'] > .djs-visual > path").first
    width: str = drawn.evaluate("line => getComputedStyle(line).strokeWidth")
    return width


def test_flows_and_elements_are_painted_by_what_the_scenarios_went_through(stage: Stage) -> None:
    house, analyst = stage.licence.house, stage.cast.chenda.actor
    with house.database.transaction() as session:
        key = drafts.begin_from_version(session, house, analyst, SERVICE, words="Begun", now=NOW)
        text = (PACKAGES / "tourism" / "guesthouse_licence" / "tests.yaml").read_text("utf-8")
        only = text[: text.index("  - name:", text.index("  - name:") + 1)]
        saving.save(session, analyst, key, {"tests.yaml": only.encode()}, based_on=1, words="", now=NOW)
    walk = stage.walk(DESK_WITH_SCRIPTS, "painted", stage.cast.chenda)
    walk.open(f"/analyst/drafts/{key}/scenarios")
    page = walk.page
    expect(page.locator(".ow-diagram[data-ready]").first).to_be_visible()
    assert (line_of(page, "paid"), line_of(page, "still_unpaid")) == (GREEN, RED)
    assert (line_of(page, "check", "rect"), line_of(page, "remind_to_pay", "rect")) == (GREEN, RED)
    expect(page.locator(".djs-overlays[data-container-id='check'] .ow-count")).to_have_text("1")
    walk.examine("scenarios", closely=True)
    walk.follow("/play")
    stage.licence.sent()
    flow_volumes.count(house, now=NOW + timedelta(hours=1))
    walk.open(f"/analyst/{SERVICE}/1/heat")
    expect(page.locator(".ow-diagram[data-ready]").first).to_be_visible()
    widths = [width_of(page, flow) for flow in ("to_examination", "decided")]
    assert widths == ["6px", "1px"]
    walk.examine("heat", closely=True)
    walk.end()
