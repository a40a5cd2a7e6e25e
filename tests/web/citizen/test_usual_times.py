"""The page of a service says for each office what it usually takes there, where enough cases were decided."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from engine.house import House
from storage.clocks import UsualTime
from tests.cast import NOW
from tests.journeys.guesthouse import SERVICE, Guesthouse
from tests.web.citizen.test_applying import text_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ADDRESS = f"/services/{SERVICE}"


def keep(house: House, office_id: int, half: int, most: int) -> None:
    with house.database.transaction() as session:
        session.add(
            UsualTime(service_key=SERVICE, office_id=office_id, half=half, most=most, cases=12, measured_at=NOW)
        )


@pytest.mark.parametrize(
    ("half", "most", "english", "khmer"),
    [
        (0, 0, "Usually decided on the same day.", "ជាធម្មតាសម្រេចនៅថ្ងៃដដែល"),
        (0, 2, "Usually decided on the same day, nine of ten within 2 working days.", "ក្នុងចំណោម ១០"),
        (1, 1, "Usually decided within 1 working day.", "ក្នុងរយៈពេល ១ ថ្ងៃធ្វើការ"),
        (3, 5, "Usually decided within 3 working days, nine of ten within 5 working days.", "៥ ថ្ងៃធ្វើការ"),
    ],
)
def test_it_is_said_in_words(
    client: FlaskClient, licence: Guesthouse, house: House, half: int, most: int, english: str, khmer: str
) -> None:
    keep(house, licence.cast.battambang, half, most)
    page = text_of(client, ADDRESS)
    assert f"{english} Measured from 12 applications of the last 12 months." in " ".join(page.split())
    assert page.count("Usually decided") == 1, "the other office has decided too few"
    assert khmer in text_of(client, ADDRESS, "km")


def test_the_data_for_programs_say_it_and_the_hours_of_the_office(
    client: FlaskClient, licence: Guesthouse, house: House
) -> None:
    keep(house, licence.cast.battambang, 3, 5)
    channels = client.get(f"{ADDRESS}.json").get_json()["availableChannel"]
    places = {one["serviceLocation"]["identifier"]: one["serviceLocation"] for one in channels}
    told = {one["name"]: (one["value"], one.get("unitText")) for one in places["02"]["additionalProperty"]}
    assert told["usual time"] == (3, "working days")
    assert told["time of nine in ten"] == (5, "working days")
    assert "additionalProperty" not in places["12"]
    morning = places["02"]["openingHoursSpecification"][0]
    assert (morning["opens"], morning["closes"], len(morning["dayOfWeek"])) == ("07:30", "11:30", 5)
