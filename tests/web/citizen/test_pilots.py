"""The public pages while a pilot runs: what holds at its offices is read before anybody applies there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.queries.public.services import service_in_words
from storage.offices import OfficeService
from tests.cast import HIRED, NOW, Member
from tests.engine.queries.public.test_pilots import DEARER
from tests.small.cases import SERVICE, Kilns
from tests.small.releases import released
from web.public.guides import guide_of


@pytest.fixture
def reader(kilns: Kilns, client: FlaskClient) -> FlaskClient:
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    released(kilns.house, DEARER, pilots=[kilns.cast.battambang])
    client.set_cookie("lang", "en")
    return client


def page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True).replace("\u00a0", " ")


def test_the_page_and_the_list_name_the_offices_at_which_something_else_holds(reader: FlaskClient) -> None:
    told = page(reader, f"/services/{SERVICE}")
    for words in ("Something else holds at some offices", "KHR 20,000", "KHR 27,500", "3 working days", "Battambang"):
        assert words in told, words
    assert f'href="/services/{SERVICE}/at/02"' in told
    assert told.index("KHR 27,500") < told.index("Apply now")
    assert "Something else holds at: Battambang" in page(reader, "/services?q=kiln")


def test_the_page_of_an_office_of_the_pilot_says_its_own_fee_and_reckons_with_it(reader: FlaskClient) -> None:
    there = f"/services/{SERVICE}/at/02"
    told = page(reader, there)
    assert "What stands here holds at: Battambang" in told
    assert "KHR 20,000" not in told
    assert f'href="/services/{SERVICE}/apply?office=02"' in told
    assert f'action="{there}#your-case"' in told
    assert "KHR 55,000" in page(reader, f"{there}?_asked=kilns&kilns=2")
    elsewhere = page(reader, f"/services/{SERVICE}/at/12?_asked=kilns&kilns=2")
    assert "KHR 40,000" in elsewhere
    for nothing in (f"/services/{SERVICE}/at/03", f"/services/{SERVICE}/at/%20", "/services/nothing/at/02"):
        assert reader.get(nothing).status_code == 404


def test_whoever_chooses_an_office_reads_what_holds_there_first(
    reader: FlaskClient, kilns: Kilns, signed_in: Callable[[Member], FlaskClient]
) -> None:
    applicant = signed_in(kilns.cast.dara)
    applicant.set_cookie("lang", "en")
    told = page(applicant, f"/services/{SERVICE}/apply?office=02")
    assert told.index("KHR 27,500") < told.index("At which office do you apply?")
    assert 'value="02" checked' in told


def test_programs_are_told_what_an_office_of_the_pilot_has_instead(reader: FlaskClient) -> None:
    data = reader.get(f"/services/{SERVICE}.json").get_json()
    assert data["version"] == "1"
    channels = {one["serviceLocation"]["identifier"]: one for one in data["availableChannel"]}
    assert "providesService" not in channels["12"]
    instead = channels["02"]["providesService"]
    assert (instead["version"], instead["url"].partition("/services")[2]) == ("2", f"/{SERVICE}/at/02")
    assert "27,500" in instead["offers"][0]["description"][1]["@value"]
    assert instead["additionalProperty"][0]["name"] == "since"


def test_the_guide_on_paper_names_the_offices_too(reader: FlaskClient, kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        service = service_in_words(session, kilns.house, SERVICE, NOW.date(), now=NOW)
    with reader.application.test_request_context():
        guide = guide_of(service, "en", "https://owso.example", "")
    where = next(section for section in guide.sections if section.title == "Where")
    assert "Something else holds at: Battambang One Window Service Office" in [item.text for item in where.items]
