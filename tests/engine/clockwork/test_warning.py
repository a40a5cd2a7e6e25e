"""Who is told when a day comes near or has passed: each person once, those in charge, and nobody who has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from engine.clockwork import schedule
from engine.packages.groups import ADMINISTRATOR, CASHIER, FRONT_OFFICE, HEAD
from engine.queries.office.case_file import case_file
from engine.working_time import promises
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.terms import WorkingDays, WorkingHours, parse_term
from storage.clocks import Clock, ClockKind
from storage.messages import Notification
from storage.people import Membership
from tests.cast import HIRED, NOW, Member
from tests.engine.clockwork.test_new_days import DAY, WEEK, history, late, told
from tests.properties import given, st
from tests.small.cases import PACKAGE, Kilns

PLAIN = WorkingTime(USUAL_WEEK)


def give(kilns: Kilns, who: Member, group: str, office: int | None) -> None:
    with kilns.house.database.transaction() as session:
        session.add(Membership(person_id=who.person_id, office_id=office, group=group, from_day=HIRED))


def test_the_promise_of_the_office_and_the_legal_term_warn_before_their_day(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 5 * DAY + timedelta(hours=9))  # Saturday: four of the five days are used
    assert [event.data["clock"] for event in history(kilns, sent, "warned")] == ["norm"]
    schedule.sweep(kilns.house, now=NOW + 11 * DAY)
    assert "term" in [event.data["clock"] for event in history(kilns, sent, "warned")]


def test_a_warning_of_a_promise_reaches_the_head_and_whoever_has_the_case(kilns: Kilns) -> None:
    late(kilns)
    kilns_without_task_warnings(kilns)
    schedule.sweep(kilns.house, now=NOW + 5 * DAY)
    for who in (kilns.cast.kunthea, kilns.cast.bopha, kilns.cast.vannak):
        assert len(told(kilns, who, NOW + 5 * DAY)) == 1
    for who in (kilns.cast.visal, kilns.cast.sopheap, kilns.cast.phally, kilns.cast.dara):
        assert told(kilns, who, NOW + 5 * DAY) == []


def kilns_without_task_warnings(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(delete(Clock).where(Clock.kind == ClockKind.TASK))


def test_several_clocks_that_come_to_one_moment_are_one_message_a_person(kilns: Kilns) -> None:
    late(kilns, NOW + 3 * WEEK)
    for who in (kilns.cast.kunthea, kilns.cast.bopha, kilns.cast.dara):
        assert len(told(kilns, who, NOW + 3 * WEEK)) == 1


def test_a_clock_that_breaks_again_beside_one_that_breaks_first_is_told_as_again(kilns: Kilns) -> None:
    late(kilns, NOW + 4 * DAY, NOW + 3 * WEEK)
    first, again = told(kilns, kilns.cast.kunthea, NOW + 4 * DAY)
    assert ("ម្ដងទៀត" in first, "ម្ដងទៀត" in again) == (False, True)


def test_who_was_told_of_a_breach_is_not_warned_of_another_clock_at_the_same_moment(kilns: Kilns) -> None:
    """On the day after the task's last, the clock looks for the first time: the task is late, the norm due soon."""
    sent = late(kilns, NOW + 5 * DAY)
    assert (len(history(kilns, sent, "breached")), len(history(kilns, sent, "warned"))) == (1, 1)
    assert len(told(kilns, kilns.cast.kunthea, NOW + 5 * DAY)) == 1


def test_a_promise_that_began_anew_after_a_correction_warns_again(kilns: Kilns) -> None:
    service = (PACKAGE / "service.yaml").read_bytes() + b"clock: {starts: submitted, restarts_after_correction: true}\n"
    kilns.draw(2, more={"service.yaml": service})
    sent = late(kilns, NOW + 5 * DAY)
    kilns.check(sent, "return", now=NOW + 5 * DAY)
    kilns.correct(sent, now=NOW + 7 * DAY)
    schedule.sweep(kilns.house, now=NOW + 12 * DAY)
    assert [event.data["clock"] for event in history(kilns, sent, "warned")] == ["norm", "norm"]


@pytest.mark.parametrize("everywhere", [True, False])
def test_what_escalates_to_the_administrators_reaches_those_of_the_whole_house(kilns: Kilns, everywhere: bool) -> None:
    sent = late(kilns)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.kind == ClockKind.TASK).values(escalate_to=ADMINISTRATOR))
        session.execute(delete(Membership).where(Membership.group == ADMINISTRATOR))
    give(kilns, kilns.cast.visal, ADMINISTRATOR, None if everywhere else kilns.cast.battambang)
    give(kilns, kilns.cast.phally, ADMINISTRATOR, kilns.cast.phnom_penh)
    schedule.sweep(kilns.house, now=NOW + 4 * DAY)
    assert len(told(kilns, kilns.cast.visal, NOW + DAY, sent.reference)) == 1
    assert told(kilns, kilns.cast.phally, NOW + DAY) == []


def test_where_an_office_has_no_head_the_administrators_are_told(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(delete(Membership).where(Membership.group.in_((HEAD, FRONT_OFFICE, CASHIER))))
    with kilns.house.database.transaction() as session:
        session.add_all(
            Membership(
                person_id=who.person_id, office_id=kilns.cast.battambang, group=group, from_day=HIRED,
                to_day=NOW.date(),
            )
            for who, group in ((kilns.cast.bopha, FRONT_OFFICE), (kilns.cast.sopheap, CASHIER))
        )  # fmt: skip
    late(kilns, NOW + 3 * WEEK)
    assert len(told(kilns, kilns.cast.visal, NOW + DAY)) == 1
    assert told(kilns, kilns.cast.bopha, NOW + DAY) == []


def test_a_task_that_is_late_inside_the_office_is_not_said_to_be_told(kilns: Kilns) -> None:
    sent = late(kilns)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.kind == ClockKind.TASK).values(extension="1 working day"))
    schedule.sweep(kilns.house, now=NOW + 3 * DAY + timedelta(hours=10))
    with kilns.house.database.reading() as session:
        file = case_file(session, kilns.house, kilns.cast.visal.actor, sent.key, now=NOW + 4 * DAY)
        kinds = {clock.kind: clock for clock in file.clocks}
        said = session.scalars(select(Notification).where(Notification.person_id == kilns.cast.dara.person_id)).all()
    assert (kinds["task"].new_due_at is not None, kinds["task"].told) == (True, False)
    assert all(message.created_at == NOW for message in said)
    assert history(kilns, sent, "breached")[0].data["told"] is False


@given(count=st.integers(1, 60), in_hours=st.booleans())
def test_a_promise_warns_before_its_day_and_not_before_most_of_it_is_used(count: int, in_hours: bool) -> None:
    term = WorkingHours(count) if in_hours else WorkingDays(count)
    clock = promises.new_clock(
        application_id=1, office_id=1, kind="norm", term=str(term), warn_term=promises.warning_of(term),
        calendar=PLAIN, now=NOW,
    )  # fmt: skip
    assert (clock.warn_at is None) == (count == 1)
    if clock.warn_at is not None:
        assert clock.due_at is not None
        assert NOW < clock.warn_at < clock.due_at
        assert parse_term(clock.warn_term).count * 5 >= count * 4 - 5
