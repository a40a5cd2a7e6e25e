"""Days and times of day, in one field or several."""

from __future__ import annotations

from datetime import date

import pytest

from engine import localise
from engine.khmer import LANGUAGES, khmer_digits
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.times import time_text, typed_time
from tests.properties import given, st

DAY = date(2026, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "2026-03-27",
            "27/3/2026",
            "27/03/2026",
            "27.3.2026",
            "27-3-2026",
            "27 / 3 / 2026",
            "២៧/៣/២០២៦",
            "27 March 2026",
        ),
        *("27 Mar 2026", "27 MARCH 2026", "២៧ មីនា ២០២៦", "ថ្ងៃទី២៧ ខែមីនា ឆ្នាំ២០២៦", " 2026-03-27\u200b"),
        *("២៧\u200b/៣\u200b/២០២៦", "２７/３/２０２６"),
    ],
)
def test_a_day_may_be_written_in_one_field(typed: str) -> None:
    assert typed_day(typed) == DAY


@pytest.mark.parametrize("month", ["3", "03", "៣", "មីនា", "March", "mar", "Mar.", "ខែមីនា", "ខែ ៣", "៣\u200b"])
@pytest.mark.parametrize("day", ["27", "២៧", " 27 ", "ទី២៧", "ថ្ងៃទី ២៧"])
def test_a_day_may_be_written_in_three_fields(day: str, month: str) -> None:
    assert typed_day({"day": day, "month": month, "year": "២០២៦"}) == DAY


@pytest.mark.parametrize("month", ["កុម្ភៈ", "កុម្ភ:", "កុម្ភះ", "ខែកុម្ភ:"])
def test_the_last_sign_of_february_is_typed_as_it_is_found_on_the_keyboard(month: str) -> None:
    assert typed_day({"day": "១", "month": month, "year": "ឆ្នាំ២០២៦"}) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("day", "month", "year", "part"),
    [
        ("a", "b", "c", "day"),
        ("27", "b", "2026", "month"),
        ("27", "3", "c", "year"),
        ("27", "3", "", "year"),
        ("", "3", "2026", "day"),
        ("27", "3", "26", "year"),
        ("31", "2", "2026", ""),
        ("0", "3", "2026", ""),
        ("27", "13", "2026", ""),
        ("27", "3", "20260", "year"),
        ("1.5", "3", "2026", "day"),
        ("-1", "3", "2026", "day"),
    ],
)
def test_a_day_that_cannot_be_names_the_field_that_is_wrong(day: str, month: str, year: str, part: str) -> None:
    with pytest.raises(Fault, match="not_a_date") as refused:
        typed_day({"day": day, "month": month, "year": year})
    assert refused.value.part == part


@pytest.mark.parametrize(
    "typed", ["3/27/2026", "27/3/26", "27/3-2026", "2026/03/27", "20260327", "tomorrow", "31/2/2026", "27 3"]
)
def test_a_day_that_cannot_be_or_may_mean_another_is_refused(typed: str) -> None:
    with pytest.raises(Fault, match="not_a_date"):
        typed_day(typed)


@given(st.dates(date(1000, 1, 1)))
def test_days_are_read_back_from_our_own_pages(day: date) -> None:
    for language in LANGUAGES:
        assert typed_day(localise.day(day, language)) == day
        assert typed_day(localise.day(day, language, weekday=False)) == day
        assert typed_day(localise.short_day(day, language)) == day
    assert typed_day(khmer_digits(f"{day.day:02}/{day.month:02}/{day.year}")) == day


@given(st.times())
def test_times_are_read_back_from_our_own_pages(time: object) -> None:
    kept = f"{time:%H:%M}"
    assert [typed_time(time_text(kept, language)) for language in LANGUAGES] == [kept, kept]
    assert typed_time(kept) == kept
