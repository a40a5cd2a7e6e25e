"""Why a promise ends on its day: the days that lead there, who stopped the clock, by which calendar, and for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.errors import NotFound
from engine.flow import by_hand
from engine.khmer import Bilingual
from engine.offices import offices, recomputing
from engine.queries.office.clock_page import ClockPage, open_clock
from engine.queries.public.tracking import progress
from storage.clocks import Clock, ClockKind
from storage.people import AccessLog
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.statements import counted

DAY = timedelta(days=1)
FEAST = Bilingual("បុណ្យភូមិ", "Village feast")
WEDNESDAY = date(2026, 3, 4)


def clock_ids(kilns: Kilns, sent: Submitted) -> dict[str, int]:
    with kilns.house.database.reading() as session:
        rows = session.execute(
            select(Clock.kind, Clock.id).where(Clock.application_id == kilns.row(sent).id).order_by(Clock.id)
        )
        return {row.kind: row.id for row in rows}


def page(
    kilns: Kilns, sent: Submitted, kind: str = ClockKind.NORM, *, who: Member | None = None, now: datetime = NOW
) -> ClockPage:
    with kilns.house.database.transaction() as session:
        actor = (who or kilns.cast.kunthea).actor
        return open_clock(session, kilns.house, actor, sent.key, clock_ids(kilns, sent)[kind], now=now)


def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def decree(kilns: Kilns, day: date, *, now: datetime = NOW, reckon: bool = True) -> None:
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, "02", day, name=FEAST, now=now)
    if reckon:
        recomputing.work_off(kilns.house, now=now)


def test_every_day_to_the_promised_one_is_told_and_leads_there(kilns: Kilns) -> None:
    sent = paid(kilns)
    shown = page(kilns, sent)
    assert shown.agrees
    assert shown.days.due_at == shown.holds == kilns.row(sent).promised_at
    assert [day.state for day in shown.days.days].count("counted") == 5
    assert (shown.began, shown.days.since) == ("submitted", NOW)
    assert {other.kind for other in shown.others} == {ClockKind.TERM, ClockKind.TASK}


def test_a_day_off_that_was_decreed_since_is_named_and_who_made_the_calendar(kilns: Kilns) -> None:
    sent = paid(kilns)
    decree(kilns, WEDNESDAY, now=NOW + DAY)
    shown = page(kilns, sent, now=NOW + DAY)
    off = next(day for day in shown.days.days if day.day == WEDNESDAY)
    assert (off.state, off.office, off.name) == ("closed", "day_off", FEAST)
    assert (shown.agrees, shown.calendar.is_behind) == (True, False)
    assert (shown.calendar.made_at, shown.calendar.made_by) == (NOW + DAY, Bilingual("អ៊ូច វិសាល", "Ouch Visal"))


def test_until_its_turn_comes_a_clock_that_is_behind_says_so(kilns: Kilns) -> None:
    sent = paid(kilns)
    decree(kilns, WEDNESDAY, reckon=False)
    shown = page(kilns, sent)
    assert (shown.agrees, shown.calendar.is_behind) == (False, True)


def test_a_day_off_decreed_for_yesterday_does_not_count_on_the_page_either(kilns: Kilns) -> None:
    sent = paid(kilns)
    yesterday = NOW.date() + DAY
    decree(kilns, yesterday, now=NOW + 2 * DAY)
    shown = page(kilns, sent, now=NOW + 2 * DAY)
    assert shown.agrees
    assert next(day.state for day in shown.days.days if day.day == yesterday) == "closed"


def test_who_stopped_the_clock_and_why_stands_beside_the_stretch(kilns: Kilns) -> None:
    sent = paid(kilns)
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, "An inquiry", now=NOW + DAY)
    shown = page(kilns, sent, now=NOW + 3 * DAY)
    assert (shown.holds, shown.days.due_at, shown.status) == (None, None, "paused")
    assert shown.if_it_ran is not None
    stood = shown.stretches[-1]
    assert (stood.kind, stood.reason, stood.begins) == ("pause", by_hand.SUSPENDED_BY_HAND, NOW + DAY)
    assert stood.who is not None
    assert stood.who.name == Bilingual("អ៊ូច វិសាល", "Ouch Visal")


def test_after_a_breach_the_days_lead_to_the_new_day(kilns: Kilns) -> None:
    sent = paid(kilns)
    late = NOW + 14 * DAY
    schedule.sweep(kilns.house, now=late)
    shown = page(kilns, sent, now=late)
    assert (shown.breaches, shown.told, shown.agrees) == (1, True, True)
    assert shown.breached_at == shown.due_at
    assert shown.days.due_at == shown.holds == kilns.row(sent).promised_at
    assert shown.days.since == late


def test_a_clock_that_was_kept_still_tells_the_day_by_which_it_was(kilns: Kilns) -> None:
    sent = kilns.approved()
    shown = page(kilns, sent)
    assert (shown.status, shown.ended_at, shown.agrees) == ("met", NOW, True)
    assert shown.days.due_at == shown.due_at


@pytest.mark.parametrize("who", ["phally", "chenda", "dara", "sreyneang"])
def test_others_do_not_find_it(kilns: Kilns, who: str) -> None:
    sent = paid(kilns)
    with pytest.raises(NotFound):
        page(kilns, sent, who=getattr(kilns.cast, who))


def test_a_clock_is_found_under_its_own_case_only(kilns: Kilns) -> None:
    mine, other = paid(kilns), paid(kilns)
    foreign = clock_ids(kilns, other)[ClockKind.NORM]
    with kilns.house.database.transaction() as session, pytest.raises(NotFound):
        open_clock(session, kilns.house, kilns.cast.kunthea.actor, mine.key, foreign, now=NOW)


def test_the_look_is_noted_for_the_applicant(kilns: Kilns) -> None:
    sent = paid(kilns)
    page(kilns, sent)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(AccessLog.page).order_by(AccessLog.id.desc())).first() == "clock"


def test_the_page_costs_the_same_however_much_happened(kilns: Kilns) -> None:
    sent = paid(kilns)
    page(kilns, sent)
    with counted(kilns.house.database) as before:
        page(kilns, sent)
    kilns.check(sent, "return")
    kilns.correct(sent)
    with counted(kilns.house.database) as after:
        page(kilns, sent)
    assert len(after.texts) == len(before.texts) <= 8


def test_the_applicant_reads_which_days_off_lie_in_between(kilns: Kilns) -> None:
    sent = paid(kilns)
    decree(kilns, WEDNESDAY)
    with kilns.house.database.reading() as session:
        why = progress(session, kilns.house, kilns.row(sent).id, now=NOW).why
    assert why is not None
    assert why.days_off == ((WEDNESDAY, FEAST),)
