"""Days of a case as its promise counts them, forwards and backwards, and the work that was waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.reporting.courses import Waiting, days_from, moment_of
from engine.working_time import clocks
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.properties import given, st

PLAIN = WorkingTime(USUAL_WEEK)
MONDAY = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@given(st.integers(0, 60), st.integers(0, 60 * 24 * 20))
def test_a_case_that_is_done_by_the_moment_of_so_many_days_took_no_more(days: int, after: int) -> None:
    ledger = clocks.begin(MONDAY)
    moment = moment_of(ledger, MONDAY, days, PLAIN, now=MONDAY)
    done = MONDAY + timedelta(minutes=after)
    assert moment is not None
    assert (done <= moment) == (days_from(ledger, MONDAY, done, PLAIN) <= days)


def test_days_on_which_it_waited_for_its_applicant_count_neither_way() -> None:
    still = clocks.leave_out(clocks.begin(MONDAY), MONDAY + DAY, MONDAY + 4 * DAY, clocks.WAITS_FOR_APPLICANT)
    assert days_from(still, MONDAY, MONDAY + 4 * DAY, PLAIN) == 1
    assert moment_of(still, MONDAY, 1, PLAIN, now=MONDAY + 4 * DAY) == PLAIN.closing((MONDAY + 4 * DAY).date())


def test_a_promise_that_stands_still_has_no_moment() -> None:
    still = clocks.turn(clocks.begin(MONDAY), "pause", at=MONDAY + DAY, reason=clocks.WAITS_FOR_APPLICANT)
    assert moment_of(still, MONDAY, 3, PLAIN, now=MONDAY + 2 * DAY) is None


def test_what_a_step_took_counts_on_where_the_promise_began_anew() -> None:
    anew = clocks.turn(clocks.turn(clocks.begin(MONDAY), "pause", at=MONDAY + DAY), "restart", at=MONDAY + 3 * DAY)
    assert days_from(anew, MONDAY, MONDAY + 4 * DAY, PLAIN) == 2


def test_a_day_that_is_over_is_told_as_today() -> None:
    assert moment_of(clocks.begin(MONDAY), MONDAY, 1, PLAIN, now=MONDAY + 3 * DAY) == PLAIN.closing(
        (MONDAY + 3 * DAY).date()
    )


def test_the_work_that_waits_is_reckoned_by_what_was_finished_lately() -> None:
    ended = [MONDAY + n * DAY for n in range(5) for _ in range(2)]
    waiting = Waiting([MONDAY - 9 * DAY] * 10 + [MONDAY] * 30, ended, PLAIN)
    friday = MONDAY + 4 * DAY + timedelta(hours=9)
    assert waiting.load(friday) == 30 * 5 * 100 // 10, "thirty wait, and ten were done in five days"
    assert Waiting([MONDAY], [], PLAIN).load(MONDAY + DAY) == 100, "nothing was finished yet"
