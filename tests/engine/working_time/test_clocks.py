"""Clocks that run, stand still and start again, checked by hand and against a count of every moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from engine.working_time import clocks
from engine.working_time.calendar import USUAL_WEEK, WorkingDays, WorkingHours, WorkingTime
from engine.working_time.clocks import BadLedger, Interval
from tests.properties import given, settings, st

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
OFFICE = WorkingTime(USUAL_WEEK)
THREE_DAYS = WorkingDays(3)
FIVE_HOURS = WorkingHours(5)


def local(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2026 by the wall clock of Phnom Penh; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=PHNOM_PENH)


def test_a_running_clock_is_due_at_the_closing_of_the_last_day() -> None:
    assert clocks.due_at(THREE_DAYS, clocks.begin(local(2)), OFFICE) == local(5, 17)


def test_a_paused_clock_has_no_due_moment() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(3), reason="waiting for the applicant")
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) is None


def test_a_pause_over_closing_time_gives_the_day_back() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(3, 16))
    ledger = clocks.turn(ledger, "run", at=local(4, 8))
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) == local(6, 17)


def test_a_pause_that_ends_before_closing_costs_nothing() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(3, 8))
    ledger = clocks.turn(ledger, "run", at=local(3, 16))
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) == local(5, 17)


def test_a_pause_that_begins_at_the_closing_moment_gives_the_day_back() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(3, 17))
    assert clocks.consumed(THREE_DAYS, ledger, OFFICE, now=local(9)) == 0


def test_a_clock_that_runs_on_on_the_day_it_started_does_not_count_that_day() -> None:
    ledger = clocks.turn(clocks.begin(local(2, 8)), "pause", at=local(2, 9))
    ledger = clocks.turn(ledger, "run", at=local(2, 10))
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) == local(5, 17)


def test_hours_count_only_open_time_while_the_clock_runs() -> None:
    ledger = clocks.turn(clocks.begin(local(2, 8)), "pause", at=local(2, 10))
    ledger = clocks.turn(ledger, "run", at=local(3, 9))
    assert clocks.due_at(FIVE_HOURS, ledger, OFFICE) == local(3, 14, 30)
    assert clocks.remaining(FIVE_HOURS, ledger, OFFICE, now=local(3, 10)) == 120


def test_what_is_left_becomes_negative_after_the_breach() -> None:
    assert clocks.remaining(THREE_DAYS, clocks.begin(local(2)), OFFICE, now=local(6, 18)) == -1


def test_a_breach_before_the_pause_keeps_its_due_moment() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(10))
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) == local(5, 17)


def test_a_restart_forgets_what_was_used_and_keeps_the_history() -> None:
    ledger = clocks.turn(clocks.begin(local(2)), "pause", at=local(4, 18), reason="returned for correction")
    ledger = clocks.turn(ledger, "restart", at=local(9), reason="corrected")
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) == local(12, 17)
    assert clocks.consumed(THREE_DAYS, ledger, OFFICE, now=local(9, 18)) == 0
    assert len(ledger) == 3


def test_a_holiday_decreed_later_moves_the_due_moment() -> None:
    decreed = WorkingTime(USUAL_WEEK, frozenset({date(2026, 3, 4)}))
    assert clocks.due_at(THREE_DAYS, clocks.begin(local(2)), decreed) == local(6, 17)


def test_a_stopped_clock_uses_nothing_more() -> None:
    ledger = clocks.stop(clocks.begin(local(2)), at=local(4, 18))
    assert clocks.consumed(THREE_DAYS, ledger, OFFICE, now=local(20)) == 2
    assert clocks.stop(ledger, at=local(21)) == ledger


@pytest.mark.parametrize(
    "ledger",
    [
        (),
        (Interval("run", local(2), None), Interval("pause", local(3), None)),
        (Interval("run", local(2), local(4)), Interval("pause", local(3), None)),
    ],
)
def test_a_ledger_that_no_clock_can_have_is_refused(ledger: tuple[Interval, ...]) -> None:
    with pytest.raises(BadLedger):
        clocks.due_at(THREE_DAYS, ledger, OFFICE)


def test_a_stretch_cannot_end_before_it_began() -> None:
    with pytest.raises(BadLedger):
        clocks.turn(clocks.begin(local(3)), "pause", at=local(2))


# --- against a count of every quarter of an hour ---------------------------------------------------------------------

FIRST = datetime(2026, 3, 2, tzinfo=PHNOM_PENH)
QUARTER = timedelta(minutes=15)
END = FIRST + timedelta(days=21)
WEEK = ((0, (30, 46), (56, 68)), (1, (30, 46)), (2, (30, 68)), (3, (0, 95)), (5, (40, 60)))
BRUTE_OFFICE = WorkingTime(
    tuple(
        (weekday, (FIRST + opens * QUARTER).time(), (FIRST + closes * QUARTER).time())
        for weekday, *spans in WEEK
        for opens, closes in spans
    ),
    frozenset({date(2026, 3, 4), date(2026, 3, 9)}),
)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Run and pause by turns, with restarts, on quarters of an hour of the first two weeks."""
    marks = sorted(draw(st.lists(st.integers(0, 14 * 96), min_size=1, max_size=8, unique=True)))
    kinds = ["run" if place % 2 == 0 else "pause" for place in range(len(marks))]
    kinds = ["restart" if kind == "run" and place and draw(st.booleans()) else kind for place, kind in enumerate(kinds)]
    bounds = [*(FIRST + mark * QUARTER for mark in marks), None]
    return tuple(Interval(kind, *span) for kind, span in zip(kinds, pairwise(bounds), strict=True))  # type: ignore[arg-type]


