"""Why a term ends when it does: day by day, always at the moment that the clocks find, whatever the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.khmer import Bilingual
from engine.working_time import clocks
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.clocks import Interval
from engine.working_time.day_by_day import Day, DayByDay, day_by_day
from engine.working_time.terms import Months, Term, WorkingDays, WorkingHours
from tests.properties import given, settings, st

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
HALF_DAY = ((time(7, 30), time(11, 30)),)
NEW_YEAR = Bilingual("បុណ្យចូលឆ្នាំខ្មែរ", "Khmer New Year")
WAITS = "waits for the applicant"


def local(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    """A moment of 2026 by the wall clock of Phnom Penh; 2 March is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=PHNOM_PENH)


def states(told: DayByDay) -> list[tuple[int, str, str]]:
    return [(day.day.day, day.state, day.office) for day in told.days]


def test_the_day_of_the_start_and_the_days_on_which_nobody_works_do_not_count() -> None:
    told = day_by_day(WorkingDays(2), clocks.begin(local(5)), WorkingTime(USUAL_WEEK), until=local(5))
    assert states(told) == [
        (5, "began", "usual"),
        (6, "counted", "usual"),
        (7, "closed", "weekend"),
        (8, "closed", "weekend"),
        (9, "counted", "usual"),
    ]
    assert told.due_at == local(9, 17)
    assert [day.used for day in told.days] == [0, 1, 1, 1, 2]


def test_a_holiday_a_half_day_and_a_day_that_makes_up_for_another_are_called_by_their_names() -> None:
    names = {date(2026, 3, 3): NEW_YEAR, date(2026, 3, 4): NEW_YEAR, date(2026, 3, 7): NEW_YEAR}
    single = ((date(2026, 3, 4), HALF_DAY), (date(2026, 3, 7), HALF_DAY))
    office = WorkingTime(USUAL_WEEK, frozenset({date(2026, 3, 3)}), single=single, names=names)
    told = day_by_day(WorkingDays(4), clocks.begin(local(2)), office, until=local(2))
    assert states(told) == [
        (2, "began", "usual"),
        (3, "closed", "day_off"),
        (4, "counted", "other_hours"),
        (5, "counted", "usual"),
        (6, "counted", "usual"),
        (7, "counted", "worked"),
    ]
    assert [day.day.day for day in told.days if day.name == NEW_YEAR] == [3, 4, 7]
    assert told.due_at == local(7, 11, 30)


def test_a_day_on_which_the_country_is_off_and_the_office_works_is_worked() -> None:
    day = date(2026, 3, 3)
    office = WorkingTime(USUAL_WEEK, frozenset({day}), single=((day, WorkingTime(USUAL_WEEK).hours(day)),))
    assert office.does(day) == "worked"


def test_a_day_over_whose_closing_the_clock_stood_still_says_why() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(3, 16), reason=WAITS)
    ledger = clocks.turn(ledger, "run", at=local(4, 8))
    told = day_by_day(WorkingDays(2), ledger, WorkingTime(USUAL_WEEK), until=local(4))
    assert [(day.state, day.reason) for day in told.days] == [
        ("began", ""),
        ("stood_still", WAITS),
        ("counted", ""),
        ("counted", ""),
    ]


def test_a_clock_that_stands_still_is_told_up_to_now_and_has_no_end() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(3, 16), reason=WAITS)
    told = day_by_day(WorkingDays(2), ledger, WorkingTime(USUAL_WEEK), until=local(5))
    assert told.due_at is None
    assert [day.state for day in told.days] == ["began", "stood_still", "stood_still", "stood_still"]


def test_a_clock_that_has_never_run_has_no_days() -> None:
    told = day_by_day(
        WorkingDays(2), (Interval("pause", local(2), None, WAITS),), WorkingTime(USUAL_WEEK), until=local(5)
    )
    assert told == DayByDay(None, 2)


def test_a_suspension_across_a_holiday_gives_back_the_working_days_only() -> None:
    """Stopped on Friday noon, running again on the Wednesday; Monday was a day off and would not have counted."""
    office = WorkingTime(USUAL_WEEK, frozenset({date(2026, 3, 9)}))
    ledger = clocks.turn(clocks.begin(local(5)), "pause", at=local(6, 12), reason="suspended")
    ledger = clocks.turn(ledger, "run", at=local(11, 8))
    told = day_by_day(WorkingDays(2), ledger, office, until=local(11))
    assert [day.day.day for day in told.days if day.state == "stood_still"] == [6, 10]
    assert [day.day.day for day in told.days if day.state == "counted"] == [11, 12]


def test_a_term_runs_over_the_end_of_the_year_and_from_midnight_to_midnight() -> None:
    new_year = WorkingTime(USUAL_WEEK, frozenset({date(2027, 1, 1)}))
    last_moment = datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=PHNOM_PENH)
    told = day_by_day(WorkingDays(1), clocks.begin(last_moment), new_year, until=last_moment)
    assert told.due_at == datetime(2027, 1, 4, 17, tzinfo=PHNOM_PENH)
    first_moment = datetime(2027, 1, 1, tzinfo=PHNOM_PENH)
    told = day_by_day(WorkingDays(1), clocks.begin(first_moment), new_year, until=first_moment)
    assert [day.day.isoformat() for day in told.days] == ["2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"]


