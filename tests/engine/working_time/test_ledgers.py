"""What a ledger says exactly: who began a stretch and why, and what holds at the moment where two of them meet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.working_time import clocks
from engine.working_time.calendar import WorkingDays
from engine.working_time.clocks import WAITS_FOR_APPLICANT, WAITS_FOR_SESSION, Interval
from tests.engine.working_time.test_clocks import FIVE_HOURS, OFFICE, THREE_DAYS, local
from tests.properties import given, st

RUNS = clocks.begin(local(2))
PAUSED = (Interval("run", local(2), local(3), ""), Interval("pause", local(3), None, "a reason"))


def test_a_turn_keeps_the_reason_of_the_stretch_that_begins() -> None:
    assert clocks.turn(RUNS, "pause", at=local(3), reason="a reason") == PAUSED
    assert clocks.turn(RUNS, "restart", at=local(3))[-1] == Interval("restart", local(3), None, "")


def test_a_ledger_that_is_ended_keeps_the_reason_of_its_last_stretch_and_ends_once() -> None:
    over = clocks.stop(PAUSED, at=local(4))
    assert over == (PAUSED[0], Interval("pause", local(3), local(4), "a reason"))
    assert clocks.stop(over, at=local(5)) == over


def test_a_stretch_may_end_at_the_moment_at_which_it_began() -> None:
    assert clocks.stop(RUNS, at=local(2)) == (Interval("run", local(2), local(2), ""),)


def test_time_that_is_left_out_becomes_a_pause_with_its_reason() -> None:
    assert clocks.leave_out(RUNS, local(3), local(4), "a holiday") == (
        Interval("run", local(2), local(3), ""),
        Interval("pause", local(3), local(4), "a holiday"),
        Interval("run", local(4), None, ""),
    )


def test_a_stretch_that_only_touches_the_time_left_out_stays_whole() -> None:
    before, after = Interval("run", local(2), local(3), ""), Interval("run", local(5), local(6), "")
    pause = Interval("pause", local(3), local(5), "a reason")
    ledger = (before, pause, after)
    assert clocks.leave_out(ledger, local(3), local(5), "a holiday") == ledger


def test_nothing_is_left_of_a_stretch_that_ends_with_the_time_left_out() -> None:
    ledger = (Interval("run", local(2), local(4), ""),)
    assert clocks.leave_out(ledger, local(3), local(4), "a holiday") == (
        Interval("run", local(2), local(3), ""),
        Interval("pause", local(3), local(4), "a holiday"),
    )


def test_time_left_out_before_a_stretch_has_begun_begins_with_it() -> None:
    assert clocks.leave_out(RUNS, local(1), local(3), "a holiday") == (
        Interval("run", local(2), local(2), ""),
        Interval("pause", local(2), local(3), "a holiday"),
        Interval("run", local(3), None, ""),
    )


def test_a_stretch_that_ended_at_a_moment_is_no_part_of_the_time_since() -> None:
    assert clocks.since(PAUSED, local(3)) == PAUSED[1:]
    assert clocks.since(PAUSED, local(4)) == (Interval("pause", local(4), None, "a reason"),)


def test_a_clock_that_stands_still_is_told_nothing_twice() -> None:
    assert clocks.stand(PAUSED, "another reason", restarts=False, at=local(4)) == PAUSED
    assert clocks.stand(RUNS, "", restarts=True, at=local(4)) == RUNS
    assert clocks.stand(RUNS, "a reason", restarts=True, at=local(3)) == PAUSED


@pytest.mark.parametrize(
    ("reason", "restarts", "kind"),
    [(WAITS_FOR_APPLICANT, True, "restart"), (WAITS_FOR_APPLICANT, False, "run"), ("a reason", True, "run")],
)
def test_only_an_answer_of_the_applicant_lets_a_clock_begin_anew(reason: str, restarts: bool, kind: str) -> None:
    stands = clocks.turn(RUNS, "pause", at=local(3), reason=reason)
    assert clocks.stand(stands, "", restarts=restarts, at=local(4))[-1] == Interval(kind, local(4), None, "")


def test_a_day_is_used_up_at_the_closing_moment_itself_and_not_before() -> None:
    assert clocks.consumed(THREE_DAYS, RUNS, OFFICE, now=local(3, 17)) == 1
    assert clocks.consumed(THREE_DAYS, RUNS, OFFICE, now=local(3, 16, 59)) == 0


def test_a_clock_that_stops_at_the_closing_moment_has_not_used_up_that_day() -> None:
    assert clocks.consumed(THREE_DAYS, clocks.stop(RUNS, at=local(3, 17)), OFFICE, now=local(3, 17)) == 0


def test_a_term_that_is_used_up_just_when_a_pause_begins_is_due_at_that_moment() -> None:
    started = clocks.begin(local(2, 8))  # three hours and a half before noon, the rest from two o'clock on
    assert clocks.due_at(FIVE_HOURS, clocks.turn(started, "pause", at=local(2, 15, 30)), OFFICE) == local(2, 15, 30)
    assert clocks.due_at(FIVE_HOURS, clocks.turn(started, "pause", at=local(2, 15, 29)), OFFICE) is None


def test_a_day_term_that_pauses_at_its_closing_moment_is_not_due() -> None:
    assert clocks.due_at(WorkingDays(1), clocks.turn(RUNS, "pause", at=local(3, 17)), OFFICE) is None
    assert clocks.due_at(WorkingDays(1), clocks.turn(RUNS, "pause", at=local(3, 17, 1)), OFFICE) == local(3, 17)


def test_a_clock_that_began_before_seven_in_the_morning_began_on_that_day() -> None:
    """Before seven the day in UTC is still the one before."""
    assert clocks.due_at(WorkingDays(1), clocks.begin(local(3, 0, 30)), OFFICE) == local(4, 17)
    assert clocks.due_at(WorkingDays(1), clocks.begin(local(2, 23, 59)), OFFICE) == local(3, 17)


def test_a_clock_that_never_ran_has_used_up_nothing_and_is_never_due() -> None:
    stands = (Interval("pause", local(2), None, "a reason"),)
    assert (
        clocks.consumed(THREE_DAYS, stands, OFFICE, now=local(9)),
        clocks.remaining(THREE_DAYS, stands, OFFICE, now=local(9)),
    ) == (0, 3)
    assert clocks.due_at(THREE_DAYS, stands, OFFICE) is None


def test_a_clock_that_stood_still_first_counts_from_where_it_runs() -> None:
    ledger = (Interval("pause", local(2), local(4), "a reason"), Interval("run", local(4), None, ""))
    assert clocks.due_at(WorkingDays(1), ledger, OFFICE) == local(5, 17)
    assert clocks.consumed(WorkingDays(1), ledger, OFFICE, now=local(4, 17)) == 0


def test_a_day_whose_closing_is_the_beginning_of_a_pause_is_given_back() -> None:
    ledger = clocks.turn(clocks.turn(RUNS, "pause", at=local(3, 17)), "run", at=local(4, 8))
    assert clocks.due_at(THREE_DAYS, ledger, OFFICE) == local(6, 17)


CHOICES = st.lists(st.tuples(st.integers(1, 60), st.one_of(st.none(), st.integers(1, 200))), min_size=1, max_size=6)
"""So many hours after the one before, another session is chosen that begins so many hours later, or it is cancelled."""


@given(CHOICES)
def test_a_wait_for_a_session_that_is_moved_comes_to_what_was_waited_for(choices: list[tuple[int, int | None]]) -> None:
    told, waited = RUNS, [Interval("run", local(2), None)]
    now = local(2)
    for after, ahead in choices:
        now += timedelta(hours=after)
        begins = None if ahead is None else now + timedelta(hours=ahead)
        reason = WAITS_FOR_SESSION if begins else ""
        told = clocks.stand(told, reason, restarts=False, at=now, until=begins)
        past = [
            Interval(one.kind, one.started_at, min(one.ended_at or now, now)) for one in waited if one.started_at < now
        ]
        ahead_of_now = [Interval("pause", now, begins), Interval("run", begins, None)] if begins else []
        waited = [*past, *(ahead_of_now or [Interval("run", now, None)])]
    for term in (THREE_DAYS, FIVE_HOURS):
        assert clocks.due_at(term, told, OFFICE) == clocks.due_at(term, waited, OFFICE)
        for moment in (now, now + timedelta(days=4)):
            used = clocks.consumed(term, told, OFFICE, now=moment)
            assert used == clocks.consumed(term, waited, OFFICE, now=moment)


@given(CHOICES.filter(lambda choices: choices[-1][1] is not None))
def test_a_clock_that_begins_with_a_session_counts_from_the_last_one_chosen(
    choices: list[tuple[int, int | None]],
) -> None:
    now, told = local(2), clocks.stand(RUNS, WAITS_FOR_SESSION, restarts=False, at=local(2), until=local(31))
    begins = local(31)
    for after, ahead in choices:
        now = min(now + timedelta(hours=after), begins - timedelta(hours=1))  # it is changed before it begins
        begins = now + timedelta(hours=ahead or 100)
        until = begins if ahead else None  # a cancelled one leaves the clock waiting
        told = clocks.stand(told, WAITS_FOR_SESSION, restarts=False, at=now, until=until)
    assert clocks.due_at(THREE_DAYS, told, OFFICE) == OFFICE.add(begins, THREE_DAYS)
    assert clocks.due_at(FIVE_HOURS, told, OFFICE) == OFFICE.add(begins, FIVE_HOURS)


def test_a_correction_after_a_wait_for_a_session_is_told_from_it_and_begins_the_clock_anew() -> None:
    waits = clocks.stand(RUNS, WAITS_FOR_SESSION, restarts=True, at=local(3), until=local(20))
    corrects = clocks.stand(waits, WAITS_FOR_APPLICANT, restarts=True, at=local(4))
    assert corrects[-1] == Interval("pause", local(4), None, WAITS_FOR_APPLICANT)
    again = clocks.stand(corrects, WAITS_FOR_SESSION, restarts=True, at=local(5), until=local(20))
    assert [one.kind for one in again[-3:]] == ["restart", "pause", "run"]
    assert clocks.stop(again, at=local(6))[-1] == Interval("pause", local(5), local(6), WAITS_FOR_SESSION)


def test_a_session_that_begins_at_this_moment_is_no_longer_ahead() -> None:
    waits = clocks.stand(RUNS, WAITS_FOR_SESSION, restarts=False, at=local(3), until=local(20))
    assert clocks.present(waits, at=local(20)) == waits
    assert clocks.present(waits, at=local(20) - timedelta(microseconds=1)) == (
        Interval("run", local(2), local(3)),
        Interval("pause", local(3), None, WAITS_FOR_SESSION),
    )


def test_an_applicant_who_is_asked_while_they_owe_an_answer_begins_nothing_anew() -> None:
    owes = clocks.stand(RUNS, WAITS_FOR_APPLICANT, restarts=True, at=local(3))
    assert clocks.stand(owes, WAITS_FOR_APPLICANT, restarts=True, at=local(4)) == owes


def test_one_wait_follows_another_without_a_moment_between_them() -> None:
    waits = clocks.stand(RUNS, WAITS_FOR_SESSION, restarts=False, at=local(3), until=local(20))
    assert clocks.stand(waits, WAITS_FOR_APPLICANT, restarts=False, at=local(4)) == (
        Interval("run", local(2), local(3)),
        Interval("pause", local(3), local(4), WAITS_FOR_SESSION),
        Interval("pause", local(4), None, WAITS_FOR_APPLICANT),
    )
