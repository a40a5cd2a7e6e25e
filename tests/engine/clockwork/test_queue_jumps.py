"""What was taken out of turn is listed with who took it; what could not have been taken before it is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.applications.forwarding import FORWARDED
from engine.applications.submitting import Submitted
from engine.case import events
from engine.clockwork import queue_jumps
from engine.packages.groups import HEAD
from engine.tasks import assigning, interests, user_tasks
from storage.applications import Application
from storage.processes import Incident, IncidentKind, InstanceStatus, ProcessInstance, UserTask
from storage.step_times import QueueJump
from tests.cast import NOW
from tests.engine.clockwork.test_step_times import count, paid, work
from tests.small.cases import Kilns
from tests.ways import ground

DAY = timedelta(days=1)
THURSDAY = NOW + 3 * DAY
FRIDAY = NOW + 4 * DAY


@pytest.fixture
@ground
def queue(kilns: Kilns) -> tuple[list[Submitted], Submitted]:
    """Three cases of Monday that lie free on Thursday, when a fourth comes in."""
    return [paid(kilns, now=NOW) for _ in range(3)], paid(kilns, now=THURSDAY)


def found(kilns: Kilns) -> Sequence[QueueJump]:
    count(kilns, now=FRIDAY + DAY)
    with kilns.house.database.reading() as session:
        return session.scalars(select(QueueJump)).all()


def take(kilns: Kilns, sent: Submitted) -> None:
    work(kilns, sent, taken=THURSDAY + timedelta(hours=1), done=THURSDAY + timedelta(hours=2))


def task_of(kilns: Kilns, sent: Submitted) -> int:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask.id).where(UserTask.key == kilns.task(sent, "check"))).one()


Queue = tuple[list[Submitted], Submitted]


def test_what_is_taken_ahead_of_older_ones_is_listed_with_who(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    take(kilns, newest)
    (jump,) = found(kilns)
    assert (jump.user_task_id, jump.oldest_id) == (task_of(kilns, newest), task_of(kilns, older[0]))
    assert (jump.by_id, jump.given_by_id, jump.passed, jump.days) == (kilns.cast.bopha.person_id, None, 3, 2)
    assert jump.at == THURSDAY + timedelta(hours=1)


def test_what_was_passed_and_done_since_counts_too(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    take(kilns, newest)
    for sent in older:
        work(kilns, sent, taken=FRIDAY, done=FRIDAY)
    assert [jump.passed for jump in found(kilns)] == [3]


def test_in_turn_nothing_is_listed(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    for sent in older:
        work(kilns, sent, taken=THURSDAY, done=THURSDAY)
    take(kilns, newest)
    assert found(kilns) == []


def test_one_that_is_a_little_older_is_not_listed(kilns: Kilns) -> None:
    paid(kilns, now=NOW + DAY)
    take(kilns, paid(kilns, now=THURSDAY))
    assert found(kilns) == [], "one place, and one working day"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_older_ones_that_another_office_forwarded_since_are_not_passed(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    take(kilns, newest)
    with kilns.house.database.transaction() as session:
        for case in session.scalars(select(Application).where(Application.key.in_([one.key for one in older]))):
            events.record(session, case, FORWARDED, kilns.cast.phally.actor, at=FRIDAY)
    assert found(kilns) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_older_ones_of_the_same_day_are_not_passed(kilns: Kilns) -> None:
    for _ in range(4):
        paid(kilns, now=THURSDAY - timedelta(minutes=30))
    take(kilns, paid(kilns, now=THURSDAY))
    assert found(kilns) == []


def test_what_a_colleague_had_in_hand_then_is_not_passed_also_when_it_was_given_back(
    kilns: Kilns, queue: Queue
) -> None:
    older, newest = queue
    vannak = kilns.cast.vannak.actor
    for sent in older:
        with kilns.house.database.transaction() as session:
            user_tasks.claim(session, kilns.house, vannak, kilns.task(sent, "check"), now=NOW + DAY)
    take(kilns, newest)
    for sent in older:
        with kilns.house.database.transaction() as session:
            user_tasks.release_claim(session, kilns.house, vannak, kilns.task(sent, "check"), now=FRIDAY)
    assert found(kilns) == []


def test_what_stood_at_an_incident_then_is_not_passed(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    take(kilns, newest)
    with kilns.house.database.transaction() as session:
        for sent in older:
            case = session.scalars(select(Application.id).where(Application.key == sent.key)).one()
            instance = session.scalars(select(ProcessInstance.id).where(ProcessInstance.application_id == case)).one()
            session.add(
                Incident(
                    instance_id=instance, application_id=case, element_id="check", kind=IncidentKind.COMPLETE,
                    reason="It broke", input={}, raised_at=NOW + DAY,
                )
            )  # fmt: skip
    assert found(kilns) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["suspended", "waits for the applicant"])
def test_what_cannot_go_on_is_not_passed(kilns: Kilns, queue: Queue, state: str) -> None:
    _, newest = queue
    take(kilns, newest)
    with kilns.house.database.transaction() as session:
        if state == "suspended":
            session.execute(update(ProcessInstance).values(status=InstanceStatus.SUSPENDED))
        else:
            session.execute(update(Application).values(waits_for_applicant=True))
    assert found(kilns) == []


def test_what_the_officer_may_not_do_is_not_passed(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    for sent in older:
        with kilns.house.database.transaction() as session:
            interests.declare(session, kilns.house, kilns.cast.bopha.actor, sent.key, "My cousin", now=NOW + DAY)
    take(kilns, newest)
    assert found(kilns) == []


def test_what_is_due_first_may_go_first(kilns: Kilns, queue: Queue) -> None:
    older, newest = queue
    with kilns.house.database.transaction() as session:
        session.execute(update(UserTask).where(UserTask.id == task_of(kilns, newest)).values(due_at=FRIDAY))
        others = [task_of(kilns, sent) for sent in older]
        session.execute(update(UserTask).where(UserTask.id.in_(others)).values(due_at=FRIDAY + DAY))
    take(kilns, newest)
    assert found(kilns) == []


def test_a_second_look_at_an_older_case_is_its_turn(kilns: Kilns) -> None:
    first = paid(kilns, now=NOW)
    kilns.check(first, "return", now=NOW)
    for _ in range(3):
        paid(kilns, now=NOW + timedelta(hours=1))
    kilns.correct(first, now=THURSDAY)
    take(kilns, first)
    assert found(kilns) == []


def test_who_gave_it_stands_beside_who_got_it(kilns: Kilns, queue: Queue) -> None:
    _, newest = queue
    head, at = kilns.cast.kunthea.actor, THURSDAY + timedelta(hours=1)
    assert HEAD in head.groups
    with kilns.house.database.transaction() as session:
        key = kilns.task(newest, "check")
        assigning.assign(session, kilns.house, head, key, kilns.cast.vannak.person_id, today=at.date(), now=at)
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, kilns.cast.vannak.actor, key, {"result": "ok"}, now=at)
    (jump,) = found(kilns)
    assert (jump.by_id, jump.given_by_id) == (kilns.cast.vannak.person_id, kilns.cast.kunthea.person_id)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_done_long_ago_is_not_looked_at(kilns: Kilns, queue: Queue) -> None:
    take(kilns, queue[1])
    count(kilns, now=FRIDAY + queue_jumps.LOOKED_BACK)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(QueueJump)).all() == []
