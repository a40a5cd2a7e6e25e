"""Lengths of time as they are written in packages."""

from __future__ import annotations

from datetime import date

import pytest

from engine.working_time.terms import BadTerm, CalendarLength, WorkingDays, WorkingHours, parse_length, parse_term


def test_working_days_and_hours_are_different_things() -> None:
    assert parse_term("3 working days") == WorkingDays(3)
    assert parse_term("4 working hours") == WorkingHours(4)
    assert WorkingDays(3) != WorkingHours(3)


def test_one_may_be_written_in_the_singular() -> None:
    assert parse_term("1 working day") == WorkingDays(1)


@pytest.mark.parametrize("text", ["3 days", "", "three working days", "0 working days", "-1 working days", "3"])
def test_what_is_no_term_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadTerm, match=r"working days|between 1"):
        parse_term(text)


@pytest.mark.parametrize("text", ["1 working day", "1 week", "99999 years", "year"])
def test_what_is_no_calendar_length_is_refused(text: str) -> None:
    with pytest.raises(BadTerm):
        parse_length(text)


def test_a_year_after_the_leap_day_is_the_last_of_february() -> None:
    assert parse_length("1 year").after(date(2028, 2, 29)) == date(2029, 2, 28)


def test_months_stop_at_the_end_of_a_shorter_month() -> None:
    assert parse_length("1 month").after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert parse_length("1 month").before(date(2026, 3, 31)) == date(2026, 2, 28)


def test_days_are_counted_as_they_come() -> None:
    assert parse_length("60 days").before(date(2026, 3, 1)) == date(2025, 12, 31)


def test_terms_are_said_in_both_languages() -> None:
    assert WorkingDays(3).text("km") == "៣ ថ្ងៃធ្វើការ"
    assert WorkingDays(1).text("en") == "1 working day"
    assert WorkingHours(4).text("km") == "៤ ម៉ោងធ្វើការ"
    assert CalendarLength(years=1).text("km") == "១ ឆ្នាំ"
    assert str(CalendarLength(days=60)) == "60 days"
