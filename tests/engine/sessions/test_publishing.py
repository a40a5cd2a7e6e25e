"""Publishing sessions: which offices publish which, on which days; and what cannot be published."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from engine.errors import (
    DaysClosed,
    DaysUnclear,
    NotAllowed,
    NotFound,
    PlaceMissing,
    SeatsUnclear,
    SessionEndsEarly,
    SessionInThePast,
    WeeksUnclear,
)
from engine.khmer import Bilingual
from engine.sessions.publishing import MOST_DAYS, MOST_SEATS, MOST_WEEKS, kinds_of
from storage.offices import Office
from tests.cast import NOW
from tests.small.courses import COURSE, FRIDAY, HALL, MEETING, Courses

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_a_session_is_held_by_the_clock_of_the_office(courses: Courses) -> None:
    assert courses.publish(begins=time(8), ends=time(11, 30), seats=12).count == 1
    (row,) = courses.sessions()
    assert (row.starts_at, row.ends_at) == (
        datetime(2026, 3, 6, 1, 0, tzinfo=UTC),
        datetime(2026, 3, 6, 4, 30, tzinfo=UTC),
    )
    assert (row.place_km, row.place_en, row.seats, row.taken) == (HALL.km, HALL.en, 12, 0)


@SQLITE
def test_a_course_of_several_days_ends_on_the_last_day_that_the_office_works(courses: Courses) -> None:
    courses.publish(begins=time(8), ends=time(7, 30), days=3)
    assert courses.sessions()[0].ends_at == datetime(2026, 3, 10, 0, 30, tzinfo=UTC)


@SQLITE
def test_two_clicks_publish_one(courses: Courses) -> None:
    assert [courses.publish().count for _ in range(2)] == [1, 0]
    assert courses.publish(place=Bilingual("បន្ទប់ខ", "Room B")).count == 1


@SQLITE
def test_several_weeks_leave_out_the_days_on_which_the_office_is_closed(courses: Courses) -> None:
    made = courses.publish(date(2026, 4, 3), weeks=4)
    closed = list(made.closed)
    assert made.count + len(closed) == 4
    assert [row.starts_at.date() for row in courses.sessions()] == [
        day for week in range(4) if (day := date(2026, 4, 3) + timedelta(weeks=week)) not in closed
    ]


@SQLITE
def test_a_day_on_which_the_office_is_closed_is_refused_by_name(courses: Courses) -> None:
    with pytest.raises(DaysClosed) as closed:
        courses.publish(date(2026, 3, 7))
    assert closed.value.facts == {"day": date(2026, 3, 7)}
    assert courses.sessions() == []


@SQLITE
@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"ends": time(8)}, SessionEndsEarly),
        ({"ends": time(7, 30)}, SessionEndsEarly),
        ({"seats": 0}, SeatsUnclear),
        ({"seats": MOST_SEATS + 1}, SeatsUnclear),
        ({"weeks": 0}, WeeksUnclear),
        ({"weeks": MOST_WEEKS + 1}, WeeksUnclear),
        ({"days": 0}, DaysUnclear),
        ({"days": MOST_DAYS + 1}, DaysUnclear),
        ({"place": Bilingual(" ", "")}, PlaceMissing),
        ({"day": date(2026, 3, 2), "begins": time(9)}, SessionInThePast),
    ],
)
def test_what_makes_no_sense_is_refused(courses: Courses, facts: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        courses.publish(**facts)
    assert courses.sessions() == []


@SQLITE
def test_a_place_in_one_language_stands_for_both(courses: Courses) -> None:
    courses.publish(place=Bilingual("សាលធំ", ""))
    assert courses.sessions()[0].place_en == "សាលធំ"


@SQLITE
def test_the_front_office_and_the_head_publish_and_nobody_else(courses: Courses) -> None:
    cast = courses.cast
    for other in (cast.rithy, cast.sopheap, cast.phally, cast.visal, cast.dara):
        with pytest.raises(NotAllowed):
            courses.publish(by=other)
    assert courses.publish(by=cast.kunthea).count == 1


@SQLITE
def test_an_office_publishes_the_sessions_of_the_services_that_it_offers(courses: Courses) -> None:
    with courses.house.database.reading() as session:
        offices = (session.get_one(Office, key) for key in (courses.cast.battambang, courses.cast.phnom_penh))
        here, elsewhere = (kinds_of(session, courses.house, office, now=NOW) for office in offices)
    assert [f"{one.published.service_key}/{one.rule.key}" for one in here] == [COURSE, MEETING]
    assert elsewhere == ()
    for unknown in ("industry.pottery_course/other", "industry.pottery_course", "", "tourism.guesthouse_licence/exam"):
        with pytest.raises(NotFound):
            courses.publish(FRIDAY, kind=unknown)
