"""Which promises of an office would break if officers were away, more were there, or a day were off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.errors.what_if import OfficeTooLarge
from engine.offices import absences
from engine.offices.absences import Away
from engine.packages.groups import FRONT_OFFICE
from engine.reporting import office_today as reading
from engine.reporting.office_today import OfficeToday, office_called, office_today
from engine.reporting.what_if import Change, compare
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.finished import finish
from tests.statements import counted

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
TUESDAY = date(2026, 3, 3)
NEXT_WEEK = date(2026, 3, 13)


def today(kilns: Kilns) -> OfficeToday:
    with kilns.house.database.reading() as session:
        return office_today(session, kilns.house, office_called(session, "02"), now=NOW)


def some(kilns: Kilns, count: int) -> None:
    finish(kilns, [1] * 6)
    for _ in range(count):
        kilns.pay(kilns.send())


def test_the_office_is_read_as_it_is(kilns: Kilns) -> None:
    some(kilns, 2)
    kilns.send()
    with kilns.house.database.transaction() as session:
        away = Away(TUESDAY, FRIDAY, {})
        absences.record(session, kilns.cast.bopha.actor, kilns.cast.bopha.person_id, away, today=MONDAY, now=NOW)
    found = today(kilns)
    assert [case.element for case in found.cases] == ["check", "check"]
    assert found.paused == 1, "the one that waits for its payment"
    assert {visit.work for ways in found.ways.values() for way in ways for visit in way} <= set(range(1, 31))
    there = {one.person_id: one for one in found.officers}
    assert there[kilns.cast.bopha.person_id].away == ((TUESDAY, FRIDAY),)
    assert there[kilns.cast.vannak.person_id].groups == {FRONT_OFFICE}
    assert kilns.cast.phally.person_id not in there, "she works elsewhere"


def test_promises_break_that_nobody_is_there_to_keep_and_others_hold(kilns: Kilns) -> None:
    some(kilns, 4)
    found = compare(today(kilns), Change({FRONT_OFFICE: 2}, MONDAY, NEXT_WEEK))
    assert len(found.outcomes) == 4
    assert [each.now for each in found.outcomes] == [0] * 4
    assert [each.then for each in found.would_break] == [100] * 4
    assert (found.broken_now, found.broken_then, found.would_hold) == (0, 4, ())
    one_stays = compare(today(kilns), Change({FRONT_OFFICE: 1}, MONDAY, NEXT_WEEK))
    assert one_stays.would_break == ()


def test_another_officer_keeps_promises_that_would_break(kilns: Kilns) -> None:
    some(kilns, 3)
    office = today(kilns)
    away = replace(office, officers=tuple(replace(one, away=((MONDAY, NEXT_WEEK),)) for one in office.officers))
    found = compare(away, Change(more={FRONT_OFFICE: 1}))
    assert len(found.would_hold) == 3
    assert found.would_break == ()


def test_a_day_off_moves_the_promise_and_the_work(kilns: Kilns) -> None:
    some(kilns, 1)
    (outcome,) = compare(today(kilns), Change(days_off=frozenset({TUESDAY}))).outcomes
    assert outcome.day_then - outcome.day == timedelta(days=1), "five working days after Monday, and one more"


def test_it_is_the_same_for_the_same_seed(kilns: Kilns) -> None:
    some(kilns, 3)
    change = Change({FRONT_OFFICE: 1}, MONDAY, FRIDAY)
    assert compare(today(kilns), change, seed="a") == compare(today(kilns), change, seed="a")


def test_a_case_of_a_service_that_finished_nothing_is_not_played(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    found = compare(today(kilns), Change({FRONT_OFFICE: 2}, MONDAY, NEXT_WEEK))
    assert (found.outcomes, found.unknown) == ((), 1)


def test_an_office_with_too_many_open_cases_is_refused(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CASES", 1)
    some(kilns, 2)
    with pytest.raises(OfficeTooLarge):
        today(kilns)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_reading_costs_the_same_however_many_cases_there_are(kilns: Kilns) -> None:
    def statements() -> int:
        with counted(kilns.house.database) as cost:
            today(kilns)
        return cost.statements

    some(kilns, 1)
    today(kilns)
    few = statements()
    for _ in range(3):
        kilns.pay(kilns.send())
    assert statements() == few