def runs_at(ledger: tuple[Interval, ...], moment: datetime) -> bool:
    """Whether a stretch that counts runs at the moment, read off the ledger one by one."""
    since = max((s.started_at for s in ledger if s.kind == "restart"), default=ledger[0].started_at)
    return any(
        s.kind != "pause"
        and s.started_at >= since
        and s.started_at <= moment
        and (s.ended_at is None or moment < s.ended_at)
        for s in ledger
    )


def start_of(ledger: tuple[Interval, ...]) -> datetime:
    return max((s.started_at for s in ledger if s.kind == "restart"), default=ledger[0].started_at)


def closings_used(ledger: tuple[Interval, ...]) -> list[datetime]:
    """Every closing moment that uses up a day, found by looking at each day."""
    found = []
    day = start_of(ledger).date() + timedelta(days=1)
    while day < END.date():
        spans = [closes for weekday, _, closes in BRUTE_OFFICE.weekly if weekday == day.weekday()]
        if spans and day not in BRUTE_OFFICE.holidays:
            closing = datetime.combine(day, max(spans), PHNOM_PENH)
            if runs_at(ledger, closing):
                found.append(closing)
        day += timedelta(days=1)
    return found


def quarters_used(ledger: tuple[Interval, ...]) -> list[datetime]:
    """Every quarter of an hour that is open and runs."""
    quarters = (FIRST + place * QUARTER for place in range(21 * 96))
    return [at for at in quarters if BRUTE_OFFICE.is_open(at) and runs_at(ledger, at)]


@given(ledgers(), st.integers(1, 6))
@settings(max_examples=300)
def test_day_terms_equal_the_count_of_every_closing(ledger: tuple[Interval, ...], days: int) -> None:
    used = closings_used(ledger)
    due = clocks.due_at(WorkingDays(days), ledger, BRUTE_OFFICE)
    if len(used) >= days:
        assert due == used[days - 1]
    else:
        assert due is None or due >= END - timedelta(days=1)


@given(ledgers(), st.integers(0, 20 * 96))
@settings(max_examples=300)
def test_days_used_equal_the_count_of_every_closing_so_far(ledger: tuple[Interval, ...], place: int) -> None:
    now = FIRST + place * QUARTER
    expected = sum(closing <= now for closing in closings_used(ledger))
    assert clocks.consumed(THREE_DAYS, ledger, BRUTE_OFFICE, now=now) == expected


