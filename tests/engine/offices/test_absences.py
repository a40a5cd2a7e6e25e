"""Absences: recorded with deputies, by the officer or their head; they begin and end by their days."""

from __future__ import annotations

from datetime import date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import BadAnswers, NotFound
from engine.errors.absences import (
    AbsenceBackwards,
    AbsenceOver,
    AbsenceOverlaps,
    AbsencePast,
    AbsenceTooFar,
    DaysMissing,
    DeputyHasTooMany,
    DeputyIsAbsent,
    DeputyNotSuitable,
    OwnDeputy,
    TooManyAbsences,
)
from engine.house import House
from engine.offices import absences
from engine.packages.groups import CASHIER, FRONT_OFFICE, SPECIALIST
from engine.people.actors import MOST_STANDS, Stand
from storage.absences import Absence, Deputy
from storage.offices import Office, OfficeLevel
from storage.people import Membership
from storage.security_log import SecurityEvent, SecurityKind
from tests.absences import DAY, TODAY, at_work, away, key
from tests.cast import HIRED, HOURS, NOW, Cast, Member
from tests.properties import given, settings, st
from tests.statements import counted


def refused(house: House, *args: Any, **named: Any) -> dict[str, type]:
    """Which fields are refused, and as what."""
    with pytest.raises(BadAnswers) as said:
        away(house, *args, **named)
    return {name: type(error) for name, error in said.value.errors.items()}


def end(house: House, by: Member, absence_id: int, *, today: date = TODAY, now: datetime = NOW) -> None:
    with house.database.transaction() as session:
        absences.end(session, by.actor, absence_id, today=today, now=now)


def belongs(house: House, who: Member, group: str, office_id: int | None) -> None:
    with house.database.transaction() as session:
        session.add(Membership(person_id=who.person_id, office_id=office_id, group=group, from_day=HIRED))


def test_a_deputy_stands_in_from_the_first_day_to_the_end_of_the_last(house: House, cast: Cast) -> None:
    away(house, cast.bopha, cast.rithy, first=TODAY + DAY, last=TODAY + 3 * DAY)
    days = [bool(at_work(house, cast.rithy, TODAY + n * DAY).stands) for n in range(6)]
    assert days == [False, True, True, True, False, False]
    last = TODAY + 3 * DAY
    expected = Stand(cast.bopha.person_id, "ចាន់ បុប្ផា", "Chan Bopha", FRONT_OFFICE, cast.battambang, last)
    assert at_work(house, cast.rithy, last).stands == (expected,)


def test_an_absence_and_its_end_are_lines_of_the_security_log(house: House, cast: Cast) -> None:
    end(house, cast.bopha, away(house, cast.bopha, cast.rithy, by=cast.kunthea))
    with house.database.reading() as session:
        lines = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)).all()
    assert [(line.kind, line.actor_id, line.person_id) for line in lines] == [
        (SecurityKind.ABSENCE_RECORDED, cast.kunthea.person_id, cast.bopha.person_id),
        (SecurityKind.ABSENCE_ENDED, cast.bopha.person_id, cast.bopha.person_id),
    ]
    deputy = {"group": FRONT_OFFICE, "office": "02", "deputy": cast.rithy.person_id}
    assert lines[0].data == {"first": "2026-03-02", "last": "2026-03-06", "deputies": [deputy]}


def test_ending_it_early_takes_the_deputy_away_at_once_and_is_harmless_twice(house: House, cast: Cast) -> None:
    absence_id = away(house, cast.bopha, cast.rithy)
    end(house, cast.kunthea, absence_id)
    end(house, cast.bopha, absence_id)
    assert at_work(house, cast.rithy).stands == ()
    away(house, cast.bopha, cast.vannak)  # the days are free again


def test_an_absence_whose_days_have_passed_is_not_ended(house: House, cast: Cast) -> None:
    absence_id = away(house, cast.bopha, cast.rithy)
    with pytest.raises(AbsenceOver):
        end(house, cast.bopha, absence_id, today=TODAY + 5 * DAY)


@pytest.mark.parametrize("who", ["vannak", "rithy", "phally", "visal", "dara"])
def test_only_the_officer_and_the_head_of_the_office_say_so(house: House, cast: Cast, who: str) -> None:
    other: Member = getattr(cast, who)
    with pytest.raises(NotFound):
        away(house, cast.bopha, cast.vannak, by=other)
    absence_id = away(house, cast.bopha, cast.rithy)
    with pytest.raises(NotFound):
        end(house, other, absence_id)


def test_days_must_exist_lie_ahead_and_be_in_order(house: House, cast: Cast) -> None:
    bopha, rithy = cast.bopha, cast.rithy
    assert refused(house, bopha, rithy, first=None, last=None) == {"first": DaysMissing, "last": DaysMissing}
    assert refused(house, bopha, rithy, first=TODAY - DAY) == {"first": AbsencePast}
    assert refused(house, bopha, rithy, first=TODAY + DAY, last=TODAY) == {"last": AbsenceBackwards}
    assert refused(house, bopha, rithy, last=TODAY + 400 * DAY) == {"last": AbsenceTooFar}


def test_who_stands_in_must_be_somebody_else_of_the_office_or_above(house: House, cast: Cast) -> None:
    bopha = cast.bopha
    assert refused(house, bopha, bopha) == {key(): OwnDeputy}
    for unsuitable in (cast.phally, cast.dara, cast.visal, cast.chenda):
        assert refused(house, bopha, unsuitable) == {key(): DeputyNotSuitable}
    away(house, bopha, cast.kunthea)


