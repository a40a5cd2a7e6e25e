"""An inspector’s telephone whose connection breaks: nothing is lost, nothing is sent twice, nobody else sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from sqlalchemy import func, select

from storage.applications import Document, Opinion
from storage.events import CaseEvent
from storage.processes import UserTask
from storage.visits import Visit
from tests.browsers import arriving, serving
from tests.cast import Member
from tests.drawings import png
from tests.fixtures.houses import SetClock
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.test_officers import FOUND
from tests.journeys.browser.walking import Device, Walk
from tests.small.cases import Kilns
from tests.small.sites import sites
from web.app import create_app
from web.config import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
PHONE = Device("km", 360, 740, scripts=True)
PLACE: FilePayload = {"name": "place.png", "mimeType": "image/png", "buffer": png(line=True)}
SEND = "#visit-form button[type=submit]"
PHOTOS = "#visit-form input[type=file]"
KEPT = """() => new Promise((take) => {
  indexedDB.open('ow-visits').onsuccess = ({ target }) => {
    const reports = target.result.transaction('reports').objectStore('reports');
    reports.count().onsuccess = (counted) => take(counted.target.result);
  };
})"""


@pytest.fixture
def task(stage: Stage) -> str:
    """The key of an inspection that waits for somebody."""
    key = stage.licence.paid()
    stage.licence.check(key)
    return stage.licence.task(key, "inspect")


def plans(walk: Walk) -> None:
    walk.open("/office/visits")
    walk.examine("visits")
    walk.page.locator("input[name=task]").check()
    walk.fill({"day-day": "3", "day-month": "3", "day-year": "2026", "part": "morning"})
    walk.press()
    walk.examine("planned")


def opens(walk: Walk, task: str) -> Page:
    """The page of the report, which the telephone keeps from then on."""
    walk.open(f"/office/visits/{task}")
    expect(walk.page.locator("[data-module=ow-visit]")).to_have_attribute("data-kept", "yes")
    return walk.page


def keeps_the_day(walk: Walk) -> None:
    """Keeps the pages of all visits of the day, without opening one."""
    walk.open("/office/visits")
    day = walk.page.locator("[data-module=ow-visits-day]")
    day.locator("button").click()
    expect(day.locator("[role=status]")).to_contain_text("បីថ្ងៃ")


def writes(walk: Walk) -> None:
    """Fills in the report with a photo; it is kept on the telephone."""
    walk.fill(FOUND)
    walk.page.locator(PHOTOS).set_input_files(PLACE)
    walk.page.locator("[name=findings]").press_sequentially("។")
    expect(walk.page.locator("#visit-form .ow-kept")).to_contain_text("ទុក")


def came_in(stage: Stage) -> tuple[int, int, int]:
    """How many reports, photos and completed inspections there are."""
    with stage.licence.house.database.reading() as session:
        reports = select(func.count()).where(Opinion.element_id == "inspect")
        photos = select(func.count()).where(Document.document_key == "inspection_photos")
        done = select(func.count()).where(CaseEvent.kind == "task_completed", CaseEvent.element_id == "inspect")
        return session.scalar(reports) or 0, session.scalar(photos) or 0, session.scalar(done) or 0


def ends(walk: Walk) -> None:
    """Closes the telephone; that there was no connection is what the test wanted."""
    walk.problems[:] = [one for one in walk.problems if "ERR_INTERNET_DISCONNECTED" not in one]
    walk.end()


def signs_in_here(walk: Walk, who: Member) -> None:
    """Another sign-in in the same browser, after the one before has ended by itself."""
    walk.page.context.clear_cookies()
    walk.sign_in(who.phone, who.password)


def test_a_report_that_is_written_without_a_connection_is_sent_once_when_there_is_one(stage: Stage, task: str) -> None:
    walk = stage.walk(PHONE, "visits", stage.cast.mony)
    plans(walk)
    keeps_the_day(walk)
    page = walk.page
    page.context.set_offline(True)
    page.goto(f"{stage.address}/office/visits/{task}")
    walk.examine("report")
    writes(walk)
    page.locator(SEND).click()
    expect(page.locator("#visit-form .ow-kept")).to_contain_text("គ្មានការតភ្ជាប់")
    walk.examine("without-connection")
    assert came_in(stage) == (0, 0, 0)
    page.reload()
    expect(page.locator("[name=findings]")).to_have_value(f"{FOUND['findings']}។")
    assert page.locator(PHOTOS).evaluate("field => field.files[0].name") == "place.png"
    page.goto(f"{stage.address}/office/visits/kept")
    expect(page.locator(".ow-visits-kept")).to_contain_text(FOUND["findings"])
    walk.examine("kept")
    page.context.set_offline(False)
    expect(page.locator(".ow-visits-kept")).to_contain_text("គ្មានអ្វី")
    assert came_in(stage) == (1, 1, 1)
    with stage.licence.house.database.reading() as session:
        planned = session.scalars(select(Visit).join(UserTask, UserTask.id == Visit.user_task_id)).one()
    assert planned.day_part.value == "morning"
    ends(walk)


def test_an_answer_that_did_not_arrive_is_asked_for_again_and_the_report_is_taken_once(stage: Stage, task: str) -> None:
    walk = stage.walk(PHONE, "answer-lost", stage.cast.mony)
    plans(walk)
    page = opens(walk, task)
    writes(walk)
    lost: list[int] = []

    def loses(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(f"**/office/visits/{task}", loses)
    page.locator(SEND).click()
    expect(page.locator("#visit-form .ow-kept")).to_contain_text("គ្មានការតភ្ជាប់")
    assert came_in(stage) == (1, 1, 1)
    assert lost == [200]
    with arriving(page):
        page.locator(SEND).click()
    assert walk.path == "/office/visits"
    assert page.evaluate(KEPT) == 0, "nothing stays on the telephone of what came in"
    assert came_in(stage) == (1, 1, 1)
    walk.problems[:] = [one for one in walk.problems if "ERR_FAILED" not in one]
    walk.end()


def test_what_a_telephone_keeps_of_one_account_is_not_shown_or_sent_by_another(stage: Stage, task: str) -> None:
    cast, walk = stage.cast, stage.walk(PHONE, "two-accounts", stage.cast.mony)
    plans(walk)
    page = opens(walk, task)
    page.context.set_offline(True)
    writes(walk)
    page.locator(SEND).click()
    expect(page.locator("#visit-form .ow-kept")).to_contain_text("គ្មានការតភ្ជាប់")
    walk.page.close()
    page = walk.page = page.context.new_page()
    page.context.set_offline(False)
    signs_in_here(walk, cast.bopha)
    walk.open("/office/visits/kept")
    expect(page.locator("[data-module=ow-visits-kept]")).to_have_attribute("data-kept", "yes")
    assert FOUND["findings"] not in walk.text
    assert "គណនីផ្សេង" in walk.text
    assert came_in(stage) == (0, 0, 0)
    page.context.set_offline(True)
    page.goto(f"{stage.address}/office/visits/{task}")
    assert FOUND["findings"] not in walk.text
    page.context.set_offline(False)
    signs_in_here(walk, cast.mony)
    walk.open("/office/visits/kept")
    expect(page.locator(".ow-visits-kept")).to_contain_text("គ្មានអ្វី")
    assert came_in(stage) == (1, 1, 1)
    ends(walk)


def test_signing_out_asks_about_what_was_not_sent_and_leaves_nothing_behind(stage: Stage, task: str) -> None:
    walk = stage.walk(PHONE, "signs-out", stage.cast.mony)
    plans(walk)
    page = opens(walk, task)
    writes(walk)
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("form[data-unsent] button").click()
    page.wait_for_function("() => true")
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    with arriving(page):
        page.locator("form[data-unsent] button").click()
    assert len(asked) == 2
    assert page.evaluate("async () => (await caches.keys()).length") == 0
    walk.sign_in(stage.cast.mony.phone, stage.cast.mony.password)
    walk.open("/office/visits/kept")
    expect(page.locator(".ow-visits-kept")).to_contain_text("គ្មានអ្វី")
    walk.end()


def test_a_report_of_a_task_that_a_colleague_completed_stays_on_the_telephone(stage: Stage, task: str) -> None:
    walk = stage.walk(PHONE, "too-late", stage.cast.mony)
    plans(walk)
    page = opens(walk, task)
    page.context.set_offline(True)
    writes(walk)
    with stage.licence.house.database.transaction() as session:
        row = session.scalars(select(UserTask).where(UserTask.key == task)).one()
        row.assignee_id = stage.cast.kunthea.person_id
    page.context.set_offline(False)
    page.locator(SEND).click()
    expect(page.locator("#visit-form .ow-kept")).not_to_be_empty()
    walk.open("/office/visits/kept")
    expect(page.locator(".ow-visits-kept")).to_contain_text(FOUND["findings"])
    expect(page.locator(".ow-visits-kept a[download]")).to_have_text("place.png")
    assert came_in(stage) == (0, 0, 0)
    ends(walk)


def test_a_report_that_the_server_drew_anew_leaves_nothing_on_the_telephone(stage: Stage, task: str) -> None:
    walk = stage.walk(PHONE, "drawn-anew", stage.cast.mony)
    plans(walk)
    page = opens(walk, task)
    writes(walk)
    assert page.evaluate(KEPT) == 1
    with arriving(page):
        page.locator("#visit-form").evaluate("form => form.submit()")  # as for a question that an answer brought up
    expect(page.locator("[data-module=ow-visit-sent]")).to_have_attribute("data-dropped", "yes")
    assert page.evaluate(KEPT) == 0
    assert came_in(stage) == (1, 1, 1)
    walk.end()


def test_the_position_stands_in_its_field_before_it_is_sent_and_nobody_must_give_it(
    kilns: Kilns, settings: Settings, clock: SetClock, browser: Browser
) -> None:
    site = sites(kilns)
    key = site.key(site.ready())
    site.claim(site.cast.bopha, key)
    with serving(create_app(settings, kilns.house, clock)) as address:
        walk = Walk.begin(browser, address, PHONE, "position")
        walk.sign_in(site.cast.bopha.phone, site.cast.bopha.password)
        page = opens(walk, key)
        page.locator("#visit-form button[type=button]").click()
        expect(page.locator("#visit-form")).to_contain_text("មិនបានប្រាប់ទីតាំង")
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": 13.09573, "longitude": 103.2022})
        page.locator("#visit-form button[type=button]").click()
        expect(page.locator("[name=spot]")).to_have_value("13.09573, 103.20220")
        walk.fill({"result": "ok"})
        with arriving(page):
            page.locator(SEND).click()
        walk.end()
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Opinion)).one().answers["spot"] == "13.09573, 103.20220"
