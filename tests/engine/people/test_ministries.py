"""Who belongs to the office of a ministry answers for its services wherever they are applied for, and for no others."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed, NotFound
from engine.packages.groups import ANALYST
from engine.people.actors import Actor
from engine.people.ministries import ministries_of, offices_of_service
from engine.queries.analyst.heat import heat
from engine.queries.analyst.rehearsals import rehearsal_page
from engine.versions import trials
from tests.cast import NOW, of_ministry
from tests.small.cases import SERVICE, Kilns


def test_an_analyst_of_a_ministry_reads_of_its_services_in_every_office(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        industry, tourism = (of_ministry(session, key, ANALYST) for key in ("industry", "tourism"))
        assert ministries_of(session, industry, ANALYST) == {"industry"}
        assert offices_of_service(session, industry, SERVICE, ANALYST) is None
        assert offices_of_service(session, tourism, SERVICE, ANALYST) == tourism.offices(ANALYST)
        assert offices_of_service(session, industry, SERVICE, "approver") == frozenset()
        everywhere = Actor(1, memberships=frozenset({(ANALYST, None)}))
        assert (ministries_of(session, everywhere, ANALYST), ministries_of(session, Actor(1), ANALYST)) == (None, set())


def test_they_try_measure_and_rehearse_its_cases_and_those_of_another_ministry_none(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        people = [of_ministry(session, key, ANALYST, kilns.cast.phally.person_id) for key in ("industry", "tourism")]
    tried, measured = [], []
    for who in people:
        with kilns.house.database.transaction() as session:
            key = trials.ask(session, kilns.house, who, SERVICE, 1, now=NOW)
            tried.append(trials.found(session, who, key).total)
            version = kilns.house.catalog.numbered(session, SERVICE, 1)
            found = heat(session, kilns.house, who, version, office_id=None, since=NOW, until=NOW)
            measured.append(sum(task.waiting for task in found))
    assert (tried, measured) == ([1, 0], [1, 0])
    industry, tourism = people
    with kilns.house.database.reading() as session:
        assert rehearsal_page(session, kilns.house, industry, sent.key, 1).stands_on == 1
        with pytest.raises(NotFound):
            rehearsal_page(session, kilns.house, tourism, sent.key, 1)
    battambang = kilns.cast.battambang
    with kilns.house.database.transaction() as session:
        assert trials.ask(session, kilns.house, industry, SERVICE, 1, office_id=battambang, now=NOW)
        with pytest.raises(NotAllowed):
            trials.ask(session, kilns.house, tourism, SERVICE, 1, office_id=battambang, now=NOW)
