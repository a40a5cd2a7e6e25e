"""What reckoning meets at its edges: steps that were kept before a change that had begun earlier, and cases that
break."""

from __future__ import annotations

from datetime import timedelta

from engine.offices import recomputing
from tests.cast import NOW
from tests.engine.offices.test_reckoning import as_the_calendar_says, decree, moments, paid
from tests.small.cases import Kilns

SECOND = timedelta(seconds=1)
TODAY = NOW.date()


def test_a_case_that_was_sent_back_while_a_day_off_for_the_same_day_was_being_saved_goes_on(kilns: Kilns) -> None:
    """Its clocks stand still from after the moment of the change, and by the calendar of before."""
    sent = paid(kilns)
    kilns.check(sent, "return", now=NOW + SECOND)
    decree(kilns, TODAY, now=NOW)
    done = recomputing.work_off(kilns.house, now=NOW + 2 * SECOND)
    assert done.is_all
    kilns.correct(sent)
    assert kilns.row(sent).promised_at is not None
    assert moments(kilns) == as_the_calendar_says(kilns)


def test_whoever_takes_the_next_step_reckons_such_a_case_as_well(kilns: Kilns) -> None:
    sent = paid(kilns)
    kilns.check(sent, "return", now=NOW + SECOND)
    decree(kilns, TODAY, now=NOW)
    kilns.correct(sent)
    assert recomputing.work_off(kilns.house, now=NOW + 2 * SECOND).clocks == 0
    assert moments(kilns) == as_the_calendar_says(kilns)
