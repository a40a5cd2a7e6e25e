"""Editing an office over its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from engine.applications.submitting import Submitted
from engine.khmer import Bilingual
from engine.offices import foreseeing, offices, recomputing
from engine.versions.publishing import files_of
from storage.clocks import Clock
from storage.offices import Holiday, Office
from storage.people import Membership
from tests.cast import NOW, Member
from tests.fixtures.houses import SetClock
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.small.releases import released

SignIn = Callable[[Member], FlaskClient]
WEDNESDAY = {"day-day": "៤", "day-month": "3", "day-year": "2026", "name_km": "បុណ្យភូមិ", "name_en": "Village feast"}


YES = {"confirmed": "yes"}


def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def hidden(page: str) -> dict[str, str]:
    """What the form of a question would send."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_the_page_of_an_office_says_which_group_needs_one_more_and_for_what(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    assert "People who are missing" not in browser.get("/admin/offices/02?lang=en").get_data(as_text=True)
    with kilns.house.database.transaction() as session:
        session.execute(delete(Membership).where(Membership.person_id == kilns.cast.sopheap.person_id))
    page = browser.get("/admin/offices/02?lang=en").get_data(as_text=True)
    assert "Cashier, Battambang One Window Service Office: 1 more, for “" in page
    assert "(Brick kiln permit)" in page
    assert "មនុស្សដែលនៅខ្វះ" in browser.get("/admin/offices/02?lang=km").get_data(as_text=True)


def test_an_administrator_lets_an_office_offer_what_is_in_effect_and_what_is_planned(
    kilns: Kilns, signed_in: SignIn
) -> None:
    browser = signed_in(kilns.cast.visal)
    files = {**files_of(PACKAGE)}
    files["service.yaml"] = files["service.yaml"].replace(SERVICE.encode(), b"industry.potters_wheel")
    released(kilns.house, files, effective_from=datetime(2026, 4, 1, 1, 0, tzinfo=UTC))
    page = browser.get("/admin/offices/12?lang=en").get_data(as_text=True)
    assert "This office offers no service today." in page
    assert "from 1 Apr 2026, 08:00" in page.replace("\u00a0", " ")
    for service in (SERVICE, "industry.potters_wheel", "industry.potters_wheel"):
        answer = browser.post("/admin/offices/12/offers", data={"service": service})
        assert (answer.status_code, answer.location) == (303, "/admin/offices/12#offers")
    page = browser.get("/admin/offices/12?lang=en").get_data(as_text=True).replace("\u00a0", " ")
    assert "Offer it here" not in page
    assert page.count(">planned</strong>") == 1
    for code, service, status in (("12", "industry.nothing", 422), ("12", "", 422), ("99", SERVICE, 422)):
        assert browser.post(f"/admin/offices/{code}/offers", data={"service": service}).status_code == status
    for stranger in (kilns.cast.phally, kilns.cast.chenda):
        assert signed_in(stranger).post("/admin/offices/12/offers", data={"service": SERVICE}).status_code == 403


def test_a_change_first_shows_what_moves_and_changes_nothing_until_it_is_confirmed(
    kilns: Kilns, signed_in: SignIn
) -> None:
    sent = paid(kilns)
    before = kilns.row(sent)
    browser = signed_in(kilns.cast.visal)
    for path, typed in (
        ("/admin/offices/02/holidays?lang=en", WEDNESDAY),
        ("/admin/holidays?lang=en", WEDNESDAY),
        ("/admin/offices/02/hours?lang=en", week(**{f"afternoon-{day}-closes": "" for day in range(5)})
            | {f"afternoon-{day}-opens": "" for day in range(5)}),
    ):  # fmt: skip
        answer = browser.post(path, data=typed)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "What this change moves" in page
        assert typed.items() <= hidden(page).items()
        row = kilns.row(sent)
        assert (row.promised_at, row.event_seq) == (before.promised_at, before.event_seq)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Holiday)).all() == []
        assert session.scalars(select(Office.calendar_revision).where(Office.code == "02")).one() == 1


def test_the_question_names_the_days_and_its_answer_makes_the_change(kilns: Kilns, signed_in: SignIn) -> None:
    sent = paid(kilns)
    browser = signed_in(kilns.cast.visal)
    question = browser.post("/admin/offices/02/holidays?lang=en", data=WEDNESDAY).get_data(as_text=True)
    assert sent.reference in question
    assert "Monday 9\u00a0March\u00a02026" in question
    assert "Tuesday 10\u00a0March\u00a02026" in question
    assert kilns.cast.dara.name_latin not in question
    page = followed(browser, browser.post("/admin/offices/02/holidays", data=hidden(question)))
    assert "Applicants told a new day: 1." in page
    assert kilns.row(sent).promised_at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def test_a_day_that_has_passed_is_removed_only_when_somebody_says_so_again(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.post("/admin/offices/02/holidays?lang=en", data=WEDNESDAY)
    clock.pass_time(days=7)
    with kilns.house.database.reading() as session:
        holiday = session.scalars(select(Holiday.id)).one()
    question = browser.post(f"/admin/holidays/{holiday}/remove?lang=en", data={"office": "02"}).get_data(as_text=True)
    assert "Village feast, Wednesday 4\u00a0March\u00a02026, has passed" in question
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Holiday.id)).all() == [holiday]
    page = followed(browser, browser.post(f"/admin/holidays/{holiday}/remove", data=hidden(question)))
    assert "The day was removed." in page


