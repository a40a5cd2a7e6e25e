"""An analyst edits a fee table in a real browser: a rule, what it leaves open, what it costs, two who save at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from engine.queries.analyst.draft_files import file_of
from engine.studio import drafts
from engine.studio.saving import save
from tests.cast import NOW
from tests.fixtures.houses import SetClock
from tests.journeys.browser.editors import editor
from tests.journeys.browser.in_page import EDIT_A_TABLE
from tests.small.cases import SERVICE, Kilns
from web.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]

FEES = "fees.dmn"
SHOTS = os.environ.get("OWSO_SHOTS")


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """The key of a draft of the brick kiln permit."""
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


def text_of(kilns: Kilns, draft: str) -> str:
    with kilns.house.database.reading() as session:
        return file_of(session, kilns.cast.chenda.actor, draft, FEES).text


@pytest.fixture
def table(kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser, draft: str) -> Iterator[Page]:
    """The editor, opened by an analyst in English on a desk; nothing may be complained of by the browser."""
    with editor(kilns, settings, clock, browser, f"{draft}/decision/{FEES}") as page:
        yield page


def cell(page: Page, rule: int, column: int) -> Any:
    return page.locator(f"tbody tr:nth-child({rule}) .content-editable").nth(column)


def write(page: Page, rule: int, column: int, text: str) -> None:
    cell(page, rule, column).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"decision-{name}.png", full_page=True)


def test_a_gap_is_shown_mended_by_a_click_tried_and_saved_without_touching_the_rest(
    table: Page, kilns: Kilns, draft: str
) -> None:
    before = text_of(kilns, draft)
    write(table, 1, 0, "[1..3]")
    gap = table.locator("[data-told] .ow-problem").filter(has_text="Gap:")
    expect(gap).to_contain_text("4 to 50")
    expect(table.locator("tfoot .ow-gap")).to_have_text("?[4..50]")
    shot(table, "gap")
    gap.get_by_role("button", name="Add a rule for it").click()
    expect(cell(table, 2, 0)).to_have_text("[4..50]")
    write(table, 2, 3, "15000")
    expect(gap).to_have_count(0)
    expect(table.locator("tfoot .ow-gap")).to_have_count(0)
    write(table, 2, 0, ">= 3")
    expect(table.locator("[data-told] .ow-problem").filter(has_text="Overlap:")).to_contain_text("1, 2")
    expect(table.locator("td.ow-rule--error")).to_have_count(2)
    shot(table, "overlap")
    write(table, 2, 0, ">= 4")
    expect(table.locator("td.ow-rule--error")).to_have_count(0)
    table.fill("[data-trial] [name=kilns]", "5")
    table.get_by_role("button", name="Show what it gives").click()
    expect(table.locator("[data-trial] .ow-fee__total")).to_contain_text("75,000")
    expect(table.locator("td.ow-rule--hit")).to_have_text(re.compile("^2"))
    shot(table, "tried")
    expect(table.locator(".ow-status")).to_contain_text("Saved as number")
    after = text_of(kilns, draft)
    assert "<text>15000</text>" in after
    lines = [line for line in before.splitlines() if "&gt;= 1" not in line]
    assert set(lines) <= set(after.splitlines())


def test_columns_and_rules_are_added_moved_copied_and_taken_back_from_the_panel(table: Page) -> None:
    panel = table.locator(".ow-panel")
    table.get_by_role("button", name="Add a condition").click()
    panel.locator("[name=looks]").select_option("certificates_held")
    expect(table.locator("thead .input-cell")).to_have_count(2)
    expect(table.locator("thead")).to_contain_text("certificates_held")
    expect(panel.locator("[name=type]")).to_have_value("number")
    write(table, 1, 1, "0")
    panel.get_by_role("group", name="Rule 1").get_by_role("button", name="Copy").click()
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(cell(table, 2, 1)).to_have_text("0")
    write(table, 2, 1, "")
    panel.get_by_role("button", name="< 5", exact=True).click()
    expect(cell(table, 2, 1)).to_have_text("< 5")
    panel.get_by_role("button", name="Move up").click()
    expect(cell(table, 1, 1)).to_have_text("< 5")
    panel.get_by_role("group", name="Rule 1").get_by_role("button", name="Remove").click()
    expect(table.locator("tbody tr")).to_have_count(1)
    panel.locator("[name=column]").select_option(label="Condition: certificates_held")
    panel.get_by_role("group", name="Condition: certificates_held").get_by_role("button", name="Remove").click()
    expect(table.locator("thead .input-cell")).to_have_count(1)
    table.get_by_role("button", name="Undo").click()
    expect(table.locator("thead .input-cell")).to_have_count(2)
    table.locator("[name=policy]").select_option("FIRST")
    expect(table.locator("[name=policy]")).to_have_value("FIRST")


def test_somebody_who_saved_meanwhile_loses_nothing_and_neither_does_this_one(
    table: Page, kilns: Kilns, draft: str
) -> None:
    theirs = text_of(kilns, draft).replace("20000", "30000").encode()
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.visal.actor, draft, {FEES: theirs}, based_on=1, now=NOW)
    write(table, 1, 3, "40000")
    expect(table.locator("dialog")).to_contain_text("Ouch Visal saved this table as number 2")
    with table.expect_download() as kept:
        table.get_by_role("button", name="Download mine and show theirs").click()
    assert "40000" in Path(kept.value.path()).read_text("utf-8")
    expect(cell(table, 1, 3)).to_have_text("30000")
    assert text_of(kilns, draft).encode() == theirs


KEPT = ("tourism/guesthouse_licence/fees.dmn", "industry/scale_verification/fees.dmn")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_written_after_any_edits_is_what_the_table_holds(table: Page, seed: int) -> None:
    root = Path(__file__).parents[3] / "processes"
    texts = [(root / name).read_text("utf-8") for name in KEPT]
    assert table.evaluate(EDIT_A_TABLE, [texts, seed]) == []


def test_a_file_that_holds_nothing_begins_as_a_table(table: Page, kilns: Kilns, draft: str) -> None:
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.chenda.actor, draft, {"decisions/size.dmn": b""}, based_on=1, now=NOW)
    table.goto(table.url.replace(FEES, "decisions/size.dmn"))
    table.get_by_role("button", name="Add a condition").click()
    looks = table.locator(".ow-panel [name=looks]")
    looks.fill("kilns")
    looks.press("Enter")
    write(table, 1, 0, "< 5")
    write(table, 1, 1, '"small"')
    expect(table.locator("[data-told]")).to_contain_text("no rule answers this: Number of kilns: 5 to 50")
    table.fill("[data-trial] [name=kilns]", "2")
    table.get_by_role("button", name="Show what it gives").click()
    expect(table.locator("[data-trial]")).to_contain_text("small")
    expect(table.locator(".ow-status")).to_contain_text("Saved as number")


def test_the_page_is_accessible_fits_a_desk_speaks_khmer_and_keeps_the_mark_of_its_makers(table: Page) -> None:
    cell(table, 1, 0).click()
    found: Any = Axe().run(table).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert table.evaluate("document.documentElement.scrollWidth") <= 1280
    expect(table.locator(".bjs-powered-by")).to_be_visible()
    table.goto(table.url.replace("lang=en", "lang=km"))
    expect(table.get_by_role("button", name="បន្ថែមវិធាន").first).to_be_visible()
    cell(table, 1, 0).focus()
    table.keyboard.press("Enter")
    expect(table.locator("tbody tr")).to_have_count(2)
    shot(table, "khmer")
