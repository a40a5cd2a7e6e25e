"""What somebody is asked in the middle of a case, answered on the phone without JavaScript, or at the counter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clockwork import schedule
from storage.people import AccessLog
from tests.cast import NOW, Cast, Member
from tests.journeys.guesthouse import PNG
from tests.small.potters import SERVICE, Potters
from tests.web.citizen.test_applying import text_of

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, potters: Potters) -> FlaskClient:
    return signed_in(cast.dara)


def address(potters: Potters, key: str) -> str:
    return f"/questions/{potters.task(key, 'repair')}"


def shown_on(page: str) -> list[str]:
    return re.findall(r'name="_shown" value="(\w+)"', page)


def test_the_application_says_what_is_asked_and_leads_there(dara: FlaskClient, potters: Potters) -> None:
    key = potters.failed()
    page = text_of(dara, f"/applications/{key}")
    assert "Say whether you come again" in page
    assert "Please answer by Monday 9\xa0March\xa02026" in page
    assert f'href="{address(potters, key)}"' in page
    assert "Waiting for you" in text_of(dara, "/account")


def test_questions_are_answered_step_by_step_without_javascript(dara: FlaskClient, potters: Potters) -> None:
    key = potters.failed()
    place = address(potters, key)
    page = text_of(dara, place)
    assert shown_on(page) == ["wants"]
    first = dara.post(place, data={"wants": "again", "_shown": "wants"})
    page = first.get_data(as_text=True)
    assert first.status_code == 422
    assert shown_on(page) == ["wants", "wish", "workshop_photo"]
    assert re.search(r'value="again"[^>]*checked', page)
    photo = {"workshop_photo": (BytesIO(PNG), "photo.png")}
    sent = dara.post(place, data={"wants": "again", "wish": "ថ្ងៃចន្ទ", "_shown": shown_on(page), **photo})
    assert sent.location == f"/applications/{key}"
    assert potters.open_tasks(key) == ["exam"]
    assert "Thank you. The answers were sent." in text_of(dara, f"/applications/{key}")


def test_nothing_typed_is_lost_when_something_is_wrong(dara: FlaskClient, potters: Potters) -> None:
    key = potters.failed()
    place, shown = address(potters, key), ["wants", "wish", "workshop_photo"]
    wrong = {"workshop_photo": (BytesIO(b"no picture"), "photo.png")}
    refused = dara.post(f"{place}?lang=en", data={"wants": "again", "wish": "ថ្ងៃពុធ", "_shown": shown, **wrong})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "ថ្ងៃពុធ" in page
    assert "Choose one of" in page
    kept = {"workshop_photo": (BytesIO(PNG), "photo.png")}
    nothing_chosen = dara.post(place, data={"wants": "", "wish": "ថ្ងៃពុធ", "_shown": shown, **kept})
    assert nothing_chosen.status_code == 422
    sent = dara.post(place, data={"wants": "again", "wish": "ថ្ងៃពុធ", "_shown": shown})
    assert sent.status_code == 303


def test_the_page_is_in_khmer(signed_in: Browser, cast: Cast, potters: Potters) -> None:
    key = potters.failed()
    page = signed_in(cast.dara).get(f"{address(potters, key)}?lang=km").get_data(as_text=True)
    for words in ("ឆ្លើយអំពីការប្រឡងម្តងទៀត", "តើអ្នកចង់ធ្វើអ្វី?", "សូមឆ្លើយត្រឹម", "ផ្ញើចម្លើយ"):
        assert words in page


def test_a_second_click_and_an_answered_question_say_so(dara: FlaskClient, potters: Potters) -> None:
    key = potters.failed()
    place = address(potters, key)
    for _ in range(2):
        sent = dara.post(place, data={"wants": "stop", "_shown": "wants"})
        assert sent.location == f"/applications/{key}"
    assert dara.get(place).status_code == 409
    assert "Your application was not granted" in text_of(dara, f"/applications/{key}")


def test_the_tracking_page_says_that_it_waits_and_until_when(client: FlaskClient, potters: Potters) -> None:
    row = potters.row(potters.failed())
    data = {"code": row.tracking_code, "digits": row.tracking_digits}
    page = client.post("/track?lang=en", data=data, follow_redirects=True).get_data(as_text=True)
    assert "Sign in and answer by Monday 9\xa0March\xa02026, or come to the office." in page
    assert "Waiting for you" in page


def test_the_counter_finds_the_question_in_the_case_and_answers_with_the_applicant(
    signed_in: Browser, cast: Cast, potters: Potters
) -> None:
    key = potters.failed()
    bopha = signed_in(cast.bopha)
    assert address(potters, key) in text_of(bopha, f"/office/cases/{key}")
    page = text_of(bopha, address(potters, key))
    assert "You are helping Sok Dara" in page
    sent = bopha.post(address(potters, key), data={"wants": "stop", "_shown": "wants"})
    assert sent.location == f"/office/cases/{key}"
    assert "answered at the counter, with the help of an officer" in text_of(bopha, f"/office/cases/{key}")
    with potters.house.database.reading() as session:
        looks = session.scalars(select(AccessLog.page).where(AccessLog.person_id == cast.bopha.person_id)).all()
    assert "question" in looks
    assert "what you are asked, to answer it with you" in text_of(signed_in(cast.dara), "/account/looks")


@pytest.mark.parametrize("who", ["rithy", "sopheap", "kunthea"])
def test_officers_without_the_counter_are_led_to_no_question(
    signed_in: Browser, cast: Cast, potters: Potters, who: str
) -> None:
    key = potters.failed()
    officer = signed_in(getattr(cast, who))
    assert address(potters, key) not in text_of(officer, f"/office/cases/{key}")
    assert officer.get(address(potters, key)).status_code == 404


def test_what_lapsed_says_so_and_is_begun_anew(dara: FlaskClient, client: FlaskClient, potters: Potters) -> None:
    key = potters.failed()
    schedule.sweep(potters.house, now=NOW + timedelta(days=12))
    page = text_of(dara, f"/applications/{key}")
    assert "Your application has lapsed" in page
    assert f'action="/applications/{key}/anew"' in page
    begun = dara.post(f"/applications/{key}/anew")
    assert begun.status_code == 303
    draft = str(begun.location)
    assert dara.get(draft).location == f"{draft}/check"
    assert "Your answers were taken over" in text_of(dara, f"{draft}/check")
    row = potters.row(key)
    data = {"code": row.tracking_code, "digits": row.tracking_digits}
    tracked = client.post("/track?lang=en", data=data, follow_redirects=True).get_data(as_text=True)
    assert "This application has lapsed" in tracked


def test_the_page_of_the_service_says_which_document_is_asked_later(client: FlaskClient, potters: Potters) -> None:
    page = client.get(f"/services/{SERVICE}?lang=en").get_data(as_text=True)
    assert "Photo of the workshop – only when the office asks for it later" in " ".join(page.split())
