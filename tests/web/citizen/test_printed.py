"""What an office prints: its fee board and the guides of services, for everybody, drawn once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.documents import pdf
from engine.documents.guide import guides
from engine.house import House
from engine.khmer import LANGUAGES
from engine.queries.public.services import package_in_words, service_in_words
from storage.offices import Office
from tests.cast import NOW
from tests.engine.documents.test_pdf import open_pdf
from tests.journeys.guesthouse import PACKAGES, SERVICE, Guesthouse
from tests.parsed import package_in
from tests.web.citizen.test_applying import text_of
from web.public.guides import guide_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
GUIDE = f"/services/{SERVICE}/guide"


def words(content: bytes) -> str:
    return " ".join(page.extract_text() for page in open_pdf(content).pages).replace("\u00a0", " ")


def test_the_page_of_an_office_says_where_it_is_and_what_it_offers(client: FlaskClient, licence: Guesthouse) -> None:
    with licence.house.database.transaction() as session:
        session.get_one(Office, licence.cast.battambang).phone = "+85553952123"
    page = text_of(client, "/offices/02")
    for said in ("Battambang One Window Service Office", "053 952 123", "Monday – Friday 07:30 – 11:30", "Ministry of"):
        assert said in page
    assert f'href="/services/{SERVICE}"' in page
    assert "account_verification" not in page
    assert 'href="/offices/02/fees-a3.pdf"' in page
    assert 'href="/offices/02"' in client.get(f"/services/{SERVICE}").get_data(as_text=True)


def test_the_fee_board_has_every_fee_of_the_office_in_khmer(client: FlaskClient, licence: Guesthouse) -> None:
    answer = client.get("/offices/02/fees-a4.pdf?lang=en")
    text = words(answer.data)
    assert answer.mimetype == "application/pdf"
    assert "១០០ ០០០" in text
    assert "១៥ ០០០" in text
    assert "Guesthouse" not in text


def test_a_guide_is_one_page_in_each_language(client: FlaskClient, licence: Guesthouse) -> None:
    assert f'href="{GUIDE}-km.pdf"' in client.get(f"/services/{SERVICE}").get_data(as_text=True)
    assert f'href="{GUIDE}-en.pdf"' in client.get(f"/services/{SERVICE}?lang=en").get_data(as_text=True)
    english, khmer = (client.get(f"{GUIDE}-{language}.pdf").data for language in ("en", "km"))
    assert [len(open_pdf(one).pages) for one in (english, khmer)] == [1, 1]
    for said in ("Guesthouse licence", "7 working days", "KHR 100,000", "Site inspection", "you can complain"):
        assert said in words(english)
    assert "១០០ ០០០" in words(khmer)


def test_a_paper_is_drawn_once_and_not_sent_to_who_has_it(
    client: FlaskClient, licence: Guesthouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(f"{GUIDE}-en.pdf")
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    monkeypatch.delattr(pdf, "render")
    again = client.get(f"{GUIDE}-en.pdf")
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    unchanged = client.get(f"{GUIDE}-en.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/offices/99",
        "/offices/99/fees-a4.pdf",
        "/offices/02/fees-a5.pdf",
        f"{GUIDE}-fr.pdf",
        "/services/x.y/guide-km.pdf",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, licence: Guesthouse, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_guide_of_every_service_fits_its_page_with_all_that_it_says(
    app: Flask, licence: Guesthouse, house: House
) -> None:
    with house.database.reading() as session:
        offices = service_in_words(session, house, SERVICE, NOW.date(), now=NOW).offices
    folders = sorted(one.parent for one in PACKAGES.glob("*/*/service.yaml") if one.parent.parent.name != "shapes")
    shown = [replace(package_in_words(package_in(folder)), offices=offices) for folder in folders]
    for services in (shown[::2], shown[1::2]):
        with app.test_request_context():
            said = [
                guide_of(one, language, "http://localhost", "023 724 935") for one in services for language in LANGUAGES
            ]
        pages = open_pdf(guides(said, fonts=house.fonts, issued_at=NOW)).pages
        assert len(pages) == len(said), "none needs a second page"
        assert [one.title for one, page in zip(said, pages, strict=True) if one.rest in page.extract_text()] == []
