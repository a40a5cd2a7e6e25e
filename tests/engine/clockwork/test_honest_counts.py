"""What was broken stays counted; what is not done is not called met; and a watcher sees what nobody has looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.flow import by_hand, retrying
from engine.queries.admin.clock_list import clock_lines
from engine.queries.admin.clocks import ClockFilter, clock_board
from engine.queries.admin.health import examine
from engine.queries.admin.reports import Figures, Period, ReportFilter, report
from engine.queries.shared.names import read_names
from storage.clocks import Clock
from storage.people import Membership
from storage.processes import Incident
from tests.cast import HIRED, NOW
from tests.engine.clockwork.test_new_days import DAY, WEEK, clock, late, told
from tests.small.cases import FEE, Kilns


def board(kilns: Kilns, now: object = NOW + 9 * WEEK) -> dict[str, int]:
    with kilns.house.database.reading() as session:
        names, visal = read_names(session, kilns.house, now=NOW), kilns.cast.visal.actor
        totals = clock_board(session, names, visal, ClockFilter(), now=now).totals  # type: ignore[arg-type]
        lines = clock_lines(session, names, visal, ClockFilter(state="breached"), now=now)  # type: ignore[arg-type]
    assert lines.total == totals["breached"]
    assert all(line.state == "breached" for line in lines.items)
    return dict(totals)


def figures(kilns: Kilns) -> Figures:
    with kilns.house.database.reading() as session:
        names, period = read_names(session, kilns.house, now=NOW), Period(date(2026, 1, 1), date(2026, 12, 1))
        return report(session, names, kilns.cast.visal.actor, period, ReportFilter()).total


def suspend(kilns: Kilns, sent: Submitted) -> None:
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, "An inquiry.", now=NOW + 3 * WEEK)


def stopped(kilns: Kilns) -> Submitted:
    """An application that was approved in time, but whose permit could not be drawn: there are no fonts."""
    broken = Kilns(replace(kilns.house, fonts=Path(__file__)), kilns.cast)
    return broken.approved()


def retry(kilns: Kilns, *, now: object) -> None:
    with kilns.house.database.transaction() as session:
        number = session.scalars(select(Incident.id).where(Incident.status == "open")).one()
        visal = kilns.cast.visal.actor
        retrying.retry(session, kilns.house, visal, number, "A disk was freed.", now=now)  # type: ignore[arg-type]


def test_a_case_that_broke_its_promise_stays_late_while_it_is_suspended(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 3 * WEEK)
    assert board(kilns) == {"breached": 3, "warned": 0, "running": 0, "paused": 0}
    suspend(kilns, sent)
    assert board(kilns) == {"breached": 3, "warned": 0, "running": 0, "paused": 0}


def test_a_case_that_broke_its_promise_stays_late_while_it_waits_for_a_correction(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 3 * WEEK)
    kilns.check(sent, "return", now=NOW + 3 * WEEK)
    assert board(kilns)["breached"] == 2
    other = kilns.send(kilns.cast.vannak, now=NOW + 3 * WEEK)
    assert (board(kilns)["breached"], board(kilns)["paused"]) == (2, 2)
    assert clock(kilns, other, "norm").status == "paused"


def test_on_time_counts_broken_promises_that_are_still_open(kilns: Kilns) -> None:
    kilns.approved()
    assert figures(kilns).on_time_percent == 100
    late(kilns, NOW + 3 * WEEK)
    assert (figures(kilns).on_time, figures(kilns).late, figures(kilns).on_time_percent) == (1, 1, 50)


def test_a_broken_promise_is_counted_once_however_it_ends(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 3 * WEEK)
    suspend(kilns, sent)
    assert figures(kilns).late == 1
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, kilns.cast.visal.actor, sent.key, "A mistake.", now=NOW + 4 * WEEK)
    assert figures(kilns).late == 1


def test_an_approval_whose_permit_could_not_be_made_out_is_neither_granted_nor_met(kilns: Kilns) -> None:
    sent = stopped(kilns)
    assert clock(kilns, sent, "norm").status == "running"
    assert figures(kilns) == Figures(received=1, paid=1, income=FEE)
    retry(kilns, now=NOW + DAY)
    assert clock(kilns, sent, "norm").status == "met"
    assert figures(kilns) == Figures(received=1, granted=1, on_time=1, paid=1, income=FEE)
    assert kilns.row(sent).promised_at is None


def test_an_approval_whose_permit_came_too_late_is_late(kilns: Kilns) -> None:
    sent = stopped(kilns)
    schedule.sweep(kilns.house, now=NOW + 2 * WEEK)
    assert len(told(kilns, kilns.cast.dara, NOW + WEEK)) == 1
    retry(kilns, now=NOW + 2 * WEEK)
    assert clock(kilns, sent, "norm").status == "late"
    assert (figures(kilns).granted, figures(kilns).on_time, figures(kilns).late) == (1, 0, 1)


def test_an_incident_tells_the_administrators_at_once_and_once(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        for who, office in ((kilns.cast.chenda, kilns.cast.battambang), (kilns.cast.phally, kilns.cast.phnom_penh)):
            session.add(Membership(person_id=who.person_id, office_id=office, group="administrator", from_day=HIRED))
    sent = stopped(kilns)
    for who in (kilns.cast.visal, kilns.cast.chenda):
        (said,) = told(kilns, who, NOW, sent.reference)
        assert "certificates.issue" in said
    assert told(kilns, kilns.cast.phally, NOW) == []


def test_whoever_takes_a_step_again_is_not_written_to_when_it_fails_again(kilns: Kilns) -> None:
    stopped(kilns)
    broken = Kilns(replace(kilns.house, fonts=Path(__file__)), kilns.cast)
    retry(broken, now=NOW + DAY)
    assert told(kilns, kilns.cast.visal, NOW + DAY) == []


@pytest.mark.parametrize(("hours", "well"), [(23.99, True), (24, False)])
def test_an_incident_that_stands_for_a_day_is_not_well(kilns: Kilns, hours: float, well: bool) -> None:
    stopped(kilns)
    now = NOW + timedelta(hours=hours)
    schedule.sweep(kilns.house, now=now)
    found = examine(kilns.house.database, kilns.house.files, kilns.house.fonts, now=now)
    assert (found.ok, found.oldest_incident_seconds) == (well, int(hours * 3600))


@pytest.mark.parametrize("moment", ["watch_at", "warn_at"])
def test_a_promise_that_nobody_swept_is_not_well(kilns: Kilns, moment: str) -> None:
    sent = late(kilns)
    due = min(getattr(clock(kilns, sent, kind), moment) for kind in ("norm", "task"))
    if moment == "watch_at":
        schedule.sweep(kilns.house, now=due)  # what is to be warned of is told, and nothing is late yet
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.watch_at > due + DAY).values(warned_at=NOW))
    for seconds, well in ((300, True), (301, False)):
        found = examine(
            kilns.house.database, kilns.house.files, kilns.house.fonts, now=due + timedelta(seconds=seconds)
        )
        assert (found.oldest_unswept_clock_seconds, found.oldest_due_timer_seconds) == (seconds, None)
        assert well == ((found.oldest_unswept_clock_seconds or 0) <= 300)
        assert found.ok is (well and (found.oldest_undelivered_message_seconds or 0) <= 3600)
    schedule.sweep(kilns.house, now=due + timedelta(seconds=301))
    assert examine(kilns.house.database, kilns.house.files, kilns.house.fonts, now=due + timedelta(seconds=301)).ok
