"""What a service usually takes at an office is measured from its decided cases, as their clocks counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.clockwork import upkeep, usual_times
from engine.house import House
from engine.queries.public.services import Usual, offices_offering
from storage.applications import Application, ApplicationStatus
from storage.chores import Chore, ChoreKind
from storage.clocks import Clock, ClockKind, ClockStatus, UsualTime
from storage.offices import Office
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns
from tests.statements import counted

SENT = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
"""A Monday; no holiday follows for two months."""


def decide(kilns: Kilns, days: Sequence[int], *, status: ClockStatus = ClockStatus.MET, sent: datetime = SENT) -> None:
    """Cases in Battambang that were decided so many days (up to four, Tuesday to Friday) after a Monday."""
    with kilns.house.database.transaction() as session:
        definition = kilns.house.catalog.current(session, SERVICE, now=NOW).definition_id
        for number, count in enumerate(days):
            ended = sent + timedelta(days=count)
            case = Application(
                key=f"{sent:%j}{status}{number}", service_key=SERVICE, definition_id=definition,
                office_id=kilns.cast.battambang, applicant_id=kilns.cast.dara.person_id,
                status=ApplicationStatus.ENDED, created_at=sent,
            )  # fmt: skip
            session.add(case)
            session.flush()
            session.add(
                Clock(
                    application_id=case.id,
                    office_id=case.office_id,
                    kind=ClockKind.TERM,
                    term="10 working days",
                    status=status,
                    ledger=[["run", sent.isoformat(), ended.isoformat(), ""]],
                    started_at=sent,
                    ended_at=ended,
                )
            )


def measured(kilns: Kilns, now: datetime = NOW) -> Usual | None:
    with kilns.house.database.transaction() as session:
        usual_times.measure(session, kilns.house, kilns.cast.battambang, now=now)
    with kilns.house.database.reading() as session:
        offices = offices_offering(session, kilns.house, SERVICE, now.date(), now=now)
    shown = {office.id: office.usual for office in offices}
    return shown[kilns.cast.battambang]


def test_half_and_nine_of_ten_are_told_in_working_days(kilns: Kilns) -> None:
    decide(kilns, [0, 1, 1, 1, 2, 2, 3, 3, 4, 4])
    assert measured(kilns) == Usual(half=2, most=4, cases=10)


def test_too_few_cases_say_nothing_and_what_was_said_goes(kilns: Kilns) -> None:
    decide(kilns, [1] * 10)
    assert measured(kilns) == Usual(1, 1, 10)
    assert measured(kilns, NOW + timedelta(days=400)) is None, "they are older than a year"
    with kilns.house.database.reading() as session:
        assert session.scalars(select(UsualTime)).all() == []


def test_nine_cases_are_too_few(kilns: Kilns) -> None:
    decide(kilns, [1] * 9)
    assert measured(kilns) is None


def test_late_cases_count_and_those_that_were_withdrawn_do_not(kilns: Kilns) -> None:
    decide(kilns, [1] * 10, status=ClockStatus.STOPPED)
    assert measured(kilns) is None
    decide(kilns, [4] * 10, status=ClockStatus.LATE)
    assert measured(kilns) == Usual(4, 4, 10)


def test_time_in_which_the_clock_stood_still_does_not_count(kilns: Kilns) -> None:
    decide(kilns, [4] * 10)
    tuesday, thursday = SENT + timedelta(days=1), SENT + timedelta(days=3)
    with kilns.house.database.transaction() as session:
        for clock in session.scalars(select(Clock)):
            clock.ledger = [
                ["run", SENT.isoformat(), tuesday.isoformat(), ""],
                ["pause", tuesday.isoformat(), thursday.isoformat(), "waits for the applicant"],
                ["run", thursday.isoformat(), (SENT + timedelta(days=4)).isoformat(), ""],
            ]
    assert measured(kilns) == Usual(2, 2, 10), "Tuesday and Wednesday are given back"


@pytest.mark.parametrize(
    ("ended", "days"),
    [
        (SENT, 0),
        (SENT + timedelta(hours=12), 0),
        (SENT + timedelta(days=1), 1),
        (SENT + timedelta(days=1, hours=12), 1),
        (SENT + timedelta(days=5), 4),
        (SENT + timedelta(days=7), 5),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_is_said_on_which_working_day_a_case_was_decided(kilns: Kilns, ended: datetime, days: int) -> None:
    clock = Clock(ledger=[["run", SENT.isoformat(), ended.isoformat(), ""]], ended_at=ended)
    with kilns.house.database.reading() as session:
        calendar = kilns.house.calendars.of(session, session.get_one(Office, kilns.cast.battambang))
    assert usual_times.working_days(clock, calendar) == days


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_the_newest_of_very_many_are_measured(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usual_times, "NEWEST", 12)
    decide(kilns, [4] * 20)
    decide(kilns, [1] * 12, sent=SENT + timedelta(days=7))
    assert measured(kilns) == Usual(1, 1, 12)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_cost_does_not_grow_with_the_cases(kilns: Kilns) -> None:
    def statements() -> int:
        with counted(kilns.house.database) as cost:
            measured(kilns)
        return cost.statements

    decide(kilns, [1] * 10)
    measured(kilns)
    few = statements()
    decide(kilns, [1] * 40, sent=SENT + timedelta(days=7))
    assert statements() == few


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_upkeep_measures_one_office_at_a_time_and_all_once_a_day(kilns: Kilns) -> None:
    decide(kilns, [1] * 10)
    house = kilns.house
    first, second = sorted((kilns.cast.battambang, kilns.cast.phnom_penh))
    seen = []
    for _ in range(3):
        upkeep.tidy_due(house, now=NOW)
        seen.append(_chore(house))
    assert [chore.position for chore in seen] == [first, second, 0]
    assert seen[-1].due_at == NOW + upkeep.ALL_IN
    with house.database.reading() as session:
        assert [row.office_id for row in session.scalars(select(UsualTime))] == [kilns.cast.battambang]


def _chore(house: House) -> Chore:
    with house.database.reading() as session:
        return session.scalars(select(Chore).where(Chore.kind == ChoreKind.USUAL_TIMES)).one()


@pytest.mark.parametrize(
    ("days", "share", "expected"), [([3], 50, 3), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), (list(range(1, 11)), 90, 9)]
)
def test_a_share_is_reached_by_the_nearest_rank(days: list[int], share: int, expected: int) -> None:
    assert usual_times.reached_by(days, share) == expected
