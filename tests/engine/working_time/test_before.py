"""Terms counted backwards: until when something must be done that is to be done so long before a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.working_time.before import before
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.terms import WorkingDays, WorkingHours
from tests.properties import given, st

OFFICE = WorkingTime(USUAL_WEEK, frozenset({date(2026, 3, 9)}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=OFFICE.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "term", "until"),
    [
        (at(6, 8), WorkingDays(1), at(5, 0)),
        (at(6, 17), WorkingDays(1), at(6, 0)),
        (at(6, 8), WorkingDays(3), at(3, 0)),
        (at(10, 8), WorkingDays(1), at(6, 0)),
        (at(6, 9), WorkingHours(1), at(6, 8)),
        (at(6, 8), WorkingHours(1), at(5, 16, 30)),
        (at(10, 7), WorkingHours(7), at(6, 7, 30)),
    ],
)
def test_it_is_so_long_before(moment: datetime, term: WorkingDays | WorkingHours, until: datetime) -> None:
    assert before(OFFICE, moment, term) == until


@given(st.integers(0, 60 * 24 * 60), st.integers(1, 12), st.booleans())
def test_the_term_still_ends_in_time_before_and_no_longer_after(minutes: int, count: int, in_days: bool) -> None:
    moment = at(16, 0) + timedelta(minutes=minutes)
    term = WorkingDays(count) if in_days else WorkingHours(count)
    until = before(OFFICE, moment, term)
    step = timedelta(seconds=1)
    assert OFFICE.add(until - step, term) <= moment
    assert in_days is False or OFFICE.add(until, term) > moment
