"""How guessing slows: arithmetic that holds for any pace and any moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.people.attempts import LONGEST_KEPT
from engine.people.pauses import FIRST, Count, Pace, left_to_wait, one_more
from tests.properties import example, given, st
from web import access
from web.public.offices import PRINTED

BEGIN = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
LIMITS = [*(limit for limit in vars(access).values() if isinstance(limit, access.Limit)), PRINTED]
PACES = [pace for limit in LIMITS for pace in (limit.place, limit.same, limit.everywhere, limit.every) if pace]
lengths = st.integers(1_000, 3_600_000).map(lambda many: timedelta(milliseconds=many))
"""Moments are counted in whole milliseconds, and no pace is told more finely."""
paces = st.builds(Pace, free=st.integers(0, 100), cools=lengths, longest=lengths)
gaps = st.lists(st.timedeltas(timedelta(0), timedelta(minutes=30)), max_size=60)


def after(pace: Pace, between: list[timedelta]) -> tuple[Count | None, datetime]:
    """The count after failures so far apart, and the moment of the last."""
    count, now = None, BEGIN
    for gap in between:
        now += gap
        count = one_more(count, pace, now=now)
    return count, now


@given(paces, gaps)
def test_no_pause_is_longer_than_the_longest_and_each_ends(pace: Pace, between: list[timedelta]) -> None:
    count, now = after(pace, between)
    wait = left_to_wait(count, pace, now=now)
    assert timedelta(0) <= wait <= pace.longest
    assert left_to_wait(count, pace, now=now + wait) == timedelta(0)


@given(paces, gaps, st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_waiting_makes_a_pause_shorter_by_what_was_waited(
    pace: Pace, between: list[timedelta], waited: timedelta
) -> None:
    count, now = after(pace, between)
    whole, rest = left_to_wait(count, pace, now=now), left_to_wait(count, pace, now=now + waited)
    assert abs(rest - max(whole - waited, timedelta(0))) <= timedelta(milliseconds=1)


@given(paces, st.integers(1, 150))
def test_failures_in_a_row_are_counted_up_to_the_most(pace: Pace, failures: int) -> None:
    count, now = after(pace, [timedelta(0)] * failures)
    assert count is not None
    assert count.failures(pace) == min(failures, pace.most)
    assert left_to_wait(count, pace, now=now) == pace.pause_after(failures)


@given(paces, st.integers(0, 150))
@example(Pace(0, timedelta(seconds=1), timedelta(seconds=1, microseconds=1)), 1)
def test_each_failure_beyond_the_free_ones_doubles_the_pause_until_it_is_the_longest(pace: Pace, failures: int) -> None:
    this, following = pace.pause_after(failures), pace.pause_after(failures + 1)
    if failures < pace.free:
        assert following == timedelta(0)
    elif failures == pace.free:
        assert (this, following) == (timedelta(0), min(FIRST, pace.longest))
    else:
        assert following == min(2 * this, pace.longest)


@given(paces, gaps)
def test_all_is_forgotten_after_the_time_for_which_it_is_kept(pace: Pace, between: list[timedelta]) -> None:
    count, now = after(pace, between)
    fresh = one_more(count, pace, now=now + pace.kept)
    assert fresh.failures(pace) == 1


@given(paces, gaps, st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_a_server_whose_clock_is_wrong_lets_nobody_wait_longer_than_the_longest(
    pace: Pace, between: list[timedelta], wrong: timedelta
) -> None:
    count, now = after(pace, between)
    assert left_to_wait(count, pace, now=now + wrong) <= pace.longest


def test_who_never_failed_waits_for_nothing() -> None:
    assert left_to_wait(None, PACES[0], now=BEGIN) == timedelta(0)


@pytest.mark.parametrize("pace", PACES)
def test_every_pace_of_the_pages_is_forgotten_before_its_row_is_cleared(pace: Pace) -> None:
    assert pace.kept + pace.longest < LONGEST_KEPT


def test_whoever_guesses_for_a_day_from_one_place_tries_few_passwords() -> None:
    """At most as often as is told in docs/security.md."""
    assert access.SIGN_IN.same is not None
    assert tried_in_a_day(access.SIGN_IN.same) <= 120


def test_whoever_guesses_for_a_day_from_everywhere_tries_few_passwords() -> None:
    assert access.SIGN_IN.everywhere is not None
    assert tried_in_a_day(access.SIGN_IN.everywhere) <= 200


def tried_in_a_day(pace: Pace) -> int:
    count, now, tried = None, BEGIN, 0
    while now < BEGIN + timedelta(days=1):
        count, tried = one_more(count, pace, now=now), tried + 1
        now += left_to_wait(count, pace, now=now)
    return tried
