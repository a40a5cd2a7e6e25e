"""The pages of visits: planning several, moving one, the route sheet, and reports as browsers and scripts send them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.applications import Document
from storage.people import AccessLog
from tests.cast import Member
from tests.small.cases import Kilns
from tests.small.sites import FRIDAY, REPORT, TUESDAY, Sites, photo_bytes, sites

SignIn = Callable[[Member], FlaskClient]
SCRIPT = {"Accept": "application/json"}
DAY = {"day-day": "6", "day-month": "៣", "day-year": "2026", "part": "morning"}
NO_POSITION, WITH_POSITION = "geolocation=()", "geolocation=(self)"


@pytest.fixture
def site(kilns: Kilns) -> Sites:
    return sites(kilns)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def report(sending: str = "one", **more: Any) -> dict[str, Any]:
    return {**REPORT, "_sending": sending, "site_photos": (BytesIO(photo_bytes()), "IMG.jpg"), **more}


def looks(site: Sites) -> list[str]:
    with site.house.database.reading() as session:
        return list(session.scalars(select(AccessLog.page).order_by(AccessLog.id)))


def test_several_visits_are_planned_at_once_each_with_its_result(site: Sites, signed_in: SignIn) -> None:
    first, second = (site.key(site.ready(who)) for who in (site.cast.dara, site.cast.chenda))
    site.plan(site.cast.vannak, second)
    browser = signed_in(site.cast.bopha)
    assert f'value="{first}"' in text(browser.get("/office/visits"))
    answer = text(browser.post("/office/visits?lang=en", data={"task": [first, second], **DAY}))
    assert "1 of 2 planned" in answer
    assert "Keo Vannak" in answer
    assert site.day(first) == (FRIDAY, "morning")
    page = text(browser.get("/office/visits?lang=en"))
    assert "Tuol Ta Ek" in page
    assert f"/office/visits/{first}/day" in page
    assert f"/office/visits/{second}" not in page


def test_nothing_is_planned_without_a_visit_or_a_day(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    refused = browser.post("/office/visits?lang=en", data={"task": key, **DAY, "day-month": "13"})
    assert refused.status_code == 422
    assert 'value="13"' in text(refused)
    assert f'value="{key}"' in text(refused)
    assert browser.post("/office/visits", data=DAY).status_code == 422
    closed = text(browser.post("/office/visits?lang=en", data={"task": key, **DAY, "day-day": "8"}))
    assert "when the office is closed" in closed
    assert site.day(key) is None


def test_a_visit_is_moved_and_called_off_on_its_page(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    address = f"/office/visits/{key}/day"
    assert browser.post(address, data=DAY).location == "/office/visits"
    without = browser.post(f"{address}?lang=en", data={**DAY, "day-day": "10", "move": "yes"})
    assert without.status_code == 422
    assert 'value="10"' in text(without)
    assert browser.post(address, data={**DAY, "day-day": "10", "move": "yes", "reason": "ភ្លៀង"}).status_code == 303
    assert site.day(key) == (TUESDAY, "morning")
    assert browser.post(f"/office/visits/{key}/off", data={"reason": "ភ្លៀង"}).status_code == 303
    assert site.day(key) is None
    again = browser.post(f"/office/visits/{key}/off?lang=en", data={"reason": "ភ្លៀង"})
    assert again.status_code == 409
    assert "No day is planned for this visit any more" in text(again)


def test_the_applicant_reads_the_day(site: Sites, signed_in: SignIn) -> None:
    sent = site.ready()
    address = f"/applications/{sent.key}?lang=en"
    assert "An officer visits you" not in text(signed_in(site.cast.dara).get(address))
    site.plan(site.cast.bopha, site.key(sent))
    assert "An officer visits you on Friday 6 March 2026" in text(signed_in(site.cast.dara).get(address)).replace(
        "\xa0", " "
    )


def test_the_route_sheet_shows_where_to_go_and_is_noted(site: Sites, signed_in: SignIn) -> None:
    sent = site.ready()
    site.plan(site.cast.bopha, site.key(sent))
    before = looks(site)
    sheet = text(signed_in(site.cast.bopha).get(f"/office/visits/sheet/{FRIDAY.isoformat()}?lang=en"))
    assert "Tuol Ta Ek" in sheet
    assert "ឡ &lt;ថ្មី&gt;" in sheet
    assert sent.reference in sheet
    assert "Photos of the kiln" in sheet
    assert looks(site) == [*before, "route_sheet"]
    assert "on the route sheet" in text(signed_in(site.cast.dara).get("/account/looks?lang=en"))
    assert sent.reference not in text(signed_in(site.cast.phally).get(f"/office/visits/sheet/{FRIDAY.isoformat()}"))
    assert signed_in(site.cast.bopha).get("/office/visits/sheet/yesterday").status_code == 404


def test_a_browser_without_scripts_sends_a_report_twice_and_it_is_taken_once(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    site.claim(site.cast.bopha, key)
    assert 'name="_sending"' in text(browser.get(f"/office/visits/{key}"))
    for _ in range(2):
        answer = browser.post(f"/office/visits/{key}?lang=en", data=report())
        assert answer.status_code == 200
        assert "Done: " in text(answer)
    with site.house.database.reading() as session:
        assert len(session.scalars(select(Document)).all()) == 1


def test_a_script_is_told_what_became_of_a_report(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    address = f"/office/visits/{key}?lang=en"
    unclaimed = browser.post(address, data=report(), headers=SCRIPT)
    assert unclaimed.status_code == 409
    site.claim(site.cast.bopha, key)
    wrong = browser.post(address, data=report(result=""), headers=SCRIPT)
    assert wrong.status_code == 422
    assert wrong.json is not None
    assert wrong.json["errors"] == [{"field": "result", "text": "Answer “Result”"}]
    for _ in range(2):
        done = browser.post(address, data=report(), headers=SCRIPT)
        assert (done.status_code, (done.json or {}).get("href")) == (200, "/office/visits")
    late = browser.post(address, data=report("two"), headers=SCRIPT)
    assert late.status_code in (409, 410)
    assert late.json is not None
    assert late.json["message"]


def test_a_report_that_is_refused_for_good_is_sent_anew_under_another_key(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    site.claim(site.cast.bopha, key)
    for address in (f"/office/visits/{key}", f"/office/tasks/{key}"):
        wrong = browser.post(address, data=report("key-of-page-1", result=""))
        assert 'name="_sending" value="key-of-page-1"' in text(wrong)
        stale = browser.post(address, data=report("key-of-page-1", revision="99"))
        assert stale.status_code == 409
        assert 'name="_sending" value="' in text(stale)
        assert "key-of-page-1" not in text(stale)


def test_the_page_of_the_task_takes_photos_too(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    site.claim(site.cast.bopha, key)
    page = text(browser.get(f"/office/tasks/{key}"))
    assert 'type="file"' in page
    assert f"/office/visits/{key}" in page
    assert browser.post(f"/office/tasks/{key}", data=report()).status_code == 303
    with site.house.database.reading() as session:
        assert session.scalars(select(Document.document_key)).all() == ["site_photos"]


def test_only_the_page_of_a_form_with_a_position_may_ask_where_it_is(site: Sites, signed_in: SignIn) -> None:
    key, browser = site.key(site.ready()), signed_in(site.cast.bopha)
    asks = browser.get(f"/office/visits/{key}").headers["Permissions-Policy"]
    assert WITH_POSITION in asks
    assert "camera=()" in asks
    for address in ("/office/visits", "/office/visits/kept", f"/office/tasks/{key}", "/office"):
        assert NO_POSITION in browser.get(address).headers["Permissions-Policy"], address


def test_the_worker_works_for_visits_alone_and_under_the_usual_policy(site: Sites, signed_in: SignIn) -> None:
    worker = signed_in(site.cast.bopha).get("/office/visits/worker.js")
    assert worker.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in worker.headers
    assert "script-src 'self'" in worker.headers["Content-Security-Policy"]
    assert "/office/visits/" in text(worker)


def test_a_task_that_is_no_visit_has_no_such_page(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    key = kilns.task(sent, "check")
    browser = signed_in(kilns.cast.bopha)
    for address in (f"/office/visits/{key}", f"/office/visits/{key}/day", "/office/visits/no-such"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"/office/visits/{key}", data=report()).status_code == 404
    assert f"/office/visits/{key}" not in text(browser.get(f"/office/tasks/{key}"))
