"""Offices open, are called, offer services from when until when, and close once nothing runs there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.drafts import start_draft
from engine.errors import BadAnswers, NotAllowed, OfficeMissing, ReasonMissing, ServiceNotOffered
from engine.errors.offices import NotOffered, OfferEndsBefore, OffersOverlap, OfficeAtWork, OfficeClosed
from engine.house import House
from engine.khmer import Bilingual
from engine.offices.closing import close_office, stop_offering
from engine.offices.facts import OfficeWords, change_words
from engine.offices.offering import Days, end_offer, offer_service
from engine.offices.officers import grant
from engine.offices.opening import OfficeFacts, open_office, usual_facts
from engine.people.actors import OPERATOR, Actor, load_actor
from storage.offices import Office, OfficeService
from storage.security_log import SecurityEvent
from tests.cast import HIRED, NOW, Cast
from tests.small.cases import SERVICE, Kilns
from tests.small.films import Films, films

TODAY = date(2026, 3, 2)
FRIDAY, NEXT_MONDAY = date(2026, 3, 6), date(2026, 3, 9)
WORDS = OfficeWords("ការិយាល័យ", "Battambang office", "ផ្លូវ ១", "Street 1", "053 952 123")


def offered(kilns: Kilns, days: Days, *, actor: Actor | None = None, office: int | None = None) -> None:
    with kilns.house.database.transaction() as session:
        by, where = actor or kilns.cast.visal.actor, office or kilns.cast.phnom_penh
        offer_service(session, kilns.house, by, where, SERVICE, days=days, now=NOW)


def ended(kilns: Kilns, last_day: date, *, code: str = "12", actor: Actor | None = None) -> None:
    with kilns.house.database.transaction() as session:
        by = actor or kilns.cast.visal.actor
        end_offer(session, by, code, SERVICE, last_day=last_day, reason="The decree of March", now=NOW)


def rows(house: House, office_id: int, key: str = SERVICE) -> list[tuple[date, date | None]]:
    with house.database.reading() as session:
        mine = OfficeService.office_id == office_id, OfficeService.service_key == key
        found = select(OfficeService.offered_from, OfficeService.offered_to).where(*mine)
        return [(one.offered_from, one.offered_to) for one in session.execute(found.order_by(OfficeService.id))]


def lines(house: House, *kinds: str) -> list[SecurityEvent]:
    with house.database.reading() as session:
        wanted = select(SecurityEvent).where(SecurityEvent.kind.in_(kinds)).order_by(SecurityEvent.id)
        return list(session.scalars(wanted))


def begun(kilns: Kilns, day: date) -> str:
    now = datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)
    with kilns.house.database.transaction() as session:
        return start_draft(session, kilns.house, kilns.cast.dara.actor, SERVICE, kilns.cast.phnom_penh, now=now)


def closed(house: House, cast: Cast, code: str, *, actor: Actor | None = None, reason: str = "Merged") -> None:
    with house.database.transaction() as session:
        close_office(session, house, actor or cast.visal.actor, code, reason=reason, now=NOW)


def test_an_offer_begins_and_ends_by_its_days(kilns: Kilns) -> None:
    offered(kilns, Days(NEXT_MONDAY, NEXT_MONDAY + timedelta(days=4), "For a trial"))
    for day in (FRIDAY, NEXT_MONDAY + timedelta(days=5)):
        with pytest.raises(ServiceNotOffered):
            begun(kilns, day)
    begun(kilns, NEXT_MONDAY)
    line = lines(kilns.house, "service_offered")[-1]
    assert line.data == {
        "office": "12",
        "service": SERVICE,
        "first": "2026-03-09",
        "last": "2026-03-13",
        "reason": "For a trial",
    }


def test_the_same_days_twice_are_one_offer_and_days_that_overlap_are_refused(kilns: Kilns) -> None:
    week = Days(NEXT_MONDAY, NEXT_MONDAY + timedelta(days=4))
    for _ in range(2):
        offered(kilns, week)
    for other in (Days(NEXT_MONDAY, None), Days(TODAY, NEXT_MONDAY), Days(TODAY, None)):
        with pytest.raises(OffersOverlap):
            offered(kilns, other)
    with pytest.raises(OfferEndsBefore):
        offered(kilns, Days(NEXT_MONDAY, FRIDAY))
    offered(kilns, Days(NEXT_MONDAY + timedelta(days=7)))
    offered(kilns, Days(NEXT_MONDAY + timedelta(days=5)))  # begins earlier than was planned
    assert rows(kilns.house, kilns.cast.phnom_penh) == [
        (NEXT_MONDAY, NEXT_MONDAY + timedelta(days=4)),
        (NEXT_MONDAY + timedelta(days=5), None),
    ]


def test_an_offer_is_ended_on_a_day_and_what_was_to_begin_later_is_not_offered(kilns: Kilns) -> None:
    offered(kilns, Days())
    with pytest.raises(OfferEndsBefore):
        ended(kilns, TODAY - timedelta(days=1))
    for _ in range(2):
        ended(kilns, FRIDAY)
    assert rows(kilns.house, kilns.cast.phnom_penh) == [(TODAY, FRIDAY)]
    offered(kilns, Days(NEXT_MONDAY))
    ended(kilns, FRIDAY)
    assert rows(kilns.house, kilns.cast.phnom_penh) == [(TODAY, FRIDAY)]
    said = lines(kilns.house, "offer_ended")
    assert [(one.data["last"], one.data["was"], one.data["reason"]) for one in said[:1]] == [
        ("2026-03-06", None, "The decree of March")
    ]
    assert len(said) == 2
    ended(kilns, FRIDAY, code="02")
    with pytest.raises(NotOffered):
        ended(kilns, FRIDAY, code="0203")
    with pytest.raises(NotAllowed):
        ended(kilns, TODAY, actor=kilns.cast.kunthea.actor)


def test_the_command_line_and_the_pages_write_who_opened_changed_and_offered(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        for _ in range(2):
            open_office(session, OPERATOR, usual_facts("0203"), reason="Decision 7", now=NOW)
        change_words(session, cast.visal.actor, "02", WORDS, reason="New building", now=NOW)
        change_words(session, cast.visal.actor, "02", WORDS, now=NOW)
    opened, changed = lines(house, "office_opened", "office_changed")
    assert (opened.actor_role, opened.data["office"], opened.data["reason"]) == ("operator", "0203", "Decision 7")
    assert (changed.actor_id, changed.data["reason"]) == (cast.visal.person_id, "New building")
    assert changed.data["was"]["name_en"] == "Battambang One Window Service Office"
    assert changed.data["is"] == {
        "name_km": "ការិយាល័យ",
        "name_en": "Battambang office",
        "address_km": "ផ្លូវ ១",
        "address_en": "Street 1",
        "phone": "+85553952123",
    }


def test_words_that_are_none_are_refused_field_by_field(house: House, cast: Cast) -> None:
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        change_words(session, cast.visal.actor, "02", OfficeWords(" ", "x", phone="nobody"), now=NOW)
    assert set(refused.value.errors) == {"name_km", "phone"}
    with house.database.transaction() as session, pytest.raises(NotAllowed):
        change_words(session, cast.kunthea.actor, "02", WORDS, now=NOW)


def test_an_office_closes_once_nothing_runs_there_and_nobody_belongs_to_it_then(kilns: Kilns) -> None:
    sent = kilns.send()
    with pytest.raises(OfficeAtWork):
        closed(kilns.house, kilns.cast, "02")
    with kilns.house.database.transaction() as session:
        stop_offering(session, kilns.cast.visal.actor, "02", reason="It closes", now=NOW)
    assert rows(kilns.house, kilns.cast.battambang) == [(HIRED, TODAY)]
    assert kilns.row(sent).status == "running"
    for refused, code, actor, reason in (
        (ReasonMissing, "12", None, ""),
        (NotAllowed, "12", kilns.cast.kunthea.actor, "x"),
    ):
        with pytest.raises(refused):
            closed(kilns.house, kilns.cast, code, actor=actor, reason=reason)
    for _ in range(2):
        closed(kilns.house, kilns.cast, "12")
    with kilns.house.database.reading() as session:
        phally = load_actor(session, kilns.cast.phally.person_id, today=TODAY)
        offers = session.scalars(
            select(OfficeService.offered_to).where(OfficeService.office_id == kilns.cast.phnom_penh)
        )
        assert set(offers) == {TODAY - timedelta(days=1)}
    assert phally is not None
    assert phally.memberships == frozenset()
    assert [one.data["reason"] for one in lines(kilns.house, "office_closed")] == ["Merged"]


def test_nothing_is_offered_and_nobody_hired_where_it_is_closed_until_it_opens_again(kilns: Kilns) -> None:
    closed(kilns.house, kilns.cast, "12")
    with pytest.raises(OfficeClosed):
        offered(kilns, Days())
    by, who = kilns.cast.visal.actor, kilns.cast.bopha.person_id
    with kilns.house.database.transaction() as session, pytest.raises(OfficeClosed):
        grant(session, kilns.house, by, who, "front_office", office_code="12", today=TODAY, now=NOW)
    name = Bilingual("ភ្នំពេញ", "Another name")
    with kilns.house.database.transaction() as session:
        open_office(session, kilns.cast.visal.actor, OfficeFacts("12", "province", name), now=NOW)
    with kilns.house.database.reading() as session:
        office = session.scalars(select(Office).where(Office.code == "12")).one()
    assert (office.closed_from, office.name_en) == (None, "Phnom Penh One Window Service Office")
    offered(kilns, Days())


def test_an_office_to_which_cases_of_another_go_stays_open_while_that_offers_its_service(
    house: House, cast: Cast
) -> None:
    service: Films = films(house, cast)
    with pytest.raises(OfficeAtWork):
        closed(house, cast, "02")
    with house.database.transaction() as session:
        close_office(session, house, cast.visal.actor, "0203", reason="Merged", now=NOW)
    closed(house, cast, "02")
    with house.database.transaction() as session:
        open_office(session, OPERATOR, usual_facts("0203"), now=NOW)
    with pytest.raises(OfficeMissing):
        service.offer()
