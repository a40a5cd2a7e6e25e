"""A guesthouse licence from the application to the decision, through the use cases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications import submitting
from engine.case import events
from engine.clockwork import schedule
from engine.errors import NotAllowed, SamePersonRefused, TaskAlreadyClaimed, TaskGone, TaskNotClaimed
from engine.tasks import user_tasks
from storage.messages import Notification
from storage.people import Membership
from tests.cast import HIRED, NOW
from tests.journeys.guesthouse import Guesthouse

DAY = timedelta(days=1)


def days(number: float) -> datetime:
    """So many days after Monday 2 March 2026, nine in the morning."""
    return NOW + number * DAY


def said(licence: Guesthouse) -> list[str]:
    with licence.house.database.reading() as session:
        return [row.subject for row in session.scalars(select(Notification).order_by(Notification.id))]


def test_an_application_is_approved_and_waits_to_be_collected(licence: Guesthouse) -> None:
    key = licence.sent()
    assert licence.open_tasks(key) == ["pay"]
    licence.pay(key)
    licence.check(key)
    assert licence.open_tasks(key) == ["inspect", "review"]
    licence.review(key)
    licence.inspect(key)
    assert licence.open_tasks(key) == ["decide"]
    licence.decide(key)
    assert licence.open_tasks(key) == ["hand_over"]
    row = licence.row(key)
    assert (row.status, row.outcome, row.stage) == ("running", "approved", "ready")
    assert [clock.status for kind in ("term", "norm") for clock in licence.clocks(key, kind)] == ["met", "met"]


def test_the_promise_stands_still_while_the_applicant_corrects(licence: Guesthouse) -> None:
    key = licence.paid()
    promised = licence.row(key).promised_at
    assert promised == datetime.fromisoformat("2026-03-11T17:00+07:00")
    licence.check(key, "return", now=days(1))
    assert licence.row(key).waits_for_applicant
    assert licence.clocks(key, "norm")[0].due_at is None
    licence.correct(key, now=days(3.5))
    assert not licence.row(key).waits_for_applicant
    later = licence.row(key).promised_at
    assert later is not None
    assert later > promised
    assert licence.open_tasks(key) == ["check"]


def test_both_reviews_may_ask_for_a_correction_and_come_back_again_and_again(licence: Guesthouse) -> None:
    key = licence.paid()
    for _ in range(3):
        licence.check(key)
        licence.review(key, "correction")
        assert licence.open_tasks(key) == ["inspect"]
        licence.inspect(key, "correction")
        assert licence.open_tasks(key) == ["correct"]
        licence.correct(key)
    licence.check(key)
    licence.inspect(key)
    assert licence.open_tasks(key) == ["review"]
    licence.review(key)
    assert licence.open_tasks(key) == ["decide"]
    assert len(licence.instance(key).state) < 6000


def test_a_claimed_task_cannot_be_claimed_or_completed_by_a_colleague(licence: Guesthouse) -> None:
    key = licence.paid()
    task_key = licence.claim(key, "check", licence.cast.bopha)
    house, vannak = licence.house, licence.cast.vannak.actor
    with house.database.transaction() as session, pytest.raises(TaskAlreadyClaimed):
        user_tasks.claim(session, house, vannak, task_key, now=NOW)
    with house.database.transaction() as session, pytest.raises(TaskAlreadyClaimed):
        user_tasks.complete(session, house, vannak, task_key, {"check_result": "ok"}, now=NOW)


def test_a_task_must_be_claimed_first_and_is_done_only_once(licence: Guesthouse) -> None:
    key = licence.paid()
    house, bopha, task_key = licence.house, licence.cast.bopha.actor, licence.task(key, "check")
    with house.database.transaction() as session, pytest.raises(TaskNotClaimed):
        user_tasks.complete(session, house, bopha, task_key, {"check_result": "ok"}, now=NOW)
    licence.check(key)
    with house.database.transaction() as session, pytest.raises(TaskGone):
        user_tasks.complete(session, house, bopha, task_key, {"check_result": "ok"}, now=NOW)
    assert licence.open_tasks(key) == ["inspect", "review"]


def test_another_office_and_another_group_have_no_business_with_it(licence: Guesthouse) -> None:
    key = licence.paid()
    task_key, house = licence.task(key, "check"), licence.house
    for stranger in (licence.cast.phally, licence.cast.sopheap, licence.cast.dara, licence.cast.visal):
        with house.database.transaction() as session, pytest.raises(NotAllowed):
            user_tasks.claim(session, house, stranger.actor, task_key, now=NOW)


def test_who_checked_may_not_decide(licence: Guesthouse) -> None:
    kunthea, house = licence.cast.kunthea, licence.house
    with house.database.transaction() as session:
        session.add(
            Membership(
                person_id=kunthea.person_id, office_id=licence.cast.battambang, group="front_office", from_day=HIRED
            )
        )
    both = kunthea.actor.__class__(
        person_id=kunthea.person_id,
        memberships=kunthea.memberships | {("front_office", licence.cast.battambang)},
    )
    key = licence.paid()
    task_key = licence.task(key, "check")
    with house.database.transaction() as session:
        user_tasks.claim(session, house, both, task_key, now=NOW)
    with house.database.transaction() as session:
        user_tasks.complete(session, house, both, task_key, {"check_result": "ok"}, now=NOW)
    licence.review(key)
    licence.inspect(key)
    decide = licence.task(key, "decide")
    with house.database.transaction() as session, pytest.raises(SamePersonRefused):
        user_tasks.claim(session, house, kunthea.actor, decide, now=NOW)


def test_withdrawing_ends_the_case_wherever_it_is_before_the_decision(licence: Guesthouse) -> None:
    key = licence.paid()
    licence.check(key)
    with licence.house.database.transaction() as session:
        submitting.withdraw(session, licence.house, licence.cast.dara.actor, key, now=days(1))
    row = licence.row(key)
    assert (row.status, row.outcome) == ("ended", "withdrawn")
    assert licence.open_tasks(key) == []
    assert {clock.status for clock in licence.clocks(key, "norm")} == {"stopped"}


def test_a_late_check_is_warned_about_and_escalates_while_the_day_told_to_the_citizen_stands(
    licence: Guesthouse,
) -> None:
    key = licence.paid()
    schedule.sweep(licence.house, now=days(0.1))
    before = len(said(licence))
    assert schedule.sweep(licence.house, now=days(1.5)).warned == 1
    warned = said(licence)[before:]
    assert warned
    assert all("ជិតដល់កំណត់" in subject for subject in warned)
    promised = licence.row(key).promised_at
    assert schedule.sweep(licence.house, now=days(2.5)).breached == 1
    broken = said(licence)[before + len(warned) :]
    assert broken
    assert all("ហួសកំណត់" in subject for subject in broken)
    assert licence.row(key).promised_at == promised
    assert not schedule.sweep(licence.house, now=days(2.6))
    # The head may take the task now.
    licence.work(key, "check", licence.cast.kunthea, {"check_result": "ok"}, now=days(2.7))


def test_when_the_promised_day_has_passed_the_citizen_is_told_first_and_given_a_new_one(licence: Guesthouse) -> None:
    key = licence.paid()
    schedule.sweep(licence.house, now=days(2.5))
    before, promised = len(said(licence)), licence.row(key).promised_at
    assert schedule.sweep(licence.house, now=days(10)).breached == 1
    told = said(licence)[before:]
    assert "សូមអភ័យទោស" in told[0]
    assert all("ហួសកំណត់" in subject for subject in told[1:])
    later = licence.row(key).promised_at
    assert promised is not None
    assert later is not None
    assert later > promised


def test_the_history_of_the_case_holds(licence: Guesthouse) -> None:
    licence.approved()
    with licence.house.database.reading() as session:
        assert list(events.verify_chains(session)) == []
