"""While there is nothing to choose nobody's time runs out, and whoever waits is asked as soon as there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.clockwork import schedule
from engine.sessions.publishing import kinds_of
from engine.sessions.waiting import waiting_tasks
from engine.versions.replaying import replay
from storage.offices import Office
from tests.cast import NOW
from tests.plans import planned, reads_by_index
from tests.small.courses import FRIDAY, MONDAY, Courses

on_one = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""What is no question of the database is tried on one."""
LATER = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)
"""After the eight working days after which silence ends an application."""
MUCH_LATER = MONDAY + timedelta(weeks=4)


@on_one
def test_who_has_nothing_to_choose_is_told_so_and_no_day_runs(courses: Courses) -> None:
    key = courses.send()
    (task,) = courses.open_tasks(key)
    assert (task.due_at, task.remind_at) == (None, None)
    assert "មិនទាន់មានថ្ងៃឱ្យជ្រើសទេ" in "".join(courses.told(key))


@on_one
def test_who_has_something_to_choose_is_told_until_when(courses: Courses) -> None:
    courses.session()
    key = courses.send()
    (task,) = courses.open_tasks(key)
    assert task.due_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert "ត្រឹម ថ្ងៃទី៩ ខែមីនា" in "".join(courses.told(key))


def test_whoever_waits_is_asked_once_there_is_something_with_days_from_then(courses: Courses) -> None:
    key = courses.send()
    tomorrow = NOW + timedelta(days=1)
    courses.publish(now=tomorrow)
    (task,) = courses.open_tasks(key)
    assert task.due_at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    assert "ត្រឹម ថ្ងៃទី១០ ខែមីនា" in courses.told(key)[-1]
    told = len(courses.told(key))
    courses.publish(MONDAY, now=tomorrow)
    assert len(courses.told(key)) == told
    assert courses.events(key).count("asked_anew") == 1


@on_one
def test_who_needs_more_seats_than_are_left_still_waits(courses: Courses) -> None:
    courses.publish(FRIDAY, seats=2)
    key = courses.send(people=5)
    courses.publish(MONDAY, seats=4)
    assert courses.events(key).count("asked_anew") == 0
    courses.publish(MONDAY + timedelta(weeks=1), seats=5)
    assert courses.events(key).count("asked_anew") == 1


def test_silence_ends_no_application_while_there_is_nothing_to_choose(courses: Courses) -> None:
    key = courses.send()
    schedule.sweep(courses.house, now=LATER)
    schedule.sweep(courses.house, now=LATER + timedelta(weeks=6))
    assert courses.waits_at(key) == ["choose"]
    friday = courses.session(MUCH_LATER, now=LATER)
    courses.choose(key, friday, now=LATER)
    with courses.house.database.reading() as session:
        assert replay(session, courses.house, courses.service.row(key).id).same


@on_one
def test_silence_ends_it_where_there_was_something(courses: Courses) -> None:
    courses.session(MUCH_LATER)
    key = courses.send()
    schedule.sweep(courses.house, now=LATER)
    assert courses.service.row(key).outcome == "lapsed"


@on_one
def test_nobody_is_reminded_to_choose_what_is_full(courses: Courses) -> None:
    friday = courses.session(MUCH_LATER, seats=1)
    key, other = courses.send(), courses.send(courses.cast.bopha)
    courses.choose(other, friday, who=courses.cast.bopha)
    told = courses.told(key)
    schedule.sweep(courses.house, now=datetime(2026, 3, 6, 2, 0, tzinfo=UTC))
    assert courses.told(key) == told


@on_one
def test_who_lost_a_seat_and_has_nothing_to_choose_is_told_once_there_is_something(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    courses.cancel(friday)
    told = len(courses.told(key))
    courses.publish(MONDAY)
    assert "ជំនួសថ្ងៃណាត់ ថ្ងៃទី៦ ខែមីនា" in courses.told(key)[-1]
    assert len(courses.told(key)) == told + 1
    courses.publish(MONDAY + timedelta(weeks=1))
    assert len(courses.told(key)) == told + 1


@on_one
def test_who_waits_is_found_among_those_who_are_to_choose_and_not_among_all_tasks(courses: Courses) -> None:
    courses.send()
    with planned(courses.house.database) as plans, courses.house.database.reading() as session:
        office = session.get_one(Office, courses.cast.battambang)
        waiting = [
            waiting_tasks(session, courses.house, office, kind.rule, service_key=kind.published.service_key)
            for kind in kinds_of(session, courses.house, office, now=NOW)
        ]
    assert sum(map(len, waiting)) == 1
    reads_by_index(plans, "user_task", "application", "process_instance")
