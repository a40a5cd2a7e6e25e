"""A change of a calendar holds from its day on, breaks nothing by itself, and tells those whose day it moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.errors import BadAnswers, HoursAlreadyWorked, HoursContradict, WorkedNationally
from engine.flow import by_hand
from engine.khmer import Bilingual
from engine.offices import foreseeing, offices, recomputing
from engine.offices.held_cases import Reckoned
from engine.working_time.calendar import USUAL_WEEK, Opening, WorkingTime
from engine.working_time.calendars import read_calendar
from storage.clocks import Clock
from storage.offices import Holiday, Office
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import DAY, WEEK, clock, history, told
from tests.small.cases import Kilns

FEAST = Bilingual("បុណ្យភូមិ", "Village feast")
MONDAY, TUESDAY, WEDNESDAY, SATURDAY = (date(2026, 3, day) for day in (2, 3, 4, 7))
PROMISED = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
MORNINGS = tuple(each for each in USUAL_WEEK if each[1] < time(12))
WITHOUT_FRIDAYS = tuple(each for each in USUAL_WEEK if each[0] != 4)


def paid(kilns: Kilns, *, now: datetime = NOW) -> Submitted:
    sent = kilns.send(now=now)
    kilns.pay(sent, now=now)
    return sent


def add(
    kilns: Kilns, day: date, *, code: str | None = "02", works: bool = False, now: datetime = NOW,
    hours: tuple[tuple[time, time], ...] = (),
) -> Reckoned:  # fmt: skip
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, code, day, name=FEAST, works=works, hours=hours, now=now)
    return recomputing.work_off(kilns.house, now=now)


def remove(kilns: Kilns, *, now: datetime) -> Reckoned:
    with kilns.house.database.transaction() as session:
        listed = session.scalars(select(Holiday.id)).one()
        offices.remove_holiday(session, kilns.cast.visal.actor, listed, now=now)
    return recomputing.work_off(kilns.house, now=now)


def hours(
    kilns: Kilns, weekly: tuple[Opening, ...], from_day: date | None = None, *, revision: int = 1, now: datetime = NOW
) -> Reckoned:
    with kilns.house.database.transaction() as session:
        offices.set_hours(session, kilns.cast.visal.actor, "02", weekly, revision=revision, from_day=from_day, now=now)
    return recomputing.work_off(kilns.house, now=now)


def calendar(kilns: Kilns) -> WorkingTime:
    with kilns.house.database.reading() as session:
        return read_calendar(session, session.scalars(select(Office).where(Office.code == "02")).one())


def test_new_hours_leave_the_days_before_them_as_they_were_worked(kilns: Kilns) -> None:
    """Friday is given up on the Thursday after the promise was made: the Friday before is not touched."""
    sent = paid(kilns)
    hours(kilns, WITHOUT_FRIDAYS, now=NOW + 4 * DAY)  # on Friday 6 March, from Saturday on
    assert kilns.row(sent).promised_at == PROMISED
    days = calendar(kilns)
    assert days.is_working_day(date(2026, 3, 6))
    assert not days.is_working_day(date(2026, 3, 13))


def test_a_promise_that_spans_the_change_counts_each_day_by_the_hours_it_had(kilns: Kilns) -> None:
    sent = paid(kilns)
    moved = hours(kilns, WITHOUT_FRIDAYS, date(2026, 3, 5))
    assert kilns.row(sent).promised_at == PROMISED + DAY
    assert moved.people == 1


@pytest.mark.parametrize("from_day", [MONDAY - DAY, MONDAY])
def test_hours_of_a_day_that_has_begun_are_not_rewritten(kilns: Kilns, from_day: date) -> None:
    with pytest.raises(BadAnswers) as refused:
        hours(kilns, MORNINGS, from_day)
    assert isinstance(refused.value.errors["from_day"], HoursAlreadyWorked)


def test_a_planned_change_is_taken_back_without_a_trace(kilns: Kilns) -> None:
    sent = paid(kilns)
    hours(kilns, WITHOUT_FRIDAYS, date(2026, 3, 5))
    hours(kilns, USUAL_WEEK, date(2026, 3, 5), revision=2)
    assert kilns.row(sent).promised_at == PROMISED
    assert calendar(kilns) == WorkingTime(USUAL_WEEK)
    assert hours(kilns, USUAL_WEEK, revision=2) == Reckoned(0, 0)


def test_several_changes_of_hours_hold_one_after_the_other(kilns: Kilns) -> None:
    hours(kilns, WITHOUT_FRIDAYS, date(2026, 4, 1))
    hours(kilns, MORNINGS, date(2026, 5, 1), revision=2)
    days = calendar(kilns)
    assert [len(days.hours(date(2026, month, 3 if month == 4 else 6))) for month in (3, 4, 5)] == [2, 0, 1]
    hours(kilns, USUAL_WEEK, date(2026, 4, 15), revision=3)  # what was planned for later is replaced
    days = calendar(kilns)
    assert [len(days.hours(date(2026, 4, day))) for day in (3, 10, 17)] == [0, 0, 2]
    assert len(days.hours(date(2026, 5, 6))) == 2


def test_a_day_off_that_has_passed_is_removed_and_nothing_becomes_late_by_it(kilns: Kilns) -> None:
    sent = paid(kilns)
    with kilns.house.database.transaction() as session:
        session.execute(delete(Clock).where(Clock.kind == "task"))
    add(kilns, WEDNESDAY)
    promised = kilns.row(sent).promised_at
    assert promised == PROMISED + DAY
    now = PROMISED + timedelta(hours=14)  # the day after the one that it would have been
    assert remove(kilns, now=now).people == 0
    assert schedule.sweep(kilns.house, now=now + timedelta(minutes=2)).breached == 0
    assert kilns.row(sent).promised_at == promised
    assert clock(kilns, sent, "norm").breached_at is None
    kilns.check(sent, "ok", now=promised)
    assert clock(kilns, sent, "norm").status == "met"


def test_a_day_off_that_has_passed_is_removed_and_what_has_time_moves_to_an_earlier_day(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns, WEDNESDAY)
    moved = remove(kilns, now=NOW + 4 * DAY)
    assert kilns.row(sent).promised_at == PROMISED
    assert moved.people == 1


def test_a_paused_promise_does_not_become_late_when_it_runs_on(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns, WEDNESDAY)
    kilns.check(sent, "return", now=PROMISED + DAY - timedelta(minutes=1))
    remove(kilns, now=NOW + 3 * WEEK)
    kilns.correct(sent, now=NOW + 4 * WEEK)
    promised = kilns.row(sent).promised_at
    assert promised is not None
    assert promised > NOW + 4 * WEEK
    assert history(kilns, sent, "breached") == []


def test_a_saturday_that_turns_out_to_have_been_worked_makes_nothing_late(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns, SATURDAY, works=True, now=PROMISED - timedelta(hours=1))
    assert kilns.row(sent).promised_at == PROMISED
    assert schedule.sweep(kilns.house, now=PROMISED).breached == 1  # the task alone
    assert clock(kilns, sent, "norm").breached_at is None


def test_an_early_closing_of_today_makes_nothing_late(kilns: Kilns) -> None:
    sent = paid(kilns)
    now = PROMISED - timedelta(hours=2)
    add(kilns, date(2026, 3, 9), hours=((time(7, 30), time(11, 30)),), now=now)
    schedule.sweep(kilns.house, now=now)
    assert clock(kilns, sent, "norm").breached_at is None
    promised = kilns.row(sent).promised_at
    assert promised is not None
    assert promised >= now


def test_a_half_day_ends_a_promise_at_noon(kilns: Kilns) -> None:
    sent = paid(kilns)
    moved = add(kilns, date(2026, 3, 9), hours=((time(7, 30), time(11, 30)),))
    assert kilns.row(sent).promised_at == datetime(2026, 3, 9, 4, 30, tzinfo=UTC)
    assert (moved.clocks, moved.people) == (1, 0)  # it is the same day: nobody is told


def test_a_saturday_that_is_worked_counts_for_the_office_and_for_the_country(kilns: Kilns) -> None:
    first = paid(kilns)
    add(kilns, SATURDAY, works=True)
    assert kilns.row(first).promised_at == datetime(2026, 3, 7, 10, 0, tzinfo=UTC)
    add(kilns, date(2026, 3, 14), code=None, works=True)
    second = kilns.send(kilns.cast.vannak, now=PROMISED)
    kilns.pay(second, now=PROMISED)
    assert kilns.row(second).promised_at == datetime(2026, 3, 14, 10, 0, tzinfo=UTC)


def test_a_saturday_keeps_the_hours_that_are_written_for_it(kilns: Kilns) -> None:
    add(kilns, SATURDAY, works=True, hours=((time(8), time(12)),))
    assert calendar(kilns).hours(SATURDAY) == ((time(8), time(12)),)


def test_the_list_of_an_office_goes_before_that_of_the_country(kilns: Kilns) -> None:
    add(kilns, SATURDAY, code=None, works=True)
    add(kilns, SATURDAY)
    add(kilns, WEDNESDAY, code=None)
    add(kilns, WEDNESDAY, hours=((time(7, 30), time(11, 30)),))
    days = calendar(kilns)
    assert (days.hours(SATURDAY), days.hours(WEDNESDAY)) == ((), ((time(7, 30), time(11, 30)),))


def test_a_weekday_cannot_be_worked_nationally_and_hours_of_a_day_cannot_contradict(kilns: Kilns) -> None:
    with pytest.raises(BadAnswers) as weekday:
        add(kilns, WEDNESDAY, code=None, works=True)
    assert isinstance(weekday.value.errors["works"], WorkedNationally)
    with pytest.raises(BadAnswers) as backwards:
        add(kilns, WEDNESDAY, hours=((time(12), time(8)),))
    assert isinstance(backwards.value.errors["day_hours"], HoursContradict)


def test_applicants_whose_day_moves_are_told_earlier_or_later(kilns: Kilns) -> None:
    paid(kilns)
    later = add(kilns, WEDNESDAY, now=NOW + timedelta(hours=1))
    earlier = remove(kilns, now=NOW + timedelta(hours=2))
    assert (later.people, earlier.people) == (1, 1)
    said = told(kilns, kilns.cast.dara, NOW + timedelta(hours=1))
    assert ["១០ ខែមីនា" in body for body in said] == [True, False]
    assert ["៩ ខែមីនា" in body for body in said] == [False, True]


def test_nobody_is_told_of_a_day_that_is_not_promised_to_them(kilns: Kilns) -> None:
    unpaid, ready = kilns.send(), kilns.approved()
    assert add(kilns, WEDNESDAY).people == 0
    assert (kilns.row(unpaid).promised_at, kilns.row(ready).promised_at) == (None, None)


def test_a_new_day_after_a_breach_moves_with_the_calendar_like_the_first(kilns: Kilns) -> None:
    sent = paid(kilns)
    schedule.sweep(kilns.house, now=NOW + 3 * WEEK)
    new_day = kilns.row(sent).promised_at
    assert new_day is not None
    moved = add(kilns, date(2026, 3, 25), now=NOW + 3 * WEEK)
    assert (new_day.day, kilns.row(sent).promised_at) == (27, new_day + 3 * DAY)  # from Friday to Monday
    assert moved.people == 1
    assert clock(kilns, sent, "norm").due_at == PROMISED


def test_a_suspended_case_is_reckoned_with_the_calendar_of_its_day_when_it_goes_on(kilns: Kilns) -> None:
    sent = paid(kilns)
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, "An inquiry.", now=NOW)
    assert add(kilns, WEDNESDAY) == Reckoned(0, 0)
    with kilns.house.database.transaction() as session:
        by_hand.resume(session, kilns.house, kilns.cast.visal.actor, sent.key, "It is over.", now=NOW)
    assert kilns.row(sent).promised_at == PROMISED + DAY


def test_a_rehearsal_says_what_would_move_and_leaves_no_trace(kilns: Kilns) -> None:
    sent = paid(kilns)
    before = kilns.row(sent)
    with kilns.house.database.transaction() as session:
        visal = kilns.cast.visal.actor
        moved = foreseeing.rehearsed(
            session,
            kilns.house,
            lambda: offices.add_holiday(session, visal, "02", WEDNESDAY, name=FEAST, now=NOW),
            now=NOW,
        )
    assert (moved.cases, moved.clocks, moved.people) == (1, 3, 1)
    assert [(day.reference, day.was, day.becomes) for day in moved.days] == [(sent.reference, PROMISED, PROMISED + DAY)]
    after = kilns.row(sent)
    assert (after.promised_at, after.event_seq, after.event_hash) == (PROMISED, before.event_seq, before.event_hash)
    add(kilns, TUESDAY)
    other = kilns.send(kilns.cast.vannak)
    kilns.pay(other)
    assert kilns.row(other).promised_at == PROMISED + DAY  # by Tuesday alone: nothing of the rehearsal was kept
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Holiday.day)).all() == [TUESDAY]
        assert set(session.scalars(select(Clock.due_at).where(Clock.kind == "norm"))) == {PROMISED + DAY}
