"""When an office is open, in few lines."""

from __future__ import annotations

from engine.queries.public.open_hours import OpenDays, open_days

MORNING, AFTERNOON = ("07:30", "11:30"), ("14:00", "17:00")


def test_days_in_a_row_with_the_same_hours_are_one_line() -> None:
    week = [[day, *part] for day in range(5) for part in (AFTERNOON, MORNING)]
    assert open_days([*week, [5, *MORNING]]) == (
        OpenDays(0, 4, (MORNING, AFTERNOON)),
        OpenDays(5, 5, (MORNING,)),
    )


def test_a_day_off_parts_the_days_around_it() -> None:
    assert open_days([[0, *MORNING], [2, *MORNING]]) == (OpenDays(0, 0, (MORNING,)), OpenDays(2, 2, (MORNING,)))


def test_an_office_without_hours_says_none() -> None:
    assert open_days([]) == ()
