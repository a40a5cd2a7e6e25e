"""Choosing a session: by its applicant, at the counter, by the officer whose task it is; and changing it in time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.applications import submitting
from engine.errors import (
    CaseEnded,
    CaseSuspended,
    ChangeNotOffered,
    ChangeTooLate,
    NoSessionChosen,
    NotAllowed,
    NotFound,
    SessionCancelled,
    SessionFull,
    SessionOver,
    TaskGone,
    TaskNotClaimed,
    TooFewSeats,
)
from engine.flow import by_hand
from engine.versions.replaying import replay
from storage.clocks import Clock, ClockKind, ClockStatus
from tests.cast import NOW
from tests.small.courses import FRIDAY, MEETING, MONDAY, Courses

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LAST = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
"""Midnight in Phnom Penh before Thursday 5 March: one whole working day before Friday."""


def test_a_chosen_day_is_known_to_the_diagram_and_told(courses: Courses) -> None:
    friday = courses.session()
    key = courses.send(people=2)
    courses.choose(key, friday)
    assert courses.waits_at(key) == ["hold"]
    assert courses.variables(key)["course_on"] == "2026-03-06"
    assert courses.variables(key)["course_begins"] == "2026-03-06T08:00:00+07:00"
    assert courses.seats(key) == [(friday, "held")]
    assert courses.taken() == [2]
    assert "ថ្ងៃទី៦ ខែមីនា" in courses.told(key)[-1]
    assert "សាលធំ" in courses.told(key)[-1]
    assert courses.events(key)[-4:] == ["session_chosen", "task_completed", "step", "stage"]


@SQLITE
def test_the_clocks_of_the_office_stand_still_until_a_day_is_chosen(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    with courses.house.database.transaction() as session:
        promised = session.query(Clock).filter(Clock.kind != ClockKind.TASK)
        assert {clock.status for clock in promised} == {ClockStatus.PAUSED}
    courses.choose(key, friday)
    with courses.house.database.transaction() as session:
        promised = session.query(Clock).filter(Clock.kind != ClockKind.TASK)
        assert {clock.status for clock in promised} == {ClockStatus.RUNNING}


@SQLITE
def test_choosing_twice_is_harmless_and_another_one_is_no_longer_chosen_there(courses: Courses) -> None:
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send()
    for _ in range(2):
        courses.choose(key, friday)
    assert courses.events(key).count("session_chosen") == 1
    with pytest.raises(TaskGone):
        courses.choose(key, monday)
    assert courses.taken() == [1, 0]


@SQLITE
def test_what_cannot_be_chosen_is_said_and_nothing_is_taken(courses: Courses) -> None:
    friday, monday = courses.session(seats=1), courses.session(MONDAY, seats=2)
    first, key = courses.send(courses.cast.bopha), courses.send(people=3)
    courses.choose(first, friday, who=courses.cast.bopha)
    with pytest.raises(SessionFull):
        courses.choose(key, friday)
    with pytest.raises(TooFewSeats) as few:
        courses.choose(key, monday)
    assert few.value.facts == {"left": 2, "needed": 3}
    for nothing in ("", "no-such-session"):
        with pytest.raises(NoSessionChosen):
            courses.choose(key, nothing)
    assert courses.waits_at(key) == ["choose"]
    assert courses.taken() == [1, 0]


@SQLITE
def test_a_cancelled_session_and_one_that_begins_too_soon_are_chosen_no_more(courses: Courses) -> None:
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send()
    courses.cancel(monday)
    with pytest.raises(SessionCancelled):
        courses.choose(key, monday)
    with pytest.raises(SessionOver) as over:
        courses.choose(key, friday, now=LAST)
    assert over.value.facts == {"until": LAST}
    courses.choose(key, friday, now=LAST - timedelta(seconds=1))


@SQLITE
def test_a_session_of_another_kind_is_not_found(courses: Courses) -> None:
    meeting, key = courses.session(kind=MEETING), courses.send()
    with pytest.raises(NotFound):
        courses.choose(key, meeting)


@SQLITE
def test_nobody_chooses_for_somebody_else_but_the_counter_of_the_office(courses: Courses) -> None:
    friday, key, cast = courses.session(), courses.send(), courses.cast
    for stranger in (cast.sreyneang, cast.rithy, cast.phally):
        with pytest.raises(NotFound):
            courses.choose(key, friday, who=stranger)
    courses.choose(key, friday, who=cast.vannak)
    assert "answered_at_counter" in courses.events(key)


def test_another_day_frees_the_seat_before_and_the_diagram_knows_the_new_one(courses: Courses) -> None:
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send(people=2)
    courses.choose(key, friday)
    for _ in range(2):
        courses.change(key, monday)
    assert courses.taken() == [0, 2]
    assert courses.seats(key) == [(friday, "left"), (monday, "held")]
    assert courses.variables(key)["course_on"] == "2026-03-09"
    assert courses.events(key).count("session_changed") == 1
    assert "ថ្ងៃទី៩ ខែមីនា" in courses.told(key)[-1]
    with courses.house.database.reading() as session:
        assert replay(session, courses.house, courses.service.row(key).id).same


@SQLITE
def test_a_change_that_is_refused_leaves_the_seat(courses: Courses) -> None:
    friday, monday = courses.session(), courses.session(MONDAY, seats=1)
    key, other = courses.send(), courses.send(courses.cast.bopha)
    courses.choose(key, friday)
    courses.choose(other, monday, who=courses.cast.bopha)
    with pytest.raises(SessionFull):
        courses.change(key, monday)
    assert courses.seats(key) == [(friday, "held")]
    assert courses.taken() == [1, 1]


@SQLITE
def test_it_is_changed_until_the_stated_time_and_not_after(courses: Courses) -> None:
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send()
    courses.choose(key, friday)
    for late in (LAST, LAST + timedelta(days=9)):
        with pytest.raises(ChangeTooLate) as refused:
            courses.change(key, monday, now=late)
        assert refused.value.facts == {"until": LAST}
    courses.change(key, monday, who=courses.cast.bopha, now=LAST - timedelta(seconds=1))


@SQLITE
def test_nobody_else_changes_it_and_nothing_is_changed_where_nothing_was_chosen(courses: Courses) -> None:
    friday, monday, key, cast = courses.session(), courses.session(MONDAY), courses.send(), courses.cast
    with pytest.raises(NotFound):
        courses.change(key, friday)
    courses.choose(key, friday)
    for stranger in (cast.sreyneang, cast.mony, cast.phally):
        with pytest.raises(NotFound):
            courses.change(key, monday, who=stranger)


@SQLITE
def test_a_case_that_is_suspended_or_over_keeps_what_was_chosen(courses: Courses) -> None:
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send()
    courses.choose(key, friday)
    with courses.house.database.transaction() as session:
        by_hand.suspend(session, courses.house, courses.cast.visal.actor, key, "រង់ចាំ", now=NOW)
    with pytest.raises(CaseSuspended):
        courses.change(key, monday)
    with courses.house.database.transaction() as session:
        by_hand.resume(session, courses.house, courses.cast.visal.actor, key, "បន្ត", now=NOW)
    held = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    courses.held(key, now=held)
    with courses.house.database.transaction() as session:
        by_hand.cancel(session, courses.house, courses.cast.visal.actor, key, "បញ្ឈប់", now=held)
    with pytest.raises(CaseEnded):
        courses.change(key, monday, now=held)
    assert courses.seats(key) == [(friday, "held")]


@SQLITE
def test_who_withdraws_leaves_the_seat_to_others(courses: Courses) -> None:
    friday, key = courses.session(), courses.send(people=2)
    courses.choose(key, friday)
    with courses.house.database.transaction() as session:
        submitting.withdraw(session, courses.house, courses.cast.dara.actor, key, now=NOW)
    assert courses.taken() == [0]
    assert courses.seats(key) == [(friday, "left")]


@SQLITE
def test_a_course_that_is_held_another_day_is_chosen_again(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    later = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    monday = courses.session(MONDAY + timedelta(days=7), now=later)
    courses.held(key, "later", now=later)
    courses.choose(key, monday, now=later)
    assert courses.seats(key) == [(friday, "left"), (monday, "held")]
    assert courses.taken() == [1, 1]  # who sat there on Friday is still counted there


@SQLITE
def test_an_officer_sets_the_day_of_the_task_that_is_theirs(courses: Courses) -> None:
    friday, key, cast = courses.session(), courses.send(), courses.cast
    courses.choose(key, friday)
    held = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    meeting = courses.session(MONDAY + timedelta(days=7), kind=MEETING, begins=time(14), ends=time(15), now=held)
    courses.held(key, now=held)
    with pytest.raises(TaskNotClaimed):
        courses.choose(key, meeting, who=cast.rithy, element="meet", now=held)
    with pytest.raises(NotAllowed):
        courses.choose(key, meeting, element="meet", now=held)
    courses.claim(key, "meet", cast.rithy, now=held)
    courses.choose(key, meeting, who=cast.rithy, element="meet", now=held)
    assert "ជួបគ្នា ថ្ងៃទី១៦ ខែមីនា ឆ្នាំ២០២៦ ម៉ោង ១៤:០០ នៅ សាលធំ" in courses.told(key)[-1]
    assert courses.service.row(key).outcome == "approved"


@SQLITE
def test_what_has_no_stated_time_is_chosen_until_it_begins_and_not_changed(courses: Courses) -> None:
    held = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    friday, key, cast = courses.session(), courses.send(), courses.cast
    courses.choose(key, friday)
    later = courses.session(MONDAY + timedelta(days=7), kind=MEETING, now=held)
    soon = courses.session(MONDAY, kind=MEETING, now=held)
    courses.held(key, now=held)
    courses.claim(key, "meet", cast.rithy, now=held)
    begins = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    courses.choose(key, soon, who=cast.rithy, element="meet", now=begins - timedelta(seconds=1))
    assert courses.service.row(key).outcome == "approved"
    assert courses.seats(key)[-1] == (soon, "left")
    with pytest.raises(NotFound):  # the case is over, and its seat was given back
        courses.change(key, later, who=cast.rithy, kind="meeting", now=begins - timedelta(seconds=1))


@SQLITE
def test_an_appointment_without_a_stated_time_is_not_changed(courses: Courses) -> None:
    courses.service.publish(
        {
            name: data.replace(b", changeable: 1 working day", b"")
            for name, data in courses.service.house.catalog.draft(_files()).package.files.items()
        },
        version=2,
    )
    friday, monday, key = courses.session(), courses.session(MONDAY), courses.send()
    courses.choose(key, friday)
    with pytest.raises(ChangeNotOffered):
        courses.change(key, monday)


def _files() -> dict[str, bytes]:
    from tests.small.files import changed

    return changed("industry/pottery_course")


def test_the_database_itself_refuses_a_seat_too_many(courses: Courses) -> None:
    courses.session(FRIDAY, seats=2)
    with pytest.raises(IntegrityError), courses.house.database.transaction() as session:
        session.execute(text("UPDATE office_session SET taken = 3"))
