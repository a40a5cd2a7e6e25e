"""Terms in months, shares of terms, and norms that end within them: by example, and for any start and any pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from engine.working_time import clocks
from engine.working_time.calendar import USUAL_WEEK, WorkingTime, public_holidays
from engine.working_time.clocks import Interval
from engine.working_time.terms import (
    BadTerm,
    CalendarLength,
    Months,
    Share,
    Term,
    WorkingDays,
    WorkingHours,
    fits_within,
    parse_term,
    parse_warning,
)
from tests.properties import given, st

OFFICE = WorkingTime(USUAL_WEEK, frozenset(day for year in (2025, 2026, 2027, 2028) for day in public_holidays(year)))
MONTH = Months(1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 545 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
months = st.integers(1, 6).map(Months)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+07:00")


def due(start: str, term: Term = MONTH) -> datetime | None:
    return clocks.due_at(term, clocks.begin(at(start)), OFFICE)


def test_a_month_ends_on_the_day_of_the_same_number() -> None:
    assert due("2026-03-02") == at("2026-04-02", "17:00")
    assert due("2026-03-02", Months(2)) == at("2026-05-04", "17:00")  # 2 May is a Saturday


def test_in_a_shorter_month_it_ends_on_the_last_day() -> None:
    assert due("2026-08-31") == at("2026-09-30", "17:00")


def test_a_day_off_moves_it_to_the_next_working_day() -> None:
    assert due("2026-03-14") == at("2026-04-17", "17:00")  # 14, 15 and 16 April are the New Year


def test_days_that_the_clock_stands_still_are_given_back() -> None:
    paused = (
        Interval("run", at("2026-03-02"), at("2026-03-10")),
        Interval("pause", at("2026-03-10"), at("2026-03-13")),
        Interval("run", at("2026-03-13"), None),
    )
    assert clocks.due_at(MONTH, paused, OFFICE) == at("2026-04-06", "17:00")  # three days later is Sunday the 5th
    assert clocks.due_at(MONTH, paused[:2], OFFICE) is None


def test_a_pause_within_one_day_costs_nothing() -> None:
    paused = (
        Interval("run", at("2026-03-02"), at("2026-03-10", "08:00")),
        Interval("pause", at("2026-03-10", "08:00"), at("2026-03-10", "16:00")),
        Interval("run", at("2026-03-10", "16:00"), None),
    )
    assert clocks.due_at(MONTH, paused, OFFICE) == due("2026-03-02")


@given(moments, months)
def test_it_is_the_first_closing_from_that_day_on(start: datetime, term: Months) -> None:
    ends = clocks.due_at(term, clocks.begin(start), OFFICE)
    assert ends == OFFICE.add(start, term)
    day = CalendarLength(months=term.count).after(OFFICE.local_date(start))
    assert ends is not None
    closes = OFFICE.local_date(ends)
    assert closes >= day
    assert ends == OFFICE.closing(closes)
    assert not any(OFFICE.is_working_day(day + timedelta(days=n)) for n in range((closes - day).days))


@given(moments, months, spans, spans)
def test_standing_still_never_ends_it_earlier_and_gives_back_no_more_than_it_stood(
    start: datetime, term: Months, ran: timedelta, stood: timedelta
) -> None:
    whole = clocks.due_at(term, clocks.begin(start), OFFICE)
    stops, goes_on = start + ran, start + ran + stood
    paused = (
        Interval("run", start, stops), Interval("pause", stops, goes_on), Interval("run", goes_on, None)
    )  # fmt: skip
    ends = clocks.due_at(term, paused, OFFICE)
    assert ends is not None
    assert whole is not None
    assert ends >= whole
    given_back = (OFFICE.local_date(goes_on) - OFFICE.local_date(stops)).days + 1
    latest = OFFICE.local_date(whole) + timedelta(days=given_back)
    assert ends <= next(OFFICE.closings(datetime.combine(latest, time(), UTC), 1))


@given(moments, months)
def test_a_longer_term_ends_later_and_what_is_used_and_left_is_the_whole(start: datetime, term: Months) -> None:
    ledger = clocks.begin(start)
    ends, later = (clocks.due_at(each, ledger, OFFICE) for each in (term, Months(term.count + 1)))
    assert ends is not None
    assert later is not None
    assert ends < later
    whole = clocks.remaining(term, ledger, OFFICE, now=start)
    assert whole >= 28 * term.count
    middle = start + timedelta(days=17)
    used = clocks.consumed(term, ledger, OFFICE, now=middle)
    assert used + clocks.remaining(term, ledger, OFFICE, now=middle) == whole
    assert clocks.remaining(term, ledger, OFFICE, now=ends) <= 0


@given(
    moments,
    st.integers(1, 99),
    st.one_of(months, st.integers(2, 30).map(WorkingDays), st.integers(1, 40).map(WorkingHours)),
)
def test_a_share_of_a_term_comes_before_its_end_and_a_larger_one_later(
    start: datetime, percent: int, term: Term
) -> None:
    ledger = clocks.begin(start)
    ends = clocks.due_at(term, ledger, OFFICE)
    warned = clocks.share_at(Share(percent), term, ledger, OFFICE)
    assert ends is not None
    if warned is not None:
        assert start <= warned <= ends
        assert warned < ends or isinstance(term, Months)  # a month may end in holidays
        larger = clocks.share_at(Share(99), term, ledger, OFFICE)
        assert larger is not None
        assert larger >= warned


def test_shares_by_example() -> None:
    ledger = clocks.begin(at("2026-03-02"))
    assert clocks.share_at(Share(80), WorkingDays(5), ledger, OFFICE) == at("2026-03-06", "17:00")
    assert clocks.share_at(Share(50), WorkingHours(5), ledger, OFFICE) == at("2026-03-02", "11:30")
    assert clocks.share_at(Share(80), MONTH, ledger, OFFICE) == at("2026-03-26", "17:00")
    assert clocks.share_at(Share(80), WorkingDays(1), ledger, OFFICE) is None


def test_a_share_is_rounded_down_to_whole_days_or_minutes() -> None:
    june, march = clocks.begin(at("2026-06-02")), clocks.begin(at("2026-03-02"))
    assert clocks.share_at(Share(50), MONTH, june, OFFICE) == at("2026-06-17", "17:00")  # half of 30 days
    assert clocks.share_at(Share(3), MONTH, march, OFFICE) is None  # less than a day of 31
    assert clocks.share_at(Share(33), WorkingHours(1), march, OFFICE) == at("2026-03-02", "09:19")


def test_what_is_used_and_left_of_a_month_is_counted_in_its_days_each_at_its_closing() -> None:
    ledger = clocks.begin(at("2026-03-02"))
    for clock, used in (("16:59", 2), ("17:00", 3)):
        now = at("2026-03-05", clock)
        assert clocks.consumed(MONTH, ledger, OFFICE, now=now) == used
        assert clocks.remaining(MONTH, ledger, OFFICE, now=now) == 31 - used


def test_of_a_month_that_has_not_begun_all_is_left_as_if_it_began_now() -> None:
    stands = (Interval("pause", at("2026-02-02"), None),)
    assert clocks.that_count(stands) == ()
    assert clocks.remaining(MONTH, stands, OFFICE, now=at("2026-03-02")) == 31
    assert clocks.remaining(MONTH, stands, OFFICE, now=at("2026-04-02")) == 30


@pytest.mark.parametrize(
    ("stops", "goes_on", "ends"),
    [
        (at("2026-03-10", "17:00"), at("2026-03-11"), "2026-04-03"),
        (at("2026-03-10", "17:01"), at("2026-03-11"), "2026-04-02"),
        (at("2026-03-10"), at("2026-03-11", "17:00"), "2026-04-03"),
        (at("2026-03-10"), at("2026-03-11", "17:01"), "2026-04-06"),
    ],
)
def test_a_pause_that_begins_at_closing_gives_the_day_back_and_one_that_ends_then_does_not(
    stops: datetime, goes_on: datetime, ends: str
) -> None:
    paused = (
        Interval("run", at("2026-03-02"), stops), Interval("pause", stops, goes_on), Interval("run", goes_on, None)
    )  # fmt: skip
    assert clocks.due_at(MONTH, paused, OFFICE) == at(ends, "17:00")


def test_a_clock_that_goes_on_at_closing_has_used_that_day() -> None:
    stops, goes_on = at("2026-03-03", "10:00"), at("2026-03-04", "17:00")
    paused = (
        Interval("run", at("2026-03-02"), stops), Interval("pause", stops, goes_on), Interval("run", goes_on, None)
    )  # fmt: skip
    assert clocks.due_at(WorkingDays(3), paused, OFFICE) == at("2026-03-06", "17:00")


def test_months_and_shares_are_written_and_said() -> None:
    assert parse_term("1 month") == MONTH
    assert (str(Months(2)), MONTH.text("km")) == ("2 months", "១ ខែ")
    assert parse_warning("80 %") == parse_warning("80%") == Share(80)
    assert (str(Share(80)), Share(80).text("km")) == ("80 %", "៨០ %")
    assert parse_warning("2 working days") == WorkingDays(2)
    for wrong in ("0 %", "100 %", "121 months", "month"):
        with pytest.raises(BadTerm):
            parse_warning(wrong)


@pytest.mark.parametrize(
    ("norm", "term", "fits"),
    [
        ("3 working days", "5 working days", True),
        ("6 working days", "5 working days", False),
        ("4 working hours", "1 working day", True),
        ("8 working hours", "1 working day", False),
        ("15 working days", "1 month", True),
        ("16 working days", "1 month", False),
        ("1 month", "2 months", True),
        ("1 month", "60 working days", False),
        ("1 working day", "8 working hours", False),
        ("105 working hours", "1 month", True),
    ],
)
def test_a_norm_fits_within_a_term_or_not(norm: str, term: str, fits: bool) -> None:
    assert fits_within(parse_term(norm), parse_term(term)) is fits


@given(st.dates(date(2026, 1, 1), date(2028, 6, 1)), st.integers(7 * 60, 18 * 60), st.sampled_from([
    ("15 working days", "1 month"), ("30 working days", "2 months"), ("105 working hours", "1 month"),
    ("7 working hours", "1 working day"), ("21 working hours", "3 working days"),
]))  # fmt: skip
def test_what_fits_ends_first_whenever_it_starts(day: date, minute: int, pair: tuple[str, str]) -> None:
    start = datetime.combine(day, time(minute // 60, minute % 60), OFFICE.zone)
    norm, term = map(parse_term, pair)
    assert fits_within(norm, term)
    assert OFFICE.add(start, norm) <= OFFICE.add(start, term)
