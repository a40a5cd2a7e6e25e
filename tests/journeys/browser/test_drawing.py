"""An analyst draws a process in a real browser: settings, problems, copies, two who save at once, pictures."""

from __future__ import annotations

import json
import os
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
from tests.journeys.browser.editors import choose, editor, give, saves
from tests.small.cases import SERVICE, Kilns
from web.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]

DRAWING = "process.bpmn"
TASK = "check"
SHOTS = os.environ.get("OWSO_SHOTS")


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """The key of a draft of the brick kiln permit."""
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


def text_of(kilns: Kilns, draft: str) -> tuple[str, int]:
    """The drawing as it was saved last, and the number of that save."""
    with kilns.house.database.reading() as session:
        shown = file_of(session, kilns.cast.chenda.actor, draft, DRAWING)
    return shown.text, shown.save


@pytest.fixture
def drawing(kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser, draft: str) -> Iterator[Page]:
    """The editor, opened by an analyst in English on a desk; nothing may be complained of by the browser."""
    with editor(kilns, settings, clock, browser, f"{draft}/process/{DRAWING}") as page:
        yield page


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"drawing-{name}.png")


NAMES_OF_VARIABLES = """async () => {
    const names = await (await fetch(document.querySelector('[data-module=ow-drawing]').dataset.names)).json();
    return JSON.stringify(names.variables.filter(({question}) => question?.values.length && question.kind === 'radio'));
}"""
POSITIONS = """document.querySelector('[data-module=ow-drawing]').modeler.get('elementRegistry')
    .filter((one) => one.type !== 'label' && !one.waypoints).map((one) => [one.id, one.x, one.y].join())"""


def test_a_due_day_is_given_its_mistake_shown_on_the_element_and_mended(
    drawing: Page, kilns: Kilns, draft: str
) -> None:
    choose(drawing, "chosen", TASK)
    give(drawing, "setting-due", "3 working days")
    give(drawing, "setting-warn", "5 working days")
    expect(drawing.locator(".ow-badge--error")).to_have_count(1)
    problem = drawing.locator(".ow-problem--error")
    expect(problem).to_contain_text("The warning must come before the task is due")
    shot(drawing, "problem")
    choose(drawing, "chosen", "")
    problem.get_by_role("button").click()
    give(drawing, "setting-warn", "1 working day")
    expect(drawing.locator(".ow-badge--error")).to_have_count(0)
    expect(drawing.locator(".ow-status")).to_contain_text("Saved as number")
    text, number = text_of(kilns, draft)
    assert number > 2
    assert 'name="due" value="3 working days"' in text


def test_a_change_is_undone_with_its_extensions_and_a_copy_takes_them_along(drawing: Page) -> None:
    told = drawing.evaluate(
        """() => {
            const modeler = document.querySelector('[data-module=ow-drawing]').modeler;
            const [registry, copy] = [modeler.get('elementRegistry'), modeler.get('copyPaste')];
            const task = registry.get('check');
            const settings = (one) => JSON.stringify(one.businessObject.extensionElements.values.map((part) =>
              (part.$children || []).map((entry) => [entry.name, entry.value])));
            copy.copy([task]);
            const [made] = copy.paste({element: task.parent, point: {x: task.x + 300, y: task.y + 400}});
            const same = settings(made) === settings(task) && made.id !== task.id;
            modeler.get('commandStack').undo();
            return [same, registry.get(made.id) === undefined];
        }"""
    )
    assert told == [True, True]


def test_somebody_who_saved_meanwhile_loses_nothing_and_neither_does_this_one(
    drawing: Page, kilns: Kilns, draft: str
) -> None:
    text, number = text_of(kilns, draft)
    theirs = text.replace("<definitions", "<!-- theirs --><definitions", 1).replace(
        "<bpmn:definitions", "<!-- theirs --><bpmn:definitions", 1
    )
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.visal.actor, draft, {DRAWING: theirs.encode()}, based_on=number, now=NOW)
    choose(drawing, "chosen", TASK)
    give(drawing, "name", "Mine")
    expect(drawing.locator("dialog")).to_contain_text("Ouch Visal saved this drawing as number 2")
    shot(drawing, "overtaken")
    with drawing.expect_download() as kept:
        drawing.get_by_role("button", name="Download mine and show theirs").click()
    assert 'name="Mine"' in Path(kept.value.path()).read_text("utf-8")
    assert text_of(kilns, draft) == (theirs, 2)
    choose(drawing, "chosen", TASK)
    give(drawing, "name", "Mine again")
    expect(drawing.locator(".ow-status")).to_contain_text("Saved as number 3")


