"""Expected dates hold as often as they say, at offices that were invented from a seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from engine.reporting.invented import BEGIN, RECIPES, THREE_DESKS, YEARS, invent, usual_calendar
from engine.reporting.proving import Held, prove, prove_invented


def test_nine_of_ten_dates_hold_at_invented_offices() -> None:
    total = sum((held for _, held in prove_invented(len(RECIPES), 900, "one window")), start=Held(0, 0, 0))
    assert total.told > 5000
    assert 85 <= total.share <= 95
    assert 45 <= 100 * total.half / total.told <= 75, "whole days are told, and some cases are done on the first"


def test_fewer_hold_while_an_office_gets_more_work_than_it_can_do() -> None:
    calendar = usual_calendar(YEARS)
    found = invent(replace(THREE_DESKS, busy=92, absences=6), 900, calendar, BEGIN, "absences")
    assert 70 <= prove(found.courses, calendar).share < 85


def test_the_same_seed_invents_the_same_office_and_another_one_another() -> None:
    calendar = usual_calendar(YEARS)
    first, again, other = (invent(THREE_DESKS, 60, calendar, BEGIN, seed) for seed in ("a", "a", "b"))
    assert first == again != other


def test_invented_cases_go_through_their_steps_in_open_hours_and_some_are_mended() -> None:
    calendar = usual_calendar(YEARS)
    found = invent(THREE_DESKS, 200, calendar, BEGIN, "steps")
    for course in found.courses:
        assert all(before <= after for (_, before), (_, after) in pairwise(course.steps))
        assert calendar.hours(calendar.local_date(course.ended_at))
        assert course.steps[-1][0] == "sign"
    assert 0 < sum(any(part.kind == "pause" for part in course.ledger) for course in found.courses) < 200
