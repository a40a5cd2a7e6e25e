"""Terms in working days and hours, checked by hand and against a count of every single minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.working_time.calendar import (
    USUAL_WEEK,
    BadTerm,
    NoWorkingTime,
    WorkingDays,
    WorkingHours,
    WorkingTime,
    public_holidays,
)
from tests.properties import given, settings, st

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
WATER_FESTIVAL = frozenset({date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)})
OFFICE = WorkingTime(USUAL_WEEK, WATER_FESTIVAL)


def local(day: int, hour: int = 9, minute: int = 0, *, month: int = 11) -> datetime:
    """A moment of the year 2026 by the wall clock of Phnom Penh."""
    return datetime(2026, month, day, hour, minute, tzinfo=PHNOM_PENH)


def test_the_day_of_the_start_does_not_count() -> None:
    assert OFFICE.add_working_days(local(2, 8), 3) == local(5, 17)


def test_a_start_after_closing_counts_from_the_same_day_on() -> None:
    assert OFFICE.add_working_days(local(2, 23, 59), 1) == local(3, 17)


def test_midnight_belongs_to_the_new_day() -> None:
    assert OFFICE.add_working_days(local(3, 0), 1) == local(4, 17)


def test_a_friday_evening_term_of_one_day_ends_on_monday() -> None:
    assert OFFICE.add_working_days(local(6, 18), WorkingDays(1)) == local(9, 17)


def test_a_term_jumps_over_the_water_festival() -> None:
    assert OFFICE.add_working_days(local(20, 10), 1) == local(26, 17)


def test_a_start_on_a_holiday_counts_the_first_working_day_after_it() -> None:
    assert OFFICE.add_working_days(local(24, 10), 1) == local(26, 17)


def test_moments_come_out_in_utc() -> None:
    due = OFFICE.add_working_days(local(2), 1)
    assert (due.tzinfo, due.hour) == (UTC, 10)


def test_hours_stop_over_lunch() -> None:
    assert OFFICE.add_working_hours(local(2, 10, 30), WorkingHours(2)) == local(2, 15)


def test_hours_that_end_with_the_day_end_at_closing_and_not_next_morning() -> None:
    assert OFFICE.add_working_hours(local(2, 14), WorkingHours(3)) == local(2, 17)


def test_hours_from_a_closed_moment_start_at_the_next_opening() -> None:
    assert OFFICE.add_working_hours(local(6, 20), WorkingHours(1)) == local(9, 8, 30)


def test_three_working_days_are_not_twenty_four_working_hours() -> None:
    assert OFFICE.add(local(2), WorkingDays(3)) != OFFICE.add(local(2), WorkingHours(24))


def test_a_term_of_no_days_is_refused() -> None:
    with pytest.raises(BadTerm, match="at least one working day"):
        OFFICE.add_working_days(local(2), 0)


@pytest.mark.parametrize(
    "weekly",
    [
        (),
        ((0, time(9), time(9)),),
        ((0, time(12), time(9)),),
        ((7, time(8), time(9)),),
        ((0, time(8), time(12)), (0, time(11), time(13))),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(weekly: tuple[tuple[int, time, time], ...]) -> None:
    with pytest.raises(NoWorkingTime):
        WorkingTime(weekly)


def test_an_office_that_closes_for_ever_is_an_error_and_not_an_endless_search() -> None:
    every_monday = frozenset(date(2026, 1, 5) + timedelta(weeks=week) for week in range(52 * 62))
    mondays_only = WorkingTime(((0, time(8), time(12)),), every_monday)
    with pytest.raises(NoWorkingTime):
        mondays_only.add_working_days(local(2), 1)
    with pytest.raises(NoWorkingTime):
        mondays_only.add_working_hours(local(2), WorkingHours(1))


def test_equal_calendars_are_equal_and_hashable() -> None:
    assert hash(OFFICE) == hash(WorkingTime(USUAL_WEEK, WATER_FESTIVAL))
    assert WorkingTime(USUAL_WEEK, WATER_FESTIVAL) == OFFICE


def test_the_office_is_closed_over_lunch_and_at_the_closing_moment() -> None:
    assert OFFICE.is_open(local(2, 7, 30))
    assert not OFFICE.is_open(local(2, 12))
    assert not OFFICE.is_open(local(2, 17))


def test_the_public_holidays_of_2026_hold_the_water_festival_in_both_languages() -> None:
    days = public_holidays(2026)
    assert set(days) >= WATER_FESTIVAL
    assert days[date(2026, 11, 23)].en == "Water Festival"
    assert "អុំទូក" in days[date(2026, 11, 23)].km


def test_february_2024_had_no_holiday_and_march_only_the_eighth() -> None:
    days = [day for day in public_holidays(2024) if day.month in (2, 3)]
    assert days == [date(2024, 3, 8)]


def test_two_holidays_on_one_day_are_named_together() -> None:
    assert public_holidays(2026)[date(2026, 5, 1)].en == "International Labor Day and Visaka Bochea Day"


# --- against a count of every minute -------------------------------------------------------------------------------

FIRST = datetime(2026, 11, 14, tzinfo=PHNOM_PENH)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingTime:
    """Weeks with one or two intervals a day, on times that are whole minutes, and some days off."""
    weekly = []
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        marks = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=4, unique=True)))
        marks = marks[: len(marks) // 2 * 2]
        for opens, closes in zip(marks[::2], marks[1::2], strict=True):
            weekly.append((weekday, time(*divmod(opens, 60)), time(*divmod(closes, 60))))
    off = draw(st.sets(st.integers(0, 20), max_size=6))
    return WorkingTime(tuple(weekly), frozenset((FIRST + timedelta(days=day)).date() for day in off))


moments = st.integers(0, 20 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def open_minutes(office: WorkingTime, start: datetime, end: datetime) -> list[datetime]:
    """Every minute from start to end during which the office is open, found by looking at each of them."""
    found = []
    moment = start
    while moment < end:
        at = moment.timetz().replace(tzinfo=None)
        today = [(o, c) for weekday, o, c in office.weekly if weekday == moment.weekday()]
        if moment.date() not in office.holidays and any(o <= at < c for o, c in today):
            found.append(moment)
        moment += timedelta(minutes=1)
    return found


@given(calendars(), moments, st.integers(0, 4 * 24 * 60))
@settings(max_examples=40)
def test_minutes_between_equal_the_count_of_every_minute(office: WorkingTime, start: datetime, length: int) -> None:
    end = start + timedelta(minutes=length)
    assert office.working_minutes_between(start, end) == len(open_minutes(office, start, end))


@given(calendars(), moments, st.integers(1, 12))
@settings(max_examples=40)
def test_hours_end_right_after_the_last_counted_minute(office: WorkingTime, start: datetime, hours: int) -> None:
    due = office.add_working_hours(start, WorkingHours(hours))
    assert office.working_minutes_between(start, due) == hours * 60
    assert office.working_minutes_between(start, due - timedelta(minutes=1)) == hours * 60 - 1


@given(calendars(), moments, st.integers(1, 30))
@settings(max_examples=200)
def test_days_end_at_the_closing_of_the_counted_day(office: WorkingTime, start: datetime, days: int) -> None:
    day, counted = start.date(), 0
    while counted < days:
        day += timedelta(days=1)
        hours = [closes for weekday, _, closes in office.weekly if weekday == day.weekday()]
        counted += bool(hours) and day not in office.holidays
    assert office.add_working_days(start, days) == datetime.combine(day, max(hours), PHNOM_PENH)


@given(calendars(), moments, st.integers(1, 30))
@settings(max_examples=200)
def test_days_between_is_the_inverse_of_adding_days(office: WorkingTime, start: datetime, days: int) -> None:
    due = office.add_working_days(start, days)
    assert office.working_days_between(start, due) == days
    assert office.working_days_between(start, due - timedelta(seconds=1)) == days - 1
