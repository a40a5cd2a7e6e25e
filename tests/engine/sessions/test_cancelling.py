"""Sessions that are cancelled or moved: who had a seat is told, and chooses again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.case.events import verify_chains
from engine.errors import NotFound, PlaceMissing, ReasonMissing, SessionBegun, SessionCancelled
from engine.flow import by_hand
from engine.khmer import Bilingual
from engine.people.actors import OPERATOR
from engine.versions import transfers
from tests.cast import NOW
from tests.small.courses import HALL, MONDAY, SERVICE, Courses, without_sessions

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
BEGINS = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
ROOM = Bilingual("បន្ទប់ខ", "Room B")


def test_who_loses_a_seat_is_told_why_and_chooses_again(courses: Courses) -> None:
    friday, tuesday = courses.session(), courses.session(MONDAY + timedelta(days=1))
    first, second = courses.send(), courses.send(courses.cast.bopha)
    courses.choose(first, friday)
    courses.choose(second, friday, who=courses.cast.bopha)
    assert courses.cancel(friday, "គ្រូឈឺ។") == 2
    assert courses.taken() == [0, 0]
    assert courses.seats(first) == [(friday, "lost")]
    assert "មូលហេតុ៖ គ្រូឈឺ។ សូមជ្រើស" in courses.told(first)[-1]
    assert "session_cancelled" in courses.events(second)
    assert courses.waits_at(first) == ["hold"]
    courses.change(first, tuesday, now=BEGINS)  # no stated time counts for whom the office made to choose again
    assert courses.seats(first) == [(friday, "left"), (tuesday, "held")]
    assert courses.variables(first)["course_on"] == "2026-03-10"
    with courses.house.database.reading() as session:
        assert list(verify_chains(session, courses.service.row(first).id)) == []


@SQLITE
def test_cancelling_twice_is_harmless(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    assert [courses.cancel(friday) for _ in range(2)] == [1, 0]
    assert courses.events(key).count("session_cancelled") == 1


@SQLITE
def test_it_is_cancelled_with_a_reason_by_its_own_office_before_it_begins(courses: Courses) -> None:
    friday, cast = courses.session(), courses.cast
    with pytest.raises(ReasonMissing):
        courses.cancel(friday, " ")
    for stranger in (cast.phally, cast.rithy, cast.dara):
        with pytest.raises(NotFound):
            courses.cancel(friday, by=stranger)
        with pytest.raises(NotFound):
            courses.move(friday, ROOM, by=stranger)
    with pytest.raises(SessionBegun):
        courses.cancel(friday, now=BEGINS)
    assert courses.cancel(friday, by=cast.kunthea) == 0


def test_who_has_a_seat_is_told_another_place(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    assert [courses.move(friday, ROOM), courses.move(friday, ROOM), courses.move(friday, HALL)] == [1, 0, 1]
    assert [("បន្ទប់ខ" in told, "សាលធំ" in told) for told in courses.told(key)[-2:]] == [(True, False), (False, True)]
    assert courses.events(key).count("session_moved") == 2


@SQLITE
def test_no_place_is_none_and_what_was_cancelled_is_held_nowhere(courses: Courses) -> None:
    friday = courses.session()
    with pytest.raises(PlaceMissing):
        courses.move(friday, Bilingual("", " "))
    with pytest.raises(SessionBegun):
        courses.move(friday, ROOM, now=BEGINS)
    courses.cancel(friday)
    with pytest.raises(SessionCancelled):
        courses.move(friday, ROOM)


@SQLITE
def test_a_case_gives_its_seat_back_when_it_ends_on_a_version_that_has_no_sessions(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    courses.service.publish(without_sessions(), version=2)
    gone = transfers.transfer(courses.house, OPERATOR, SERVICE, 2, mapping={}, reason="no courses", now=NOW)
    assert [one.obstacles for one in gone.verdicts] == [()]
    assert courses.seats(key) == [(friday, "held")]
    with courses.house.database.transaction() as session:
        by_hand.cancel(session, courses.house, OPERATOR, key, "closed", now=NOW)
    assert courses.seats(key) == [(friday, "left")]
    assert courses.taken() == [0]
