"""Applying on a phone: page by page, documents, check, send; nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from tests.journeys.guesthouse import DOCUMENTS, PNG, SERVICE, Guesthouse

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
    assert "11\xa0March\xa02026" in page
    assert "/track/" in page


def test_sending_twice_gives_one_application(dara: FlaskClient) -> None:
    key = filled_in(dara)
    first = dara.post(f"/applications/{key}/check", data={})
    again = dara.post(f"/applications/{key}/check", data={})
    assert first.status_code == again.status_code == 303
    page = text_of(dara, f"/applications/{key}/sent")
    assert set(re.findall(r"02-26-\d{6}-\d", page)) == {re.findall(r"02-26-\d{6}-\d", page)[0]}
