"""An analyst writes in a browser: a file saves by itself, says what is wrong, and shows both texts when two write."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from engine.studio import drafts, keeping, saving
from tests.cast import NOW
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK_WITH_SCRIPTS
from tests.journeys.guesthouse import SERVICE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
PATH = "service.yaml"


def kept(stage: Stage, key: str) -> str:
    with stage.licence.house.database.reading() as session:
        draft = keeping.find(session, stage.cast.chenda.actor, key)
        return keeping.file_in(session, keeping.save_of(session, draft), PATH).decode()


def test_an_analyst_writes_is_told_what_is_wrong_and_sees_what_somebody_else_wrote(stage: Stage) -> None:
    house = stage.licence.house
    with house.database.transaction() as session:
        key = drafts.begin_from_version(session, house, stage.cast.chenda.actor, SERVICE, words="Begun", now=NOW)
    walk = stage.walk(DESK_WITH_SCRIPTS, "drafts", stage.cast.chenda)
    walk.open("/analyst/drafts")
    walk.examine("list")
    walk.follow(f"/analyst/drafts/{key}")
    walk.examine("draft")
    walk.follow(f"/analyst/drafts/{key}/files/{PATH}")
    walk.examine("file")

    page, area = walk.page, walk.page.locator("#file_text")
    area.fill(area.input_value().replace("term: 10 working days", "trem: 10 working days"))
    problem = page.locator(".ow-problems__item--error", has_text="trem")
    expect(problem).to_be_visible()
    expect(page.locator("[data-status]")).to_have_text("Saved")
    assert "trem: 10" in kept(stage, key)

    problem.get_by_role("link").click()
    page.wait_for_function("""() => {
        const field = document.querySelector('#file_text');
        return field.value.slice(field.selectionStart, field.selectionEnd) === 'trem: 10 working days';
    }""")

    with house.database.transaction() as session:
        saving.save(session, stage.cast.visal.actor, key, {PATH: b"# his\n"}, based_on=2, now=NOW)
    area.fill(area.input_value().replace("trem", "term"))
    expect(page.locator("#their_text")).to_have_value("# his\n")
    expect(page.locator("[data-overtaken-words]")).to_contain_text("Ouch Visal saved service.yaml meanwhile")
    expect(area).to_have_value(re.compile("term: 10 working days"))
    assert kept(stage, key) == "# his\n"
    walk.examine("both-texts")
    walk.press("main .ow-editor__form button.govuk-button")
    assert "term: 10 working days" in kept(stage, key)

    walk.open(f"/analyst/drafts/{key}/facts")
    stages = page.locator("#fact-stages .ow-fact__row")
    before = stages.count()
    page.locator('button[value="stages:add"]').click()
    expect(stages).to_have_count(before + 1)
    expect(page.locator(f'[name="field:stages:{before}:value"]')).to_be_focused()

    walk.open(f"/analyst/drafts/{key}/certificate")
    specimen = page.locator(".ow-specimen__page").first
    drawn = specimen.get_attribute("src")
    page.locator("#file_text").fill("#set page(width: 100pt, height: 100pt)\nShort")
    expect(specimen).not_to_have_attribute("src", drawn or "")
    page.locator("#file_text").fill("#let x = [")
    expect(page.locator("[data-said]")).to_contain_text("Line 1: unclosed delimiter")

    for place in ("texts", "facts", "certificate", "history"):
        walk.open(f"/analyst/drafts/{key}/{place}")
        walk.examine(place)
    walk.open(f"/analyst/drafts/{key}/compare?earlier=1&later=3")
    walk.examine("compare")
    walk.open("/analyst/drafts/begin")
    walk.examine("begin")
    walk.end()
