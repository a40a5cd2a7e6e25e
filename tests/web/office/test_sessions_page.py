"""The pages of an office's sessions: what they say, to whom they are closed, and that what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.documents.separated import BYTE_ORDER_MARK
from storage.people import AccessLog
from tests.cast import Cast, Member
from tests.journeys.test_sessions import FACTS
from tests.small.courses import COURSE, MONDAY, Courses
from tests.small.files import changed

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Browser = Callable[[Member], FlaskClient]


def text_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_everything_that_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    signed_in: Browser, cast: Cast, courses: Courses
) -> None:
    typed = {"place_km": "", "begins": "ព្រឹក", "ends": "25:00", "seats": "-1", "weeks": "2.5", "days": "", "kind": "x"}
    answer = signed_in(cast.bopha).post("/office/sessions/new", data={**typed, "day-day": "31", "day-month": "2"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in ("kind", "day", "begins", "ends", "seats", "weeks", "days", "place_km"):
        assert f'href="#{field}' in page, field
    assert 'value="ព្រឹក"' in page
    assert courses.sessions() == []


def test_what_is_over_has_a_list_of_its_own(signed_in: Browser, cast: Cast, courses: Courses) -> None:
    courses.publish()
    browser = signed_in(cast.kunthea)
    assert "សាលធំ" in text_of(browser, "/office/sessions")
    assert "សាលធំ" not in text_of(browser, "/office/sessions?show=past")


def test_a_session_of_another_office_is_not_found(signed_in: Browser, cast: Cast, courses: Courses) -> None:
    friday = courses.session()
    phally = signed_in(cast.phally)
    assert phally.get(f"/office/sessions/{friday}").status_code == 404
    assert phally.post(f"/office/sessions/{friday}/cancel", data={"reason": "x"}).status_code == 404
    kind = f"{cast.battambang}/{COURSE}"
    assert phally.post("/office/sessions/new", data={**FACTS, "kind": kind}).status_code == 403
    assert courses.sessions()[0].status == "open"


def test_who_has_a_seat_reads_that_the_list_was_looked_at(signed_in: Browser, cast: Cast, courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    bopha = signed_in(cast.bopha)
    assert cast.dara.name_km in text_of(bopha, f"/office/sessions/{friday}")
    with courses.house.database.reading() as session:
        assert "list_of_seats" in set(session.scalars(select(AccessLog.page)))


def test_who_has_a_seat_leaves_as_a_file_of_the_office_and_is_noted(
    signed_in: Browser, cast: Cast, courses: Courses
) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    page = f"/office/sessions/{friday}?lang=en&as=csv"
    heads, seat = text_of(signed_in(cast.bopha), page).splitlines()
    assert heads.removeprefix(BYTE_ORDER_MARK) == "Applicant,Reference number,Telephone,Seats,Chosen on"
    assert (seat.split(",")[0], seat.split(",")[3]) == (cast.dara.name_latin, "1")
    with courses.house.database.reading() as session:
        assert session.scalars(select(AccessLog.page).where(AccessLog.page == "list_of_seats")).all() == [
            "list_of_seats"
        ]
    assert signed_in(cast.phally).get(page).status_code == 404
    assert text_of(signed_in(cast.kunthea), "/office/sessions?lang=en&as=csv").count(cast.dara.name_latin) == 0


def test_a_day_that_an_officer_set_is_set_again_by_the_office_and_not_by_the_applicant(
    signed_in: Browser, cast: Cast, courses: Courses
) -> None:
    by_the_head = changed("industry/pottery_course", ("process.bpmn", 'name="Applicant"', 'name="Head of office"'))
    courses.service.publish(by_the_head, version=2)
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send()
    courses.claim(key, "choose", cast.kunthea)
    courses.choose(key, friday, who=cast.kunthea)
    courses.cancel(friday)
    address = f"/applications/{key}/appointments/course"
    dara, kunthea = signed_in(cast.dara), signed_in(cast.kunthea)
    page = text_of(dara, f"/applications/{key}")
    assert ("ការិយាល័យនឹងកំណត់ថ្ងៃផ្សេង" in page, address in page) == (True, False)
    assert dara.get(address).status_code == 404
    assert address in text_of(kunthea, f"/office/cases/{key}")
    assert kunthea.post(address, data={"session": monday}).status_code == 303
    assert courses.seats(key) == [(friday, "left"), (monday, "held")]


def test_the_page_of_a_task_says_from_which_day_on_it_can_be_recorded_and_keeps_what_was_typed_before(
    signed_in: Browser, cast: Cast, courses: Courses
) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    courses.claim(key, "hold", cast.bopha)
    task, bopha = courses.service.task(key, "hold"), signed_in(cast.bopha)
    page = text_of(bopha, f"/office/tasks/{task}?lang=en")
    assert "It can be recorded from Friday 6\xa0March\xa02026 on." in page
    assert "Complete the task" not in page
    answer = bopha.post(f"/office/tasks/{task}?lang=en", data={"result": "held"})
    assert answer.status_code == 409
    assert "on Friday 6\xa0March\xa02026 or later" in answer.get_data(as_text=True)
    assert courses.waits_at(key) == ["hold"]