def test_months_count_every_day_and_wait_for_the_office_to_work() -> None:
    told = day_by_day(Months(1), clocks.begin(local(28, month=2)), WorkingTime(USUAL_WEEK), until=local(1))
    assert told.whole == 28
    assert [day.state for day in told.days[-3:]] == ["counted", "waits", "ends"]
    assert told.due_at == local(30, 17)


def test_hours_say_for_each_day_how_many_minutes_count() -> None:
    told = day_by_day(WorkingHours(5), clocks.begin(local(2, 16)), WorkingTime(USUAL_WEEK), until=local(2))
    assert [(day.state, day.counted, day.used) for day in told.days] == [("counted", 60, 60), ("counted", 240, 300)]
    assert told.due_at == local(3, 11, 30)


# Whatever the calendar, the term and the ledger

_MINUTES = st.integers(0, 24 * 60 - 1)
_FIRST = date(2026, 12, 1)


@st.composite
def _calendars(draw: Any) -> WorkingTime:
    def hours() -> tuple[tuple[time, time], ...]:
        clock = sorted(draw(st.sets(_MINUTES, min_size=2, max_size=4)))
        marks = [time(*divmod(each, 60)) for each in clock[: len(clock) // 2 * 2]]
        return tuple(zip(marks[::2], marks[1::2], strict=True))

    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    weekly = tuple((day, opens, closes) for day in weekdays for opens, closes in hours())
    near = st.integers(0, 60).map(lambda days: _FIRST + timedelta(days=days))
    off = draw(st.frozensets(near, max_size=12))
    single = tuple((day, hours()) for day in draw(st.sets(near, max_size=4)))
    until = draw(near)
    earlier = ((until, USUAL_WEEK),) if draw(st.booleans()) else ()
    return WorkingTime(weekly, off, single=single, earlier=earlier)


@st.composite
def _ledgers(draw: Any) -> tuple[Interval, ...]:
    minutes = sorted(draw(st.lists(st.integers(0, 40 * 24 * 60), min_size=1, max_size=7)))
    moments = [datetime.combine(_FIRST, time(), PHNOM_PENH).astimezone(UTC) + timedelta(minutes=one) for one in minutes]
    kinds = [draw(st.sampled_from(("run", "run", "pause", "restart"))) for _ in moments]
    ends = [*moments[1:], draw(st.sampled_from((None, moments[-1] + timedelta(days=9))))]
    return tuple(Interval(kind, at, end, WAITS) for kind, at, end in zip(kinds, moments, ends, strict=True))


_TERMS: st.SearchStrategy[Term] = st.one_of(
    st.integers(1, 30).map(WorkingDays), st.integers(1, 90).map(WorkingHours), st.integers(1, 2).map(Months)
)


@settings(max_examples=120)
@given(_calendars(), _ledgers(), _TERMS)
def test_the_days_come_to_the_moment_that_the_clocks_find(
    calendar: WorkingTime, ledger: tuple[Interval, ...], term: Term
) -> None:
    now = ledger[-1].started_at
    told = day_by_day(term, ledger, calendar, until=now)
    assert told.due_at == clocks.due_at(term, ledger, calendar)
    assert sum(day.counted for day in told.days) == told.used
    if told.due_at is None:
        assert told.used < told.whole or not any(day.state in ("counted", "ends") for day in told.days[-1:])
    else:
        assert told.used == told.whole
        assert calendar.local_date(told.due_at) == told.days[-1].day


@settings(max_examples=60)
@given(_calendars(), _ledgers(), st.integers(1, 15))
def test_working_days_are_those_that_a_child_would_count(
    calendar: WorkingTime, ledger: tuple[Interval, ...], count: int
) -> None:
    """Of each day behind the first: does the clock run when the office closes?"""
    told = day_by_day(WorkingDays(count), ledger, calendar, until=ledger[-1].started_at)
    if told.since is None:
        return
    first = calendar.local_date(told.since)
    since = max((each.started_at for each in ledger if each.kind == "restart"), default=ledger[0].started_at)
    for day in told.days:
        assert (day.counted == 1) == (day.day > first and _counts(day, calendar, ledger, since))


def _counts(day: Day, calendar: WorkingTime, ledger: tuple[Interval, ...], since: datetime) -> bool:
    openings = calendar.openings(day.day)
    if not openings:
        return False
    closes = openings[-1][1]
    return any(
        each.kind != "pause" and each.started_at >= since
        and each.started_at <= closes and (each.ended_at is None or closes < each.ended_at)
        for each in ledger
    )  # fmt: skip


@pytest.mark.parametrize("term", [WorkingDays(3), WorkingHours(9), Months(1)])
def test_a_clock_that_has_ended_is_told_as_far_as_it_ran(term: Term) -> None:
    ledger = (Interval("run", local(2), local(3, 10)),)
    told = day_by_day(term, ledger, WorkingTime(USUAL_WEEK), until=local(20))
    assert told.due_at is None
    assert [day.day.day for day in told.days] == [2, 3]
