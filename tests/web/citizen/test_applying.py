"""Applying on a phone: page by page, documents, check, send; nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from engine.applications import uploads
from storage.sqlite import BUSY_TIMEOUT_MS
from tests.cast import Cast, Member
from tests.engine.applications.test_drafts import begin
from tests.fixtures.houses import SetClock
from tests.journeys.guesthouse import DOCUMENTS, PNG, SERVICE, Guesthouse
from web import sent_files

Browser = Callable[[Member], FlaskClient]
PAGES = {
    "business": {"business_name_km": "ផ្ទះសំណាក់សង្កែ", "business_name_latin": "SANGKE GUESTHOUSE"},
    "place": {
        "address-province": "02",
        "address-district": "0203",
        "address-commune": "020301",
        "address-street": "ផ្ទះលេខ ១២",
    },
    "rooms": {"rooms": "១២"},
    "opening": {"opening_date-day": "១", "opening_date-month": "4", "opening_date-year": "2026"},
    "owner": {"owner_name_km": "សុខ ដារ៉ា", "owner_name_latin": "SOK DARA", "owner_id_number": "010203045"},
    "contact": {"contact_phone": "012 345 601", "contact_email": ""},
    "declaration": {"declared_true": "yes"},
}


def begun(client: FlaskClient) -> str:
    """A draft at the Battambang office; its key."""
    answer = client.post(f"/services/{SERVICE}/apply", data={"office": "02"})
    assert answer.status_code == 303
    return answer.location.rsplit("/", 1)[-1]


def filled_in(client: FlaskClient) -> str:
    """Every page answered and every document uploaded."""
    key = begun(client)
    for page, answers in PAGES.items():
        assert client.post(f"/applications/{key}/pages/{page}", data=answers).status_code == 303
    for document in DOCUMENTS:
        upload(client, key, document)
    return key


def upload(client: FlaskClient, key: str, document: str, content: bytes = PNG, name: str = "photo.png") -> int:
    data = {"file": (BytesIO(content), name)}
    return client.post(f"/applications/{key}/documents/{document}", data=data).status_code


def text_of(client: FlaskClient, address: str, lang: str = "en") -> str:
    answer = client.get(f"{address}?lang={lang}", follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, licence: Guesthouse) -> FlaskClient:
    return signed_in(cast.dara)


def test_the_whole_way_from_the_office_to_the_receipt(dara: FlaskClient) -> None:
    key = begun(dara)
    where = dara.get(f"/applications/{key}").location
    visited = []
    while "/pages/" in where:
        page = where.rsplit("/", 1)[-1]
        visited.append(page)
        assert dara.get(where).status_code == 200
        where = dara.post(where, data=PAGES[page]).location
    assert visited == list(PAGES)
    assert where.endswith("/documents")
    for document in DOCUMENTS:
        assert upload(dara, key, document) == 303
    check = text_of(dara, f"/applications/{key}/check")
    assert "KHR\xa0180,000" in check
    shown = re.search(r'name="shown" value="([^"]+)"', check)
    assert shown
    sent = dara.post(f"/applications/{key}/check", data={"shown": shown[1]})
    assert sent.location == f"/applications/{key}/sent"
    page = text_of(dara, sent.location)
    assert re.search(r"02-26-\d{6}-\d", page)
    assert "We have received it" in page
    assert "Ready by, if it is paid today" in page
    assert "11\xa0March\xa02026" in page
    assert "/track/" in page


def test_sending_twice_gives_one_application(dara: FlaskClient) -> None:
    key = filled_in(dara)
    first = dara.post(f"/applications/{key}/check", data={})
    again = dara.post(f"/applications/{key}/check", data={})
    assert first.status_code == again.status_code == 303
    page = text_of(dara, f"/applications/{key}/sent")
    assert set(re.findall(r"02-26-\d{6}-\d", page)) == {re.findall(r"02-26-\d{6}-\d", page)[0]}


def test_a_wrong_answer_is_explained_with_what_was_typed(dara: FlaskClient) -> None:
    key = begun(dara)
    answer = dara.post(f"/applications/{key}/pages/rooms?lang=en", data={"rooms": "many <b>"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "must be a number" in page
    assert 'href="#rooms"' in page
    assert 'value="many &lt;b&gt;"' in page


def test_a_date_is_shown_again_as_it_was_typed(dara: FlaskClient) -> None:
    key = begun(dara)
    parts = {"opening_date-day": "31", "opening_date-month": "2", "opening_date-year": "2026"}
    answer = dara.post(f"/applications/{key}/pages/opening", data=parts)
    assert answer.status_code == 422
    assert re.search(r'name="opening_date-day"[^>]*value="31"', answer.get_data(as_text=True))


def test_saving_for_later_needs_no_right_answers_and_comes_back_to_the_page(dara: FlaskClient) -> None:
    key = begun(dara)
    dara.post(f"/applications/{key}/pages/business", data=PAGES["business"])
    answer = dara.post(f"/applications/{key}/pages/place", data={"address-province": "02", "_later": "1"})
    assert answer.location == "/account"
    assert dara.get(f"/applications/{key}").location == f"/applications/{key}/pages/place"


def test_the_next_list_of_places_comes_without_javascript(dara: FlaskClient) -> None:
    key = begun(dara)
    answer = dara.post(f"/applications/{key}/pages/place", data={"address-province": "02", "_choose": "address"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<option value="0203"' in page
    assert '<option value="02" selected' in page


def test_changing_an_answer_from_the_check_comes_back_to_the_check(dara: FlaskClient) -> None:
    key = filled_in(dara)
    assert f"/applications/{key}/pages/rooms?back=check" in text_of(dara, f"/applications/{key}/check")
    answer = dara.post(f"/applications/{key}/pages/rooms", data={"rooms": "20", "back": "check"})
    assert dara.get(answer.location).location == f"/applications/{key}/check"
    assert "KHR\xa0300,000" in text_of(dara, f"/applications/{key}/check")


def test_what_is_missing_is_marked_and_cannot_be_sent(dara: FlaskClient) -> None:
    key = begun(dara)
    page = text_of(dara, f"/applications/{key}/check")
    assert "Something is still missing" in page
    assert "Send the application" not in page
    answer = dara.post(f"/applications/{key}/check?lang=en", data={})
    assert answer.status_code == 422
    assert "Please correct the following" in answer.get_data(as_text=True)


def test_a_missing_document_is_named(dara: FlaskClient) -> None:
    key = begun(dara)
    for page, answers in PAGES.items():
        dara.post(f"/applications/{key}/pages/{page}", data=answers)
    answer = dara.post(f"/applications/{key}/check?lang=en", data={})
    assert answer.status_code == 422
    assert "A required document is missing: Identity card or passport of the owner" in answer.get_data(as_text=True)


def test_what_changed_since_the_check_is_shown_before_it_is_sent(dara: FlaskClient) -> None:
    key = filled_in(dara)
    shown = re.search(r'name="shown" value="([^"]+)"', text_of(dara, f"/applications/{key}/check"))
    assert shown
    dara.post(f"/applications/{key}/pages/rooms", data={"rooms": "20"})
    answer = dara.post(f"/applications/{key}/check", data={"shown": shown[1]})
    assert answer.location == f"/applications/{key}/check"
    assert "Someone changed this" in text_of(dara, answer.location)


def test_somebody_not_yet_verified_prepares_everything_but_cannot_send(
    signed_in: Browser, cast: Cast, licence: Guesthouse
) -> None:
    client = signed_in(cast.sreyneang)
    key = filled_in(client)
    page = text_of(client, f"/applications/{key}/check")
    assert "Your account is not verified yet" in page
    assert "Send the application" not in page
    assert client.post(f"/applications/{key}/check", data={}).status_code == 403


@pytest.mark.parametrize(
    ("content", "why"), [(b"MZ" + bytes(300), "Choose one of: PDF, JPG, PNG"), (PNG[:12], "cannot be read")]
)
def test_a_file_that_cannot_be_accepted_is_explained(dara: FlaskClient, content: bytes, why: str) -> None:
    key = begun(dara)
    data = {"file": (BytesIO(content), "card.png")}
    answer = dara.post(f"/applications/{key}/documents/id_card?lang=en", data=data)
    assert answer.status_code == 422
    assert why in answer.get_data(as_text=True)


def test_choosing_no_file_is_explained(dara: FlaskClient) -> None:
    key = begun(dara)
    assert dara.post(f"/applications/{key}/documents/id_card", data={}).status_code == 422


def test_an_uploaded_file_opens_for_its_owner_only(
    dara: FlaskClient, signed_in: Browser, cast: Cast, client: FlaskClient
) -> None:
    key = begun(dara)
    upload(dara, key, "id_card")
    address = re.search(
        r"/documents/[\w-]+", text_of(dara, f"/applications/{key}/documents/id_card").split("ow-uploaded")[1]
    )
    assert address
    opened = dara.get(address[0])
    assert (opened.data, opened.mimetype) == (PNG, "image/png")
    assert signed_in(cast.sreyneang).get(address[0]).status_code == 404
    assert client.get(address[0]).status_code == 303


def test_a_draft_can_be_thrown_away(dara: FlaskClient) -> None:
    key = begun(dara)
    assert dara.post(f"/applications/{key}/discard").status_code == 303
    assert dara.get(f"/applications/{key}").status_code == 404


def test_an_office_must_be_chosen(dara: FlaskClient) -> None:
    for wrong in ("", "99"):
        answer = dara.post(f"/services/{SERVICE}/apply?lang=en", data={"office": wrong})
        assert answer.status_code == 422
        assert "Choose an office." in answer.get_data(as_text=True)


def test_every_page_of_an_application_is_closed_to_others(
    dara: FlaskClient, signed_in: Browser, cast: Cast, client: FlaskClient
) -> None:
    key = begun(dara)
    pages = (
        "",
        "/pages/rooms",
        "/documents",
        "/documents/id_card",
        "/check",
        "/sent",
        "/correct",
        "/payment",
        "/withdraw",
    )
    for page in pages:
        assert signed_in(cast.sreyneang).get(f"/applications/{key}{page}").status_code == 404
        assert client.get(f"/applications/{key}{page}").status_code == 303


def test_an_officer_helps_somebody_at_the_counter_on_the_same_pages(
    signed_in: Browser, cast: Cast, licence: Guesthouse
) -> None:
    key = begin(licence, cast.bopha, applicant_id=cast.dara.person_id)
    bopha = signed_in(cast.bopha)
    assert "You are helping Sok Dara" in text_of(bopha, f"/applications/{key}/pages/business")
    for page, answers in PAGES.items():
        assert bopha.post(f"/applications/{key}/pages/{page}", data=answers).status_code == 303
    for document in DOCUMENTS:
        assert upload(bopha, key, document) == 303
    sent = bopha.post(f"/applications/{key}/check", data={})
    assert bopha.get(sent.location).location == f"/office/walk-in/filed/{key}"
    assert signed_in(cast.phally).get(f"/applications/{key}").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_waits_while_a_file_is_examined(
    licence: Guesthouse, cast: Cast, signed_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at before the transaction that keeps it: on SQLite one who writes keeps out all others."""
    looked_at: list[str] = []

    def watched(filename: str, content: bytes) -> uploads.Upload:
        with licence.house.database.engine.connect() as somebody_else:
            somebody_else.exec_driver_sql("PRAGMA busy_timeout=0")
            somebody_else.exec_driver_sql("UPDATE person SET session_epoch = session_epoch")
            somebody_else.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        looked_at.append(filename)
        return uploads.examined(filename, content)

    monkeypatch.setattr(sent_files, "examined", watched)
    client = signed_in(cast.dara)
    key = begun(client)
    for page, name in (("documents/id_card", "file"), ("pages/rooms", "plan"), ("correct", "file-room_list")):
        client.post(f"/applications/{key}/{page}", data={name: (BytesIO(PNG), f"{name}.png")})
    assert looked_at == ["file.png", "plan.png", "file-room_list.png"]


def test_the_pages_of_a_draft_say_until_when_it_is_kept(dara: FlaskClient, clock: SetClock) -> None:
    key = filled_in(dara)
    for page in ("pages/rooms", "documents", "check"):
        assert "It is kept until Sunday 31 May 2026" in plain(text_of(dara, f"/applications/{key}/{page}")), page
    clock.pass_time(days=3)
    assert dara.post(f"/applications/{key}/pages/rooms", data=PAGES["rooms"]).status_code == 303
    assert "It is kept until Wednesday 3 June 2026" in plain(text_of(dara, f"/applications/{key}/check"))
    assert dara.post(f"/applications/{key}/check", data={}).status_code == 303
    assert "It is kept until" not in text_of(dara, f"/applications/{key}")


def plain(text: str) -> str:
    return " ".join(text.split())