def test_names_are_completed_in_a_condition_with_the_values_they_can_have(drawing: Page) -> None:
    flow = drawing.evaluate(
        """() => document.querySelector('[data-module=ow-drawing]').modeler.get('elementRegistry')
            .find((one) => one.businessObject.conditionExpression).id"""
    )
    choose(drawing, "chosen", flow)
    field = drawing.locator("[name=condition]")
    variable = json.loads(drawing.evaluate(NAMES_OF_VARIABLES))[0]
    field.fill("")
    field.press_sequentially(variable["name"][:3])
    field.press("Enter")
    expect(field).to_have_value(variable["name"])
    field.press_sequentially(" == ")
    expect(drawing.locator(".ow-complete [role=option]").first).to_be_visible()
    saves(drawing)  # as the editor does by itself in the middle of typing
    expect(drawing.locator(".ow-complete [role=option]").first).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value(f'{variable["name"]} == "{variable["question"]["values"][0]["key"]}"')


def test_pictures_are_downloaded_and_the_whole_is_arranged_in_one_step(drawing: Page) -> None:
    for kind, begins in (("SVG", b"<?xml"), ("PNG", b"\x89PNG")):
        with drawing.expect_download() as kept:
            drawing.get_by_role("button", name=f"Picture ({kind})").click()
        assert Path(kept.value.path()).read_bytes().startswith(begins)
    before = drawing.evaluate(POSITIONS)
    drawing.get_by_role("button", name="Arrange").click()
    drawing.wait_for_function(f"before => ({POSITIONS}).join() !== before.join()", arg=before)
    shot(drawing, "arranged")
    drawing.get_by_role("button", name="Undo").click()
    drawing.wait_for_function(f"before => ({POSITIONS}).join() === before.join()", arg=before)


def test_the_page_is_accessible_fits_a_desk_and_keeps_the_mark_of_its_makers(drawing: Page) -> None:
    choose(drawing, "chosen", TASK)
    drawing.get_by_role("button", name="Simulate").click()
    shot(drawing, "simulated")
    drawing.get_by_role("button", name="Simulate").click()
    found: Any = Axe().run(drawing, options={"exclude": []}).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert drawing.evaluate("document.documentElement.scrollWidth") <= 1280
    expect(drawing.locator(".bjs-powered-by")).to_be_visible()


def test_a_drawing_of_another_tool_is_repaired_by_choosing(drawing: Page, kilns: Kilns, draft: str) -> None:
    drawing.evaluate(
        """() => {
            const modeler = document.querySelector('[data-module=ow-drawing]').modeler;
            const made = modeler.get('elementFactory').createShape({type: 'bpmn:Task', id: 'theirs'});
            const start = modeler.get('elementRegistry').find((one) => one.type === 'bpmn:StartEvent');
            modeler.get('modeling').appendShape(start, made, {x: 300, y: 400});
            modeler.get('modeling').updateLabel(made, 'Look');
            modeler.get('selection').select([]);
        }"""
    )
    drawing.get_by_label("What is “Look”?").select_option(label="User task")
    choose(drawing, "chosen", "")
    drawing.get_by_label("What is done in “Look”?").select_option("form check")
    choose(drawing, "chosen", "")
    expect(drawing.get_by_text("What is missing")).to_have_count(0)
    expect(drawing.locator(".ow-status")).to_contain_text("Saved as number")
    text, _ = text_of(kilns, draft)
    task = text[text.index("<bpmn:userTask", text.index('name="Look"') - 60) :]
    assert 'name="form" value="check"' in task[: task.index("</bpmn:userTask>")]
