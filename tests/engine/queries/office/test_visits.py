"""The list of visits: what has no day first, then by day and commune; a head sees the office, a stranger nothing."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.people.actors import Actor
from engine.queries.office import visits as queries
from engine.queries.office.visits import Visits, stops, visits
from tests.absences import at_work, away
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.sites import FRIDAY, TUESDAY, Sites, sites
from tests.statements import counted


@pytest.fixture
def site(kilns: Kilns) -> Sites:
    return sites(kilns)


def found(site: Sites, actor: Actor, code: str = "") -> Visits:
    with site.house.database.reading() as session:
        return visits(session, site.house, actor, code=code, now=NOW)


def test_what_has_no_day_stands_first_and_says_where_it_goes(site: Sites) -> None:
    sent = site.ready()
    (visit,) = found(site, site.cast.bopha.actor).unplanned
    assert (visit.key, visit.commune, visit.commune_name.en) == (site.key(sent), "020301", "Tuol Ta Ek")
    assert "Battambang" in visit.address.en
    assert visit.business == "ឡ <ថ្មី>"
    assert visit.phone
    assert visit.due_at is not None
    assert [label.en for label in visit.looks_at] == ["Result", "Photos of the kiln", "Position"]


def test_a_planned_visit_is_its_officers_and_the_heads(site: Sites) -> None:
    cast, sent = site.cast, site.ready()
    site.plan(cast.bopha, site.key(sent))
    own = found(site, cast.bopha.actor)
    assert (own.unplanned, own.days) == ((), (FRIDAY,))
    assert found(site, cast.vannak.actor).planned == ()
    office = found(site, cast.kunthea.actor, "02")
    assert [(one.day, one.officer and one.officer.en) for one in office.planned] == [(FRIDAY, "Chan Bopha")]
    with site.house.database.reading() as session:
        assert stops(session, site.house, cast.bopha.actor, FRIDAY, now=NOW).planned
        assert not stops(session, site.house, cast.bopha.actor, TUESDAY, now=NOW).planned


def test_a_route_sheet_is_whole_whatever_else_presses_more(site: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    cast, first, second = site.cast, site.ready(), site.ready(site.cast.chenda)
    site.plan(cast.bopha, site.key(second))
    monkeypatch.setattr(queries, "MOST", 1)
    assert [one.key for one in found(site, cast.bopha.actor).unplanned] == [site.key(first)]
    for actor, code in ((cast.bopha.actor, ""), (cast.kunthea.actor, "02")):
        with site.house.database.reading() as session:
            sheet = stops(session, site.house, actor, FRIDAY, code=code, now=NOW)
        assert [one.key for one in sheet.planned] == [site.key(second)]
        assert not sheet.is_cut


def test_a_planned_visit_stays_when_a_newer_version_knows_none(site: Sites) -> None:
    key, bopha = site.key(site.ready()), site.cast.bopha.actor
    site.plan(site.cast.bopha, key)
    site.draw(3)
    assert [one.key for one in found(site, bopha).planned] == [key]
    with site.house.database.reading() as session:
        assert stops(session, site.house, bopha, FRIDAY, now=NOW).planned


def test_nobody_else_sees_them(site: Sites) -> None:
    cast, sent = site.cast, site.ready()
    site.plan(cast.bopha, site.key(sent))
    for stranger in (cast.phally, cast.sopheap, cast.mony):
        assert found(site, stranger.actor).planned == found(site, stranger.actor).unplanned == ()
        with pytest.raises(NotFound):
            found(site, stranger.actor, "02")


def test_a_deputy_sees_what_the_absent_colleague_has(site: Sites) -> None:
    cast, key = site.cast, site.key(site.ready())
    site.plan(cast.bopha, key)
    away(site.house, cast.bopha, cast.rithy)
    assert [one.key for one in found(site, at_work(site.house, cast.rithy)).planned] == [key]


def test_what_plans_a_visit_is_listed_until_it_is_done(kilns: Kilns) -> None:
    site = sites(kilns, plans=True)
    sent, bopha = site.ready(), site.cast.bopha
    (plan,) = found(site, bopha.actor).unplanned
    assert (plan.key, plan.plans, plan.commune) == (site.task(sent, "plan"), True, "020301")
    site.plan(bopha, plan.key)
    assert [one.key for one in found(site, bopha.actor).planned] == [site.key(sent)]


def test_the_list_costs_the_same_however_long_it_is(site: Sites) -> None:
    def asked() -> int:
        with counted(site.house.database) as statements:
            found(site, site.cast.bopha.actor)
        return statements.statements

    site.ready()
    found(site, site.cast.bopha.actor)
    few = asked()
    for _ in range(3):
        site.plan(site.cast.bopha, site.key(site.ready()))
    assert asked() == few <= 4
