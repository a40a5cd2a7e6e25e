"""An analyst builds a form in a real browser: fields with words in both languages, what people see, two who save."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from engine.packages.yaml_files import read_yaml
from engine.queries.analyst.draft_files import file_of
from engine.studio import drafts
from engine.studio.saving import save
from tests.browsers import arriving
from tests.cast import NOW
from tests.fixtures.houses import SetClock
from tests.journeys.browser.editors import DRAWN_ANEW, choose, editor, give, saves
from tests.small.cases import SERVICE, Kilns
from web.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]

FORM = "forms/apply.json"
SHOTS = os.environ.get("OWSO_SHOTS")


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """The key of a draft of the brick kiln permit."""
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


def saved(kilns: Kilns, draft: str, path: str) -> tuple[str, int]:
    """A file as it was saved last, and the number of that save."""
    with kilns.house.database.reading() as session:
        shown = file_of(session, kilns.cast.chenda.actor, draft, path)
    return shown.text, shown.save


def words(kilns: Kilns, draft: str) -> Any:
    """The words of the form as they were saved last."""
    data: Any = read_yaml("texts.yaml", saved(kilns, draft, "texts.yaml")[0].encode()).value
    return data["forms"]["apply"]


@pytest.fixture
def builder(kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser, draft: str) -> Iterator[Page]:
    """The editor, opened by an analyst in English on a desk; nothing may be complained of by the browser."""
    with editor(kilns, settings, clock, browser, f"{draft}/form/{FORM}") as page:
        yield page


def add(page: Page, kind: str) -> None:
    """Adds a field, and waits until the panel is that of the new one: what is typed before goes to the one before."""
    page.get_by_role("toolbar", name="Add a field").get_by_role("button", name=kind, exact=True).click()
    page.evaluate(DRAWN_ANEW)


def remove_and_bring_back(page: Page, kilns: Kilns, draft: str) -> None:
    """Words of a field go with it and come back with undo."""
    choose(page, "chosen", label="– Name of the neighbour")
    page.locator(".ow-panel [name=remove]").click()
    saves(page)
    assert "neighbour" not in words(kilns, draft)["fields"]
    page.get_by_role("button", name="Undo").click()
    saves(page)
    assert words(kilns, draft)["fields"]["neighbour"]["label"]["en"] == "Name of the neighbour"


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"form-{name}.png")


def test_a_page_and_a_question_get_their_words_are_seen_as_people_see_them_and_saved(
    builder: Page, kilns: Kilns, draft: str
) -> None:
    before, _ = saved(kilns, draft, FORM)
    add(builder, "Page")
    give(builder, "label-km", "អ្នកជិតខាង")
    give(builder, "label-en", "Neighbours")
    add(builder, "Line of text")
    give(builder, "key", "neighbour")
    problem = builder.locator(".ow-problem-list .ow-problem--error").filter(has_text="neighbour")
    expect(problem).to_have_count(1)
    expect(builder.locator(".fjs-element[data-wrong=error]")).to_have_count(1)
    shot(builder, "problem")
    choose(builder, "chosen", "")
    problem.get_by_role("button").click()
    give(builder, "label-km", "ឈ្មោះអ្នកជិតខាង")
    english = builder.locator(".ow-panel [name=label-en]")
    english.press_sequentially("Name of the ")
    seen = builder.frame_locator("iframe")
    expect(seen.get_by_text("Name of the")).to_be_visible()
    english.press_sequentially("neighbour")
    expect(seen.get_by_text("Name of the neighbour")).to_be_visible()
    expect(english).to_be_focused()
    expect(problem).to_have_count(0)
    builder.get_by_role("button", name="ភាសាខ្មែរ").click()
    expect(seen.get_by_text("ឈ្មោះអ្នកជិតខាង")).to_be_visible()
    shot(builder, "built")
    add(builder, "Note to read")
    give(builder, "label-en", "<b>Bring</b> all & more")
    expect(builder.locator(".ow-form").get_by_text("<b>Bring</b> all & more")).to_be_visible()
    builder.get_by_role("button", name="Undo").click()
    builder.get_by_role("button", name="Undo").click()
    saves(builder)
    after, _ = saved(kilns, draft, FORM)
    assert after.startswith(before[: before.rindex("}")].rstrip("} ]\n"))
    assert json.loads(after)["components"][-1]["components"] == [
        {"type": "textfield", "key": "neighbour", "label": "Name of the neighbour"}
    ]
    assert words(kilns, draft)["fields"]["neighbour"]["label"] == {
        "km": "ឈ្មោះអ្នកជិតខាង",
        "en": "Name of the neighbour",
    }
    remove_and_bring_back(builder, kilns, draft)
    shown = Axe().run(builder).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"][:200]) for one in shown if one["impact"] in ("serious", "critical")
    ] == []
    assert builder.evaluate("document.documentElement.scrollWidth") <= 1280
    expect(builder.locator(".fjs-powered-by-link")).to_be_visible()


RANDOM = """async (rounds) => {
    const editing = document.querySelector('[data-module=ow-form]').editing;
    const before = editing.text;
    const words = plain(editing.texts.now);
    const stack = editing.editor.get('commandStack');
    let state = 7;
    const next = (most) => (state = (state * 48271) % 2147483647) % most;
    const meant = (one) => one.components ? {...one.raw, components: one.components.map(meant)} : one.raw;
    for (let round = 0; round < rounds; round += 1) {
        const all = editing.all();
        const field = all[next(all.length)];
        const kinds = editing.kinds;
        editing.editor.get('selection').set(field || null);
        const what = next(7);
        if (!field || what === 0) editing.add(next(4) ? kinds[next(kinds.length)] : 'page');
        else if (what === 1) editing.move(field, next(2) ? 1 : -1);
        else if (what === 2) editing.copy(field);
        else if (what === 3 && all.length > 3) editing.remove(field);
        else if (what === 4) editing.rename(field, `renamed_${round}`);
        else if (what === 5 && !field.components) {
            const others = kinds.filter((one) => !one.repeats && one.asks);
            editing.turn(field, others[next(others.length)]);
        } else {
            const raw = {...field.raw, conditional: {hide: `${round} = 1`}};
            editing.change(field, raw, {[`forms/apply/fields/x_${round}/label/en`]: 'x'});
        }
        if (plain(JSON.parse(editing.text)) !== plain(meant(editing.schema))) return `round ${round}`;
    }
    const most = editing.text;
    while (stack.canUndo()) stack.undo();
    const back = editing.text === before && plain(editing.texts.now) === words;
    while (stack.canRedo()) stack.redo();
    return [back, editing.text === most];
    function plain(value) {
        return JSON.stringify(value, (_, one) => one === null || typeof one !== 'object' || Array.isArray(one) ? one
            : Object.fromEntries(Object.keys(one).sort().map((name) => [name, one[name]])));
    }
}"""


def test_many_edits_are_written_as_they_are_meant_undone_to_the_same_bytes_and_done_again(builder: Page) -> None:
    assert builder.evaluate(RANDOM, 60) == [True, True]


HOSTILE = """\
{"type": "default", "id": "=alert(1)", "components": [5, {"type": "group", "id": "p", "components": [
  {"type": "html", "content": "<script>alert(1)</script>"}, {"type": "iframe", "url": "https://example.org/"},
  {"type": "image", "source": "https://example.org/x.png"},
  {"type": "text", "id": "n", "text": "<img src=x onerror=alert(1)>"},
  {"type": "textfield", "key": "a", "label": "={{ alert(1) }}"}, {"type": "textfield", "key": "a"}, {"type": "group"},
  {"type": "select", "key": "<b>", "values": [{"value": "<b>"}, 3]}, {"type": "number", "key": "n", "validate": null}
]}]}
"""


def test_a_hostile_form_is_shown_and_kept_and_nothing_of_it_is_carried_out(
    builder: Page, kilns: Kilns, draft: str
) -> None:
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.chenda.actor, draft, {FORM: HOSTILE.encode()}, based_on=1, now=NOW)
    asked: list[str] = []
    builder.on("request", lambda request: asked.append(request.url))
    builder.on("dialog", lambda dialog: asked.append(dialog.message))
    builder.reload()
    builder.wait_for_selector("[data-ready=yes]")
    picker = builder.locator("[name=chosen]")
    for number in range(picker.locator("option").count()):
        picker.select_option(index=number)
    expect(builder.frame_locator("iframe").locator("main")).to_be_visible()
    assert [one for one in asked if "127.0.0.1" not in one and "localhost" not in one and one != "about:srcdoc"] == []
    expect(builder.locator(".ow-form :is(script, iframe, img)")).to_have_count(0)
    assert builder.evaluate("document.querySelector('[data-module=ow-form]').editing.text") == HOSTILE


def test_a_field_is_dragged_in_and_moved_with_the_keyboard(builder: Page) -> None:
    chip = builder.get_by_role("button", name="Number", exact=True)
    target = builder.locator(".fjs-element[data-field-type=textfield]").first
    chip.hover()
    builder.mouse.down()
    box = target.bounding_box()
    assert box is not None
    for step in range(1, 12):
        builder.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] + step / 2)
    expect(builder.locator(".ow-form .gu-transit")).to_have_count(1)
    builder.mouse.up()
    order = "document.querySelector('[data-module=ow-form]').editing.all().map((one) => one.raw.key || one.raw.id)"
    builder.wait_for_function(f"{order}.includes('number_1')")
    dragged = builder.evaluate(order)
    up = builder.locator(".ow-panel [name=up]")
    up.press("Enter")
    expect(up).to_be_focused()
    builder.wait_for_function(f"(before) => {order}.join() !== before.join()", arg=dragged)
    moved = builder.evaluate(order)
    assert sorted(moved) == sorted(dragged)
    builder.get_by_role("button", name="Undo").click()
    builder.wait_for_function(f"(before) => {order}.join() === before.join()", arg=dragged)
    add(builder, "One of a list")
    add(builder, "Line of text")
    condition = builder.locator("[name=hide]")
    condition.press_sequentially("sel")
    condition.press("Enter")
    condition.press_sequentially(" = ")
    condition.press("ArrowDown")
    saves(builder)  # as the editor does by itself in the middle of typing
    expect(builder.locator(".ow-complete [role=option]").nth(1)).to_have_attribute("aria-selected", "true")
    condition.press("Enter")
    expect(condition).to_have_value('select_1 = "choice_2"')
    condition.press("Enter")
    choose(builder, "chosen", label="– select_1")
    give(builder, "key", "taste")
    choose(builder, "chosen", label="– text_1")
    expect(condition).to_have_value('taste = "choice_2"')


def test_somebody_who_saved_the_form_or_its_words_meanwhile_loses_nothing(
    builder: Page, kilns: Kilns, draft: str
) -> None:
    text, number = saved(kilns, draft, FORM)
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.visal.actor, draft, {FORM: text.encode() + b"\n"}, based_on=number, now=NOW)
    give(builder, "title-en", "Mine")
    saves(builder)
    texts, number = saved(kilns, draft, "texts.yaml")
    theirs = texts.replace("en: Mine", "en: Hers").replace('en: "Mine"', 'en: "Hers"')
    assert theirs != texts
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.visal.actor, draft, {"texts.yaml": theirs.encode()}, based_on=number, now=NOW)
    give(builder, "title-en", "Mine again")
    dialog = builder.locator("dialog")
    expect(dialog.get_by_label("Theirs")).to_have_value("Hers")
    shot(builder, "overtaken")
    dialog.get_by_role("button", name="Take theirs").click()
    expect(builder.locator("[name=title-en]")).to_have_value("Hers")
    add(builder, "Page")
    builder.keyboard.press("Control+s")
    expect(dialog).to_contain_text("Somebody else changed the same")
    with arriving(builder), builder.expect_download() as kept:
        dialog.get_by_role("button", name="Download mine and show theirs").click()
    assert '"page_1"' in Path(kept.value.path()).read_text("utf-8")
    builder.wait_for_selector("[data-ready=yes]")
    assert saved(kilns, draft, FORM)[0] == text + "\n"


def test_a_choice_is_marked_as_grounds_of_a_refusal_and_a_text_is_not(builder: Page, kilns: Kilns, draft: str) -> None:
    add(builder, "Line of text")
    expect(builder.locator(".ow-panel [name=personal]")).to_be_visible()
    expect(builder.locator(".ow-panel [name=ground]")).to_have_count(0)
    add(builder, "One of all to be seen")
    builder.locator(".ow-panel [name=ground]").check()
    saves(builder)
    parts = json.loads(saved(kilns, draft, FORM)[0])["components"][0]["components"]
    assert [part.get("properties") for part in parts if part["type"] == "radio"] == [{"ground": "true"}]
