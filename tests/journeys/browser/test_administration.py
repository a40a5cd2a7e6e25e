"""The administrator and the analyst: what is late, what stopped, the office's calendar, the numbers, the drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.clockwork import schedule
from storage.processes import Incident
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK, DESK_WITH_SCRIPTS, Walk
from tests.journeys.guesthouse import SERVICE, Guesthouse

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Pages are the same on both databases, and the HTTP tests run on both: one kind keeps the browser's share short.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


def stopped(stage: Stage) -> str:
    """An application whose certificate could not be kept, so that its case waits at an incident."""
    key = stage.licence.paid()
    stage.licence.check(key)
    stage.licence.review(key)
    stage.licence.inspect(key)
    Guesthouse(replace(stage.licence.house, fonts=Path(__file__)), stage.cast).decide(key)
    return key


def test_an_administrator_sees_what_is_late_and_lets_a_stopped_case_go_on(stage: Stage) -> None:
    late = stage.licence.paid()
    key = stopped(stage)
    stage.clock.moment = datetime(2026, 3, 12, 2, tzinfo=UTC)
    schedule.sweep(stage.licence.house, now=stage.clock.now())
    walk = stage.walk(DESK, "administrator", stage.cast.visal)
    sees_what_is_late(walk, late)
    lets_it_go_on(stage, walk, key)
    closes_the_office_for_a_day(walk)
    reads_the_numbers(walk)
    reads_who_is_who(walk, stage)
    walk.end()


def reads_who_is_who(walk: Walk, stage: Stage) -> None:
    walk.open("/admin/accounts")
    walk.examine("accounts")
    walk.open(f"/admin/accounts/{stage.cast.bopha.person_id}")
    walk.examine("account")
    walk.open("/admin/security-log")
    walk.examine("security-log")
    assert "Signed in" in walk.text
    walk.open("/account/sign-ins")
    walk.examine("sign-ins")
    assert "This browser" in walk.text


def sees_what_is_late(walk: Walk, key: str) -> None:
    walk.examine("first-page")
    walk.open("/admin/clocks")
    walk.examine("clocks")
    walk.open("/admin/clocks/list?state=breached")
    walk.examine("clock-list")
    walk.open("/admin/now")
    walk.examine("control-room")
    walk.open("/admin/now/cases?state=breached")
    walk.examine("control-room-cases")
    walk.open(f"/admin/cases/{key}/history")
    walk.examine("history")
    assert "The history is whole" in walk.text


def lets_it_go_on(stage: Stage, walk: Walk, key: str) -> None:
    walk.open("/admin/incidents")
    walk.examine("incidents")
    walk.follow("/admin/incidents/")
    walk.examine("incident")
    walk.fill({"reason": "The folder for files can be written again."})
    walk.press()
    walk.examine("retried")
    assert stage.licence.row(key).stage == "ready"
    with stage.licence.house.database.reading() as session:
        assert session.scalars(select(Incident.status)).all() == ["resolved"]


def closes_the_office_for_a_day(walk: Walk) -> None:
    walk.open("/admin/offices")
    walk.examine("offices")
    walk.follow("/admin/offices/02")
    walk.examine("office")
    walk.fill({"day-day": "16", "day-month": "3", "day-year": "2026", "name_km": "បុណ្យភូមិ", "name_en": "Village fair"})
    walk.press("main form[action$='/offices/02/holidays'] button.govuk-button")
    walk.examine("what-moves")
    assert "What this change moves" in walk.text
    walk.press()
    walk.examine("day-off-added")
    assert "Village fair" in walk.text
    walk.open("/admin/holidays")
    walk.examine("holidays")


def reads_the_numbers(walk: Walk) -> None:
    walk.open("/admin/outbox")
    walk.examine("outbox")
    walk.follow("/admin/outbox/")
    walk.examine("message")
    walk.open("/admin/reports")
    walk.examine("reports")
    table = walk.page.request.get(f"{walk.address}/admin/reports.csv")
    assert "text/csv" in table.headers["content-type"]
    assert "360000" in table.text()


def test_an_analyst_reads_a_process_as_it_is_drawn(stage: Stage) -> None:
    stage.licence.paid()
    walk = stage.walk(DESK_WITH_SCRIPTS, "analyst", stage.cast.chenda)
    walk.open("/analyst")
    walk.examine("services")
    walk.open(f"/analyst/{SERVICE}")
    walk.examine("versions")
    walk.follow(f"/analyst/{SERVICE}/1")
    expect(walk.page.locator(".ow-diagram[data-ready=yes]")).to_be_visible()
    expect(walk.page.locator(".ow-diagram .djs-shape").nth(20)).to_be_attached()
    mark = walk.page.locator(".ow-diagram .bjs-powered-by").bounding_box()
    assert mark is not None
    assert mark["width"] > 30
    walk.examine("version")
    walk.end()
