"""An officer works without a mouse: from the inbox through a task to the next one, and says no to single letters."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storage.processes import TaskStatus, UserTask
from tests.browsers import arriving
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK_WITH_SCRIPTS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


def led_by(page: Page, keys: str) -> None:
    """A key that leads to another page."""
    with arriving(page):
        page.keyboard.press(keys)


def checks(stage: Stage) -> list[TaskStatus]:
    with stage.licence.house.database.reading() as session:
        return list(
            session.scalars(select(UserTask.status).where(UserTask.element_id == "check").order_by(UserTask.id))
        )


def test_claimed_completed_and_the_next_one_by_keys_alone(stage: Stage) -> None:
    for _ in range(2):
        stage.licence.paid()
    walk = stage.walk(DESK_WITH_SCRIPTS, "keys", stage.cast.bopha)
    page = walk.page
    walk.open("/office")
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    walk.examine("help-sheet")
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(page.locator(".ow-ticked tbody .govuk-link").first).to_be_focused()
    led_by(page, "Enter")
    expect(page.get_by_role("button", name="Claim this task")).to_be_visible()
    led_by(page, "c")
    first = walk.path
    page.keyboard.press("?")
    walk.examine("help-sheet-of-a-task")
    page.keyboard.press("f")
    expect(page.locator("#work-form [name=check_result]").first).to_be_focused()
    page.keyboard.press("Space")
    led_by(page, "Control+Shift+Enter")
    assert walk.path.startswith("/office/tasks/")
    assert walk.path != first
    assert checks(stage) == [TaskStatus.COMPLETED, TaskStatus.CLAIMED]
    page.keyboard.press("f")
    page.keyboard.press("Space")
    led_by(page, "Control+Enter")
    assert walk.path == "/office"
    assert checks(stage) == [TaskStatus.COMPLETED, TaskStatus.COMPLETED]
    walk.end()


def test_letters_are_no_keys_while_somebody_types_or_wants_none(stage: Stage) -> None:
    stage.licence.paid()
    walk = stage.walk(DESK_WITH_SCRIPTS, "no-keys", stage.cast.bopha)
    page, link = walk.page, walk.page.locator(".ow-ticked tbody .govuk-link")
    walk.open("/office")
    page.keyboard.press("/")
    page.keyboard.type("jc?")
    expect(page.locator("#q")).to_have_value("jc?")
    page.locator("#keys summary").click()
    page.get_by_label("Single letters work as keys in this browser").uncheck()
    walk.open("/office")
    page.keyboard.press("j")
    expect(link).not_to_be_focused()
    page.locator("#keys summary").click()
    page.get_by_label("Single letters work as keys in this browser").check()
    page.keyboard.press("j")
    expect(link).to_be_focused()
    walk.end()
