"""What offices offer with an approved release before it is in effect: told to nobody, and open at its moment."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.drafts import start_draft
from engine.errors import LevelNotServed, NoSuchService, NotAllowed, NotFound
from engine.house import House
from engine.offices import opening
from engine.offices.offering import Offer, offer_service
from engine.people.actors import Actor
from engine.queries.admin.offers import office_offers
from engine.queries.public.catalogue import Wanted, catalogue
from engine.queries.public.offices import office_in_words
from engine.queries.public.services import offices_offering, service_in_words
from storage.offices import OfficeService
from tests.cast import NOW
from tests.small.agreeing import Agreeing, kiln_files
from tests.small.cases import SERVICE, Kilns

NEW = "industry.potters_wheel"
MOMENT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
"""Eight in the morning of the first of April in Phnom Penh."""


def new_service() -> Mapping[str, bytes]:
    files = kiln_files()
    return {**files, "service.yaml": files["service.yaml"].replace(SERVICE.encode(), NEW.encode())}


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def approved(agreeing: Agreeing, *, offices: tuple[str, ...] = (), planned_for: datetime = MOMENT) -> str:
    key = agreeing.begin("A new service")
    agreeing.put_in(key, new_service())
    agreeing.plan(key, planned_for=planned_for, offices=offices)
    agreeing.submit(key)
    agreeing.let_all_through(key)
    agreeing.approve(key)
    return key


def offered(
    agreeing: Agreeing, key: str = NEW, *, office: int | None = None, actor: Actor | None = None, now: datetime = NOW
) -> Offer:
    with agreeing.house.database.transaction() as session:
        who = actor or agreeing.cast.visal.actor
        return offer_service(session, agreeing.house, who, office or agreeing.cast.battambang, key, now=now)


def rows(agreeing: Agreeing, key: str = NEW) -> list[OfficeService]:
    with agreeing.house.database.reading() as session:
        return list(session.scalars(select(OfficeService).where(OfficeService.service_key == key)))


def told(house: House, now: datetime) -> tuple[bool, bool, bool]:
    """Whether the list, the page of the service and the page of the office speak of the new service."""
    with house.database.reading() as session:
        today = (now + timedelta(hours=7)).date()
        found = catalogue(session, house, Wanted(), today=today, now=now)
        listed = NEW in [card.key for ministry in found.ministries for card in ministry.services]
        office = office_in_words(session, house, "02", today, now=now)
        there = NEW in [service.key for sector in office.sectors for service in sector.services]
        try:
            page = bool(service_in_words(session, house, NEW, today, now=now).offices)
        except NotFound:
            page = False
    return listed, page, there


def test_nobody_reads_of_it_before_its_moment_and_then_it_is_open(agreeing: Agreeing) -> None:
    approved(agreeing)
    made = offered(agreeing)
    assert (made.from_day, made.begins) == (date(2026, 4, 1), MOMENT)
    for moment in (NOW, MOMENT - timedelta(hours=8), MOMENT - timedelta(seconds=1)):
        assert told(agreeing.house, moment) == (False, False, False)
        with pytest.raises(NotFound), agreeing.house.database.transaction() as session:
            start_draft(session, agreeing.house, agreeing.cast.dara.actor, NEW, agreeing.cast.battambang, now=moment)
    assert told(agreeing.house, MOMENT) == (True, True, True)
    with agreeing.house.database.transaction() as session:
        assert start_draft(session, agreeing.house, agreeing.cast.dara.actor, NEW, agreeing.cast.battambang, now=MOMENT)


def test_offering_it_twice_or_by_two_at_once_makes_one_offer(agreeing: Agreeing) -> None:
    approved(agreeing)
    offered(agreeing)
    offered(agreeing)
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(offered, agreeing) for _ in range(2)]
    assert {each.result().begins for each in found} == {MOMENT}
    assert len(rows(agreeing)) == 1


def test_a_withdrawn_release_takes_its_offers_with_it_and_no_other(agreeing: Agreeing) -> None:
    key = approved(agreeing)
    offered(agreeing)
    agreeing.withdraw(key)
    assert rows(agreeing) == []
    assert len(rows(agreeing, SERVICE)) == 1
    with pytest.raises(NoSuchService):
        offered(agreeing)


def test_what_is_in_effect_is_offered_from_today_on(agreeing: Agreeing) -> None:
    made = offered(agreeing, SERVICE, office=agreeing.cast.phnom_penh)
    assert (made.begins, made.from_day) == (None, NOW.date())


def test_what_was_planned_and_comes_earlier_is_offered_earlier(agreeing: Agreeing) -> None:
    approved(agreeing, planned_for=MOMENT + timedelta(days=30))
    offered(agreeing)
    key = agreeing.begin("Sooner")
    agreeing.put_in(key, {**new_service(), "texts.yaml": kiln_files("Sooner.")["texts.yaml"]})
    agreeing.plan(key, planned_for=MOMENT)
    agreeing.submit(key)
    agreeing.let_all_through(key)
    agreeing.approve(key)
    assert offered(agreeing).begins == MOMENT
    assert [row.offered_from for row in rows(agreeing)] == [date(2026, 4, 1)]


def test_a_pilot_is_offered_by_its_offices_only(agreeing: Agreeing) -> None:
    approved(agreeing, offices=("02",))
    assert offered(agreeing).begins == MOMENT
    with pytest.raises(NoSuchService):
        offered(agreeing, office=agreeing.cast.phnom_penh)


def test_a_new_level_is_offered_from_its_release_on(agreeing: Agreeing) -> None:
    with agreeing.house.database.transaction() as session:
        district = opening.open_office(session, agreeing.cast.visal.actor, opening.usual_facts("0203"), now=NOW)
    with pytest.raises(LevelNotServed):
        offered(agreeing, SERVICE, office=district)
    files = kiln_files()
    key = agreeing.begin("For districts too")
    levels = files["service.yaml"].replace(b"office_levels: [province]", b"office_levels: [province, district]")
    agreeing.put_in(key, {**files, "service.yaml": levels})
    agreeing.plan(key, planned_for=MOMENT)
    agreeing.submit(key)
    agreeing.let_all_through(key)
    agreeing.approve(key)
    assert offered(agreeing, SERVICE, office=district).begins == MOMENT
    found = []
    for moment in (MOMENT - timedelta(minutes=1), MOMENT):
        with agreeing.house.database.reading() as session:
            offices = offices_offering(session, agreeing.house, SERVICE, date(2026, 4, 1), now=moment)
        found.append([office.code for office in offices])
    assert found == [["02"], ["02", "0203"]]


def test_refused_are_other_services_other_administrators_and_levels_that_it_is_not_for(agreeing: Agreeing) -> None:
    approved(agreeing)
    with pytest.raises(NoSuchService):
        offered(agreeing, "industry.nothing")
    for actor in (agreeing.cast.phally.actor, agreeing.analyst, agreeing.approver):
        with pytest.raises(NotAllowed):
            offered(agreeing, actor=actor)
    assert rows(agreeing) == []


def test_an_administrator_sees_what_is_offered_planned_and_could_be(agreeing: Agreeing) -> None:
    def shown() -> tuple[list[object], list[object]]:
        with agreeing.house.database.reading() as session:
            found = office_offers(session, agreeing.house, agreeing.cast.visal.actor, "02", today=NOW.date(), now=NOW)
        return [(one.key, one.begins) for one in found.offered], [(one.key, one.begins) for one in found.available]

    assert shown() == ([(SERVICE, None)], [])
    approved(agreeing)
    assert shown() == ([(SERVICE, None)], [(NEW, MOMENT)])
    offered(agreeing)
    assert shown() == ([(SERVICE, None), (NEW, MOMENT)], [])
    with pytest.raises(NotFound), agreeing.house.database.reading() as session:
        office_offers(session, agreeing.house, agreeing.cast.dara.actor, "02", today=NOW.date(), now=NOW)
