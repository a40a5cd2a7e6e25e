"""Who has not collected a result is told again: some working days apart, while the office is open, so often and no
more, and not once it was collected or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.flow import by_hand
from engine.handovers.refusals import refuse
from engine.house import Collecting, Pace
from storage.events import CaseEvent
from storage.messages import Notification
from storage.offices import Holiday, Office
from storage.processes import UserTask
from tests.cast import NOW
from tests.small.cases import Kilns

OPENING = datetime(2026, 3, 5, 0, 30, tzinfo=UTC)
"""Thursday, half past seven: the third working day after NOW."""
DAY = timedelta(days=1)


@pytest.fixture
def reminding(kilns: Kilns, steps_are_taken: None) -> Kilns:
    """Every three working days, twice."""
    return replace(kilns, house=replace(kilns.house, pace=Pace(collecting=Collecting(days=3, times=2))))


def reminders(kilns: Kilns) -> list[Notification]:
    with kilns.house.database.reading() as session:
        wanted = select(Notification).where(Notification.idempotency_key.contains("/collect/"))
        return list(session.scalars(wanted.order_by(Notification.id)))


def sweep(kilns: Kilns, *moments: datetime) -> None:
    for moment in moments:
        schedule.sweep(kilns.house, now=moment)


def remind_at(kilns: Kilns, sent: Submitted) -> datetime | None:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask.remind_at).where(UserTask.key == kilns.task(sent, "hand_over"))).one()


def test_the_applicant_is_told_when_the_office_opens_some_days_later_and_twice_at_most(reminding: Kilns) -> None:
    sent = reminding.approved()
    assert remind_at(reminding, sent) == OPENING
    sweep(reminding, OPENING - timedelta(minutes=1))
    assert reminders(reminding) == []
    sweep(reminding, OPENING, OPENING, OPENING + 5 * DAY, OPENING + 20 * DAY, OPENING + 40 * DAY)
    told = reminders(reminding)
    assert [one.created_at for one in told] == [OPENING, OPENING + 5 * DAY]  # a weekend lies between
    assert {one.person_id for one in told} == {reminding.cast.dara.person_id}
    assert reminding.row(sent).reference in told[0].body
    assert "បាត់ដំបង" in told[0].body
    with reminding.house.database.reading() as session:
        kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.kind == "reminded")).all()
    assert len(kinds) == 2


def test_on_a_day_off_and_at_night_it_waits_until_the_office_opens(reminding: Kilns) -> None:
    sent = reminding.approved()
    with reminding.house.database.transaction() as session:
        session.add(Holiday(office_id=None, day=date(2026, 3, 5), name_km="ពិធី", name_en="Feast"))
        session.get_one(Office, reminding.cast.battambang).calendar_revision += 1
    sweep(reminding, OPENING)
    assert remind_at(reminding, sent) == OPENING + DAY
    sweep(reminding, OPENING + DAY + timedelta(hours=14))  # Friday night, after a long silence
    assert remind_at(reminding, sent) == OPENING + 4 * DAY
    assert reminders(reminding) == []
    sweep(reminding, OPENING + 4 * DAY)
    assert [one.created_at for one in reminders(reminding)] == [OPENING + 4 * DAY]


def test_at_noon_it_waits_for_the_afternoon(reminding: Kilns) -> None:
    reminding.approved()
    noon, afternoon = OPENING + timedelta(hours=5), OPENING + timedelta(hours=6, minutes=30)
    sweep(reminding, noon)
    assert reminders(reminding) == []
    sweep(reminding, afternoon)
    assert [one.created_at for one in reminders(reminding)] == [afternoon]


def test_what_was_collected_or_refused_reminds_nobody(reminding: Kilns) -> None:
    collected, refused = reminding.approved(), reminding.approved()
    reminding.collect(collected)
    with reminding.house.database.transaction() as session:
        actor = reminding.cast.bopha.actor
        refuse(session, reminding.house, actor, reminding.task(refused, "hand_over"), "no paper", now=NOW)
    sweep(reminding, OPENING, OPENING + 5 * DAY)
    assert reminders(reminding) == []


def test_a_suspended_case_reminds_nobody_until_it_goes_on(reminding: Kilns) -> None:
    sent = reminding.approved()
    act = reminding.house, reminding.cast.visal.actor, sent.key
    with reminding.house.database.transaction() as session:
        by_hand.suspend(session, *act, "looked into", now=NOW)
    sweep(reminding, OPENING)
    assert reminders(reminding) == []
    with reminding.house.database.transaction() as session:
        by_hand.resume(session, *act, "it is well", now=OPENING)
    sweep(reminding, OPENING)
    assert len(reminders(reminding)) == 1


def test_a_house_that_reminds_nobody_plans_nothing(kilns: Kilns, steps_are_taken: None) -> None:
    silent = replace(kilns, house=replace(kilns.house, pace=Pace()))
    assert remind_at(silent, silent.approved()) is None
