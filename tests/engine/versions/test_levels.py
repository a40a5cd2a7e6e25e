"""Cases that are taken to a version whose lanes lie at other levels."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.house import House
from engine.versions import transfers
from storage.offices import Office
from storage.processes import UserTask
from tests.cast import NOW, Cast
from tests.small.films import SERVICE, Films

AT_THE_OFFICE = ("ministry.yaml", "{group: specialist, level: ministry}", "specialist")


@pytest.fixture
def film(house: House, cast: Cast) -> Films:
    """The service as it was when districts examined themselves, and a case that waits for it; then as it is now."""
    service = Films(house, cast)
    service.publish(AT_THE_OFFICE)
    service.open("0203", "0801", "culture")
    service.offer()
    service.district, service.officers = service.hire()
    return service


@pytest.fixture
def sent(film: Films) -> Submitted:
    sent = film.at_the_ministry()
    assert film.holders(sent) == ["0203"]
    film.publish()
    return sent


def test_a_task_goes_to_the_office_of_the_version(film: Films, sent: Submitted) -> None:
    transfers.transfer(film.house, film.cast.visal.actor, SERVICE, 2, mapping={}, reason="ថ្នាក់ថ្មី", now=NOW)
    assert film.holders(sent) == ["9001"]
    assert film.crossings(sent) == [("0203", "02"), ("02", "0203"), ("0203", "9001")]
    film.work(sent, "examine", "specialist", {"result": "ok"})
    with film.house.database.reading() as session:
        done = session.scalars(select(UserTask).where(UserTask.element_id == "examine")).one()
    assert done.completed_by_id == film.officers["specialist"].person_id


def test_a_case_stays_while_the_office_of_the_version_is_not_open(film: Films, sent: Submitted) -> None:
    with film.house.database.transaction() as session:
        session.scalars(select(Office).where(Office.ministry_key == "culture")).one().ministry_key = None
    transfers.transfer(film.house, film.cast.visal.actor, SERVICE, 2, mapping={}, reason="ថ្នាក់ថ្មី", now=NOW)
    assert film.holders(sent) == ["0203"]
    (verdict,) = transfers.survey(film.house, film.cast.visal.actor, SERVICE, 2, mapping={}, now=NOW)
    assert [(one.element_id, one.fact) for one in verdict.obstacles] == [("examine", "office-missing")]
