"""The portal and the public page of a service: what to bring, what it costs, the day it is ready."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from engine.queries.public.catalogue import Catalogue, catalogue
from tests.journeys.guesthouse import SERVICE, Guesthouse
from tests.statements import counted
from tests.web.citizen.test_applying import text_of
from web.commands.serve import read_ahead

pytestmark = pytest.mark.usefixtures("licence")


def test_the_portal_speaks_khmer_first_and_english_one_tap_away(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert 'lang="km"' in page
    assert "អាជ្ញាបណ្ណទេសចរណ៍ផ្ទះសំណាក់" in page
    assert "Guesthouse licence" in text_of(client, "/")
    assert "Guesthouse licence" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("words", ["guesthouse", "LICENCE guest", "ផ្ទះសំណាក់", "Tourism"])
def test_a_service_is_found_by_words_of_its_title_summary_or_ministry(client: FlaskClient, words: str) -> None:
    assert f"/services/{SERVICE}" in client.get("/services", query_string={"q": words}).get_data(as_text=True)


def test_a_search_without_result_says_so_and_shows_what_was_typed(client: FlaskClient) -> None:
    page = client.get("/services", query_string={"q": "<b>casino", "lang": "en"}).get_data(as_text=True)
    assert "We found no service for “&lt;b&gt;casino”" in page
    assert SERVICE not in page


def test_the_verification_of_accounts_is_not_in_the_list_of_services(client: FlaskClient) -> None:
    assert "account_verification" not in client.get("/services").get_data(as_text=True)


def test_a_service_says_what_it_costs_in_words_with_the_law_and_what_is_illustrative(client: FlaskClient) -> None:
    page = text_of(client, f"/services/{SERVICE}")
    assert "KHR\xa0100,000" in page
    assert "Rooms for guests: 1 to 6" in page
    assert "KHR\xa015,000 × Rooms for guests" in page
    assert "Illustrative" in page
    assert "Law on Tourism, 2009" in page


def test_a_service_says_what_is_needed_how_long_it_takes_and_where(client: FlaskClient) -> None:
    page = text_of(client, f"/services/{SERVICE}")
    assert "7 working days" in page
    assert "10 working days" in page
    assert "only when: Rooms for guests: more than 10" in page
    assert "Battambang One Window Service Office" in page
    khmer = text_of(client, f"/services/{SERVICE}", "km")
    assert "១៥\xa0០០០\xa0រៀល" in khmer
    assert "៧ ថ្ងៃធ្វើការ" in khmer


def test_a_service_says_step_by_step_who_does_what_and_when_you_are_needed(client: FlaskClient) -> None:
    page = text_of(client, f"/services/{SERVICE}")
    said = [
        "You send the application",
        "Pay the fee",
        "You are needed: pay at the counter",
        "Check the documents",
        "Front office, within 2 working days",
        "Site inspection",
        "Inspector, within 4 working days",
        "Decide on the application",
        "You are needed: come once",
    ]
    places = [page.find(words) for words in said]
    assert -1 not in places
    assert places == sorted(places)
    assert "Correct the application" not in page


def test_a_document_that_a_renewal_does_not_need_is_said_without_names_of_the_house(client: FlaskClient) -> None:
    page = text_of(client, f"/services/{SERVICE}")
    assert "only when: Renewal: no" in page
    assert "ការបន្តសុពលភាព៖" in text_of(client, f"/services/{SERVICE}", "km")
    assert "is_renewal" not in re.sub("<[^>]*>", "", page), "the name of a field is no text"


def test_a_service_that_was_never_published_is_not_found(client: FlaskClient) -> None:
    assert client.get("/services/tourism.casino").status_code == 404


def test_the_lists_of_places_follow_the_gazetteer(client: FlaskClient) -> None:
    districts = client.get("/places?parent=02").get_json()
    assert {"code": "0203", "km": "បាត់ដំបង", "en": "Battambang"} in districts
    assert all(one["code"].startswith("0203") for one in client.get("/places?parent=0203").get_json())
    assert all(one["code"].startswith("020301") for one in client.get("/places?parent=020301").get_json())
    for nonsense in ("", "x", "02'--", "02030101"):
        assert client.get("/places", query_string={"parent": nonsense}).get_json() == []


def test_applying_asks_to_sign_in_and_comes_back(client: FlaskClient, licence: Guesthouse) -> None:
    answer = client.get(f"/services/{SERVICE}/apply")
    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next=/services/{SERVICE}/apply"


def test_the_list_is_narrowed_by_ministry_level_and_place_without_javascript(client: FlaskClient) -> None:
    def page(**chosen: str) -> str:
        return client.get("/services", query_string={"lang": "en", **chosen}).get_data(as_text=True)

    assert 'name="province"' in page()
    assert 'name="district"' not in page()
    assert SERVICE in page(province="02")
    assert 'name="district"' in page(province="02")
    assert 'name="commune"' in page(province="02", district="0203")
    assert SERVICE in page(province="02", district="0203", commune="020301")
    assert SERVICE not in page(province="05")
    assert "No service fits" in page(province="05")
    assert SERVICE not in page(level="district")
    assert SERVICE in page(ministry="tourism")
    assert SERVICE not in page(province="05", district="0203"), "the district of another province is dropped"


def test_a_wrong_letter_in_the_search_is_said_to_be_near(client: FlaskClient) -> None:
    page = client.get("/services", query_string={"q": "gesthouse", "lang": "en"}).get_data(as_text=True)
    assert SERVICE in page
    assert "Nothing has exactly “gesthouse”" in page


def test_a_service_says_what_of_it_the_law_says_and_what_is_an_example(client: FlaskClient) -> None:
    page = client.get(f"/services/{SERVICE}?lang=en").get_data(as_text=True)
    sentence = page.partition("This service keeps to the law on: validity;")
    assert sentence[1]
    rest = sentence[2].partition("</p>")[0]
    assert "only examples are known, which the office must still confirm, of: fee, documents, time." in rest
    assert "Illustrative" in rest


def test_an_office_says_when_it_is_open(client: FlaskClient) -> None:
    page = client.get(f"/services/{SERVICE}?lang=en").get_data(as_text=True)
    assert re.search(r"Monday – Friday 0?7:30 – ", page)
    assert "Tell the head of the office" in page


def test_a_long_list_has_pages_that_keep_what_was_chosen(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"ministry": "tourism", "province": "02", "lang": "en", "_external": "yes", "page": "1"}
    assert "Page 1 of" not in client.get("/services", query_string=asked).get_data(as_text=True)
    monkeypatch.setattr("web.citizen.portal.catalogue", partial(_in_two_pages, catalogue))
    page = client.get("/services", query_string=asked).get_data(as_text=True)
    assert "Page 1 of 2" in page
    assert "/services?ministry=tourism&amp;province=02&amp;page=2" in page
    assert SERVICE in page


def _in_two_pages(look: Callable[..., Catalogue], *arguments: Any, **named: Any) -> Catalogue:
    return replace(look(*arguments, **named), pages=2)


def test_the_first_visitor_of_a_server_finds_everything_read(app: Flask, client: FlaskClient, house: House) -> None:
    read_ahead(app)
    with counted(house.database) as cost:
        assert client.get("/").status_code == 200
    assert cost.statements == 1