def test_an_officer_of_the_province_stands_in_at_a_district(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        level = OfficeLevel.DISTRICT
        session.add(district := Office(code="0203", level=level, name_km="ស្រុក", name_en="District", hours=HOURS))
        session.flush()
        district_id = district.id
    belongs(house, cast.dara, SPECIALIST, district_id)
    post = key(SPECIALIST, "0203")
    assert refused(house, cast.dara, cast.phally, post=post) == {post: DeputyNotSuitable}
    away(house, cast.dara, cast.rithy, post=post)
    assert [stand.office_id for stand in at_work(house, cast.rithy).stands] == [district_id]


def test_nobody_stands_in_for_a_cashier(house: House, cast: Cast) -> None:
    with pytest.raises(NotFound):
        away(house, cast.sopheap, cast.bopha, post=key(CASHIER))


def test_a_deputy_who_is_away_is_refused_and_passes_nothing_on(house: House, cast: Cast) -> None:
    away(house, cast.bopha, cast.rithy)
    away(house, cast.rithy, cast.mony, post=key(SPECIALIST))
    assert [stand.group for stand in at_work(house, cast.mony).stands] == [SPECIALIST]
    assert refused(house, cast.vannak, cast.rithy) == {key(): DeputyIsAbsent}
    away(house, cast.vannak, cast.rithy, first=TODAY + 5 * DAY, last=TODAY + 6 * DAY)


def test_nobody_stands_in_for_whoever_left_nor_once_they_left_themselves(house: House, cast: Cast) -> None:
    away(house, cast.bopha, cast.rithy)
    with house.database.transaction() as session:
        mine = session.scalars(select(Membership).where(Membership.person_id == cast.bopha.person_id)).one()
        mine.to_day = TODAY
    assert [bool(at_work(house, cast.rithy, TODAY + n * DAY).stands) for n in (0, 1)] == [True, False]
    away(house, cast.vannak, cast.rithy)
    belongs(house, cast.rithy, SPECIALIST, cast.phnom_penh)
    with house.database.transaction() as session:
        here = Membership.person_id == cast.rithy.person_id, Membership.office_id == cast.battambang
        session.delete(session.scalars(select(Membership).where(*here)).one())
    assert at_work(house, cast.rithy).stands == ()


def test_one_person_stands_in_for_so_many_groups_and_no_more(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        for number in range(MOST_STANDS):
            days = {"first_day": TODAY, "last_day": TODAY}
            by = {"recorded_at": NOW, "recorded_by_id": cast.kunthea.person_id}
            session.add(one := Absence(person_id=cast.vannak.person_id, **days, **by))
            session.flush()
            place = {"office_id": cast.battambang, "by_office_id": cast.battambang}
            session.add(Deputy(absence_id=one.id, group=f"a.{number}", person_id=cast.rithy.person_id, **place))
    assert refused(house, cast.bopha, cast.rithy) == {key(): DeputyHasTooMany}
    assert refused(house, cast.vannak, None, first=TODAY + DAY) == {"first": TooManyAbsences}


def test_who_stands_in_for_nobody_is_read_in_one_statement(house: House, cast: Cast) -> None:
    away(house, cast.bopha, cast.rithy)
    with counted(house.database) as nobody:
        at_work(house, cast.vannak)
    with counted(house.database) as deputy:
        at_work(house, cast.rithy)
    assert (nobody.statements, deputy.statements) == (1, 2)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), min_size=2, max_size=8))
def test_no_day_of_anybody_lies_in_two_absences(house: House, cast: Cast, spans: list[tuple[int, int]]) -> None:
    taken: set[date] = set()
    with house.database.transaction() as session:
        for absence in session.scalars(select(Absence)):
            absence.ended_at = NOW
    for begins, length in spans:
        first = TODAY + begins * DAY
        days = {first + n * DAY for n in range(length + 1)}
        if days & taken:
            assert refused(house, cast.bopha, None, first=first, last=max(days)) == {"first": AbsenceOverlaps}
        else:
            away(house, cast.bopha, None, first=first, last=max(days))
            taken |= days


def test_of_two_that_are_recorded_at_once_for_the_same_days_one_stands(house: House, cast: Cast) -> None:
    together, outcomes = Barrier(2), []

    def go(by: Member) -> None:
        together.wait()
        try:
            outcomes.append(away(house, cast.bopha, cast.rithy, by=by))
        except BadAnswers as said:
            outcomes.append(type(said.errors["first"]))

    threads = [Thread(target=go, args=(by,)) for by in (cast.bopha, cast.kunthea)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [one for one in outcomes if isinstance(one, type)] == [AbsenceOverlaps]
    with house.database.reading() as session:
        assert len(session.scalars(select(Absence)).all()) == 1


def test_two_who_name_each_other_at_once_both_come_to_an_end(house: House, cast: Cast) -> None:
    together, ends = Barrier(2), []

    def go(who: Member, deputy: Member) -> None:
        together.wait()
        try:
            ends.append(away(house, who, deputy))
        except BadAnswers as said:
            ends.append(type(said.errors[key()]))

    pairs = ((cast.bopha, cast.vannak), (cast.vannak, cast.bopha))
    threads = [Thread(target=go, args=pair) for pair in pairs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(isinstance(one, int) for one in ends) == [False, True]
    assert DeputyIsAbsent in ends