def test_a_half_day_and_a_saturday_that_is_worked_are_entered_and_shown(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    half = WEDNESDAY | {"day_hours": "៧:៣០–១១:៣០"}
    assert "07:30–11:30" in followed(browser, browser.post("/admin/offices/02/holidays", data=half))
    saturday = WEDNESDAY | {"day-day": "7", "works": "yes"}
    assert "worked" in followed(browser, browser.post("/admin/holidays", data=saturday))


@pytest.mark.parametrize(
    "typed", ["half past", "07:30", "07:30-11:30-12:00", "11:30-07:30", "08:00-12:00, 11:00-15:00"]
)
def test_hours_of_a_day_that_cannot_be_kept_are_refused_and_stay_typed(
    kilns: Kilns, signed_in: SignIn, typed: str
) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    answer = browser.post("/admin/offices/02/holidays", data=WEDNESDAY | {"day_hours": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(("day", "said"), [("31", "Enter a day that exists"), ("2", "New hours hold from tomorrow")])
def test_hours_cannot_hold_from_no_day_or_from_one_that_has_begun(
    kilns: Kilns, signed_in: SignIn, day: str, said: str
) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    month = "3" if day == "2" else "2"
    typed = week(**{"morning-0-opens": "08:00"}) | {"from-day": day, "from-month": month, "from-year": "2026"}
    answer = browser.post("/admin/offices/02/hours", data=typed)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_hours_that_are_planned_say_from_when(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    typed = week(**{"morning-0-opens": "08:00"}) | {"from-day": "1", "from-month": "4", "from-year": "2026"}
    page = followed(browser, browser.post("/admin/offices/02/hours", data=typed))
    assert "These hours hold from Wednesday 1\u00a0April\u00a02026 on" in page


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
    sent = paid(kilns)
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    page = followed(browser, browser.post("/admin/offices/02/holidays", data=WEDNESDAY | YES))
    assert "Promises moved: 3, in cases: 1. Applicants told a new day: 1." in page
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
    sent = paid(kilns)
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/offices/02?lang=en")
    later = {f"afternoon-{day}-closes": "17:30" for day in range(5)}
    page = followed(browser, browser.post("/admin/offices/02/hours", data=week(**later) | YES))
    assert "The hours were changed. Promises moved: 3, in cases: 1. Applicants told a new day: 0." in page
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


def test_what_takes_longer_goes_on_in_the_background_and_its_page_says_how_far_it_is(
    kilns: Kilns, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreseeing, "FORESEEN", 0)
    monkeypatch.setattr(recomputing, "FIRST", 0)
    sent = paid(kilns)
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/holidays?lang=en")
    assert "No calendar was changed yet." in browser.get("/admin/holidays/reckoned").get_data(as_text=True)
    question = browser.post("/admin/holidays", data=WEDNESDAY).get_data(as_text=True)
    assert "Up to 3 promises may move." in question
    page = followed(browser, browser.post("/admin/holidays", data=hidden(question)))
    assert "in the background; until then the old days are shown" in page
    for address in ("/admin/holidays", "/admin/holidays/reckoned", "/admin/offices/02", "/admin/offices/02/reckoned"):
        answer = browser.get(address)
        assert "0 of 3 promises were looked at, 3 are left." in answer.get_data(as_text=True)
        assert ("Refresh" in answer.headers) == address.endswith("/reckoned")
    assert kilns.row(sent).promised_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    recomputing.work_off(kilns.house, now=NOW)
    answer = browser.get("/admin/holidays/reckoned")
    assert "3 of 3 promises were looked at, 0 are left." in answer.get_data(as_text=True)
    assert "Refresh" not in answer.headers
    assert "promises were looked at" not in browser.get("/admin/holidays").get_data(as_text=True)
    assert browser.get("/admin/offices/99/reckoned").status_code == 404


def test_the_page_says_of_how_many_cases_that_they_could_not_be_reckoned(kilns: Kilns, signed_in: SignIn) -> None:
    paid(kilns)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).values(ledger=[]))
        offices.add_holiday(
            session, kilns.cast.visal.actor, None, date(2026, 3, 4), name=Bilingual("ថ្ងៃ", "Day"), now=NOW
        )
    recomputing.work_off(kilns.house, now=NOW)
    browser = signed_in(kilns.cast.visal)
    for language, said in (("en", "Cases that could not be reckoned: 1"), ("km", "សំណុំរឿងដែលមិនអាចគណនាឡើងវិញបាន")):
        for address in ("/admin/holidays/reckoned", "/admin/offices/02/reckoned"):
            assert said in browser.get(f"{address}?lang={language}").get_data(as_text=True)
