"""Editing an office over its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.offices import Holiday, Office
from tests.cast import Member
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]
WEDNESDAY = {"day-day": "៤", "day-month": "3", "day-year": "2026", "name_km": "បុណ្យភូមិ", "name_en": "Village feast"}


def week(**changes: str) -> dict[str, str]:
    """The usual hours as the page posts them, on revision 1."""
    usual = {"hours": "1", "revision": "1"}
    for day in range(5):
        usual |= {f"morning-{day}-opens": "07:30", f"morning-{day}-closes": "11:30"}
        usual |= {f"afternoon-{day}-opens": "14:00", f"afternoon-{day}-closes": "17:00"}
    return usual | changes


def followed(browser: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser.get(answer.location).get_data(as_text=True)


def test_a_day_off_is_added_and_the_page_says_how_many_promises_moved(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    page = followed(browser, browser.post("/admin/offices/02/holidays", data=WEDNESDAY))
    assert "Promises moved: 2, in cases: 1." in page
    assert "Village feast" in page
    assert kilns.row(sent).promised_at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def test_a_day_is_removed_again_and_a_second_click_is_harmless(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    browser.post("/admin/offices/02/holidays", data=WEDNESDAY)
    with kilns.house.database.reading() as session:
        holiday = session.scalars(select(Holiday.id)).one()
    for _ in range(2):
        page = followed(browser, browser.post(f"/admin/holidays/{holiday}/remove", data={"office": "02"}))
        assert "The day was removed." in page
    assert "Village feast" not in page


def test_a_day_that_does_not_exist_is_refused_and_what_was_typed_stays(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    answer = browser.post("/admin/offices/02/holidays", data=WEDNESDAY | {"day-month": "13"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Enter a day that exists" in page
    assert 'value="Village feast"' in page


def test_a_national_day_needs_both_names(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/holidays?lang=en")
    answer = browser.post("/admin/holidays", data=WEDNESDAY | {"name_en": ""})
    assert answer.status_code == 422
    assert "Enter the name of the day." in answer.get_data(as_text=True)
    page = followed(browser, browser.post("/admin/holidays", data=WEDNESDAY))
    assert "Village feast" in page


def test_the_known_holidays_of_a_year_are_added_with_one_button(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/holidays?lang=en")
    page = followed(browser, browser.post("/admin/holidays/seed?year=2027"))
    assert "Independence Day" in page
    with kilns.house.database.reading() as session:
        assert date(2027, 11, 9) in set(session.scalars(select(Holiday.day)))


def test_the_days_of_an_office_show_the_national_ones_without_a_button(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/holidays?lang=en")
    browser.post("/admin/holidays", data=WEDNESDAY)
    page = browser.get("/admin/offices/02").get_data(as_text=True)
    assert "whole country" in page
    assert "/remove" not in page


def test_hours_are_changed_and_move_the_promises(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    later = {f"afternoon-{day}-closes": "17:30" for day in range(5)}
    page = followed(browser, browser.post("/admin/offices/02/hours", data=week(**later)))
    assert "The hours were changed. Promises moved: 2, in cases: 1." in page
    assert kilns.row(sent).promised_at == datetime(2026, 3, 9, 10, 30, tzinfo=UTC)


def test_times_in_khmer_digits_are_understood(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    followed(browser, browser.post("/admin/offices/02/hours", data=week(**{"morning-0-opens": "៨:០០"})))
    with kilns.house.database.reading() as session:
        hours = session.scalars(select(Office.hours).where(Office.code == "02")).one()
    assert hours[0] == [0, "08:00", "11:30"]


def test_hours_that_cannot_be_read_are_refused_and_stay_typed(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    answer = browser.post("/admin/offices/02/hours", data=week(**{"morning-2-opens": "half past"}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Wednesday: write both times like 07:30" in page
    assert 'value="half past"' in page


def test_an_office_that_never_opens_is_refused(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    answer = browser.post("/admin/offices/02/hours", data={"hours": "1", "revision": "1"})
    assert answer.status_code == 422
    assert "at least one day" in answer.get_data(as_text=True)


def test_a_page_that_was_overtaken_changes_nothing(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.post("/admin/offices/02/holidays", data=WEDNESDAY)
    answer = browser.post("/admin/offices/02/hours", data=week(**{"morning-0-opens": "08:00"}))
    assert answer.status_code == 409
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Office.hours).where(Office.code == "02")).one()[0][1] == "07:30"


def test_other_officers_cannot_post_either(kilns: Kilns, signed_in: SignIn) -> None:
    for member in (kilns.cast.bopha, kilns.cast.kunthea, kilns.cast.chenda, kilns.cast.dara):
        browser = signed_in(member)
        for page in ("offices/02/hours", "offices/02/holidays", "holidays", "holidays/seed"):
            assert browser.post(f"/admin/{page}", data=WEDNESDAY).status_code == 403
    with kilns.house.database.reading() as session:
        assert session.scalar(select(Holiday.id)) is None
