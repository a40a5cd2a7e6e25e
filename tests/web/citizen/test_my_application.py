"""An application that was sent: following it, paying, correcting, withdrawing, reading the decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from tests.engine.applications.test_corrections import ROOM_LIST, ROOMS, sent_back
from tests.engine.applications.test_submitting import send, verification
from tests.journeys.guesthouse import PNG, Guesthouse
from tests.web.citizen.test_applying import text_of

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, licence: Guesthouse) -> FlaskClient:
    return signed_in(cast.dara)


def task_on(page: str) -> str:
    found = re.search(r'name="task" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_page_says_where_it_is_by_when_and_what_to_do(dara: FlaskClient, licence: Guesthouse) -> None:
    key = licence.sent()
    page = text_of(dara, f"/applications/{key}")
    assert "It waits for your payment" in page
    assert "Ready by, if it is paid today" in page
    assert "The days do not count until it is paid." in page
    assert "Wednesday 11\xa0March\xa02026" in page
    assert 'aria-current="step"' in page
    assert f"/applications/{key}/slip.pdf" in page


def test_the_bill_says_how_to_pay_and_later_shows_the_receipt(dara: FlaskClient, licence: Guesthouse) -> None:
    key = licence.sent()
    page = text_of(dara, f"/applications/{key}/payment")
    assert "KHR\xa0180,000" in page
    assert "Pay the cashier" in page
    licence.pay(key)
    page = text_of(dara, f"/applications/{key}/payment")
    assert "This fee is paid" in page
    number = re.search(r"/receipts/(R-02-26-\d{6})\.pdf", page)
    assert number
    assert dara.get(number[0]).mimetype == "application/pdf"


def test_what_is_free_has_no_bill(signed_in: Browser, cast: Cast, licence: Guesthouse) -> None:
    key = verification(licence, cast.sreyneang)
    send(licence, cast.sreyneang, key)
    assert signed_in(cast.sreyneang).get(f"/applications/{key}/payment").status_code == 409


def test_a_correction_shows_the_reasons_and_only_what_was_asked_for(dara: FlaskClient, licence: Guesthouse) -> None:
    key = sent_back(licence, [ROOMS, ROOM_LIST])
    page = text_of(dara, f"/applications/{key}/correct")
    assert ROOMS.reason in page
    assert ROOM_LIST.reason in page
    assert "សូមកែ" in page
    assert 'name="rooms"' in page
    assert 'name="file-room_list"' in page
    assert 'name="business_name_latin"' not in page
    assert 'name="file-id_card"' not in page


def test_correcting_on_the_phone_goes_on_with_the_case(dara: FlaskClient, licence: Guesthouse) -> None:
    key = sent_back(licence, [ROOMS, ROOM_LIST])
    task = task_on(text_of(dara, f"/applications/{key}/correct"))
    data = {"task": task, "rooms": "១៣", "file-room_list": (BytesIO(PNG), "new.png")}
    answer = dara.post(f"/applications/{key}/correct", data=data)
    assert answer.location == f"/applications/{key}"
    assert licence.open_tasks(key) == ["check"]
    again = dara.post(f"/applications/{key}/correct", data={"task": task, "rooms": "1"})
    assert again.location == f"/applications/{key}"
    assert licence.row(key).answers["rooms"] == 13


def test_a_wrong_correction_keeps_what_was_typed_and_the_new_document(dara: FlaskClient, licence: Guesthouse) -> None:
    key = sent_back(licence, [ROOMS, ROOM_LIST])
    task = task_on(text_of(dara, f"/applications/{key}/correct"))
    data = {"task": task, "rooms": "lots", "file-room_list": (BytesIO(PNG), "new-list.png")}
    answer = dara.post(f"/applications/{key}/correct", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="lots"' in page
    assert "new_list.png" in page or "new-list.png" in page
    assert licence.open_tasks(key) == ["correct"]


def test_a_refused_file_is_explained_in_a_correction(dara: FlaskClient, licence: Guesthouse) -> None:
    key = sent_back(licence, [ROOM_LIST])
    task = task_on(text_of(dara, f"/applications/{key}/correct"))
    data = {"task": task, "file-room_list": (BytesIO(b"not a picture"), "new.png")}
    answer = dara.post(f"/applications/{key}/correct?lang=en", data=data)
    assert answer.status_code == 422
    assert "Choose one of: PDF, JPG, PNG" in answer.get_data(as_text=True)


def test_a_page_of_a_correction_that_was_answered_says_so(dara: FlaskClient, licence: Guesthouse) -> None:
    assert dara.get(f"/applications/{licence.paid()}/correct").status_code == 409


def test_withdrawing_asks_first_and_happens_once(dara: FlaskClient, licence: Guesthouse) -> None:
    key = licence.paid()
    page = text_of(dara, f"/applications/{key}/withdraw")
    assert "The fee is not paid back." in page
    for _ in range(2):
        assert dara.post(f"/applications/{key}/withdraw").location == f"/applications/{key}"
    assert "You withdrew this application" in text_of(dara, f"/applications/{key}")
    assert dara.get(f"/applications/{key}/withdraw").status_code == 409


@pytest.mark.parametrize("page", ["", "/write-off"])
def test_what_was_withdrawn_before_it_was_paid_is_not_called_free_at_the_cashier(
    dara: FlaskClient, licence: Guesthouse, signed_in: Callable[[Member], FlaskClient], page: str
) -> None:
    key = licence.sent()
    cashier = signed_in(licence.cast.sopheap)
    assert "Total" in text_of(cashier, f"/office/cashier/{key}{page}")
    assert dara.post(f"/applications/{key}/withdraw").status_code == 303
    shown = text_of(cashier, f"/office/cashier/{key}{page}")
    assert "No payment is due for this application." in shown
    assert "Free" not in shown


def test_a_refusal_shows_the_reasons_and_how_to_complain(dara: FlaskClient, licence: Guesthouse) -> None:
    key = licence.paid()
    licence.check(key)
    licence.review(key)
    licence.inspect(key)
    licence.decide(key, "reject")
    page = text_of(dara, f"/applications/{key}")
    assert "Your application was not granted" in page
    assert "មិនគ្រប់លក្ខខណ្ឌ" in page
    assert "citizens’ office" in page
    assert "គាំទ្រ" not in page  # the specialist's opinion stays inside


def test_a_granted_application_leads_to_the_certificate(dara: FlaskClient, licence: Guesthouse) -> None:
    key = licence.approved()
    page = text_of(dara, f"/applications/{key}")
    assert "Your result is ready" in page
    number = re.search(r"/certificates/(GH-02-26-\d{6})\.pdf", page)
    assert number
    assert dara.get(number[0]).mimetype == "application/pdf"
    assert dara.post(f"/applications/{key}/withdraw").status_code == 409
