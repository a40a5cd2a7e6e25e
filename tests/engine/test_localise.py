from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine import localise
from engine.documents.amounts import khmer_words, riel_in_words

LATE_EVENING_UTC = datetime(2026, 2, 16, 20, 5, tzinfo=UTC)


def test_money_is_written_as_official_papers_write_it() -> None:
    assert localise.money(200_000, "km") == "២០០\u00a0០០០\u00a0រៀល"
    assert localise.money(200_000, "en") == "KHR\u00a0200,000"


def test_a_decimal_number_changes_its_separators_with_the_language() -> None:
    assert localise.number(1250.5, "km") == "១\u00a0២៥០,៥"
    assert localise.number(1250.5, "en") == "1,250.5"


def test_a_moment_is_shown_in_phnom_penh_time_where_the_next_day_has_begun() -> None:
    assert localise.moment(LATE_EVENING_UTC, "en") == "17\u00a0Feb\u00a02026, 03:05"
    assert localise.moment(LATE_EVENING_UTC, "km") == "១៧\u00a0កុម្ភៈ\u00a0២០២៦ ម៉ោង\u00a0០៣:០៥"


def test_a_day_carries_its_weekday_unless_told_not_to() -> None:
    assert localise.day(date(2026, 2, 17), "km") == "ថ្ងៃអង្គារ ទី១៧ ខែកុម្ភៈ ឆ្នាំ២០២៦"
    assert localise.day(date(2026, 2, 17), "km", weekday=False) == "ថ្ងៃទី១៧ ខែកុម្ភៈ ឆ្នាំ២០២៦"
    assert localise.day(date(2026, 2, 17), "en") == "Tuesday 17\u00a0February\u00a02026"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        localise.moment(LATE_EVENING_UTC.replace(tzinfo=None), "km")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("+85512345678", "012 345 678"), ("+6591234567", "+65 9123 4567"), ("ask at the desk", "ask at the desk")],
)
def test_a_phone_number_reads_as_people_dial_it(stored: str, shown: str) -> None:
    assert localise.phone(stored) == shown


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "សូន្យ"),
        (7, "ប្រាំពីរ"),
        (10, "ដប់"),
        (21, "ម្ភៃមួយ"),
        (99, "កៅសិបប្រាំបួន"),
        (100, "មួយរយ"),
        (15_000, "មួយម៉ឺនប្រាំពាន់"),
        (180_000, "មួយសែនប្រាំបីម៉ឺន"),
        (1_250_000, "មួយលានពីរសែនប្រាំម៉ឺន"),
        (12_000_001, "ដប់ពីរលានមួយ"),
    ],
)
def test_an_amount_is_counted_in_khmer_words(number: int, words: str) -> None:
    assert khmer_words(number) == words


def test_an_amount_below_zero_has_no_words() -> None:
    with pytest.raises(ValueError, match="below zero"):
        riel_in_words(-1)
