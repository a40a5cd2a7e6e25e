"""What reckoning meets at its edges: steps that were kept before a change that had begun earlier, and cases that
break."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.offices import recomputing
from engine.queries.admin.calendar_changes import progress
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import DAY
from tests.engine.offices.test_reckoning import (
    PROMISED,
    THURSDAY,
    WEDNESDAY,
    as_the_calendar_says,
    decree,
    moments,
    paid,
)
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


def break_case(kilns: Kilns, sent: Submitted) -> None:
    """A clock without a ledger: whoever reckons it breaks."""
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.application_id == kilns.row(sent).id).values(ledger=[]))


def tried_again_at(kilns: Kilns) -> datetime:
    """When the only office is looked at again of which something is left; every other was looked at."""
    with kilns.house.database.reading() as session:
        found = session.scalars(select(CalendarChange.look_at).where(CalendarChange.done_at.is_(None))).one()
    assert found is not None
    return found


@pytest.mark.parametrize("broken_first", [True, False])
def test_cases_that_cannot_be_reckoned_take_nobodys_place(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch, broken_first: bool
) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 1)
    sent = [paid(kilns), paid(kilns, kilns.cast.bopha), paid(kilns, kilns.cast.vannak)]
    *broken, whole = sent if broken_first else reversed(sent)
    for each in broken:
        break_case(kilns, each)
    decree(kilns, WEDNESDAY)
    done = recomputing.work_off(kilns.house, now=NOW, most=1)
    assert kilns.row(whole).promised_at == PROMISED + DAY
    assert (done.cases, done.is_all) == (1, False)


def test_an_office_in_which_all_breaks_is_left_for_the_next_time_and_another_gets_its_turn(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 1)
    for who in (kilns.cast.dara, kilns.cast.bopha):
        break_case(kilns, paid(kilns, who))
    decree(kilns, WEDNESDAY)
    done = recomputing.work_off(kilns.house, now=NOW, most=1, most_broken=1)
    assert (done.broken, done.is_all) == (1, False)
    assert tried_again_at(kilns) == NOW + recomputing.AGAIN


def test_what_cannot_be_reckoned_is_tried_less_and_less_often(kilns: Kilns) -> None:
    whole, broken = paid(kilns), paid(kilns, kilns.cast.vannak)
    break_case(kilns, broken)
    decree(kilns, WEDNESDAY)
    pauses = []
    now = NOW
    for _ in range(70):
        assert recomputing.reckon_due(kilns.house, now=now) == (0 if pauses else 1)
        pauses.append(tried_again_at(kilns) - now)
        now += pauses[-1]
    assert kilns.row(whole).promised_at == PROMISED + DAY
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (recomputing.AGAIN, recomputing.LONGEST_PAUSE)


def test_how_far_it_is_says_of_how_many_cases_that_they_could_not_be_reckoned(kilns: Kilns) -> None:
    paid(kilns)
    break_case(kilns, paid(kilns, kilns.cast.vannak))
    decree(kilns, WEDNESDAY)
    assert stuck(kilns) == (6, 0)
    recomputing.work_off(kilns.house, now=NOW)
    assert stuck(kilns) == (3, 1)
    decree(kilns, THURSDAY)  # by which nobody has looked at any yet
    assert stuck(kilns) == (6, 0)


def stuck(kilns: Kilns) -> tuple[int, int]:
    with kilns.house.database.reading() as session:
        for code in (None, "02"):
            found = progress(session, kilns.cast.visal.actor, code)
            assert found is not None
    return found.left, found.stuck
