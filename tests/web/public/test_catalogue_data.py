"""The catalogue for programs."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from engine.house import House
from tests.cast import Cast
from tests.journeys.guesthouse import SERVICE, Guesthouse, guesthouse


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    return guesthouse(house, cast)


pytestmark = pytest.mark.usefixtures("licence")


def test_every_service_is_listed_with_the_address_of_its_data(client: FlaskClient) -> None:
    listed = client.get("/services.json").get_json()["itemListElement"]
    assert [one["identifier"] for one in listed] == [SERVICE]
    assert listed[0]["url"].endswith(f"/services/{SERVICE}.json")


def test_a_service_says_in_both_languages_what_it_is_and_where(client: FlaskClient) -> None:
    service = client.get(f"/services/{SERVICE}.json").get_json()
    assert service["@type"] == "GovernmentService"
    assert {"@language": "en", "@value": "Guesthouse licence"} in service["name"]
    assert {one["@language"] for one in service["description"]} == {"km", "en"}
    assert "fee" in [one["value"] for one in service["additionalProperty"]]
    places = [one["serviceLocation"]["identifier"] for one in service["availableChannel"]]
    assert "02" in places


def test_the_page_holds_the_same_data(client: FlaskClient) -> None:
    page = client.get(f"/services/{SERVICE}").get_data(as_text=True)
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert json.loads(data) == client.get(f"/services/{SERVICE}.json").get_json()


def test_a_service_that_was_never_published_has_no_data(client: FlaskClient) -> None:
    assert client.get("/services/tourism.casino.json").status_code == 404
