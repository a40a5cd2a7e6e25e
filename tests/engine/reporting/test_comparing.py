"""What comparable cases took, and how dates that do not hold make later ones longer."""

from __future__ import annotations

import pytest

from engine.reporting.comparing import COMPARED, FEWEST, Correction, Sample, Told, correct, expect


def test_half_and_nine_of_ten_of_comparable_cases_are_told() -> None:
    found = expect([Sample(days, 100) for days in range(20)], 100, 0)
    assert found is not None
    assert (found.half, found.most) == (10, 18)


def test_of_too_few_cases_nothing_is_said() -> None:
    assert expect([Sample(3, 100)] * (FEWEST - 1), 100, 0) is None
    assert expect([Sample(3, 100)] * FEWEST, 100, 0) is not None


def test_a_case_that_waits_is_compared_with_those_that_waited_as_long() -> None:
    quick_and_slow = [Sample(1, 100)] * 30 + [Sample(8, 100)] * FEWEST
    assert expect(quick_and_slow, 100, 0) is not None
    found = expect(quick_and_slow, 100, 2)
    assert found is not None
    assert found.half == 8
    assert expect(quick_and_slow, 100, 9) is None, "none of them waited so long"


def test_those_count_that_found_as_much_work_waiting() -> None:
    few_waited, many_waited = [Sample(1, 100)] * COMPARED, [Sample(9, 900)] * COMPARED
    quiet, busy = expect(few_waited + many_waited, 120, 0), expect(few_waited + many_waited, 880, 0)
    assert quiet is not None
    assert busy is not None
    assert (quiet.half, busy.half) == (1, 9)


def test_more_work_than_ever_before_takes_longer_than_ever_before() -> None:
    found = expect([Sample(4, 400)] * 20, 900, 0)
    assert found is not None
    assert found.half == 9, "twice as much is waiting, the day of the step included"


def test_dates_that_held_stay_as_they_are() -> None:
    held = [Told(4, 9, 4, 9, took) for took in (*[4] * 50, *[9] * 42, *[12] * 8)]
    assert correct(held).most == pytest.approx(100, abs=10)
    assert correct(held[:19]) == Correction(), "too few are known"


def test_dates_that_do_not_hold_make_later_ones_longer_and_never_the_half_beyond_the_most() -> None:
    late = [Told(4, 9, 4, 9, 14)] * 40
    correction = correct(late)
    assert correction.most == 150
    assert correction.told(4, 9) == (14, 14)
    assert correction.told(0, 0)[1] >= 1


def test_dates_that_always_hold_become_shorter() -> None:
    assert correct([Told(9, 19, 9, 19, 4)] * 40).told(9, 19)[1] < 19