@given(ledgers(), st.integers(1, 30))
@settings(max_examples=60)
def test_hour_terms_equal_the_count_of_every_open_quarter(ledger: tuple[Interval, ...], hours: int) -> None:
    used = quarters_used(ledger)
    due = clocks.due_at(WorkingHours(hours), ledger, BRUTE_OFFICE)
    if len(used) >= hours * 4:
        assert due == used[hours * 4 - 1] + QUARTER
    else:
        assert due is None or due >= END


@given(ledgers(), st.integers(0, 20 * 96))
@settings(max_examples=60)
def test_minutes_used_equal_the_count_of_every_open_quarter_so_far(ledger: tuple[Interval, ...], place: int) -> None:
    now = FIRST + place * QUARTER
    expected = 15 * sum(at < now for at in quarters_used(ledger))
    assert clocks.consumed(FIVE_HOURS, ledger, BRUTE_OFFICE, now=now) == expected


@given(ledgers(), st.integers(1, 10))
@settings(max_examples=100)
def test_what_is_due_is_what_is_used_up(ledger: tuple[Interval, ...], days: int) -> None:
    due = clocks.due_at(WorkingDays(days), ledger, BRUTE_OFFICE)
    if due is not None:
        assert clocks.remaining(WorkingDays(days), ledger, BRUTE_OFFICE, now=due) == 0
        assert clocks.remaining(WorkingDays(days), ledger, BRUTE_OFFICE, now=due - timedelta(seconds=1)) == 1


@given(ledgers(), st.sampled_from(sorted(BRUTE_OFFICE.holidays)), st.integers(1, 10))
@settings(max_examples=200)
def test_a_day_that_is_left_out_counts_as_if_it_had_been_a_day_off(
    ledger: tuple[Interval, ...], day: date, count: int
) -> None:
    worked = replace(BRUTE_OFFICE, holidays=BRUTE_OFFICE.holidays - {day})
    midnight = datetime.combine(day, time(), PHNOM_PENH)
    left_out = clocks.leave_out(ledger, midnight, midnight + timedelta(days=1), "was no working day")
    for term in (WorkingDays(count), WorkingHours(count * 4)):
        assert clocks.due_at(term, left_out, worked) == clocks.due_at(term, ledger, BRUTE_OFFICE)
        used = clocks.consumed(term, left_out, worked, now=END)
        assert used == clocks.consumed(term, ledger, BRUTE_OFFICE, now=END)


@given(ledgers(), st.integers(0, 20 * 96), st.integers(1, 6))
@settings(max_examples=200)
def test_a_new_day_counts_only_what_ran_since_it_was_set(ledger: tuple[Interval, ...], place: int, days: int) -> None:
    at = FIRST + place * QUARTER
    since = clocks.since(ledger, at)
    due = clocks.due_at(WorkingDays(days), since, BRUTE_OFFICE)
    counted = [moment for moment in closings_used(ledger) if moment.date() > max(at, start_of(ledger)).date()]
    if all(stretch.kind != "pause" for stretch in since) and "restart" not in {each.kind for each in since[1:]}:
        assert due is not None
        assert due > at
        if len(counted) >= days:
            assert due == counted[days - 1]
    if due is not None:
        assert due >= at


@given(st.integers(1, 40), st.integers(0, 30), st.integers(0, 30))
def test_hours_from_a_day_on_are_those_of_each_day(days: int, first: int, second: int) -> None:
    """A calendar with two changes closes on each day when the week that holds on it does."""
    begins = sorted((date(2026, 3, 1) + timedelta(days=first), date(2026, 3, 1) + timedelta(days=second)))
    weeks = [USUAL_WEEK, USUAL_WEEK[2:], BRUTE_OFFICE.weekly]
    changing = WorkingTime(weeks[2], earlier=tuple(zip(begins, weeks[:2], strict=True)))
    for place in range(days):
        day = date(2026, 3, 1) + timedelta(days=place)
        held = WorkingTime(weeks[sum(day >= begun for begun in begins)])
        assert changing.openings(day) == held.openings(day)
