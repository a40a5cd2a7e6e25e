"""An analyst plays a licence in a browser: as its applicant on a telephone without scripts, and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.packages import run_scenario
from engine.packages.playing.examples import scenarios_of
from engine.packages.trying import office
from engine.studio import drafts, plays
from tests.cast import NOW
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.filling import LICENCE, fills_in
from tests.journeys.browser.walking import DESK_WITH_SCRIPTS, SECOND_PHONE, Walk
from tests.journeys.guesthouse import SERVICE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


@pytest.fixture
def key(stage: Stage) -> str:
    house = stage.licence.house
    with house.database.transaction() as session:
        return drafts.begin_from_version(session, house, stage.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


def begun(stage: Stage, walk: Walk, key: str, name: str) -> None:
    walk.open(f"/analyst/drafts/{key}")
    walk.follow(f"/analyst/drafts/{key}/play")
    walk.examine("plays")
    walk.fill({"name": name})
    walk.press()


def completed(walk: Walk, task: str, **answers: str) -> None:
    walk.follow(f"/tasks/{task}")
    walk.examine(task)
    walk.fill(answers)
    walk.press()


def test_a_licence_is_applied_for_in_a_play_page_by_page_and_taken_back(stage: Stage, key: str) -> None:
    walk = stage.walk(SECOND_PHONE, "play", stage.cast.chenda)
    begun(stage, walk, key, "ដោយដៃ")
    fills_in(walk, LICENCE, wrong={"rooms": {"rooms": "ច្រើន"}})
    walk.examine("check")
    walk.press()
    walk.examine("sent")
    assert "១៨០" in walk.text
    walk.press("button[name='how'][value='next']")
    walk.examine("later")
    walk.press("aside form[action$='/back'] button.govuk-button")
    walk.end()


def test_a_licence_is_played_to_its_end_and_kept_as_a_scenario(stage: Stage, key: str) -> None:
    walk = stage.walk(DESK_WITH_SCRIPTS, "play", stage.cast.chenda)
    begun(stage, walk, key, "Granted")
    walk.press("form[action$='/example'] button")
    walk.press()
    completed(walk, "pay")
    walk.page.wait_for_selector(".ow-diagram svg .djs-element")
    completed(walk, "check", check_result="ok")
    completed(walk, "review", review_result="ok", review_opinion="គាំទ្រ")
    walk.press("button[name='how'][value='days']")
    walk.examine("a-day-later")
    completed(walk, "inspect", rooms_counted="12", inspection_result="ok", findings="ត្រឹមត្រូវ", **inspected())
    completed(walk, "decide", decision="approve")
    completed(walk, "hand_over")
    expect(walk.page.locator("aside")).to_contain_text("The case is over")
    walk.page.locator("aside input[name='scenario']").fill("Granted in a play")
    walk.press("aside form[action$='/keep'] button.govuk-button")
    walk.examine("kept")
    walk.end()
    with stage.licence.house.database.reading() as session:
        package = plays.package_to_play(session, stage.licence.house, stage.cast.chenda.actor, key)
    written = next(one for one in scenarios_of(package) if one.name == "Granted in a play")
    assert run_scenario(package, written, office()).passed


def inspected() -> dict[str, str]:
    day = NOW.date()
    return {"inspected_on-day": str(day.day), "inspected_on-month": str(day.month), "inspected_on-year": str(day.year)}
